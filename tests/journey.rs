//! The main job by API only: from a round to a demonstration site, every step by the person whose it is.

use serde_json::json;

use crate::support::TestApp;
use crate::support::actors::BEFORE_ACCEPTANCE;
use crate::support::rounds::TestRound;

/// A concluded round with 运维党支部's bid as the winner of the first topic; answers round and winning bid.
fn concluded(app: &TestApp) -> (TestRound<'_>, i64) {
    let round = app.round().published();
    let bids = round.with_bids(3);
    round.open();
    round.start_scoring();
    round.score_all(&bids);
    round.decide();
    round.conclude();
    (round, bids[0])
}

/// The project of the winning bid, its contract signed by both.
fn contracted(app: &TestApp) -> i64 {
    let (round, winner) = concluded(app);
    let drafted = app.actor("office").drafts_contracts(&round).expect(201);
    let contract = &drafted.items()[0];
    assert_eq!(contract["bid_id"], winner, "{}", drafted.text);
    app.sign_both("yunwei.sj", contract)["project_id"]
        .as_i64()
        .unwrap()
}

fn pass_steps(app: &TestApp, project: i64, steps: &[&str]) {
    let (office, yunwei) = (app.actor("office"), app.actor("yunwei"));
    for step in steps {
        office.passes(project, step).expect(409);
        yunwei.reports(project, step).expect(200);
        office.passes(project, step).expect(200);
    }
}

#[test]
fn from_a_round_to_a_demonstration_site() {
    let app = TestApp::start();
    let project = contracted(&app);
    let (office, secretary, yunwei) = (
        app.actor("office"),
        app.actor("secretary"),
        app.actor("yunwei"),
    );
    let passer_by = app.passer_by();
    pass_steps(&app, project, BEFORE_ACCEPTANCE);
    let acceptance = office.begins_acceptance(project).expect(201);
    app.closes_acceptance(acceptance.id(), 90, "excellent", 5);
    let decided = secretary
        .grades(&acceptance, json!({ "note": "同意" }))
        .expect(200);
    assert_eq!(decided.json["grade"], "excellent", "{}", decided.text);
    let shown = passer_by.reads("/public/projects");
    assert_eq!(shown.items().len(), 1, "{}", shown.text);

    pass_steps(&app, project, &["promotion"]);
    let case = yunwei.writes_case(project).expect(201);
    office.publishes_case(&case).expect(200);
    let site = office.nominates(project).expect(201);
    office.names(&site, 3).expect(403);
    let portal = |what: &str| passer_by.reads(&format!("/public/{what}")).items().len();
    assert_eq!(portal("sites"), 0, "not named yet");
    secretary.names(&site, 3).expect(200);
    assert_eq!(portal("sites"), 1);
    assert_eq!(portal("cases"), 1);
    app.visitor()
        .get(&format!("/sites/{}", site.id()))
        .expect(200)
        .contains("平安“365”党建示范点");
    let verified = biaogan::audit::verify::verify(&app.app.db).unwrap();
    assert!(verified.findings.is_empty(), "{:?}", verified.findings);
}

#[test]
fn each_stage_refuses_what_is_too_early_or_somebody_elses() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = round.with_bids(3);
    let office = app.api("office");
    let too_early = |verb: &str| {
        let answer = office.post(&round.path(verb), json!({}));
        assert_eq!(answer.status, 409, "{verb}: {}", answer.text);
        assert!(!answer.json["detail"].as_str().unwrap().is_empty());
    };
    ["/scoring", "/lock", "/publicity", "/conclude", "/contracts"]
        .into_iter()
        .for_each(too_early);
    round.open();
    ["/lock", "/publicity", "/conclude", "/contracts"]
        .into_iter()
        .for_each(too_early);
    round.start_scoring();
    // A mark off the step, out of range or with three decimals changes nothing.
    let path = format!("/api/v1/bids/{}/score_sheet", bids[0]);
    let reviewer = app.api("reviewer1");
    let sheet = reviewer.get(&path).expect(200);
    let criterion = &sheet.json["criteria"][0];
    for wrong in [
        json!(40.5),
        json!(-1),
        json!(12.25),
        json!(12.345),
        json!("twelve"),
        json!(1e9),
    ] {
        let body = json!({ "marks": [{ "criterion_id": criterion["id"], "mark": wrong }], "submit": false });
        reviewer.put(&path, sheet.version(), body).expect(422);
    }
    assert_eq!(reviewer.get(&path).expect(200).version(), sheet.version());
    for other in ["office", "secretary", "supervisor", "yunwei", "sysadmin"] {
        let refused = app.api(other).get(&path);
        assert!(
            [403, 404].contains(&refused.status),
            "{other}: {}",
            refused.text
        );
    }
    round.score_all(&bids);
    let body = json!({ "minute_number": "1号", "minute_date": "2026-03-25", "items": [] });
    let refused = app.api("secretary").post(&round.path("/decision"), body);
    assert_eq!(refused.status, 409, "{}", refused.text);
    app.api("yunwei.sj")
        .post(&round.path("/lock"), json!({}))
        .expect(403);
    ["/publicity", "/conclude", "/contracts"]
        .into_iter()
        .for_each(too_early);
}

#[test]
fn a_reviewer_of_a_bidding_organization_is_recused_from_the_topic() {
    let app = TestApp::start();
    let round = app.round().published();
    // reviewer4 is of 营销党支部.
    let own = round.submitted_bid("yingxiao", 0);
    let rival = round.submitted_bid("yunwei", 0);
    let elsewhere = round.submitted_bid("renhou", 1);
    round.open();
    round.start_scoring();
    let reviewer = app.api("reviewer4");
    for bid in [own, rival] {
        let refused = reviewer.get(&format!("/api/v1/bids/{bid}/score_sheet"));
        assert!(
            [403, 404, 409].contains(&refused.status),
            "{}",
            refused.text
        );
    }
    round.score("reviewer4", elsewhere, 80.0).expect(200);
    let evaluation = round
        .app
        .api("office")
        .get(&round.path("/panel"))
        .expect(200)
        .json["evaluation_id"]
        .clone();
    let work = reviewer
        .get(&format!("/api/v1/evaluations/{evaluation}"))
        .expect(200);
    assert_eq!(
        work.json["recused"].as_array().unwrap().len(),
        1,
        "{}",
        work.text
    );
}

#[test]
fn a_cut_off_or_changed_trail_is_found() {
    use biaogan::db::schema::audit_events;
    use diesel::prelude::*;
    let app = TestApp::start();
    app.round().published();
    let mut conn = app.app.db.connection().unwrap();
    let last: i64 = audit_events::table
        .filter(audit_events::chain_id.ne(biaogan::ids::ChainId(0)))
        .select(audit_events::seq)
        .order(audit_events::seq.desc())
        .first(&mut *conn)
        .unwrap();
    app.unchecked();
    diesel::update(
        audit_events::table
            .filter(audit_events::chain_id.ne(biaogan::ids::ChainId(0)))
            .filter(audit_events::seq.eq(last)),
    )
    .set(audit_events::detail.eq("{\"forged\":true}"))
    .execute(&mut *conn)
    .unwrap();
    let changed = biaogan::audit::verify::verify(&app.app.db).unwrap();
    assert!(!changed.findings.is_empty());
    diesel::delete(
        audit_events::table
            .filter(audit_events::chain_id.ne(biaogan::ids::ChainId(0)))
            .filter(audit_events::seq.eq(last)),
    )
    .execute(&mut *conn)
    .unwrap();
    let missing = biaogan::audit::verify::verify(&app.app.db).unwrap();
    assert!(!missing.findings.is_empty());
}
