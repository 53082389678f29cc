//! A draft survives what happens to a browser: a lost session, a closed laptop, a passed deadline, another account.

use serde_json::json;

use super::PASSWORD;
use super::tab::{self, Tab};
use crate::support::TestApp;

fn problem(app: &TestApp, bid: i64) -> String {
    let shown = app
        .api("yunwei")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200);
    shown.json["content"]["problem"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn begin(app: &TestApp) -> i64 {
    let round = app.round().published();
    app.api("yunwei")
        .post(&round.path("/bids"), json!({ "content": {} }))
        .expect(201)
        .id()
}

#[test]
fn words_typed_in_a_lost_session_come_back_after_logging_in() {
    if !tab::wanted() {
        return;
    }
    let app = TestApp::start();
    let bid = begin(&app);
    let edit = format!("/bids/{bid}/edit");
    let tab = Tab::new(&app);
    tab.login("yunwei", PASSWORD);
    tab.go(&edit);
    tab.fill("problem", "外破隐患发现晚。");
    tab.sees("已自动保存");
    // The session is lost; what is typed before and after one notices is kept.
    tab.leave();
    tab.fill("problem", "外破隐患发现晚，处置慢。");
    tab.sees("登录已失效，内容暂存在本机");
    tab.fill("problem", "夜间无人看护，外破隐患发现晚，处置慢。");
    std::thread::sleep(std::time::Duration::from_millis(2000));
    // A colleague at the same machine is not shown it, and their logging out does not clear it.
    tab.login("yunwei.sj", PASSWORD);
    tab.go(&edit);
    tab.sees("填写申报书");
    assert!(!tab.text().contains("没有存上的内容"), "{}", tab.text());
    tab.press("退出");
    tab.sees("您已退出");
    tab.login("yunwei", PASSWORD);
    tab.go(&edit);
    tab.sees("没有存上的内容");
    tab.shot("autosave-offer");
    tab.follow("看与已保存的有什么不同");
    tab.sees("两份内容的不同");
    let added = tab.run(
        "return [...document.querySelectorAll('ins')].map(e => e.innerText).join('|')",
        Vec::new(),
    );
    assert!(added.as_str().unwrap().contains("夜间无人看护"), "{added}");
    tab.shot("autosave-compare");
    assert_eq!(problem(&app, bid), "外破隐患发现晚。");
    tab.go(&edit);
    tab.press("恢复未保存的内容");
    tab.sees("已自动保存");
    assert_eq!(problem(&app, bid), "夜间无人看护，外破隐患发现晚，处置慢。");
    // Once it is saved nothing is offered any more.
    tab.go(&edit);
    tab.sees("填写申报书");
    assert!(!tab.text().contains("没有存上的内容"), "{}", tab.text());
    tab.finish();
}

#[test]
fn words_typed_offline_are_saved_when_the_net_is_back() {
    if !tab::wanted() {
        return;
    }
    let app = TestApp::start();
    let bid = begin(&app);
    let tab = Tab::new(&app);
    tab.login("yunwei", PASSWORD);
    tab.go(&format!("/bids/{bid}/edit"));
    tab.offline(true);
    tab.fill("problem", "合上笔记本以前写的。");
    tab.sees("内容暂存在本机，联网后会再试");
    tab.offline(false);
    tab.run("window.dispatchEvent(new Event('online'))", Vec::new());
    tab.sees("已自动保存");
    assert_eq!(problem(&app, bid), "合上笔记本以前写的。");
    // The deadline passes while the page is open.
    app.set_clock("2026-03-20T17:00:01+08:00");
    tab.fill("problem", "截止以后写的。");
    tab.sees("不能再提交");
    assert_eq!(problem(&app, bid), "截止以后写的。");
    tab.finish();
}
