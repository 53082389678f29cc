//! Less to key in: a draft begins with an earlier bid, its team comes from the roster, its budget knows the ceiling.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::{bid_body, round_body};

#[test]
fn an_untouched_draft_begins_with_an_earlier_bid_of_the_same_organization() {
    let app = TestApp::start();
    let round = app.round().published();
    let earlier = round.submitted_bid("yunwei", 0);
    let theirs = round.submitted_bid("renhou", 0);
    let applicant = app.api("yunwei");
    let draft = applicant
        .post(
            &round.path("/bids"),
            json!({ "content": { "topic_id": round.topics[1] } }),
        )
        .expect(201)
        .id();
    app.browser("yunwei")
        .get(&format!("/bids/{draft}/edit"))
        .expect(200)
        .contains("照抄")
        .contains("yunwei 的项目（已提交（密封）")
        .lacks("renhou 的项目");
    let copy = format!("/api/v1/bids/{draft}/copy");
    for wrong in [theirs, draft, 1] {
        applicant
            .post(&copy, json!({ "version": 1, "source_id": wrong }))
            .expect(422)
            .invalid("source_id");
    }
    app.api("renhou")
        .post(&copy, json!({ "version": 1, "source_id": theirs }))
        .expect(404);
    let copied = applicant
        .post(&copy, json!({ "version": 1, "source_id": earlier }))
        .expect(200);
    let old = applicant
        .get(&format!("/api/v1/bids/{earlier}"))
        .expect(200);
    let (old, new) = (&old.json["content"], &copied.json["content"]);
    assert_eq!(new["copied_from"], earlier);
    assert_eq!(new["topic_id"], round.topics[1]);
    for field in [
        "title",
        "problem",
        "targets",
        "team",
        "track_record",
        "budget",
        "outcomes",
    ] {
        assert_eq!(new[field], old[field], "{field}");
    }
    for step in new["plan"].as_array().unwrap() {
        assert_eq!(step["starts_on"], Value::Null);
        assert!(!step["work"].as_str().unwrap().is_empty());
    }
    let version = copied.version();
    app.browser("yunwei")
        .get(&format!("/bids/{draft}"))
        .expect(200)
        .contains("以本组织以前的一份申报书为底稿");
    // What is written is never overwritten, and the mark cannot name somebody else's.
    applicant
        .post(&copy, json!({ "version": version, "source_id": earlier }))
        .refused(409, "draft_not_empty");
    let mut forged = new.clone();
    forged["copied_from"] = json!(theirs);
    applicant
        .put(&format!("/api/v1/bids/{draft}"), version, forged)
        .expect(422)
        .invalid("copied_from");
    app.browser("yunwei")
        .get(&format!("/bids/{draft}/edit"))
        .expect(200)
        .lacks("/copy\"");
}

#[test]
fn a_budget_above_the_ceiling_is_told_while_drafting_and_refused_on_submission() {
    let app = TestApp::start();
    let round = app.round_of(round_body()).published();
    let applicant = app.api("yunwei");
    let bid = round.draft_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    let form = || {
        app.browser("yunwei")
            .get(&format!("/bids/{bid}/edit"))
            .expect(200)
    };
    form()
        .contains("上限是 50,000.00 元")
        .contains("合计 1,200.00 元")
        .contains("还可以列 48,800.00 元");
    let mut content = bid_body(round.topics[0], app.user_id("yunwei"), "看护到村");
    content["budget"] =
        json!([{ "item": "培训", "amount": 3_000_000 }, { "item": "材料", "amount": 2_000_001 }]);
    // A draft may be over it for a while; the page, the check and the submission all say so.
    applicant.put(&path, 1, content.clone()).expect(200);
    form().contains("超过上限 0.01 元");
    let lacking = applicant.get(&format!("{path}/completeness")).expect(200);
    assert_eq!(lacking.json["missing"][0]["field"], "budget[0][amount]");
    let secretary = app.api("yunwei.sj");
    let submit = || secretary.post(&format!("{path}/submit"), json!({}));
    submit()
        .expect(422)
        .contains("经费合计 50,000.01 元，超过标的上限 50,000.00 元，多出 0.01 元。")
        .invalid("budget[0][amount]");
    content["budget"][1]["amount"] = json!(2_000_000);
    applicant.put(&path, 2, content).expect(200);
    form().contains("还可以列 0.00 元");
    submit().expect(200);
}

#[test]
fn a_team_is_picked_from_the_roster_alone() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let me = app.user_id("yunwei");
    let form = app
        .browser("yunwei")
        .get(&format!("/bids/{bid}/edit"))
        .expect(200);
    assert!(
        form.text.contains(&format!("value=\"{me}\"")),
        "{}",
        form.text
    );
    let form = form.contains("，工号 ");
    let stranger = app.user_id("renhou");
    form.lacks(&format!("value=\"{stranger}\""));
    let mut content = bid_body(round.topics[0], me, "看护到村");
    content["team"]["members"] = json!([me, stranger]);
    app.api("yunwei")
        .put(&format!("/api/v1/bids/{bid}"), 1, content)
        .expect(422)
        .invalid("team[members][1]");
}
