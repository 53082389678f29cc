//! One declines, or the office ends it.

use super::*;

#[test]
fn one_who_declines_or_the_office_ends_it() {
    let app = TestApp::start();
    let round = app.round().published();
    let one = round.submitted_bid("yunwei", 0);
    let two = round.submitted_bid("renhou", 0);
    let three = round.submitted_bid("biandian", 2);
    round.open();
    let office = app.api("office");

    // What cannot be asked.
    office
        .post(&round.path("/joint"), body(one, &[one]))
        .invalid("partner_bid_ids");
    office
        .post(&round.path("/joint"), body(one, &[404]))
        .invalid("partner_bid_ids");
    // The second topic has no bid and failed; a failed topic's bids go their own way.
    let merger = propose(&round, one, &[two, three]).id();
    office
        .post(&round.path("/joint"), body(three, &[two]))
        .invalid("lead_bid_id");
    let path = format!("/api/v1/joint/{merger}");
    agree(&round, "yunwei.sj", merger).expect(200);
    let digest = office.get(&path).expect(200).json["digest"].clone();
    let secretary = app.api("renhou.sj");
    secretary
        .post(
            &format!("{path}/answer"),
            json!({ "agree": false, "digest": digest }),
        )
        .invalid("reason");
    let ended = secretary
        .post(
            &format!("{path}/answer"),
            json!({ "agree": false, "digest": digest, "reason": "方案不一样" }),
        )
        .expect(200);
    assert_eq!(ended.json["state"], "declined");
    assert!(
        ended.json["ended_reason"]
            .as_str()
            .unwrap()
            .contains("方案不一样")
    );
    agree(&round, "biandian.sj", merger).refused(409, "merger_ended");
    for bid in [one, two, three] {
        assert_eq!(state(&round, bid), "opened");
    }
    assert!(!todo(&app, "biandian.sj").contains("/joint/"));

    // By pages this time, and taken back.
    let browser = app.browser("office");
    let form = browser
        .get(&format!(
            "/rounds/{}/joint?lead={one}&partner={three}",
            round.id
        ))
        .expect(200);
    assert!(form.text.contains("牵头"), "{}", form.text);
    let token = browser.csrf(&format!("/rounds/{}/joint", round.id));
    let (lead, partner) = (one.to_string(), three.to_string());
    let fields = |partner: &str| -> Vec<(String, String)> {
        [
            ("csrf", token.as_str()),
            ("lead_bid_id", lead.as_str()),
            ("partner_bid_ids[0]", partner),
            ("partner_bid_ids[1]", ""),
            ("partner_bid_ids[2]", ""),
            ("partner_bid_ids[3]", ""),
            ("statement", STATEMENT),
            ("reason", "同一个难题"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    };
    let post = |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        browser.post_raw(&format!("/rounds/{}/joint", round.id), &fields)
    };
    let wrong = post(&fields(&lead)).expect(422);
    assert!(
        wrong.text.contains("同一份申报书选了两次"),
        "{}",
        wrong.text
    );
    assert!(wrong.text.contains(STATEMENT), "what was typed is kept");
    let made = post(&fields(&partner)).expect(303);
    let address = made.header("location");
    let shown = browser.get(address).expect(200);
    assert!(shown.text.contains("待答复"), "{}", shown.text);
    let secretary = app.browser("yunwei.sj").get(address).expect(200);
    assert!(
        secretary.text.contains("同意联合攻关"),
        "{}",
        secretary.text
    );
    app.browser("biandian").get(address).expect(200);
    let id: i64 = address.rsplit('/').next().unwrap().parse().unwrap();
    // The address of old goes on answering.
    browser.get(&format!("/mergers/{id}")).expect(200);
    office.get(&format!("/api/v1/mergers/{id}")).expect(200);
    office
        .post(
            &format!("/api/v1/joint/{id}/withdraw"),
            json!({ "reason": "改为分别评审" }),
        )
        .expect(200);

    // A bid found void is asked no more.
    let again = propose(&round, one, &[two]).id();
    office
        .post(
            &format!("/api/v1/bids/{two}/void"),
            json!({ "reason": "查实抄袭" }),
        )
        .expect(200);
    let ended = office.get(&format!("/api/v1/joint/{again}")).expect(200);
    assert_eq!(ended.json["state"], "declined");
    let trail = app
        .api("auditadmin")
        .get(&format!("/api/v1/audit?subject=joint:{merger}"))
        .expect(200);
    let mut verbs: Vec<&str> = trail
        .items()
        .iter()
        .map(|event| event["verb"].as_str().unwrap())
        .collect();
    verbs.sort_unstable();
    assert_eq!(
        verbs,
        ["joint.answer", "joint.answer", "joint.end", "joint.propose"]
    );
}

#[test]
fn a_merged_bid_counts_where_it_was_handed_in() {
    let app = TestApp::start();
    let mut wanted = crate::support::rounds::round_body();
    wanted["topics"][0]["minimum_bids"] = json!(3);
    let round = app.round_of(wanted).published();
    let bids = round.with_bids(3);
    round.open();
    let merger = propose(&round, bids[0], &bids[1..2]).id();
    agree(&round, "yunwei.sj", merger).expect(200);
    agree(&round, "renhou.sj", merger).expect(200);
    // Two are left to compete, three were handed in: the topic does not fail.
    round.start_scoring();
    let shown = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(shown.json["topics"][0]["failed"], false, "{}", shown.text);
}
