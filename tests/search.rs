//! What is searched is folded as the question is: full width, small forms and case are one, and all words are meant.

use biaogan::db::migrate;
use serde_json::json;

use crate::support::rounds::round_body;
use crate::support::{Client, TestApp};

const TITLE: &str = "Ⅲ类缺陷治理 ５Ｇ巡检 Ａ级班组";

fn encoded(question: &str) -> String {
    form_urlencoded::byte_serialize(question.as_bytes()).collect()
}

fn found(client: &Client, path: &str, question: &str) -> usize {
    let answer = client.get(&format!("{path}{}", encoded(question)));
    answer.expect(200).items().len()
}

fn with_a_notice() -> TestApp {
    let app = TestApp::start();
    let mut body = round_body();
    body["title"] = json!(TITLE);
    app.round_of(body).published();
    app
}

fn finds_the_notice(app: &TestApp) {
    let search = |question| found(&app.client(), "/api/v1/public/search?q=", question);
    for question in [
        TITLE,
        "缺陷治理",
        "Ⅲ类缺陷",
        "iii类",
        "III类缺陷",
        "５Ｇ巡检",
        "5G巡检",
        "5g",
        "Ａ级班组",
        "a级",
        "缺陷 巡检",
        "班组\u{3000}Ⅲ类",
    ] {
        assert_eq!(search(question), 1, "{question}");
    }
    for question in ["缺陷 检修", "5%", "Ⅳ类"] {
        assert_eq!(search(question), 0, "{question}");
    }
    app.visitor()
        .get(&format!("/search?q={}", encoded("5g 缺陷")))
        .expect(200)
        .contains("<mark>５Ｇ</mark>");
}

#[test]
fn the_very_word_is_found_however_it_is_written() {
    finds_the_notice(&with_a_notice());
}

#[test]
fn what_was_written_before_is_folded_when_the_schema_is_brought_up_to_date() {
    let database = with_a_notice().into_database();
    for table in ["organizations", "users", "announcements"] {
        database.execute(&format!("UPDATE {table} SET folded = ''"));
    }
    let app = TestApp::start_on(database, "2026-03-02T09:30+08:00", |_| {});
    let search = |app: &TestApp| found(&app.client(), "/api/v1/public/search?q=", "缺陷");
    assert_eq!(search(&app), 0);
    let database = app.into_database();
    assert!(migrate::up(&database.url).unwrap().is_empty());
    let app = TestApp::start_on(database, "2026-03-02T09:30+08:00", |_| {});
    finds_the_notice(&app);
    assert_eq!(found(&app.api("office"), "/api/v1/users?q=", "周敏"), 1);
}

#[test]
fn people_are_found_by_every_word() {
    let app = TestApp::start();
    let office = app.api("office");
    let me = office.get("/api/v1/me").expect(200);
    let staff = office.get(&format!("/api/v1/users/{}", me.json["id"]));
    let number = staff.expect(200).json["staff_number"]
        .as_str()
        .unwrap()
        .to_owned();
    let wide: String = number
        .chars()
        .map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap())
        .collect();
    let people = |question: &str| found(&office, "/api/v1/users?q=", question);
    for question in [
        &number,
        &wide,
        "ＯＦＦＩＣＥ",
        "周敏",
        "周 敏",
        &format!("敏 {wide}"),
    ] {
        assert_eq!(people(question), 1, "{question}");
    }
    assert_eq!(people("周敏 某"), 0);
}
