//! What somebody typed is never lost: not with their session, not after the deadline, not after the opening.

use serde_json::json;

use crate::support::{Answer, Browser, PASSWORD, TestApp, csrf_of};

const TYPED: &str = "夜间无人看护，外破隐患发现晚。";

/// A bid's form with these words in it.
fn form<'a>(csrf: &'a str, version: &'a str, kept: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("csrf", csrf),
        ("version", version),
        ("title", "看护到村"),
        ("problem", kept),
        ("act", "save"),
    ]
}

/// The value of a hidden field.
fn hidden(page: &Answer, name: &str) -> String {
    let (_, rest) = page
        .text
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no {name}:\n{}", page.text));
    rest.split('"').next().unwrap().replace("&amp;", "&")
}

fn begin(app: &TestApp) -> i64 {
    let round = app.round().published();
    app.api("yunwei")
        .post(&round.path("/bids"), json!({ "content": {} }))
        .expect(201)
        .id()
}

fn problem(app: &TestApp, bid: i64) -> serde_json::Value {
    app.api("yunwei")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200)
        .json["content"]["problem"]
        .clone()
}

#[test]
fn a_form_of_a_session_that_is_over_is_saved_after_logging_in() {
    let app = TestApp::start();
    let bid = begin(&app);
    let edit = format!("/bids/{bid}/edit");
    let browser = app.browser("yunwei");
    let csrf = browser.csrf(&edit);
    browser.post_raw("/logout", &[("csrf", &csrf)]).expect(303);
    let asked = browser
        .post_raw(&edit, &form(&csrf, "1", TYPED))
        .expect(401)
        .contains(TYPED)
        .contains("登录并保存");
    let kept = hidden(&asked, "kept");
    let resume = format!("/bids/{bid}/resume");
    let login = |browser: &Browser, username: &str, password: &str| {
        browser.post_raw(
            &resume,
            &[
                ("username", username),
                ("password", password),
                ("kept", &kept),
            ],
        )
    };
    // A wrong password and somebody else's account change nothing, and the words are still there.
    for (username, password, words) in [
        ("yunwei", "不对的口令", "用户名或口令不正确"),
        ("renhou", PASSWORD, "请用原来的账号登录"),
    ] {
        let again = login(&browser, username, password)
            .expect(401)
            .contains(words);
        assert_eq!(hidden(&again, "kept"), kept);
    }
    assert_eq!(problem(&app, bid), "");
    let saved = login(&browser, "yunwei", PASSWORD).expect(303);
    assert_eq!(saved.header("location"), edit);
    browser.get(&edit).expect(200).contains(TYPED);
    assert_eq!(problem(&app, bid), TYPED);
}

#[test]
fn a_form_of_an_earlier_login_is_saved_by_the_next_one() {
    let app = TestApp::start();
    let bid = begin(&app);
    let edit = format!("/bids/{bid}/edit");
    let browser = app.browser("yunwei");
    let old = browser.csrf(&edit);
    browser.post_raw("/logout", &[("csrf", &old)]).expect(303);
    let login = [("username", "yunwei"), ("password", PASSWORD)];
    browser.post_raw("/login", &login).expect(303);
    // The old form does nothing by itself: its token is another session's.
    let asked = browser
        .post_raw(&edit, &form(&old, "1", TYPED))
        .expect(403)
        .contains(TYPED);
    assert_eq!(problem(&app, bid), "");
    let (kept, csrf) = (hidden(&asked, "kept"), csrf_of(&asked.text).unwrap());
    browser
        .post_raw(
            &format!("/bids/{bid}/resume"),
            &[("csrf", &csrf), ("kept", &kept)],
        )
        .expect(303);
    assert_eq!(problem(&app, bid), TYPED);
    // A form from another site is refused whatever it carries.
    let foreign = browser.send(
        "POST",
        &edit,
        &[
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Sec-Fetch-Site", "cross-site"),
        ],
        b"version=2&title=x",
    );
    foreign.expect(403).lacks("kept");
}

