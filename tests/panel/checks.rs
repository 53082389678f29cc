//! The check before anybody is invited, and what it recuses.

use super::*;

#[test]
fn the_whole_panel_is_checked_before_anybody_is_invited() {
    let app = TestApp::start();
    let round = app.round();
    let path = round.path("/panel/conflicts");
    let office = app.api("office");
    let empty = office.get(&path).expect(200);
    assert_eq!(empty.json["faults"][0]["code"], "panel_size");

    seat(
        &round,
        &[
            "reviewer1",
            "reviewer2",
            "reviewer3",
            "reviewer4",
            "reviewer6",
        ],
    );
    let clean = office.get(&path).expect(200);
    assert_eq!(clean.json["faults"], json!([]), "{}", clean.text);
    assert_eq!(clean.json["quorum"], 4);
    assert_eq!(clean.json["left_if_one_bids"], 4);
    assert_eq!(clean.json["left_if_all_bid"], 3);
    assert_eq!(clean.json["warnings"].as_array().unwrap().len(), 1);
    // reviewer4 belongs to 营销党支部, whose group is below it.
    let fourth = &clean.json["members"][3]["conflicts"];
    assert_eq!(
        strings(fourth, "cause"),
        ["own_organization", "own_organization"]
    );

    // Posts and relations count, too; one branch with two members tied to it endangers the quorum.
    for (username, body, below) in [
        (
            "reviewer2",
            json!({ "organization_id": organization(&app, "TX-YX"), "post": "联系领导", "from_on": "2024-01-01" }),
            "posts",
        ),
        (
            "reviewer1",
            json!({ "kind": "kin", "staff_number": "TX0026" }),
            "relations",
        ),
    ] {
        let id = app.user_id(username);
        office
            .post(&format!("/api/v1/users/{id}/{below}"), body)
            .expect(201);
    }
    let risky = office.get(&path).expect(200);
    assert_eq!(risky.json["faults"][0]["code"], "quorum_at_risk");
    assert_eq!(risky.json["left_if_one_bids"], 2);
    assert!(
        strings(&risky.json["members"][0]["conflicts"], "cause").contains(&"relation".to_owned())
    );
    assert!(strings(&risky.json["members"][1]["conflicts"], "cause").contains(&"post".to_owned()));
    app.browser("office")
        .get(&format!("/rounds/{}/panel/conflicts", round.id))
        .expect(200)
        .contains("营销党支部")
        .contains("法定");
    // The button to invite is dead and says why; by program the same refusal.
    app.browser("office")
        .get(&format!("/rounds/{}/panel", round.id))
        .expect(200)
        .contains("请换掉同一组织的部分委员");
    office
        .post(&round.path("/panel/invitations"), json!({}))
        .refused(409, "quorum_at_risk");

    // Relations of people show through: few may read it.
    for reader in ["supervisor", "reviewer1"] {
        app.api(reader).get(&path).expect(200);
    }
    app.api("secretary")
        .get(&path)
        .refused(403, "conflicts_private");
    app.api("reviewer2")
        .get(&path)
        .refused(403, "conflicts_private");
}

#[test]
fn the_check_tells_nothing_of_who_bids_before_the_opening() {
    let app = TestApp::start();
    let round = app.round().published();
    let path = round.path("/panel/conflicts");
    let without = |text: &str| {
        let mut shown: Value = serde_json::from_str(text).unwrap();
        shown["checked_at"] = Value::Null;
        shown
    };
    let before = app.api("office").get(&path).expect(200);
    round.submitted_bid("yingxiao", 0);
    let after = app.api("office").get(&path).expect(200);
    assert_eq!(without(&before.text), without(&after.text));
    assert!(after.json["topics"].is_null());
    // Once opened, it does: the check could see it.
    round.open();
    let opened = app.api("office").get(&path).expect(200);
    assert_eq!(opened.json["topics"][0]["left"], 4, "{}", opened.text);
}

#[test]
fn posts_and_relations_recuse_when_scoring_starts() {
    let app = TestApp::start();
    let round = app.round().published();
    let office = app.api("office");
    let second = app.user_id("reviewer2");
    office
        .post(
            &format!("/api/v1/users/{second}/posts"),
            json!({ "organization_id": organization(&app, "TX-YW"), "post": "联系领导", "from_on": "2020-01-01", "until_on": "2024-06-30" }),
        )
        .expect(201);
    let bid = round.submitted_bid("yunwei", 0);
    let other = round.submitted_bid("biandian", 2);
    round.submitted_bid("renhou", 1);
    round.open();
    round.start_scoring();
    app.api("reviewer2")
        .get(&format!("/api/v1/bids/{bid}/score_sheet"))
        .refused(403, "recused");
    app.api("reviewer2")
        .get(&format!("/api/v1/bids/{other}/score_sheet"))
        .expect(200);
    app.api("reviewer3")
        .get(&format!("/api/v1/bids/{bid}/score_sheet"))
        .expect(200);
}

#[test]
fn scoring_does_not_start_below_quorum() {
    let app = TestApp::start();
    let round = app.round().published();
    let third = app.user_id("reviewer3");
    app.api("office")
        .post(
            &format!("/api/v1/users/{third}/relations"),
            json!({ "kind": "kin", "organization_id": organization(&app, "TX-YX") }),
        )
        .expect(201);
    round.submitted_bid("yingxiao", 0);
    round.submitted_bid("yunwei", 2);
    round.open();
    // reviewer3 by relation and reviewer4 by organization: three of five are no two thirds.
    let refused = app
        .api("office")
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "start_below_quorum");
    assert!(refused.text.contains("候补"), "{}", refused.text);
}
