//! Invitations, substitutes, replacements.

use super::*;

#[test]
fn invitations_are_sent_after_the_check_and_a_declined_seat_needs_a_substitute() {
    let app = TestApp::start();
    let round = app.round();
    let office = app.api("office");
    let invite = round.path("/panel/invitations");
    let answer = round.path("/panel/answer");
    office.post(&invite, json!({})).refused(409, "panel_size");
    seat(
        &round,
        &[
            "reviewer1",
            "reviewer2",
            "reviewer3",
            "reviewer4",
            "reviewer5",
        ],
    );
    app.api("reviewer2")
        .post(&answer, json!({ "accept": true }))
        .refused(409, "not_invited");
    app.api("secretary")
        .post(&invite, json!({}))
        .refused(403, "role_required");
    office.post(&invite, json!({})).expect(200);
    office.post(&invite, json!({})).refused(409, "all_invited");

    app.browser("reviewer2")
        .get("/home")
        .contains("答复评审邀请");
    app.api("reviewer2")
        .post(&answer, json!({ "accept": true }))
        .expect(200);
    app.api("reviewer3")
        .post(&answer, json!({ "accept": false }))
        .invalid("reason");
    let declined = app
        .browser("reviewer3")
        .submit(
            &format!("/rounds/{}/panel", round.id),
            &format!("/rounds/{}/panel/answer", round.id),
            &[("accept", "false"), ("reason", "出国")],
        )
        .expect(303);
    assert!(declined.header("location").ends_with("/panel"));
    app.api("reviewer3")
        .post(&answer, json!({ "accept": true }))
        .refused(409, "invitation_answered");
    // Without a seat one does not know of a round that is not published.
    app.api("reviewer6")
        .post(&answer, json!({ "accept": true }))
        .expect(404);

    // Nothing goes on with an empty seat; why somebody declined is the committee's to know.
    office
        .post(&round.path("/publish"), json!({}))
        .refused(409, "seat_declined");
    app.browser("office")
        .get("/home")
        .contains("替换谢绝邀请的委员");
    let seen = office.get(&round.path("/panel")).expect(200);
    assert!(seen.text.contains("出国"), "{}", seen.text);
    assert!(seen.json["fault"].as_str().unwrap().contains("谢绝"));
    let by_member = app.api("reviewer2").get(&round.path("/panel")).expect(200);
    assert!(!by_member.text.contains("出国"), "{}", by_member.text);

    // Substitutes take the seat in their order.
    let replace = round.path("/panel/replacements");
    let third = app.user_id("reviewer3");
    let (sixth, seventh) = (app.user_id("reviewer6"), app.user_id("reviewer7"));
    office
        .post(&replace, json!({ "out_user_id": third, "reason": "谢绝" }))
        .refused(409, "no_substitute");
    office
        .put(
            &round.path("/panel/substitutes"),
            seen.version(),
            json!({ "user_ids": [third] }),
        )
        .invalid("user_ids[0]");
    office
        .put(
            &round.path("/panel/substitutes"),
            seen.version(),
            json!({ "user_ids": [sixth, seventh] }),
        )
        .expect(200);
    office
        .post(
            &replace,
            json!({ "out_user_id": third, "in_user_id": seventh, "reason": "谢绝" }),
        )
        .refused(409, "substitute_order");
    office
        .post(&replace, json!({ "out_user_id": third }))
        .invalid("reason");
    let replaced = office
        .post(
            &replace,
            json!({ "out_user_id": third, "reason": "谢绝邀请" }),
        )
        .expect(200);
    assert_eq!(
        ids(&replaced.json["record"]["substitutes"], "user_id"),
        [seventh]
    );
    assert!(
        replaced.json["fault"].is_null(),
        "{}",
        replaced.json["fault"]
    );
    assert!(ids(&replaced.json["members"], "user_id").contains(&sixth));
    // The new member is invited, too; the replacement is shown to all who see the panel.
    app.api("reviewer6")
        .post(&answer, json!({ "accept": true }))
        .expect(200);
    office.post(&round.path("/publish"), json!({})).expect(200);
    let public = app.api("yunwei").get(&round.path("/panel")).expect(200);
    let shown = &public.json["record"]["replacements"][0];
    assert_eq!(shown["reason"], "谢绝邀请");
    assert!(shown["came_alias"].is_null());
}

#[test]
fn a_member_replaced_during_scoring_leaves_sheets_that_do_not_count() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("diaokong", 1),
        round.submitted_bid("renhou", 2),
    ];
    round.open();
    round.start_scoring();
    round.score_all(&bids);
    let office = app.api("office");
    let [third, sixth, seventh] =
        ["reviewer3", "reviewer6", "reviewer7"].map(|username| app.user_id(username));
    office
        .post(
            &round.path("/panel/replacements"),
            json!({ "out_user_id": third, "in_user_id": sixth, "reason": "因病" }),
        )
        .expect(200);
    let panel = office.get(&round.path("/panel")).expect(200);
    let shown = &panel.json["record"]["replacements"][0];
    assert_eq!(shown["sheets_set_aside"], 3);
    assert_eq!(shown["during_scoring"], true);
    assert_eq!(shown["left_alias"], "R3");

    // Out: sees nothing any more. In: signs first, then sees all but the own organization's topic.
    let sheet = |bid: usize| format!("/api/v1/bids/{}/score_sheet", bids[bid]);
    app.api("reviewer3").get(&sheet(0)).expect(404);
    app.api("reviewer6")
        .get(&sheet(0))
        .refused(403, "undertaking_required");
    let evaluation = panel.json["evaluation_id"].as_i64().unwrap();
    app.api("reviewer6")
        .post(
            &format!("/api/v1/evaluations/{evaluation}/undertaking"),
            json!({}),
        )
        .expect(200);
    app.api("reviewer6").get(&sheet(0)).expect(200);
    app.api("reviewer6").get(&sheet(1)).refused(403, "recused");

    // The result is over the sheets of who sits: four, or five once the new member has marked.
    round.score("reviewer6", bids[0], 80.0).expect(200);
    office.post(&round.path("/lock"), json!({})).expect(200);
    let result = app.api("secretary").get(&round.path("/result")).expect(200);
    let rows: Vec<i64> = (0..3)
        .map(|topic| {
            result.json["topics"][topic]["rows"][0]["sheets_valid"]
                .as_i64()
                .unwrap()
        })
        .collect();
    assert_eq!(rows, [5, 4, 4], "{}", result.text);
    assert!(
        !result.json["topics"][0].to_string().contains("\"R3\""),
        "the sheets of who left are not counted"
    );
    office
        .post(
            &round.path("/panel/replacements"),
            json!({ "out_user_id": sixth, "in_user_id": seventh, "reason": "x" }),
        )
        .refused(409, "panel_fixed");
}
