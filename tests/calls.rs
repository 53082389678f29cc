//! Every step is a call: what pages list, programs may list too, each what they may know of.

use serde_json::json;

use crate::contracts::drafted;
use crate::support::TestApp;
use crate::support::moments::Moment;

#[test]
fn what_waits_is_listed_for_programs_as_for_people() {
    let (app, _) = Moment::Scoring.start();
    for username in ["office", "reviewer1", "reviewer2", "yunwei.sj", "sysadmin"] {
        let todos = app.api(username).get("/api/v1/todos").expect(200);
        let home = app.browser(username).get("/home").expect(200);
        for todo in todos.items() {
            let href = todo["href"].as_str().unwrap().replace('&', "&amp;");
            assert!(home.text.contains(&href), "{username}: {href}");
        }
        assert_eq!(
            home.text.matches("<div class=\"what\">").count(),
            todos.items().len(),
            "{username}"
        );
    }
    let reviewer = app.api("reviewer2");
    let all = reviewer.get("/api/v1/todos").expect(200);
    assert!(!all.items().is_empty());
    // A page at a time they are the same.
    let mut paged = Vec::new();
    let mut path = "/api/v1/todos?limit=1".to_owned();
    loop {
        let page = reviewer.get(&path).expect(200);
        paged.extend(page.items().to_vec());
        match page.json["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/todos?limit=1&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(paged, all.items());
    app.client().get("/api/v1/todos").expect(401);
}

#[test]
fn acceptances_are_listed_to_those_who_see_the_project_and_to_the_panel() {
    let (app, world) = Moment::Accepting.start();
    let id = world.id("acceptance");
    let listed = |username: &str, query: &str| -> Vec<i64> {
        let found = app
            .api(username)
            .get(&format!("/api/v1/acceptances{query}"))
            .expect(200);
        let ids = found
            .items()
            .iter()
            .map(|line| line["id"].as_i64().unwrap());
        ids.collect()
    };
    for username in ["office", "secretary", "supervisor", "yunwei", "reviewer1"] {
        assert_eq!(listed(username, ""), [id], "{username}");
        let path = format!("/api/v1/acceptances/{id}");
        app.api(username).get(&path).expect(200);
    }
    for username in ["yingxiao", "reviewer7"] {
        assert_eq!(listed(username, ""), Vec::<i64>::new(), "{username}");
        let path = format!("/api/v1/acceptances/{id}");
        app.api(username).get(&path).expect(404);
    }
    app.api("sysadmin").get("/api/v1/acceptances").expect(403);
    assert_eq!(listed("office", "?state=open"), [id]);
    assert_eq!(listed("office", "?state=decided"), Vec::<i64>::new());
    let of_project = format!("?project_id={}", world.id("project"));
    assert_eq!(listed("office", &of_project), [id]);
    assert_eq!(listed("office", "?project_id=1"), Vec::<i64>::new());
}

#[test]
fn a_step_has_its_files_by_call() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = app.sign_both("yunwei.sj", &drafted(&app, round)[0]);
    let path = format!("/api/v1/projects/{}", contract["project_id"]);
    let yunwei = app.api("yunwei");
    let project = yunwei.get(&path).expect(200).json;
    let step = |nth: usize| {
        let id = &project["steps"][nth]["id"];
        format!("/api/v1/steps/{id}/attachments")
    };
    let made = yunwei
        .upload(&step(0), "计划.txt", "text/plain", "一页计划".as_bytes())
        .expect(201);
    for username in ["yunwei.sj", "office", "supervisor"] {
        let files = app.api(username).get(&step(0)).expect(200);
        assert_eq!(files.items().len(), 1, "{username}");
        assert_eq!(files.items()[0]["id"], made.json["id"]);
        assert_eq!(files.items()[0]["name"], "计划.txt");
    }
    app.api("yingxiao").get(&step(0)).expect(404);
    app.api("yingxiao")
        .upload(&step(0), "别人.txt", "text/plain", b"x")
        .expect(404);
    app.api("office")
        .upload(&step(0), "办公室.txt", "text/plain", b"x")
        .expect(403);
    yunwei
        .upload(&step(1), "早.txt", "text/plain", b"x")
        .refused(409, "step_waiting");
    yunwei
        .post(
            &format!("{path}/steps/initiation/submit"),
            json!({ "evidence": "已完成。" }),
        )
        .expect(200);
    yunwei
        .upload(&step(0), "晚.txt", "text/plain", b"x")
        .refused(409, "already_submitted");
    yunwei
        .delete(&format!("/api/v1/attachments/{}", made.id()))
        .refused(409, "already_submitted");
    assert_eq!(yunwei.get(&step(0)).expect(200).items().len(), 1);
}

#[test]
fn cases_sites_and_replications_are_listed_to_those_who_may_read_them() {
    let (app, world) = Moment::Shown.start();
    for (list, kind) in [
        ("cases", "case"),
        ("sites", "site"),
        ("replications", "replication"),
    ] {
        let mut seen = 0;
        let id = world.id(kind);
        for username in [
            "office",
            "secretary",
            "supervisor",
            "yunwei",
            "yunwei.sj",
            "yingxiao",
            "renhou.sj",
            "reviewer1",
        ] {
            let client = app.api(username);
            let listed = client.get(&format!("/api/v1/{list}")).expect(200);
            let there = listed.items().iter().any(|line| line["id"] == id);
            let one = client.get(&format!("/api/v1/{list}/{id}"));
            assert_eq!(
                there,
                one.status == 200,
                "{username}: {list}: {}",
                listed.text
            );
            seen += usize::from(there);
        }
        assert!((3..8).contains(&seen), "{list}: {seen}");
        app.api("sysadmin")
            .get(&format!("/api/v1/{list}"))
            .expect(403);
        app.client().get(&format!("/api/v1/{list}")).expect(401);
        app.api("office")
            .get(&format!("/api/v1/{list}?limit=0"))
            .expect(422);
    }
    let office = app.api("office");
    let count = |query: &str| office.get(query).expect(200).items().len();
    assert_eq!(count("/api/v1/cases?published=true"), 1);
    assert_eq!(count("/api/v1/cases?published=false"), 0);
    assert_eq!(count("/api/v1/sites?state=named"), 1);
    assert_eq!(count("/api/v1/sites?state=nominated"), 0);
}
