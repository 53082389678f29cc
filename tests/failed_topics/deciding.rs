//! Too few bids, and what becomes of the topic.

use super::*;

#[test]
fn too_few_bids_fail_a_topic_at_the_opening_and_all_are_told() {
    let app = TestApp::start();
    let (round, bids) = opened(&app);
    assert_eq!(topic(&app, &round, 0)["failed"], false);
    let second = topic(&app, &round, 1);
    assert_eq!(second["failed"], true);
    assert_eq!(second["failure"]["valid_bids"], 2);
    assert_eq!(second["failure"]["decision"], Value::Null);
    assert_eq!(topic(&app, &round, 2)["failure"]["valid_bids"], 0);
    let why = "标的“停电投诉治理”有效申报的组织 2 个，少于规定的 3 个，流标。";
    let notices = app.client().get("/api/v1/public/announcements").expect(200);
    assert!(
        notices
            .items()
            .iter()
            .any(|notice| notice["title"].as_str().unwrap().starts_with("流标公告")),
        "{}",
        notices.text
    );
    let minute = notices
        .items()
        .iter()
        .find(|notice| notice["kind"] == "opening")
        .unwrap();
    assert!(minute.to_string().contains(why), "{minute}");
    app.visitor()
        .get(&format!("/guides/{}", round.id))
        .expect(200)
        .contains(why);
    // The bidders concerned read why, on the round's page and at their bid.
    for page in [
        format!("/rounds/{}", round.id),
        format!("/bids/{}", bids[3]),
    ] {
        app.browser("wangjing").get(&page).expect(200).contains(why);
    }
    app.browser("office")
        .get("/home")
        .expect(200)
        .contains("2 个标的流标");
    let id = round.topics[0];
    app.api("office")
        .post(
            &format!("/api/v1/topics/{id}/decision"),
            json!({ "decision": "close", "reason": "x" }),
        )
        .refused(409, "not_failed");
}

#[test]
fn scoring_goes_on_for_the_others_and_the_round_ends_when_all_is_decided() {
    let app = TestApp::start();
    let (round, bids) = opened(&app);
    round.start_scoring();
    let reviewer = app.api("reviewer1");
    reviewer
        .get(&format!("/api/v1/bids/{}/score_sheet", bids[0]))
        .expect(200);
    let failed = reviewer.get(&format!("/api/v1/bids/{}/score_sheet", bids[3]));
    failed.refused(409, "topic_failed");
    round.score_all(&bids[..3]);
    round.decide();
    app.set_clock("2026-03-25T15:00+08:00");
    let office = app.api("office");
    office
        .post(&round.path("/publicity"), json!({}))
        .expect(200);
    app.set_clock("2026-04-02T09:00+08:00");
    office
        .post(&round.path("/conclude"), json!({}))
        .refused(409, "failed_topic_undecided");
    decide(
        &app,
        &round,
        1,
        json!({ "decision": "close", "reason": "" }),
    )
    .invalid("reason");
    decide(
        &app,
        &round,
        1,
        json!({ "decision": "close", "reason": "与公司专项重复。" }),
    )
    .expect(200);
    decide(
        &app,
        &round,
        1,
        json!({ "decision": "reopen", "reason": "再想想" }),
    )
    .refused(409, "already_decided");
    office
        .post(&round.path("/conclude"), json!({}))
        .refused(409, "failed_topic_undecided");
    app.api("yunwei")
        .post(
            &format!("/api/v1/topics/{}/decision", round.topics[2]),
            json!({ "decision": "close", "reason": "无人申报。" }),
        )
        .refused(403, "role_required");
    decide(
        &app,
        &round,
        2,
        json!({ "decision": "close", "reason": "无人申报。" }),
    )
    .expect(200);
    let concluded = office.post(&round.path("/conclude"), json!({})).expect(200);
    assert_eq!(concluded.json["state"], "concluded");
    app.client()
        .get("/api/v1/public/announcements")
        .expect(200)
        .contains("与公司专项重复。");
}

