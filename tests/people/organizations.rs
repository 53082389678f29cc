//! The tree, and who sees whom.

use super::*;

#[test]
fn the_tree_is_shown_to_its_people_and_pages_by_key() {
    let app = TestApp::start();
    let yunwei = app.api("yunwei");
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = yunwei
            .get(&format!("/api/v1/organizations?limit=7{cursor}"))
            .expect(200);
        seen.extend(page.items().iter().map(|item| item["id"].as_i64().unwrap()));
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let whole = yunwei.get("/api/v1/organizations?limit=200").expect(200);
    let all: Vec<i64> = whole
        .items()
        .iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect();
    assert_eq!(seen, all);
    assert!(all.len() > 20);
    app.client()
        .get("/api/v1/organizations")
        .refused(401, "unauthorized");
    yunwei
        .get("/api/v1/organizations?sort=name")
        .invalid("sort");
    yunwei
        .get("/api/v1/organizations?cursor=made-up")
        .invalid("cursor");
    yunwei
        .get("/api/v1/organizations?limit=201")
        .invalid("limit");
    no_findings(&app);
}

#[test]
fn organizations_are_made_and_changed_by_the_system_administrator() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let root = organization(&sysadmin, "TX");
    let input = json!({
        "parent_id": root["id"], "kind": "branch", "name": "国网唐县供电公司数字化党支部", "short_name": "数字化党支部", "code": "TX-SZ",
    });
    app.api("office")
        .post("/api/v1/organizations", input.clone())
        .refused(403, "role_required");
    let made = sysadmin
        .post_once("/api/v1/organizations", "one", input.clone())
        .expect(201);
    sysadmin
        .post_once("/api/v1/organizations", "one", input.clone())
        .expect(201);
    assert_eq!(made.json["committee_id"], root["id"]);
    assert_eq!(
        made.json["path"],
        format!("{}{}/", root["path"].as_str().unwrap(), made.json["id"])
    );
    sysadmin
        .post("/api/v1/organizations", input)
        .invalid("code");
    let under = |parent: &Value, kind: &str, code: &str| {
        sysadmin.post(
            "/api/v1/organizations",
            json!({ "parent_id": parent, "kind": kind, "name": "甲", "short_name": "甲", "code": code }),
        )
    };
    under(&made.json["id"], "branch", "TX-SZ-1").invalid("kind");
    under(&json!(1), "branch", "TX-SZ-1").invalid("parent_id");
    under(&made.json["id"], "group", "唐县").invalid("code");
    under(&Value::Null, "committee", "XX").invalid("parent_id");
    let below = under(&root["id"], "committee", "TX-XZ").expect(201);
    assert_eq!(below.json["committee_id"], below.json["id"]);

    let path = format!("/api/v1/organizations/{}", made.json["id"]);
    let read = sysadmin.get(&path).expect(200);
    assert_eq!(read.version(), 1);
    sysadmin
        .send(
            "PATCH",
            &path,
            &[("Content-Type", "application/json")],
            b"{\"position\":3}",
        )
        .refused(428, "if_match_required");
    let changed = sysadmin
        .patch(&path, 1, json!({ "short_name": "数字支部" }))
        .expect(200);
    assert_eq!(changed.json["name"], "国网唐县供电公司数字化党支部");
    assert_eq!(changed.version(), 2);
    sysadmin
        .patch(&path, 1, json!({ "short_name": "别的名字" }))
        .refused(409, "version_conflict");
    app.api("secadmin")
        .patch(&path, 2, json!({ "short_name": "别的名字" }))
        .refused(403, "role_required");
    no_findings(&app);
}

#[test]
fn who_sees_whom() {
    let app = TestApp::start();
    let office = app.api("office");
    let reviewers = office
        .get("/api/v1/users?role=reviewer&limit=200")
        .expect(200);
    assert!(reviewers.items().len() >= 7);
    for item in reviewers.items() {
        assert!(item["staff_number"].is_string());
        assert!(item.get("username").is_none() && item.get("roles").is_none());
    }
    let secretary = person(&app.api("secadmin"), "secretary");
    assert_eq!(secretary["roles"][0]["role"], "committee_secretary");
    let yunwei = app.api("yunwei");
    let team = yunwei.get("/api/v1/users?limit=200").expect(200);
    let own = organization(&yunwei, "TX-YW");
    for item in team.items() {
        let path = yunwei
            .get(&format!(
                "/api/v1/organizations/{}",
                item["organization_id"]
            ))
            .expect(200)
            .json["path"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(path.starts_with(own["path"].as_str().unwrap()));
    }
    assert!(!team.items().is_empty());
    yunwei
        .get(&format!("/api/v1/users/{}", secretary["id"]))
        .expect(404);
    let other = organization(&yunwei, "TX-YX");
    yunwei
        .get(&format!(
            "/api/v1/users?organization_id={}",
            other["id"].as_i64().unwrap()
        ))
        .invalid("organization_id");
    app.api("reviewer1")
        .get("/api/v1/users")
        .refused(403, "role_required");
    office.get("/api/v1/users?q=100%25").expect(200);
}

#[test]
fn names_of_more_people_than_a_statement_takes_are_found() {
    let app = TestApp::start();
    let office = app.user_id("office");
    let mut ids: Vec<biaogan::ids::UserId> = (1..70_000).map(biaogan::ids::UserId).collect();
    ids.push(biaogan::ids::UserId(office));
    let names = app
        .app
        .db
        .read_now(|c| biaogan::people::user_names(c, &ids))
        .unwrap();
    assert_eq!(names.len(), 1);
    assert!(names.contains_key(&biaogan::ids::UserId(office)));
}

#[test]
fn people_are_listed_as_their_names_are_read_and_paged_by_key() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let root = organization(&sysadmin, "TX")["id"].clone();
    let made: Vec<i64> = ["单雄信", "李四", "曾国强", "李安", "乐天"]
        .iter()
        .enumerate()
        .map(|(nth, name)| {
            let words = json!({
                "organization_id": root, "staff_number": format!("ZZ{nth}"), "name": name, "post": "甲级读音专责",
            });
            sysadmin.post("/api/v1/users", words).expect(201).id()
        })
        .collect();
    let listed = |limit: usize| -> Vec<String> {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = sysadmin
                .get(&format!("/api/v1/users?limit={limit}{cursor}"))
                .expect(200);
            let ours = page
                .items()
                .iter()
                .filter(|item| item["post"] == "甲级读音专责");
            names.extend(ours.map(|item| item["name"].as_str().unwrap().to_owned()));
            match page.json["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return names,
            }
        }
    };
    let order = ["李安", "李四", "单雄信", "乐天", "曾国强"];
    assert_eq!(listed(200), order);
    assert_eq!(listed(1), order);
    let path = format!("/api/v1/users/{}", made[4]);
    sysadmin
        .patch(&path, 1, json!({ "reading": "le" }))
        .invalid("reading");
    sysadmin
        .patch(&path, 1, json!({ "reading": "le4 tian1" }))
        .expect(200);
    assert_eq!(listed(3), ["乐天", "李安", "李四", "单雄信", "曾国强"]);
    no_findings(&app);
}
