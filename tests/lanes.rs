//! A round limits the bids of an organization in each lane, and its minimum counts organizations.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::{bid_body, round_body};

fn limited(limit: i64) -> Value {
    let mut body = round_body();
    body["bids_per_lane"] = json!(limit);
    body
}

#[test]
fn one_bid_in_each_lane_unless_the_round_says_more() {
    let app = TestApp::start();
    // The form proposes one; a call that does not say sets no limit.
    let form = app.browser("office").get("/rounds/new").expect(200).text;
    let field = form
        .split('<')
        .find(|tag| tag.contains("name=\"bids_per_lane\""));
    assert!(field.unwrap().contains("value=\"1\""), "{field:?}");
    let unsaid = app.round();
    let unsaid = app.api("office").get(&unsaid.path("")).expect(200);
    assert_eq!(unsaid.json["bids_per_lane"], 99);
    let mut body = limited(1);
    body["topics"] = json!([
        { "lane": "commissioned", "title": "青年员工培养" },
        { "lane": "self_proposed", "title": "自选甲" },
        { "lane": "self_proposed", "title": "自选乙" },
    ]);
    let round = app.round_of(body).published();
    let shown = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(shown.json["bids_per_lane"], 1);
    let (drafter, secretary) = (app.actor("yunwei"), app.actor("yunwei.sj"));
    let first = round.submitted_bid("yunwei", 0);
    // Handing in the same one again is no second bid.
    secretary.submits(first).done();
    drafter
        .drafts(&round, 0)
        .refused(409, "lane_full")
        .contains("限报 1 份")
        .contains("撤回");

    // A draft without a topic may be begun; it is submitted where there is room.
    let second = drafter.drafts_as(&round, json!({})).done().id();
    let words = |topic: usize| bid_body(round.topics[topic], drafter.id(), "又一个");
    let writes = |bid: i64, topic: usize| {
        let path = format!("/api/v1/bids/{bid}");
        let version = app.api("yunwei").get(&path).expect(200).version();
        app.api("yunwei")
            .put(&path, version, words(topic))
            .expect(200);
    };
    writes(second, 0);
    secretary
        .submits(second)
        .refused(409, "lane_full")
        .contains("《yunwei 的项目》");
    writes(second, 1);
    secretary.submits(second).done();

    // All self-proposed topics are one lane, and now every lane is full.
    drafter.drafts(&round, 2).refused(409, "lane_full");
    drafter
        .drafts_as(&round, json!({}))
        .refused(409, "lane_full");
    round.submitted_bid("renhou", 2);
    secretary
        .does(&format!("/bids/{second}/withdraw"), json!({}))
        .done();
    round.submitted_bid("yunwei", 2);
}

#[test]
fn two_bids_of_one_organization_are_no_competition() {
    let app = TestApp::start();
    let mut body = limited(2);
    for topic in 0..2 {
        body["topics"][topic]["minimum_bids"] = json!(2);
    }
    let round = app.round_of(body).published();
    for _ in 0..2 {
        round.submitted_bid("yunwei", 0);
    }
    app.actor("yunwei")
        .drafts(&round, 0)
        .refused(409, "lane_full");
    round.submitted_bid("yunwei", 1);
    round.submitted_bid("renhou", 1);
    round.submitted_bid("renhou", 2);
    round.open();
    let office = app.api("office");
    let topics = office.get(&round.path("")).expect(200).json["topics"].clone();
    let failed: Vec<bool> = (0..3)
        .map(|topic| topics[topic]["failed"].as_bool().unwrap())
        .collect();
    assert_eq!(failed, [true, false, false]);
    assert_eq!(topics[0]["failure"]["valid_bids"], 1);
    app.client()
        .get("/api/v1/public/announcements")
        .expect(200)
        .contains("标的“青年员工培养”有效申报的组织 1 个，少于规定的 2 个，流标。");
    // Nobody is joint with themselves.
    let joint = json!({ "decision": "joint", "reason": "合力" });
    office
        .post(
            &format!("/api/v1/topics/{}/decision", round.topics[0]),
            joint,
        )
        .refused(409, "joint_needs_two");
    app.browser("office")
        .get(&format!("/rounds/{}", round.id))
        .contains("有效申报的组织只有 1 个");
    let findings = || app.findings();
    assert!(findings().is_empty());
    let fewer = format!(
        "UPDATE rounds SET bids_per_lane = 1 WHERE id = {}",
        round.id
    );
    app.database().execute(&fewer);
    app.unchecked();
    let found = findings();
    assert!(
        found.len() == 1 && found[0].contains("handed in 2 bids in a lane"),
        "{found:?}"
    );
}