#[test]
fn reopened_topics_make_one_supplementary_round_linked_both_ways() {
    let app = TestApp::start();
    let (round, _) = opened(&app);
    let first = decide(
        &app,
        &round,
        1,
        json!({ "decision": "reopen", "reason": "宣传不够。" }),
    )
    .expect(200);
    let second = decide(
        &app,
        &round,
        2,
        json!({ "decision": "reopen", "reason": "时间太紧。" }),
    )
    .expect(200);
    let next = first.json["topics"][1]["failure"]["next_round_id"]
        .as_i64()
        .unwrap();
    assert_eq!(second.json["topics"][2]["failure"]["next_round_id"], next);
    assert_eq!(second.json["supplements"], json!([next]));
    let office = app.api("office");
    let draft = office
        .get(&format!("/api/v1/rounds/{next}"))
        .expect(200)
        .json;
    assert_eq!(
        draft["origin"],
        json!({ "round_id": round.id, "as": "supplement" })
    );
    assert_eq!(draft["state"], "draft");
    assert_eq!(draft["title"], "补充招标：2026年第一批党建创新项目招标");
    let titles: Vec<&str> = draft["topics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|topic| topic["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["停电投诉治理", "基层自选项目"]);
    assert_eq!(draft["topics"][0]["minimum_bids"], 3);
    assert_eq!(draft["warnings"], json!([]));
    // Bidders read of it, and reach it once it is published.
    let page = format!("/rounds/{}", round.id);
    let link = format!("href=\"/rounds/{next}\"");
    app.browser("wangjing")
        .get(&page)
        .expect(200)
        .contains("补充招标")
        .lacks(&link);
    app.browser("office").get(&page).expect(200).contains(&link);
    office
        .post(&format!("/api/v1/rounds/{next}/publish"), json!({}))
        .expect(200);
    app.browser("wangjing")
        .get(&page)
        .expect(200)
        .contains(&link);
    app.browser("wangjing")
        .get(&format!("/rounds/{next}"))
        .expect(200)
        .contains("本批次补充招标，原批次");
}

#[test]
fn a_bid_found_void_after_the_opening_may_leave_its_topic_short() {
    let app = TestApp::start();
    let (round, bids) = opened(&app);
    app.api("office")
        .post(
            &format!("/api/v1/bids/{}/void", bids[0]),
            json!({ "reason": "附件造假。" }),
        )
        .expect(200);
    let office = app.api("office");
    office
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "all_topics_failed");
    assert_eq!(
        topic(&app, &round, 0)["failed"],
        false,
        "a refused command changes nothing"
    );
}

#[test]
fn a_round_whose_topics_all_fail_is_concluded_without_scoring() {
    let app = TestApp::start();
    let round = app.round().published();
    round.open();
    let office = app.api("office");
    office
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "all_topics_failed");
    office
        .post(&round.path("/close"), json!({}))
        .refused(409, "failed_topic_undecided");
    app.browser("office")
        .get(&format!("/rounds/{}", round.id))
        .expect(200)
        .contains("下一步：以流标办结");
    app.browser("office")
        .get("/home")
        .expect(200)
        .contains("以流标办结：")
        .lacks("开始评分：");
    round.close_failed_topics();
    let closed = office.post(&round.path("/close"), json!({})).expect(200);
    assert_eq!(closed.json["state"], "concluded");
    assert!(closed.json["concluded_at"].is_string());
    let app = TestApp::start();
    let (other, _) = opened(&app);
    app.api("office")
        .post(&other.path("/close"), json!({}))
        .refused(409, "not_all_failed");
}

#[test]
fn the_page_decides_a_failed_topic_and_keeps_what_was_typed() {
    let app = TestApp::start();
    let (round, bids) = opened(&app);
    let browser = app.browser("office");
    let page = format!("/rounds/{}", round.id);
    let shown = browser.get(&page).expect(200);
    shown
        .contains("2 个流标的标的等待决定")
        .contains("有效申报的组织只有 0 个，联合攻关至少要两个。");
    let action = format!("/rounds/{}/topics/{}/decision", round.id, round.topics[1]);
    browser
        .submit(&page, &action, &[("reason", "两家思路互补。")])
        .expect(422)
        .contains("两家思路互补。");
    let done = browser
        .submit(
            &page,
            &action,
            &[("decision", "joint"), ("reason", "两家思路互补。")],
        )
        .expect(303);
    browser.follow(&done).expect(200).contains("转为联合攻关");
    let secretary = app.browser("wangjing.sj");
    let answer = format!("/rounds/{}/bids/{}/joint", round.id, bids[3]);
    let done = secretary
        .submit(&page, &answer, &[("agree", "true")])
        .expect(303);
    secretary.follow(&done).expect(200).contains("同意");
}
