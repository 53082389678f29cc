//! The box for complaints: anybody tells, the office answers, the code follows, and the numbers are public.

use serde_json::json;

use crate::support::TestApp;

const PUBLIC: &str = "/api/v1/public/complaints";

fn tell(app: &TestApp, words: &str) -> String {
    let body = json!({ "content": words, "contact": "13800000000" });
    let told = app.client().post(PUBLIC, body).expect(201);
    told.json["code"].as_str().unwrap().to_owned()
}

#[test]
fn what_anybody_tells_is_answered_and_followed_by_its_code() {
    let app = TestApp::start();
    let code = tell(&app, "填表太多，同一个数报三遍。");
    let follow = format!("{PUBLIC}/{}", code.to_lowercase().replace('-', ""));
    let followed = app.client().get(&follow).expect(200);
    assert_eq!(followed.json["state"], "lodged");
    // Read by the office, the secretary and the supervisor, and by nobody else.
    let office = app.api("office");
    let row = office.get("/api/v1/complaints").expect(200).json["items"][0].clone();
    assert_eq!(
        (&row["content"], &row["name"]),
        (&json!("填表太多，同一个数报三遍。"), &json!(""))
    );
    assert!(row["code_digest"].is_null());
    for reader in ["secretary", "supervisor"] {
        app.api(reader)
            .get("/api/v1/complaints")
            .expect(200)
            .contains("同一个数报三遍");
    }
    for other in ["yunwei", "yunwei.sj", "reviewer1", "sysadmin", "auditadmin"] {
        app.api(other)
            .get("/api/v1/complaints")
            .refused(403, "role_required");
    }
    let path = format!("/api/v1/complaints/{}/answer", row["id"]);
    let answer = || json!({ "answer": "三张表并为一张，下月起用。" });
    app.api("yunwei.sj").post(&path, answer()).expect(404);
    app.api("supervisor")
        .post(&path, answer())
        .refused(403, "role_required");
    office.post(&path, answer()).expect(200);
    office
        .post(&path, answer())
        .refused(409, "complaint_answered");
    let followed = app.client().get(&follow).expect(200);
    assert_eq!(followed.json["answer"], "三张表并为一张，下月起用。");
    app.client()
        .get(&format!("{PUBLIC}/K7QM-3WXP-AB2C"))
        .expect(404);
    // Who told it is nowhere, nor is the code.
    let trail = app
        .api("supervisor")
        .get("/api/v1/audit?subject=complaint")
        .expect(200);
    trail
        .contains("complaint.lodge")
        .lacks("13800000000")
        .contains("群众");
}

#[test]
fn the_numbers_are_public_and_what_is_late_is_told_to_the_supervisor() {
    let app = TestApp::start();
    tell(&app, "一件");
    tell(&app, "两件");
    let office = app.api("office");
    let rows = office.get("/api/v1/complaints?limit=1").expect(200);
    let path = format!("/api/v1/complaints/{}/answer", rows.json["items"][0]["id"]);
    office
        .post(&path, json!({ "answer": "已办。" }))
        .expect(200);
    office
        .get("/api/v1/todos")
        .expect(200)
        .contains("答复意见箱的意见");
    let supervisor = app.api("supervisor");
    supervisor.get("/api/v1/todos").expect(200).lacks("意见箱");
    assert_eq!(
        app.client().get(PUBLIC).expect(200).json,
        json!({ "lodged": 2, "answered": 1, "late": 0 })
    );
    app.set_clock("2026-03-20T09:00+08:00");
    assert_eq!(app.client().get(PUBLIC).expect(200).json["late"], 1);
    app.api("supervisor")
        .get("/api/v1/todos")
        .expect(200)
        .contains("逾期未答复");
    app.visitor()
        .get("/box")
        .expect(200)
        .contains("已收到 2 件，已答复 1 件，逾期未答复 1 件");
}

#[test]
fn the_box_stands_on_every_page_and_works_without_scripts() {
    let app = TestApp::start();
    let visitor = app.visitor();
    visitor.get("/").expect(200).contains("href=\"/box\"");
    app.browser("yunwei")
        .get("/home")
        .expect(200)
        .contains("href=\"/box\"");
    visitor
        .submit("/box", "/box", &[("content", "")])
        .expect(422);
    let done = visitor
        .submit("/box", "/box", &[("content", "会太多。"), ("name", "")])
        .expect(303);
    let at = done.header("location").to_owned();
    visitor
        .get(&at)
        .expect(200)
        .contains("会太多。")
        .contains("查询码");
    let office = app.browser("office");
    let list = office
        .get("/complaints")
        .expect(200)
        .contains("会太多。")
        .contains("未署名");
    let action = list.text.split("action=\"/complaints/").nth(1).unwrap();
    let action = format!("/complaints/{}", action.split('"').next().unwrap());
    office
        .submit("/complaints", &action, &[("answer", "")])
        .expect(422)
        .contains("会太多。");
    office
        .submit("/complaints", &action, &[("answer", "每周不超过一次。")])
        .expect(303);
    visitor.get(&at).expect(200).contains("每周不超过一次");
    app.browser("supervisor")
        .get("/complaints")
        .expect(200)
        .lacks("action=\"/complaints/");
}
