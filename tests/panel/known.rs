//! A tie registered or known later recuses from that moment, and what was scored is set aside with a note.

use super::*;

fn registers(app: &TestApp, who: &str, of: &str, body: Value) {
    let user = app.user_id(of);
    app.actor(who)
        .does(&format!("/users/{user}/relations"), body)
        .done();
}

#[test]
fn a_relation_registered_during_scoring_sets_aside_what_was_scored() {
    let app = TestApp::start();
    let (round, bids) = marked(&app);
    let kin = |code: &str| json!({ "kind": "kin", "organization_id": organization(&app, code) });
    let sheet = |bid: i64| format!("/api/v1/bids/{bid}/score_sheet");
    app.api("reviewer3").get(&sheet(bids[0])).expect(200);

    registers(&app, "office", "reviewer3", kin("TX-YW"));
    app.api("reviewer3")
        .get(&sheet(bids[0]))
        .refused(403, "recused");
    app.api("reviewer3").get(&sheet(bids[1])).expect(200);
    for who in ["reviewer1", "supervisor"] {
        let shown = app.api(who).get(&round.path("/recusals")).expect(200);
        let one = &shown.json["recusals"][0];
        assert_eq!(one["cause"], "relation", "{}", shown.text);
        assert_eq!(one["sheets_set_aside"], 1, "{}", shown.text);
        app.browser(who)
            .get(&format!("/rounds/{}/recusals", round.id))
            .contains("此前提交的 1 份评分表保留，不计入结果");
    }
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=50")
        .expect(200);
    let found = trail
        .items()
        .iter()
        .filter(|one| one["verb"] == "recusal.find");
    assert_eq!(found.count(), 1, "{}", trail.text);
    let office = app.api("office");
    office.post(&round.path("/lock"), json!({})).expect(200);
    let file = office.get(&round.path("/result.json")).expect(200);
    assert_eq!(file.json["recusals"][0]["alias"], "R3");
    assert_eq!(file.json["recusals"][0]["sheets_set_aside"], 1);
    assert_eq!(file.json["ranking"][0]["rows"][0]["sheets"], 4);
    assert_eq!(file.json["ranking"][1]["rows"][0]["sheets"], 5);
    app.browser("supervisor")
        .get(&format!("/rounds/{}/result", round.id))
        .contains("此前提交的 1 份评分表不计入");
}

#[test]
fn what_became_known_between_the_start_and_the_signature_recuses_with_it() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    round.open();
    app.actor("office").starts_scoring(&round).done();
    // Registered by the other one of the two, against the reviewer's staff number.
    registers(
        &app,
        "yunwei.sj",
        "yunwei.sj",
        json!({ "kind": "mentor", "staff_number": "TX0005" }),
    );
    let user = app.user_id("reviewer3");
    app.actor("reviewer3")
        .does(
            &format!("/users/{user}/posts"),
            json!({ "organization_id": organization(&app, "TX-YW"), "post": "联系领导", "from_on": "2025-01-01" }),
        )
        .done();
    for reviewer in ["reviewer2", "reviewer3", "reviewer5"] {
        app.actor(reviewer).undertakes(round.evaluation()).done();
    }
    let sheet = format!("/api/v1/bids/{bid}/score_sheet");
    app.api("reviewer2").get(&sheet).refused(403, "recused");
    app.api("reviewer3").get(&sheet).refused(403, "recused");
    app.api("reviewer5").get(&sheet).expect(200);
}

#[test]
fn who_moved_to_a_bidder_is_recused_with_the_lock_at_the_latest() {
    let app = TestApp::start();
    let (round, _) = marked(&app);
    app.grant(
        "reviewer5",
        "applicant",
        &json!(organization(&app, "TX-YW")),
    );
    let office = app.api("office");
    office.post(&round.path("/lock"), json!({})).expect(200);
    let file = office.get(&round.path("/result.json")).expect(200);
    assert_eq!(
        file.json["ranking"][0]["rows"][0]["sheets"], 4,
        "{}",
        file.text
    );
    let shown = office.get(&round.path("/recusals")).expect(200);
    assert_eq!(shown.json["recusals"][0]["sheets_set_aside"], 1);
}
