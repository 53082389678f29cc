//! Whatever was mistyped or lost, an acceptance comes to its end.

use super::*;

fn path(acceptance: i64, rest: &str) -> String {
    format!("/api/v1/acceptances/{acceptance}{rest}")
}

#[test]
fn a_mistyped_number_is_put_right_and_told_beside_the_result() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let office = app.actor("office");
    let mut body = acceptance_body(&app);
    body["eligible_voters"] = json!(180);
    body["minimum_turnout"] = Value::Null;
    let begun = office.begins_acceptance_with(projects[0], body).expect(201);
    assert_eq!(begun.json["minimum_turnout"], 90);
    let id = begun.id();
    let change =
        |who: &str, version: i64, words: Value| app.api(who).patch(&path(id, ""), version, words);
    let right = json!({ "eligible_voters": 5, "reason": "应到人数误填为 180。" });
    change("yunwei.sj", 1, right.clone()).refused(403, "role_required");
    change("office", 7, right.clone()).refused(409, "version_conflict");
    change("office", 1, json!({ "minimum_turnout": 181 })).invalid("minimum_turnout");
    change("office", 1, json!({ "eligible_voters": 4 })).invalid("eligible_voters");
    // The supervisor counts fewer than the office said; what they confirmed is confirmed anew once it is corrected.
    let supervisor = app.actor("supervisor");
    supervisor.confirms_voters(id, 5).invalid("counted_voters");
    office
        .confirms_voters(id, 180)
        .refused(403, "role_required");
    supervisor.confirms_voters(id, 180).done();
    supervisor
        .confirms_voters(id, 180)
        .refused(409, "voters_confirmed");
    let changed = change("office", 2, right).expect(200);
    assert_eq!(changed.json["eligible_voters"], 5);
    assert_eq!(changed.json["minimum_turnout"], 3);
    assert_eq!(changed.json["notes"][0]["reason"], "应到人数误填为 180。");
    assert_eq!(changed.json["voters_confirmed_at"], Value::Null);
    office
        .does(
            &format!("/acceptances/{id}/ballot_codes"),
            json!({ "kind": "ballot", "count": 5, "present": app.present(&["supervisor"]) }),
        )
        .refused(409, "voters_unconfirmed");
    let slips = office.codes(id, "ballot", 5);
    let fewer = json!({ "eligible_voters": 6, "reason": "多一人。" });
    let more = change("office", 4, fewer).expect(200);
    assert_eq!(more.json["eligible_voters"], 6);
    let fewer = json!({ "eligible_voters": 5, "reason": "还是五人。" });
    change("office", 5, fewer).expect(200);
    office
        .issues(id, "ballot", 1)
        .refused(409, "too_many_codes");
    for slip in &slips[..2] {
        app.passer_by().votes(slip, "good").done();
    }
    app.browser("yunwei.sj")
        .get(&format!("/acceptances/{id}"))
        .expect(200)
        .contains("应到人数由 180 更正为 5")
        .contains("应到人数误填为 180。");
}

#[test]
fn lost_slips_are_voided_and_others_handed_out() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let office = app.actor("office");
    let id = begin(&app, projects[0]).id();
    let void = |who: &str| {
        let words = json!({ "kind": "ballot", "reason": "一沓票在路上遗失。" });
        app.api(who).post(&path(id, "/ballot_codes/void"), words)
    };
    void("office").refused(409, "no_unused_codes");
    let lost = office.codes(id, "ballot", 5);
    app.passer_by().votes(&lost[0], "good").done();
    void("supervisor").refused(403, "role_required");
    let voided = void("office").expect(200);
    assert_eq!(voided.json["ballots_issued"], 5);
    assert_eq!(voided.json["ballots_voided"], 4);
    assert_eq!(voided.json["ballots_cast"], 1);
    let late = app.passer_by();
    late.votes(&lost[1], "poor").refused(409, "code_voided");
    app.visitor()
        .get(&format!("/vote/{}", lost[1]))
        .expect(409)
        .contains("已经作废");
    late.votes(&lost[0], "poor").refused(409, "code_used");
    office
        .issues(id, "ballot", 5)
        .refused(409, "too_many_codes");
    let fresh = office.codes(id, "ballot", 4);
    app.passer_by().votes(&fresh[0], "excellent").done();
    let shown = office.reads(&format!("/acceptances/{id}"));
    assert_eq!(shown.json["ballots_issued"], 9);
    assert_eq!(shown.json["ballots_cast"], 2);
    assert_eq!(
        shown.json["notes"][0]["said"],
        "作废未用的民主测评票 4 个。"
    );
}

