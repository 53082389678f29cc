//! What pages, hints and papers say is so, and nothing speaks of what is not built.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::TestApp;
use crate::support::moments::Moment;
use crate::support::rounds::bid_body;

/// Words of what the product does not do.
const PROMISES: &[&str] = &[
    "月报",
    "每月填",
    "推进图",
    "导出表格",
    "用表格导入",
    "表格导入",
    "文字版",
    "预约观摩",
    "可预约",
    "指定代理",
    "代理期限",
    "办理交接",
    "完整性检查”",
    "点“验证”",
    "二维码",
    "扫码",
    "提醒到",
    "逐级提醒",
    "短信",
    "邮件通知",
    "登记事项、责任人",
    "优秀项目",
];

fn texts(folder: &Path, ends: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, ends, found);
        } else if path.to_string_lossy().ends_with(ends) {
            found.push((
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

#[test]
fn nothing_speaks_of_what_is_not_built() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    texts(&root.join("templates"), ".html", &mut all);
    texts(&root.join("src"), ".rs", &mut all);
    texts(&root.join("static"), ".js", &mut all);
    let help = root.join("seed/help.json");
    all.push((
        "seed/help.json".to_owned(),
        fs::read_to_string(help).unwrap(),
    ));
    assert!(all.len() > 100, "{}", all.len());
    // What follows a unit-test module's beginning is sample text.
    let said = |text: &str| text.split("#[cfg(test)]").next().unwrap_or("").to_owned();
    let false_words: Vec<String> = all
        .iter()
        .filter(|(path, _)| !path.ends_with("tests.rs"))
        .flat_map(|(path, text)| {
            let text = said(text);
            PROMISES
                .iter()
                .filter(move |word| text.contains(**word))
                .map(move |word| format!("{path}: {word}"))
        })
        .collect();
    assert!(false_words.is_empty(), "{false_words:#?}");
}

#[test]
fn a_contract_says_it_agrees_with_its_signatures_only_once_it_has_one() {
    let (app, world) = Moment::Drafted.start();
    let page = format!("/contracts/{}", world.id("contract"));
    let office = app.browser("office");
    let before = office.get(&page).expect(200);
    before.contains("还没有人签署").lacks("与签署时的一致");
    app.actor("yunwei.sj").signs(world.id("contract")).done();
    let after = office.get(&page).expect(200);
    after.contains("与签署时的一致").lacks("还没有人签署");
}

#[test]
fn a_step_that_waits_to_begin_is_not_said_to_go_on() {
    for (moment, label, goes_on) in [
        (Moment::Draft, "发布", false),
        (Moment::Opened, "评分", false),
        (Moment::Scoring, "评分", true),
        (Moment::Scored, "决定", false),
        (Moment::Decided, "公示", false),
        (Moment::Publicized, "公示", true),
    ] {
        let (app, world) = moment.start();
        let said = if goes_on { "正在进行" } else { "接下来" };
        app.browser("office")
            .get(&format!("/rounds/{}", world.id("round")))
            .expect(200)
            .contains(&format!("{label}<span class=\"vh\">（{said}）"));
    }
}

#[test]
fn who_may_not_know_the_panel_yet_is_told_that_there_is_one() {
    let (app, world) = Moment::Open.start();
    let page = format!("/rounds/{}", world.id("round"));
    app.browser("yunwei")
        .get(&page)
        .expect(200)
        .contains("位评委")
        .lacks("还没有组成");
    let app = TestApp::start();
    let round = app.round();
    app.browser("office")
        .get(&format!("/rounds/{}", round.id))
        .expect(200)
        .contains("还没有组成")
        .lacks("0 位评委");
}

#[test]
fn words_saved_before_the_round_takes_bids_are_no_reason_to_warn() {
    let app = TestApp::start();
    let round = app.round().published();
    app.set_clock("2026-03-02T08:00+08:00");
    let bid = round.draft_bid("yunwei", 0);
    let browser = app.browser("yunwei");
    let csrf = browser.csrf(&format!("/bids/{bid}/edit"));
    let saved = browser
        .post_raw(
            &format!("/bids/{bid}/autosave"),
            &[("csrf", &csrf), ("version", "1"), ("title", "早一步")],
        )
        .expect(200);
    assert_eq!(saved.json["note"], json!(null), "{}", saved.text);
}

#[test]
fn a_draft_is_not_shown_as_what_was_submitted() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let yunwei = app.api("yunwei");
    let browser = app.browser("yunwei");
    let (page, list) = (format!("/bids/{bid}"), format!("/rounds/{}", round.id));
    browser.get(&page).expect(200).lacks("以下是草稿");
    browser.get(&list).expect(200).lacks("草稿又改过");
    let path = format!("/api/v1/bids/{bid}");
    let version = yunwei.get(&path).expect(200).version();
    let body = bid_body(round.topics[0], app.user_id("yunwei"), "提交以后改的题目");
    yunwei.put(&path, version, body).expect(200);
    browser
        .get(&page)
        .expect(200)
        .contains("以下是草稿，不是已经提交并密封的内容。已提交的是")
        .contains("提交以后改的题目");
    browser.get(&list).expect(200).contains("草稿又改过");
}
