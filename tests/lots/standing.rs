//! What becomes of an order.

use super::*;

#[test]
fn an_order_stands_when_another_topic_is_marked_again() {
    let app = TestApp::start();
    let scored = tied(&app);
    let first = commit(&scored, "supervisor", SUPERVISOR).expect(201);
    let id = first.json["draws"][0]["id"].clone();
    commit(&scored, "reviewer1", CHAIR).expect(201);
    reveal(&scored, "supervisor", &id, SUPERVISOR).expect(200);
    reveal(&scored, "reviewer1", &id, CHAIR).expect(200);
    let drawn = scored.rows(0)[0]["bid_id"].clone();
    let lodge = |bid: i64, code: &mut Vec<String>| {
        let body = json!({ "anonymous": true, "contact": "a@example.cn", "content": "请核查", "bid_id": bid });
        let path = format!("/api/v1/public/rounds/{}/objections", scored.round.id);
        let lodged = app.client().post(&path, body).expect(201);
        code.push(lodged.json["code"].as_str().unwrap().to_owned());
    };
    let upheld = |bid: i64| {
        lodge(bid, &mut Vec::new());
        let listed = app
            .api("office")
            .get(&scored.round.path("/objections"))
            .expect(200);
        let open = listed
            .items()
            .iter()
            .find(|one| one["state"] == "lodged")
            .unwrap();
        let body = json!({ "outcome": "upheld", "answer": "属实。", "effect": "rescore", "bid_ids": [bid] });
        app.api("office")
            .post(&format!("/api/v1/objections/{}/answer", open["id"]), body)
            .expect(200);
        scored.office("/lock").expect(200);
    };
    upheld(scored.bids[3]);
    assert_eq!(scored.rows(0)[0]["bid_id"], drawn);
    assert_eq!(scored.rows(0)[0]["resolved_by"], "recorded");
    assert_eq!(exported(&scored).lots.len(), 1);
    // One of the two themselves marked again: their lots decide nothing any more, and may be drawn anew.
    upheld(scored.bids[0]);
    assert_eq!(scored.rows(0)[0]["resolved_by"], "shared");
    assert!(exported(&scored).lots.is_empty());
    commit(&scored, "reviewer1", CHAIR).expect(201);
}

/// A chair whose own organization competes in the topic leaves the order to the first member without a conflict.
#[test]
fn a_recused_chair_puts_nobody_in_order() {
    let app = TestApp::start();
    let scored = scoring(&app);
    app.api("reviewer1")
        .post(
            &format!("/api/v1/bids/{}/recusal", scored.bids[0]),
            json!({ "reason": "申报负责人是近亲属" }),
        )
        .expect(201);
    // With another recused by organization too few are left; a substitute takes that seat.
    let seats = json!({
        "out_user_id": app.user_id("reviewer4"), "in_user_id": app.user_id("reviewer7"), "reason": "回避",
    });
    let office = app.api("office");
    office
        .post(&scored.round.path("/panel/replacements"), seats)
        .expect(200);
    app.actor("reviewer7")
        .undertakes(scored.round.evaluation())
        .done();
    for (bid, marks) in [GOOD, GOOD, WEAK, FAIR, FAIR].into_iter().enumerate() {
        for reviewer in [1, 2, 3, 5, 7] {
            if bid > 2 || reviewer != 1 {
                scored.submit(reviewer, bid, marks);
            }
        }
    }
    scored.office("/lock").expect(200);
    commit(&scored, "reviewer1", CHAIR).refused(403, "recused");
    let vote = json!({ "bid_ids": &scored.bids[..2], "reason": "3 比 0" });
    let tie = scored.round.path("/tie");
    app.api("reviewer1")
        .post(&tie, vote.clone())
        .refused(403, "recused");
    app.api("reviewer3")
        .post(&tie, vote.clone())
        .refused(403, "chair_required");
    let shown = commit(&scored, "reviewer2", CHAIR).expect(201);
    let tied = shown.json["tied"].as_array().unwrap();
    let drawn = tied
        .iter()
        .find(|group| !group["lots_id"].is_null())
        .unwrap();
    assert_eq!(shown.json["draws"][0]["chair"]["name"], drawn["presiding"]);
    // The chair still acts for the topic without a conflict.
    let other = json!({ "bid_ids": &scored.bids[3..5], "reason": "4 比 1" });
    app.api("reviewer2")
        .post(&tie, other.clone())
        .refused(403, "recused");
    app.api("reviewer1").post(&tie, other).expect(200);
}
