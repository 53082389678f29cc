//! A reviewer scores a bid by keyboard alone, another by thumb on a phone; both sheets arrive.

use serde_json::json;

use super::PASSWORD;
use super::tab::{self, Key, Tab};
use crate::support::TestApp;

/// A round in scoring with three bids; answers the first.
fn scoring(app: &TestApp) -> i64 {
    let round = app.round().published();
    let bids = round.with_bids(3);
    round.open();
    round.start_scoring();
    bids[0]
}

/// The sheet a reviewer handed in, as a program reads it.
fn handed_in(app: &TestApp, reviewer: &str, bid: i64) -> serde_json::Value {
    let sheet = app
        .api(reviewer)
        .get(&format!("/api/v1/bids/{bid}/score_sheet"))
        .expect(200);
    assert_eq!(sheet.json["state"], "submitted", "{}", sheet.text);
    sheet.json["total"].clone()
}

/// Moves the focus with Tab until something matches.
fn tab_to(tab: &Tab, selector: &str) {
    for _ in 0..200 {
        let here = tab.run(
            "return document.activeElement.matches(arguments[0])",
            vec![json!(selector)],
        );
        if here == true {
            return;
        }
        tab.keys(&[Key::Tab]);
    }
    panic!("Tab never reaches {selector} at {}", tab.place());
}

#[test]
fn a_bid_is_scored_by_keyboard_alone() {
    if !tab::wanted() {
        return;
    }
    let app = TestApp::start();
    let bid = scoring(&app);
    let tab = Tab::new(&app);
    tab.go("/login");
    tab_to(&tab, "#f-username");
    tab.type_in("reviewer2");
    tab.keys(&[Key::Tab]);
    tab.type_in(PASSWORD);
    tab.keys(&[Key::Enter]);
    tab.sees("待办");
    tab.go(&format!("/bids/{bid}/score"));
    tab_to(&tab, "input[type=number][data-mark]");
    // 方案 40, 业绩 20, 信誉 15, 能力 25; the second is low and asks for a reason.
    tab.type_in("36");
    tab.keys(&[Key::Enter]);
    tab.type_in("8");
    tab.sees("低于满分的 60%，请写理由");
    tab.keys(&[Key::Enter]);
    let asked = tab.run("return document.activeElement.tagName", Vec::new());
    assert_eq!(asked, "TEXTAREA", "Enter leads to the reason that is due");
    tab.type_in("近三年没有同类业绩。");
    tab_to(&tab, "input[type=number][data-mark]");
    tab.type_in("12");
    tab.keys(&[Key::Enter]);
    tab.type_in("20.5");
    tab.sees("76.50");
    tab.sees("已自动保存");
    tab.shot("scoring-by-keyboard");
    tab.keys_with_control(Key::Enter);
    tab.sees("已提交，这是下一份");
    assert_eq!(handed_in(&app, "reviewer2", bid), 76.5);
    tab.finish();
}

#[test]
fn a_bid_is_scored_by_touch_on_a_phone() {
    if !tab::wanted() {
        return;
    }
    let app = TestApp::start();
    let bid = scoring(&app);
    let tab = Tab::new(&app);
    tab.login("reviewer3", PASSWORD);
    tab.touch_screen();
    tab.go(&format!("/bids/{bid}/score"));
    for (nth, mark) in ["36", "18", "12", "20"].into_iter().enumerate() {
        tab.tap(&format!("input[name='marks[{nth}][mark]']"));
        tab.type_in(mark);
    }
    tab.sees("86.00");
    tab.sees("已自动保存");
    let wide = tab.run("return document.documentElement.scrollWidth", Vec::new());
    assert!(wide.as_u64().unwrap() <= 390, "{wide} px wide");
    // Fingers need room: every control of the bar is at least 44 px high.
    let low = tab.run(
        "return [...document.querySelectorAll('.actionbar button')].filter(b => b.getBoundingClientRect().height < 44).length",
        Vec::new(),
    );
    assert_eq!(low, 0);
    tab.tap("button[name=submit]");
    tab.sees("已提交，这是下一份");
    assert_eq!(handed_in(&app, "reviewer3", bid), 86.0);
    tab.shot("scoring-by-touch");
    tab.finish();
}
