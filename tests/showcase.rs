//! Cases, sites, replications, and the portal that shows them.

use serde_json::json;

use crate::support::actors::{case_text as text, site_body as site};
use crate::support::company;
use crate::support::{Answer, START, TestApp, TestDatabase};

/// The company with an accepted project of 运维党支部, graded 优秀.
fn accepted() -> (TestApp, i64) {
    let (database, project) = TestDatabase::kept_with("accepted", || {
        let (database, projects) = company::ready(&["yunwei"]);
        let app = TestApp::start_on(database, "2026-03-01T08:30+08:00", |_| {});
        let begun = app.actor("office").begins_acceptance(projects[0]).done();
        app.closes_acceptance(begun.id(), 95, "excellent", 5);
        app.actor("secretary").grades(&begun, json!({})).done();
        (app.into_database(), projects[0])
    });
    (TestApp::start_on(database, START, |_| {}), project)
}

fn published_case(app: &TestApp, project: i64) -> Answer {
    let case = app.actor("yunwei").writes_case(project).expect(201);
    app.actor("office").publishes_case(&case).expect(200)
}

fn named_site(app: &TestApp, project: i64) -> i64 {
    let nominated = app.actor("office").nominates(project).expect(201);
    app.actor("secretary").names(&nominated, 3).expect(200);
    nominated.id()
}

#[test]
fn a_case_is_written_by_its_owner_and_published_by_the_office() {
    let (app, project) = accepted();
    let input = json!({ "project_id": project, "text": text() });
    app.api("yingxiao")
        .post("/api/v1/cases", input.clone())
        .expect(404);
    app.api("office")
        .post("/api/v1/cases", input.clone())
        .refused(403, "not_your_organization");
    let mut empty = input.clone();
    empty["text"]["solve"] = json!("");
    app.api("yunwei")
        .post("/api/v1/cases", empty)
        .invalid("text[solve]");
    let case = app.api("yunwei").post("/api/v1/cases", input).expect(201);
    let path = format!("/api/v1/cases/{}", case.id());
    let public = format!("/cases/{}", case.id());
    app.visitor().get(&public).expect(404);
    app.visitor()
        .get("/search?q=%E5%B7%A5%E4%BD%9C%E7%A5%A8")
        .expect(200)
        .contains("没有找到");
    let yunwei = app.api("yunwei");
    yunwei
        .put(&path, 7, text())
        .refused(409, "version_conflict");
    yunwei.put(&path, 1, text()).expect(200);
    yunwei
        .post(&format!("{path}/publish"), json!({}))
        .refused(403, "role_required");
    app.browser("office")
        .submit(
            &format!("/showcase/cases/{}", case.id()),
            &format!("/showcase/cases/{}/publish", case.id()),
            &[("version", "2")],
        )
        .expect(303);
    app.visitor()
        .get(&public)
        .expect(200)
        .contains("破一个难题")
        .contains("1.8‰");
    yunwei.put(&path, 3, text()).refused(409, "case_published");
    app.api("office").put(&path, 3, text()).expect(200);
    app.visitor()
        .get("/")
        .expect(200)
        .contains("把安全责任落到每一张工作票上");
}

#[test]
fn a_site_is_named_shown_rechecked_and_delisted() {
    let (app, project) = accepted();
    published_case(&app, project);
    app.api("yunwei.sj")
        .post("/api/v1/sites", site(project))
        .refused(403, "role_required");
    let nominated = app
        .api("office")
        .post("/api/v1/sites", site(project))
        .expect(201);
    let id = nominated.id();
    app.api("office")
        .post("/api/v1/sites", site(project))
        .refused(409, "site_nominated");
    app.visitor().get(&format!("/sites/{id}")).expect(404);
    let path = format!("/api/v1/sites/{id}");
    app.api("office")
        .post(&format!("{path}/name"), json!({ "stars": 3 }))
        .refused(403, "role_required");
    let secretary = app.api("secretary");
    secretary
        .post(&format!("{path}/name"), json!({ "stars": 4 }))
        .invalid("stars");
    secretary
        .post(&format!("{path}/recheck"), json!({ "stars": 2 }))
        .refused(409, "site_not_named");
    let named = secretary
        .post(&format!("{path}/name"), json!({ "stars": 3 }))
        .expect(200);
    assert_eq!(named.json["named_on"], "2026-03-01");
    assert_eq!(named.json["term_until"], "2029-02-28");
    let page = app.visitor().get(&format!("/sites/{id}")).expect(200);
    assert!(page.text.contains("三星") && page.text.contains("把安全责任落到每一张工作票上"));
    app.visitor()
        .get("/announcements")
        .expect(200)
        .contains("关于命名“平安‘365’党建示范点”的公告");
    app.visitor()
        .get("/feed.xml")
        .expect(200)
        .contains("<entry>");
    secretary
        .post(&format!("{path}/name"), json!({ "stars": 1 }))
        .refused(409, "site_already_named");
    secretary
        .post(&format!("{path}/recheck"), json!({ "stars": 2 }))
        .expect(200);
    secretary
        .post(&format!("{path}/delist"), json!({}))
        .invalid("reason");
    secretary
        .post(&format!("{path}/delist"), json!({ "reason": "场所拆除" }))
        .expect(200);
    app.visitor()
        .get(&format!("/sites/{id}"))
        .expect(200)
        .contains("已摘牌。原因：场所拆除");
    let listed = app.client().get("/api/v1/public/sites").expect(200);
    assert!(listed.items().is_empty());
}

