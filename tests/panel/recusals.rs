//! Ties declared, recusals lifted.

use super::*;

#[test]
fn ties_declared_when_signing_recuse_and_what_was_signed_is_kept() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("biandian", 1),
        round.submitted_bid("renhou", 2),
    ];
    let evaluation = evaluation_of(&round);
    let sign = format!("/api/v1/evaluations/{evaluation}/undertaking");
    let tie = |code: &str| json!({ "organization_id": organization(&app, code), "kind": "mentor" });

    // Signed before the opening, with a tie to an organization; it takes effect when scoring starts.
    let third = app.api("reviewer3");
    third
        .post(&sign, json!({ "ties": [tie("TX-YW"), tie("TX-YW")] }))
        .invalid("ties[1][organization_id]");
    third
        .post(
            &sign,
            json!({ "ties": [{ "organization_id": 1, "kind": "kin" }] }),
        )
        .invalid("ties[0][organization_id]");
    third
        .post(&sign, json!({ "ties": [tie("TX-YW")] }))
        .expect(200);
    third
        .post(&sign, json!({}))
        .refused(409, "already_undertaken");
    let check = app
        .api("office")
        .get(&round.path("/panel/conflicts"))
        .expect(200);
    assert!(
        strings(&check.json["members"][2]["conflicts"], "cause").contains(&"tie".to_owned()),
        "{}",
        check.text
    );
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=10")
        .expect(200);
    for part in ["text_version", "text_digest", "\\\"ties\\\":1", "digest"] {
        let plain = part.replace('\\', "");
        assert!(
            trail.text.contains(part) || trail.text.contains(&plain),
            "{part}: {}",
            trail.text
        );
    }

    round.open();
    app.api("office")
        .post(&round.path("/scoring"), json!({}))
        .expect(200);
    let sheet = |bid: usize| format!("/api/v1/bids/{}/score_sheet", bids[bid]);
    third.get(&sheet(0)).refused(403, "recused");
    third.get(&sheet(1)).expect(200);

    // Signed during scoring: at once, and nothing shows before it.
    let second = app.api("reviewer2");
    second.get(&sheet(1)).refused(403, "undertaking_required");
    second
        .post(&sign, json!({ "ties": [tie("TX-BD")] }))
        .expect(200);
    second.get(&sheet(1)).refused(403, "recused");
    second.get(&sheet(0)).expect(200);

    // On the page, too.
    let browser = app.browser("reviewer1");
    let page = format!("/evaluations/{evaluation}");
    browser.get(&page).contains("利害关系申报");
    let renhou = organization(&app, "TX-BD").to_string();
    browser
        .submit(
            &page,
            &format!("{page}/undertaking"),
            &[
                ("ties[0][organization_id]", &renhou),
                ("ties[0][kind]", "cooperation"),
                ("ties[1][organization_id]", ""),
                ("ties[1][kind]", ""),
            ],
        )
        .expect(303);
    app.api("reviewer1").get(&sheet(1)).refused(403, "recused");
}

#[test]
fn a_recusal_is_lifted_by_two_people_and_never_ones_own_organizations() {
    let app = TestApp::start();
    let round = app.round().published();
    let second = app.user_id("reviewer2");
    app.api("office")
        .post(
            &format!("/api/v1/users/{second}/relations"),
            json!({ "kind": "cooperation", "organization_id": organization(&app, "TX-YW") }),
        )
        .expect(201);
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("yingxiao", 1),
        round.submitted_bid("renhou", 2),
    ];
    round.open();
    round.start_scoring();
    let office = app.api("office");
    let supervisor = app.api("supervisor");
    let list = office.get(&round.path("/recusals")).expect(200);
    let id_of = |cause: &str| {
        let all = list.json["recusals"].as_array().unwrap();
        let found = all.iter().find(|one| one["cause"] == cause);
        found.unwrap_or_else(|| panic!("no {cause}: {}", list.text))["id"]
            .as_i64()
            .unwrap()
    };
    let (relation, own) = (id_of("relation"), id_of("own_organization"));
    let lift = |id: i64| format!("/api/v1/recusals/{id}/lift");
    let confirm = |id: i64| format!("/api/v1/recusals/{id}/confirm");
    let why = json!({ "reason": "合作已于去年结束，登记未更新" });

    // One's own organization's stands whatever anybody wants.
    office
        .post(&lift(own), why.clone())
        .refused(409, "own_organization_stands");
    supervisor
        .post(&confirm(own), json!({ "agree": true }))
        .refused(409, "no_lift_proposed");

    // Nobody alone: not the supervisor first, not the office twice, not the person, not a bystander.
    supervisor
        .post(&confirm(relation), json!({ "agree": true }))
        .refused(409, "no_lift_proposed");
    for (who, code) in [
        ("supervisor", "role_required"),
        ("reviewer2", "role_required"),
    ] {
        app.api(who)
            .post(&lift(relation), why.clone())
            .refused(403, code);
    }
    office.post(&lift(relation), json!({})).invalid("reason");
    office.post(&lift(relation), why.clone()).expect(200);
    office
        .post(&lift(relation), why.clone())
        .refused(409, "lift_pending");
    office
        .post(&confirm(relation), json!({ "agree": true }))
        .refused(403, "role_required");
    let sheet = format!("/api/v1/bids/{}/score_sheet", bids[0]);
    app.api("reviewer2").get(&sheet).refused(403, "recused");
    app.browser("supervisor")
        .get("/home")
        .contains("确认解除回避");

    // Refused with a note, proposed again, agreed to: then, and only then, it counts no more.
    supervisor
        .post(&confirm(relation), json!({ "agree": false }))
        .invalid("note");
    supervisor
        .post(
            &confirm(relation),
            json!({ "agree": false, "note": "请附证明" }),
        )
        .expect(200);
    app.api("reviewer2").get(&sheet).refused(403, "recused");
    let page = format!("/rounds/{}/recusals", round.id);
    app.browser("office")
        .submit(
            &page,
            &format!("/recusals/{relation}/lift"),
            &[("reason", "已附证明")],
        )
        .expect(303);
    app.browser("supervisor")
        .submit(
            &page,
            &format!("/recusals/{relation}/confirm"),
            &[("agree", "true")],
        )
        .expect(303);
    app.api("reviewer2").get(&sheet).expect(200);
    let shown = app
        .api("secretary")
        .get(&round.path("/recusals"))
        .expect(200);
    let lifted = shown.json["recusals"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == relation)
        .unwrap()
        .clone();
    assert!(lifted["lifted_at"].is_string());
    assert_eq!(strings(&lifted["lifts"], "state"), ["refused", "confirmed"]);
    // The secretary reads that there was a relation, not which.
    assert!(lifted["reason"].is_null(), "{lifted}");
    app.api("yunwei")
        .get(&round.path("/recusals"))
        .refused(403, "recusals_private");

    // It is shown in the result for ever, and the recusals that stand beside it.
    round.score_all(&bids[..1]);
    for reviewer in ["reviewer1", "reviewer2", "reviewer3", "reviewer5"] {
        round.score(reviewer, bids[1], 80.0).expect(200);
    }
    for reviewer in 1..=5 {
        round
            .score(&format!("reviewer{reviewer}"), bids[2], 80.0)
            .expect(200);
    }
    office.post(&round.path("/lock"), json!({})).expect(200);
    let file = office.get(&round.path("/result.json")).expect(200);
    assert_eq!(file.json["lifted_recusals"][0]["alias"], "R2");
    assert_eq!(file.json["recusals"][0]["alias"], "R4");
    office
        .post(&lift(relation), why)
        .refused(409, "recusal_lifted");
}
