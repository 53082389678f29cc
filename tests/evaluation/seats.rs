//! Seats, undertakings and recusals.

use super::*;

#[test]
fn a_panel_is_seated_until_scoring_starts() {
    let app = TestApp::start();
    let round = app.round();
    let office = app.api("office");
    let path = round.path("/panel");
    let empty = office.get(&path).expect(200);
    assert!(empty.json["fault"].is_string());
    let seats = |count: u32, chairs: u32| -> Value {
        let members: Vec<Value> = (1..=count)
            .map(|n| {
                let seat = if n <= chairs { "chair" } else { "member" };
                json!({ "user_id": app.user_id(&format!("reviewer{n}")), "seat": seat })
            })
            .collect();
        json!({ "members": members })
    };
    office
        .send(
            "PUT",
            &path,
            &[("Content-Type", "application/json")],
            seats(5, 1).to_string().as_bytes(),
        )
        .expect(428);
    office
        .put(&path, empty.version(), seats(5, 2))
        .invalid("members");
    let stranger = json!({ "members": [{ "user_id": app.user_id("yunwei"), "seat": "member" }] });
    office
        .put(&path, empty.version(), stranger)
        .invalid("members[0][user_id]");
    let four = office.put(&path, empty.version(), seats(4, 1)).expect(200);
    office
        .post(&round.path("/publish"), json!({}))
        .refused(409, "panel_size");
    office
        .put(&path, empty.version(), seats(5, 1))
        .refused(409, "version_conflict");
    let five = office.put(&path, four.version(), seats(5, 1)).expect(200);
    assert_eq!(five.json["members"][0]["alias"], "R1");
    assert_eq!(five.json["members"][0]["seat"], "chair");
    assert!(five.json["fault"].is_null());
    office.post(&round.path("/publish"), json!({})).expect(200);
    app.api("yunwei")
        .put(&path, five.version(), seats(5, 1))
        .refused(403, "role_required");
    let seen = app.api("yunwei").get(&path).expect(200);
    assert!(seen.json["members"][0]["alias"].is_null(), "{}", seen.text);
    office
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "wrong_state");
}

#[test]
fn a_declared_recusal_counts_the_sheet_no_more() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
    let path = format!("/api/v1/bids/{}/recusal", scored.bids[3]);
    let five = app.api("reviewer5");
    five.post(&path, json!({ "reason": "" })).invalid("reason");
    app.api("office")
        .post(&path, json!({ "reason": "不是评委" }))
        .refused(403, "not_on_panel");
    five.post(&path, json!({ "reason": "申报负责人是近亲属" }))
        .expect(201);
    five.post(&path, json!({ "reason": "再说一次" }))
        .refused(409, "already_recused");
    five.get(&scored.sheet(4)).refused(403, "recused");
    scored.office("/lock").expect(200);
    assert_eq!(scored.rows(2)[0]["sheets"].as_array().unwrap().len(), 4);
    assert_eq!(scored.rows(0)[0]["sheets"].as_array().unwrap().len(), 4);
}

#[test]
fn an_unsigned_reviewer_sees_and_marks_nothing() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    round.open();
    app.api("office")
        .post(&round.path("/scoring"), json!({}))
        .expect(200);
    let sheet = format!("/api/v1/bids/{bid}/score_sheet");
    app.api("reviewer1")
        .get(&sheet)
        .refused(403, "undertaking_required");
    app.api("reviewer6").get(&sheet).expect(404);
    app.api("reviewer1")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(404);
}