#[test]
fn a_model_is_adopted_by_others_reported_and_confirmed_by_its_origin() {
    let (app, project) = accepted();
    let site = named_site(&app, project);
    let input = json!({ "site_id": site, "adapted": "考核项目按营销岗位重写。" });
    app.api("yingxiao")
        .post("/api/v1/replications", input.clone())
        .refused(403, "secretary_required");
    app.api("yunwei.sj")
        .post("/api/v1/replications", input.clone())
        .refused(409, "own_model");
    let adopter = app.api("yingxiao.sj");
    adopter
        .post("/api/v1/replications", json!({ "adapted": "无" }))
        .invalid("site_id");
    let made = adopter
        .post("/api/v1/replications", input.clone())
        .expect(201);
    adopter
        .post("/api/v1/replications", input)
        .refused(409, "already_adopted");
    let path = format!("/api/v1/replications/{}", made.id());
    app.api("renhou.sj").get(&path).expect(404);
    app.api("yunwei.sj")
        .post(&format!("{path}/confirm"), json!({}))
        .refused(409, "replication_not_reported");
    app.api("yunwei.sj")
        .post(&format!("{path}/report"), json!({ "effect": "好" }))
        .refused(403, "not_your_organization");
    adopter
        .post(
            &format!("{path}/report"),
            json!({ "effect": "投诉降了三成。" }),
        )
        .expect(200);
    adopter
        .post(&format!("{path}/confirm"), json!({}))
        .refused(403, "secretary_required");
    app.browser("yunwei.sj")
        .get("/home")
        .expect(200)
        .contains("的复制成效");
    app.browser("yunwei.sj")
        .submit(
            &format!("/showcase/replications/{}", made.id()),
            &format!("/showcase/replications/{}/confirm", made.id()),
            &[("version", "2")],
        )
        .expect(303);
    app.visitor()
        .get(&format!("/sites/{site}"))
        .expect(200)
        .contains("投诉降了三成。")
        .contains("已印证");
    app.visitor().get("/").expect(200).contains("点亮图：");
}