#[test]
fn one_that_went_wrong_is_abandoned_and_begun_again_as_the_same_attempt() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let project = projects[0];
    let id = begin(&app, project).id();
    let slips = app.actor("office").codes(id, "ballot", 2);
    let abandon = |who: &str| {
        let words = json!({ "reason": "验收组成员因病不能到场。" });
        app.api(who).post(&path(id, "/abandon"), words)
    };
    abandon("yunwei.sj").refused(403, "role_required");
    assert_eq!(abandon("office").expect(200).json["state"], "abandoned");
    abandon("office").refused(409, "acceptance_abandoned");
    app.passer_by()
        .votes(&slips[0], "good")
        .refused(409, "voting_closed");
    app.actor("office")
        .closes(id)
        .refused(409, "acceptance_abandoned");
    let again = begin(&app, project);
    assert_eq!(again.json["attempt"], 1);
    let closed = app.closes_acceptance(again.id(), 90, "excellent", 4);
    let decided = app.actor("secretary").grades(again.id(), json!({}));
    assert_eq!(decided.expect(200).json["grade"], "excellent");
    assert_eq!(closed["attempt"], 1);
    app.browser("office")
        .get(&format!("/projects/{project}"))
        .expect(200)
        .contains("考评验收（已作废）");
}

#[test]
fn what_cannot_be_scored_is_refused_at_the_beginning_or_with_a_way_out() {
    let weights = json!({ "onsite": 0, "questionnaire": 100, "appraisal": 0, "process": 0 });
    let (app, projects) = TestApp::ready_after(&["yunwei"], |round| {
        round["acceptance_weights"] = weights;
    });
    let office = app.actor("office");
    let mut body = acceptance_body(&app);
    let text = json!([{ "kind": "text", "body": "意见" }]);
    let questions = std::mem::replace(&mut body["questions"], text);
    office
        .begins_acceptance_with(projects[0], body.clone())
        .invalid("questions");
    body["questions"] = questions;
    office.begins_acceptance_with(projects[0], body).expect(201);
}

#[test]
fn one_begun_when_nothing_could_count_is_not_stuck() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let office = app.actor("office");
    let mut body = acceptance_body(&app);
    body["questions"] = json!([{ "kind": "text", "body": "意见" }]);
    let id = office
        .begins_acceptance_with(projects[0], body)
        .expect(201)
        .id();
    // As it could be begun once.
    app.database().execute(&format!(
        "UPDATE acceptances SET questionnaire_weight = 100, onsite_weight = 0, appraisal_weight = 0, process_weight = 0 \
         WHERE id = {id}"
    ));
    for who in ["reviewer1", "reviewer2", "reviewer3"] {
        app.actor(who).marks_on_site(id, 80).done();
    }
    for slip in office.codes(id, "ballot", 3) {
        app.passer_by().votes(&slip, "good").done();
    }
    for slip in office.codes(id, "questionnaire", 1) {
        let nothing = json!({ "answers": [] });
        app.passer_by()
            .does(&format!("/vote/{slip}"), nothing)
            .done();
    }
    let refused = office.closes(id).refused(409, "nothing_counts");
    assert!(refused.text.contains("作废这次验收后重新开始"));
    let reason = json!({ "reason": "问卷没有可计分的题。" });
    office
        .does(&format!("/acceptances/{id}/abandon"), reason)
        .done();
}

#[test]
fn a_step_handed_in_in_time_and_returned_is_not_late() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = drafted(&app, round).remove(0);
    let project = app.sign_both("yunwei.sj", &contract)["project_id"]
        .as_i64()
        .unwrap();
    let yunwei = app.actor("yunwei");
    let office = app.actor("office");
    yunwei.reports(project, "initiation").done();
    app.wait(chrono::Duration::days(300));
    let step = format!("/projects/{project}/steps/initiation");
    office
        .does(
            &format!("{step}/return"),
            json!({ "reason": "请补充分工表。" }),
        )
        .done();
    yunwei.reports(project, "initiation").done();
    office.does(&format!("{step}/pass"), json!({})).done();
    let shown = office.reads(&format!("/projects/{project}"));
    let first = &shown.json["steps"][0];
    assert!(first["first_submitted_at"].as_str() < first["submitted_at"].as_str());
    // The second step opened and is overdue, those after it could not open.
    assert_eq!(shown.json["process_score"], 50.0);
}