#[test]
fn words_typed_after_the_deadline_stay_in_the_draft() {
    let app = TestApp::start();
    let bid = begin(&app);
    let browser = app.browser("yunwei");
    let csrf = browser.csrf(&format!("/bids/{bid}/edit"));
    let autosave = format!("/bids/{bid}/autosave");
    let early = browser
        .post_raw(&autosave, &form(&csrf, "1", "一稿"))
        .expect(200);
    assert_eq!(early.json["note"], json!(null));
    app.set_clock("2026-03-20T17:00:01+08:00");
    let late = browser
        .post_raw(&autosave, &form(&csrf, "2", TYPED))
        .expect(200);
    let note = late.json["note"].as_str().unwrap();
    assert!(note.contains("不能再提交"), "{note}");
    assert_eq!(problem(&app, bid), TYPED);
    browser
        .get(&format!("/bids/{bid}/revisions"))
        .expect(200)
        .contains("截止后");
    app.api("yunwei.sj")
        .post(&format!("/api/v1/bids/{bid}/submit"), json!({}))
        .refused(409, "deadline_passed");
}

#[test]
fn words_typed_after_the_opening_are_a_revision_and_change_nothing() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let browser = app.browser("yunwei");
    let csrf = browser.csrf(&format!("/bids/{bid}/edit"));
    round.open();
    let path = format!("/api/v1/bids/{bid}");
    let before = app.api("office").get(&path).expect(200).json;
    let autosave = format!("/bids/{bid}/autosave");
    for _ in 0..2 {
        let late = browser
            .post_raw(&autosave, &form(&csrf, "2", TYPED))
            .expect(200);
        let note = late.json["note"].as_str().unwrap();
        assert!(note.contains("第 2 次"), "{note}");
    }
    // Without a script the page leads to the revision.
    let shown = browser
        .post_raw(&format!("/bids/{bid}/edit"), &form(&csrf, "2", TYPED))
        .expect(303);
    assert_eq!(shown.header("location"), format!("/bids/{bid}/revisions/2"));
    browser.follow(&shown).expect(200).contains(TYPED);
    let revision = app
        .api("yunwei")
        .get(&format!("{path}/revisions/2"))
        .expect(200);
    assert_eq!(revision.json["content"]["problem"], TYPED);
    // The bid is what was submitted, to everybody; the API says so.
    assert_eq!(app.api("office").get(&path).expect(200).json, before);
    app.api("yunwei").get(&path).expect(200).lacks(TYPED);
    let version = app.api("yunwei").get(&path).expect(200).version();
    let content = revision.json["content"].clone();
    app.api("yunwei")
        .put(&path, version, content)
        .refused(409, "wrong_state");
    app.api("office")
        .get(&format!("{path}/revisions/2"))
        .expect(404);
    let stranger = app.browser("renhou");
    let csrf = stranger.csrf("/home");
    stranger
        .post_raw(&autosave, &form(&csrf, "2", "别人的"))
        .expect(404);
}

#[test]
fn two_versions_are_held_against_each_other_before_one_is_chosen() {
    let app = TestApp::start();
    let bid = begin(&app);
    let edit = format!("/bids/{bid}/edit");
    let browser = app.browser("yunwei");
    let csrf = browser.csrf(&edit);
    browser
        .post_raw(&edit, &form(&csrf, "1", "外破隐患发现晚。"))
        .expect(303);
    let mut asked = form(&csrf, "2", TYPED);
    asked.pop();
    asked.push(("act", "compare"));
    browser
        .post_raw(&edit, &asked)
        .expect(200)
        .contains("夜间无人看护，</ins>外破隐患发现晚。");
    assert_eq!(problem(&app, bid), "外破隐患发现晚。");
    // On an old version the same page says that somebody was faster.
    browser
        .post_raw(&edit, &form(&csrf, "1", TYPED))
        .expect(409)
        .contains("别人先改了一步")
        .contains("夜间无人看护，</ins>");
}