#[test]
fn search_is_literal_from_two_letters_on() {
    let (app, project) = accepted();
    published_case(&app, project);
    named_site(&app, project);
    let encoded = |q: &str| -> String { form_urlencoded::byte_serialize(q.as_bytes()).collect() };
    let hits = |q: &str| {
        let answer = app
            .client()
            .get(&format!("/api/v1/public/search?q={}", encoded(q)))
            .expect(200);
        let mut kinds = answer
            .items()
            .iter()
            .map(|hit| hit["kind"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>();
        kinds.sort();
        kinds
    };
    assert_eq!(hits("违章"), ["case"]);
    // Its opening, publicity, result and naming were announced.
    assert_eq!(
        hits("365"),
        [
            "announcement",
            "announcement",
            "announcement",
            "announcement",
            "case",
            "site"
        ]
    );
    assert_eq!(hits("365”党建示范点"), ["announcement", "site"]);
    assert_eq!(hits("0%"), ["case"]);
    assert!(hits("0_").is_empty() && hits("%%").is_empty() && hits("\\\\").is_empty());
    assert!(hits("没有的").is_empty());
    app.client().get("/api/v1/public/search?q=x").invalid("q");
    app.client().get("/api/v1/public/search").invalid("q");
    app.client()
        .get("/api/v1/public/cases?cursor=made-up")
        .invalid("cursor");
    app.client()
        .get("/api/v1/public/cases?sort=title")
        .expect(422);
    app.visitor()
        .get(&format!("/search?q={}", encoded("工作票")))
        .expect(200)
        .contains("<mark>工作票</mark>");
    app.visitor()
        .get(&format!("/search?q={}", encoded("票")))
        .expect(200)
        .contains("请至少输入两个字");
}

#[test]
fn the_portal_is_cached_by_version_and_answers_304() {
    let app = TestApp::start();
    let first = app.client().get("/").expect(200);
    let tag = first.header("etag").to_owned();
    assert!(!tag.is_empty());
    let again = app
        .client()
        .send("GET", "/", &[("If-None-Match", &tag)], &[]);
    assert_eq!(again.status, 304);
    let round = app.round().published();
    let changed = app.client().get("/").expect(200);
    assert_ne!(changed.header("etag"), tag);
    changed.contains("2026年第一批党建创新项目招标");
    let guide = format!("/guides/{}", round.id);
    app.visitor()
        .get(&guide)
        .expect(200)
        .contains("已收到 0 份申报");
    round.submitted_bid("yunwei", 0);
    app.set_clock("2026-03-02T09:05+08:00");
    app.visitor()
        .get(&guide)
        .expect(200)
        .contains("已收到 1 份申报")
        .lacks("yunwei 的项目")
        .lacks("运维");
    // The clock alone takes the round off the home page.
    app.set_clock("2026-03-20T17:01+08:00");
    app.visitor().get("/").expect(200).lacks("正在招标");
    for page in ["/cases", "/sites", "/announcements", "/search", "/feed.xml"] {
        app.visitor().get(page).expect(200);
        app.browser("office").get(page).expect(200);
    }
    for path in ["/cases/1", "/sites/1", "/announcements/1", "/guides/1"] {
        app.visitor().get(path).expect(404);
    }
}

#[test]
fn the_pages_of_keeping_open_for_those_who_keep() {
    let (app, project) = accepted();
    let (form, id) = (format!("/projects/{project}/case"), project.to_string());
    app.browser("yunwei")
        .get(&form)
        .expect(200)
        .contains("创一种模式");
    let saved = app
        .browser("yunwei")
        .submit(
            &form,
            &form,
            &[
                ("version", "0"),
                ("project_id", &id),
                ("text[title]", "案例"),
                ("text[establish]", "立"),
                ("text[solve]", "破"),
                ("text[brand]", "塑"),
                ("text[model]", "创"),
            ],
        )
        .expect(303);
    app.browser("yunwei")
        .follow(&saved)
        .expect(200)
        .contains("待发布");
    // Somebody who may not write it is refused before the form is looked at; who was second sees both versions.
    app.browser("office")
        .submit(&form, &form, &[("version", "1")])
        .expect(403);
    let again = |title: &str| {
        app.browser("yunwei.sj").submit(
            &form,
            &form,
            &[
                ("version", "1"),
                ("project_id", &id),
                ("text[title]", title),
                ("text[establish]", "立"),
                ("text[solve]", "破"),
                ("text[brand]", "塑"),
                ("text[model]", "创"),
            ],
        )
    };
    again("先改的标题").expect(303);
    again("后改的标题")
        .expect(409)
        .contains("先改的标题")
        .contains("后改的标题")
        .contains("name=\"version\" value=\"2\"")
        .contains("现在保存的是");
    app.browser("office")
        .get(&format!("/projects/{project}/site"))
        .expect(200)
        .contains("推荐示范点");
    let site = app
        .api("office")
        .post("/api/v1/sites", site(project))
        .expect(201)
        .id();
    let page = format!("/showcase/sites/{site}");
    app.browser("yunwei")
        .get(&page)
        .expect(200)
        .contains("由党委书记办理");
    app.browser("secretary")
        .get("/home")
        .expect(200)
        .contains("命名示范点");
    app.browser("secretary")
        .submit(
            &page,
            &format!("{page}/name"),
            &[("version", "1"), ("stars", "2")],
        )
        .expect(303);
    app.browser("secretary")
        .get(&page)
        .expect(200)
        .contains("复核和摘牌");
    app.browser("yingxiao.sj")
        .get(&format!("/sites/{site}"))
        .expect(200)
        .contains("登记采用");
    let adopted = app
        .browser("yingxiao.sj")
        .submit(
            &format!("/showcase/adopt?site_id={site}"),
            "/showcase/adopt",
            &[("site_id", &site.to_string()), ("adapted", "按岗位改写")],
        )
        .expect(303);
    app.browser("yingxiao.sj")
        .follow(&adopted)
        .expect(200)
        .contains("反馈成效");
    for who in ["office", "secretary", "supervisor", "yunwei", "yingxiao.sj"] {
        app.browser(who).get("/showcase").expect(200);
    }
    app.browser("sysadmin").get("/showcase").expect(403);
}
