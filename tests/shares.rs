//! One topic shared among several winners (合力推进).

use serde_json::{Value, json};

use crate::evaluation::{FAIR, GOOD, scoring};
use crate::support::TestApp;

fn split(first: i64, second: i64, budget: i64) -> Value {
    json!({
        "reason": "两份申报各有所长。",
        "shares": [
            { "bid_id": first, "scope": "北部三个供电所的试点", "budget": budget },
            { "bid_id": second, "scope": "南部推广", "budget": 200_000 },
        ],
    })
}

#[test]
fn a_topic_is_shared_by_more_winners_than_its_quota() {
    let app = TestApp::start();
    let scored = scoring(&app);
    let (round, bids) = (&scored.round, &scored.bids);
    let office = app.api("office");
    let path = format!("/api/v1/topics/{}/shares", round.topics[0]);

    // Who may, and what cannot be shared: the first topic has 50,000 yuan for its one place.
    for outsider in ["yunwei.sj", "reviewer1", "secretary", "supervisor"] {
        app.api(outsider)
            .post(&path, split(bids[0], bids[1], 300_000))
            .expect(403);
    }
    office
        .post(&path, split(bids[0], bids[0], 300_000))
        .invalid("shares[1][bid_id]");
    office
        .post(&path, split(bids[0], bids[3], 300_000))
        .invalid("shares[1][bid_id]");
    office
        .post(&path, split(bids[0], bids[1], 4_900_000))
        .invalid("shares");
    let failed = format!("/api/v1/topics/{}/shares", round.topics[1]);
    office
        .post(&failed, split(bids[0], bids[1], 1))
        .refused(409, "topic_failed");
    let proposed = office
        .post(&path, split(bids[0], bids[1], 300_000))
        .expect(200);
    assert_eq!(proposed.json["state"], "proposed");
    app.api("yunwei")
        .get(&round.path("/shares"))
        .refused(403, "split_readers");
    assert_eq!(
        app.api("secretary")
            .get(&round.path("/shares"))
            .expect(200)
            .items()
            .len(),
        1
    );
    let page = app
        .browser("office")
        .get(&format!("/topics/{}/shares", round.topics[0]))
        .expect(200);
    page.contains("北部三个供电所的试点");

    scored.all([GOOD, FAIR, FAIR, GOOD, FAIR]);
    scored.office("/lock").expect(200);
    app.browser("secretary")
        .get(&format!("/rounds/{}/decision", round.id))
        .expect(200)
        .contains("提议合力推进");
    // Others than those who share: the quota stands.
    scored
        .decide(
            ["winner", "rejected", "winner", "winner", "winner"],
            Some("各有所长"),
        )
        .invalid("items");
    // Exactly those: more than the quota, and no reason owed but the proposal's own.
    scored
        .decide(
            ["winner", "winner", "reserve", "winner", "winner"],
            Some("按名次"),
        )
        .expect(200);
    let splits = office.get(&round.path("/shares")).expect(200);
    assert_eq!(splits.items()[0]["state"], "adopted", "{}", splits.text);
    office
        .post(&path, split(bids[0], bids[1], 1))
        .refused(409, "wrong_state");
    assert!(
        scored.rows(0).iter().any(|row| row["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("合力推进，承担：南部推广"))),
        "{:?}",
        scored.rows(0)
    );

    round.conclude();
    let notices = app.client().get("/announcements").expect(200);
    assert!(notices.text.contains("中标公示"));
    let drafted = office
        .post(&round.path("/contracts"), json!({}))
        .expect(201);
    for (bid, scope, budget) in [
        (bids[0], "北部三个供电所的试点", 300_000),
        (bids[1], "南部推广", 200_000),
    ] {
        let id = drafted
            .items()
            .iter()
            .find(|one| one["bid_id"] == json!(bid))
            .unwrap_or_else(|| panic!("no contract of {bid}: {}", drafted.text))["id"]
            .clone();
        let contract = office.get(&format!("/api/v1/contracts/{id}")).expect(200);
        assert!(contract.text.contains(scope), "{}", contract.text);
        assert_eq!(
            contract.json["content"]["budget_total"], budget,
            "{}",
            contract.text
        );
    }
}

#[test]
fn a_proposal_is_taken_back_or_dropped() {
    let app = TestApp::start();
    let scored = scoring(&app);
    let (round, bids) = (&scored.round, &scored.bids);
    let office = app.api("office");
    let path = format!("/api/v1/topics/{}/shares", round.topics[0]);
    // By the page: yuan, one line without work is no share.
    let browser = app.browser("office");
    let page = format!("/topics/{}/shares", round.topics[0]);
    // The address of old goes on answering.
    let old = format!("/topics/{}/split", round.topics[0]);
    browser.get(&old).expect(200).contains("没有提议");
    let token = browser.csrf(&page);
    let ids: Vec<String> = bids.iter().map(ToString::to_string).collect();
    let fields = |yuan: &'static str| {
        vec![
            ("csrf", token.clone()),
            ("reason", "各有所长".to_owned()),
            ("shares[0][bid_id]", ids[0].clone()),
            ("shares[0][scope]", "试点".to_owned()),
            ("shares[0][budget]", yuan.to_owned()),
            ("shares[1][bid_id]", ids[1].clone()),
            ("shares[1][scope]", String::new()),
            ("shares[1][budget]", String::new()),
            ("shares[2][bid_id]", ids[2].clone()),
            ("shares[2][scope]", "推广".to_owned()),
            ("shares[2][budget]", "2000".to_owned()),
        ]
    };
    let post = |yuan: &'static str| {
        let fields = fields(yuan);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser.post_raw(&page, &fields)
    };
    post("三千").expect(422).contains("请填写金额");
    post("3000.50").expect(303);
    let kept = office.get(&round.path("/shares")).expect(200);
    let shares = kept.items()[0]["shares"].as_array().unwrap().clone();
    let mut budgets: Vec<i64> = shares
        .iter()
        .map(|one| one["budget"].as_i64().unwrap())
        .collect();
    budgets.sort_unstable();
    assert_eq!(budgets, [200_000, 300_050], "{}", kept.text);
    office
        .post(&format!("{path}/withdraw"), json!({}))
        .expect(200);
    office
        .post(&format!("{path}/withdraw"), json!({}))
        .refused(409, "split_withdrawn");
    office
        .post(&path, split(bids[0], bids[1], 300_000))
        .expect(200);

    // Decided within the quota: dropped, and contracts are as they were bid for.
    scored.all([GOOD, FAIR, FAIR, GOOD, FAIR]);
    round.decide();
    let splits = office.get(&round.path("/shares")).expect(200);
    assert_eq!(splits.items()[0]["state"], "dropped", "{}", splits.text);
    let trail = app
        .api("auditadmin")
        .get(&format!("/api/v1/audit?subject=topic:{}", round.topics[0]))
        .expect(200);
    assert!(trail.text.contains("split.withdraw"), "{}", trail.text);
}
