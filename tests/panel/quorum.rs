//! The quorum is counted of the appointed seats: at the start, at every recusal, at the lock.

use super::*;

fn recuses(app: &TestApp, reviewer: &str, bid: i64, reason: &str) {
    app.actor(reviewer)
        .does(&format!("/bids/{bid}/recusal"), json!({ "reason": reason }))
        .done();
}

fn replaces(round: &TestRound, out: &str, come: &str) -> crate::support::Answer {
    let body = json!({
        "out_user_id": round.app.user_id(out), "in_user_id": round.app.user_id(come), "reason": "回避",
    });
    round
        .app
        .api("office")
        .post(&round.path("/panel/replacements"), body)
}

#[test]
fn a_topic_left_by_too_many_waits_for_substitutes() {
    let app = TestApp::start();
    let (round, bids) = marked(&app);
    let office = app.api("office");
    let evaluation = format!("/api/v1/evaluations/{}", round.evaluation());
    let waiting = || office.get(&evaluation).expect(200).json["waiting"].clone();

    // Four of five are left: a quorum. A recusal is never refused, but with two left nothing is locked.
    recuses(&app, "reviewer5", bids[0], "申报负责人是我的学生");
    assert_eq!(waiting(), json!([]));
    app.browser("office").get("/home").lacks("补充候补委员");
    recuses(&app, "reviewer4", bids[0], "曾指导这一项目");
    recuses(&app, "reviewer3", bids[0], "申报负责人是我的近亲属");
    let sentence = waiting()[0].as_str().unwrap().to_owned();
    for words in ["青年员工培养", "近亲属", "只剩 2 名可评", "须有 4 名"] {
        assert!(sentence.contains(words), "{words}: {sentence}");
    }
    // The secretary reads who left, not why.
    let told = app.api("secretary").get(&evaluation).expect(200);
    let told = told.json["waiting"][0].as_str().unwrap();
    assert!(
        told.contains("只剩 2 名") && !told.contains("近亲属"),
        "{told}"
    );
    app.browser("office").get("/home").contains("补充候补委员");
    app.browser("reviewer1")
        .get(&format!("/evaluations/{}", round.evaluation()))
        .contains("只剩 2 名可评");
    for who in ["office", "reviewer1"] {
        let refused = app
            .api(who)
            .post(&round.path("/lock"), json!({}))
            .refused(409, "below_quorum");
        for words in [
            "近亲属",
            "党建部",
            "候补委员",
            &format!("/rounds/{}/panel", round.id),
        ] {
            assert!(refused.text.contains(words), "{words}: {}", refused.text);
        }
    }

    // One substitute after the other mends it; nobody who would make it worse.
    replaces(&round, "reviewer3", "reviewer6").expect(200);
    assert!(waiting()[0].as_str().unwrap().contains("只剩 3 名"));
    replaces(&round, "reviewer4", "reviewer7").expect(200);
    assert_eq!(waiting(), json!([]));
    office
        .post(&round.path("/lock"), json!({}))
        .refused(409, "below_quorum");
    for reviewer in ["reviewer6", "reviewer7"] {
        app.actor(reviewer).undertakes(round.evaluation()).done();
        for bid in bids {
            round.score(reviewer, bid, 80.0).expect(200);
        }
    }
    office.post(&round.path("/lock"), json!({})).expect(200);
    let file = office.get(&round.path("/result.json")).expect(200);
    assert_eq!(file.json["rule"]["quorum"]["appointed"], 5);
    assert_eq!(file.json["ranking"][0]["rows"][0]["sheets"], 4);
    assert_eq!(file.json["ranking"][0]["rows"][0]["quorum_met"], true);
}

#[test]
fn a_start_names_who_left_and_the_way_on() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("renhou", 0);
    round.open();
    let office = app.api("office");
    for reviewer in &["reviewer1", "reviewer2", "reviewer3"] {
        recuses(&app, reviewer, bid, "有亲属申报");
    }
    let early = office
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "start_below_quorum");
    assert!(early.text.contains("有亲属申报"), "{}", early.text);
    for reviewer in ["reviewer4", "reviewer5"] {
        recuses(&app, reviewer, bid, "另有原因");
    }
    let refused = office
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "nobody_eligible");
    for words in ["有亲属申报", "另有原因", "候补委员", "/panel"] {
        assert!(refused.text.contains(words), "{words}: {}", refused.text);
    }
}

#[test]
fn where_everybody_left_the_lock_names_them_and_the_way_on() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("renhou", 0);
    round.open();
    round.start_scoring();
    for n in 1..=5 {
        recuses(&app, &format!("reviewer{n}"), bid, "有亲属申报");
    }
    let refused = app
        .api("office")
        .post(&round.path("/lock"), json!({}))
        .refused(409, "below_quorum")
        .contains("全部回避")
        .lacks("请催促评分");
    assert_eq!(refused.text.matches("有亲属申报").count(), 5);
}

#[test]
fn a_blind_panel_is_not_told_who_left_a_topic_or_why() {
    let app = TestApp::start();
    let mut body = crate::support::rounds::round_body();
    body["rule"] = json!({ "blind": true });
    let round = app.round_of(body).published();
    let bids = [
        round.submitted_bid("yingxiao", 0),
        round.submitted_bid("yunwei", 1),
    ];
    round.open();
    round.start_scoring();
    // reviewer4 belongs to the first bidder and left by the rule.
    recuses(&app, "reviewer5", bids[0], "曾在营销共事");
    let lock = round.path("/lock");
    app.api("office")
        .post(&lock, json!({}))
        .refused(409, "below_quorum")
        .contains("曾在营销共事");
    app.api("reviewer1")
        .post(&lock, json!({}))
        .refused(409, "below_quorum")
        .contains("青年员工培养")
        .lacks("营销");
}
