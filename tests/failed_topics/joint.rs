//! Bidders that go on as one.

use super::*;

/// The second topic is to become a joint project.
fn joining(app: &TestApp) -> (TestRound<'_>, Vec<i64>) {
    let (round, bids) = opened(app);
    decide(
        app,
        &round,
        2,
        json!({ "decision": "joint", "reason": "无人" }),
    )
    .refused(409, "joint_needs_two");
    decide(
        app,
        &round,
        2,
        json!({ "decision": "close", "reason": "无人申报。" }),
    )
    .expect(200);
    decide(
        app,
        &round,
        1,
        json!({ "decision": "joint", "reason": "合力更好", "lead_bid_id": bids[0] }),
    )
    .invalid("lead_bid_id");
    decide(
        app,
        &round,
        1,
        json!({ "decision": "joint", "reason": "两家思路互补。", "lead_bid_id": bids[4] }),
    )
    .expect(200);
    (round, bids)
}

#[test]
fn bidders_that_agree_go_on_as_one_joint_project_with_a_contract() {
    let app = TestApp::start();
    let (round, bids) = joining(&app);
    let joint = |who: &str, bid: i64, agree: bool| {
        app.api(who).post(
            &format!("/api/v1/bids/{bid}/joint"),
            json!({ "agree": agree }),
        )
    };
    app.browser("wangjing.sj")
        .get("/home")
        .expect(200)
        .contains("答复联合攻关");
    joint("wangjing", bids[3], true).refused(403, "secretary_required");
    joint("renhou.sj", bids[3], true).expect(404);
    joint("yunwei.sj", bids[0], true).refused(409, "not_asked");
    joint("wangjing.sj", bids[3], true).expect(200);
    joint("wangjing.sj", bids[3], false).refused(409, "already_answered");
    round.start_scoring();
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
        .refused(409, "joint_unanswered");
    let agreed = joint("gaochang.sj", bids[4], true).expect(200);
    let failure = &agreed.json["topics"][1]["failure"];
    assert_eq!(failure["joint_lead_id"], bids[4], "{failure}");
    assert!(failure["agreed_at"].is_string(), "{failure}");
    assert_eq!(failure["joint"].as_array().unwrap().len(), 2);
    app.client()
        .get("/api/v1/public/announcements")
        .expect(200)
        .contains("联合攻关公告");
    // Nobody scored it: without a decision of the committee secretary, publicized, nothing follows.
    office
        .post(&round.path("/conclude"), json!({}))
        .refused(409, "joint_undecided")
        .contains("党委书记");
    let award = format!("/api/v1/topics/{}/joint_award", round.topics[1]);
    let decided = json!({
        "approve": true, "minute_number": "党委会纪要〔2026〕4号", "minute_date": "2026-04-02", "reason": "两家互补。",
    });
    office
        .post(&award, decided.clone())
        .refused(403, "role_required");
    let secretary = app.api("secretary");
    app.browser("secretary")
        .get("/home")
        .contains("决定联合攻关");
    let mut early = decided.clone();
    early["minute_date"] = json!("2026-04-03");
    secretary.post(&award, early).invalid("minute_date");
    let awarded = secretary.post(&award, decided.clone()).expect(200);
    let until = &awarded.json["topics"][1]["failure"]["publicity_until"];
    assert_eq!(until, "2026-04-10", "{}", awarded.text);
    assert_eq!(&awarded.json["publicity_until"], until);
    secretary
        .post(&award, decided)
        .refused(409, "already_decided");
    app.client()
        .get("/api/v1/public/announcements")
        .expect(200)
        .contains("联合攻关公示");
    office
        .post(&round.path("/conclude"), json!({}))
        .refused(409, "publicity_running");
    app.set_clock("2026-04-11T09:00+08:00");
    office.post(&round.path("/conclude"), json!({})).expect(200);
    office
        .post(&round.path("/contracts"), json!({}))
        .expect(201);
    let contracts = office.get("/api/v1/contracts").expect(200);
    let contract = contracts
        .items()
        .iter()
        .find(|contract| contract["bid_id"] == bids[4])
        .unwrap_or_else(|| panic!("{}", contracts.text))["id"]
        .as_i64()
        .unwrap();
    office
        .get(&format!("/api/v1/contracts/{contract}"))
        .expect(200)
        .contains("联合攻关");
}

#[test]
fn a_joint_project_nobody_joins_leaves_the_topic_to_be_decided_again() {
    let app = TestApp::start();
    let (round, bids) = joining(&app);
    for (who, bid, agree) in [
        ("wangjing.sj", bids[3], true),
        ("gaochang.sj", bids[4], false),
    ] {
        app.api(who)
            .post(
                &format!("/api/v1/bids/{bid}/joint"),
                json!({ "agree": agree }),
            )
            .expect(200);
    }
    let failure = topic(&app, &round, 1)["failure"].clone();
    assert_eq!(failure["decision"], Value::Null, "{failure}");
    assert_eq!(failure["joint"], json!([]));
    app.client()
        .get("/api/v1/public/announcements")
        .expect(200)
        .contains("联合攻关未成");
    decide(
        &app,
        &round,
        1,
        json!({ "decision": "reopen", "reason": "重新征集。" }),
    )
    .expect(200);
}

#[test]
fn a_joint_project_of_a_round_in_which_all_failed_is_decided_and_publicized_too() {
    let app = TestApp::start();
    let mut body = round_body();
    body["topics"] = json!([{ "lane": "commissioned", "title": "须有三家", "minimum_bids": 3 }]);
    let round = app.round_of(body).published();
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
    ];
    round.open();
    let joint = json!({ "decision": "joint", "reason": "合力更好" });
    decide(&app, &round, 0, joint.clone()).expect(200);
    let agree = || {
        for (who, bid) in [("yunwei.sj", bids[0]), ("renhou.sj", bids[1])] {
            app.api(who)
                .post(
                    &format!("/api/v1/bids/{bid}/joint"),
                    json!({ "agree": true }),
                )
                .expect(200);
        }
    };
    agree();
    let office = app.api("office");
    let close = round.path("/close");
    office
        .post(&close, json!({}))
        .refused(409, "joint_undecided");
    let page = format!("/rounds/{}", round.id);
    let award = |approve: &str| {
        app.browser("secretary")
            .submit(
                &page,
                &format!("{page}/topics/{}/joint_award", round.topics[0]),
                &[
                    ("approve", approve),
                    ("minute_number", "纪要〔2026〕5号"),
                    ("minute_date", "2026-03-21"),
                    ("reason", "党委会研究"),
                ],
            )
            .expect(303)
    };
    // Not decided for: the office decides otherwise, or asks again.
    award("false");
    office
        .post(&close, json!({}))
        .refused(409, "failed_topic_undecided");
    decide(&app, &round, 0, joint).expect(200);
    agree();
    award("true");
    office
        .post(&close, json!({}))
        .refused(409, "publicity_running");
    app.set_clock("2026-03-28T09:00+08:00");
    office.post(&close, json!({})).expect(200);
    let drafted = office
        .post(&round.path("/contracts"), json!({}))
        .expect(201);
    assert_eq!(
        drafted.json["items"][0]["bid_id"], bids[0],
        "{}",
        drafted.text
    );
}
