//! Panel, result, grade and certificate.

use super::*;

/// Everything in, closed; answers the acceptance.
fn closed(app: &TestApp, project: i64, percent: i64, choice: &str, rating: i64) -> Value {
    let acceptance = begin(app, project).id();
    app.closes_acceptance(acceptance, percent, choice, rating)
}

fn decide(app: &TestApp, acceptance: &Value, words: Value) -> Answer {
    app.actor("secretary").grades(acceptance, words)
}

#[test]
fn a_project_is_accepted_by_four_instruments_and_gets_a_certificate() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let project = projects[0];
    let acceptance = closed(&app, project, 90, "excellent", 4);
    let result = &acceptance["result"];
    assert_eq!(result["parts"][0]["score"], 90.0);
    assert_eq!(result["parts"][1]["score"], 80.0);
    assert_eq!(result["parts"][2]["score"], 100.0);
    assert_eq!(result["parts"][3]["score"], 100.0);
    // 45 + 16 + 20 + 10
    assert_eq!(result["total"], 91.0);
    assert_eq!(result["grade_found"], "excellent");
    assert_eq!(result["ballots"]["excellent"], 2);
    assert_eq!(result["questions"][2]["counts"], json!([1, 0, 1]));
    app.api("office")
        .post(
            &format!("/api/v1/acceptances/{}/decide", acceptance["id"]),
            json!({}),
        )
        .refused(403, "role_required");
    let decided = decide(&app, &acceptance, json!({ "note": "同意" })).expect(200);
    assert_eq!(decided.json["grade"], "excellent");
    let certificate = decided.json["certificate"].as_str().unwrap();
    app.visitor()
        .get(&format!("/certificates/{certificate}"))
        .expect(200)
        .contains("优秀")
        .contains("平安‘365’安全管控机制");
    app.client()
        .get("/api/v1/public/certificates/NOSUCHCODE")
        .expect(404);
    let listed = app.client().get("/api/v1/public/projects").expect(200);
    assert_eq!(listed.items()[0]["grade"], "excellent");
    decide(&app, &acceptance, json!({})).refused(409, "acceptance_decided");
}

#[test]
fn it_begins_only_after_the_steps_before_and_with_a_fit_panel() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = drafted(&app, round).remove(0);
    let project = app.sign_both("yunwei.sj", &contract)["project_id"]
        .as_i64()
        .unwrap();
    let office = app.actor("office");
    let early = office
        .begins_acceptance(project)
        .refused(409, "steps_not_passed");
    assert!(early.json["detail"].as_str().unwrap().contains("动态管控"));
    app.pass_steps("yunwei", project, BEFORE_ACCEPTANCE);
    app.actor("yunwei")
        .begins_acceptance(project)
        .refused(403, "role_required");
    app.actor("yingxiao").begins_acceptance(project).expect(404);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = acceptance_body(&app);
        change(&mut changed);
        office.begins_acceptance_with(project, changed)
    };
    with(&|b| {
        b["reviewers"].as_array_mut().unwrap().pop();
    })
    .invalid("reviewers");
    let applicant = app.user_id("yunwei");
    with(&|b| b["reviewers"][0] = json!(applicant)).invalid("reviewers");
    with(&|b| b["minimum_turnout"] = json!(6)).invalid("minimum_turnout");
    with(&|b| b["questions"][1]["options"] = json!(["只有一个"])).invalid("questions[1][options]");
    with(&|b| b["eligible_voters"] = json!(4)).invalid("eligible_voters");
    with(&|b| b["unknown"] = json!(1)).invalid("unknown");
    begin(&app, project);
    office
        .begins_acceptance(project)
        .refused(409, "acceptance_running");
}

#[test]
fn excellent_is_capped_and_a_failure_gets_a_second_try() {
    let (app, projects) = TestApp::ready(&["yunwei", "yingxiao", "renhou"]);
    let first = closed(&app, projects[0], 95, "excellent", 5);
    decide(&app, &first, json!({})).expect(200);
    let second = closed(&app, projects[1], 95, "excellent", 5);
    decide(&app, &second, json!({})).refused(409, "excellent_cap");
    decide(&app, &second, json!({ "grade": "good" })).refused(409, "reason_required");
    decide(&app, &second, json!({ "grade": "qualified", "note": "不" }))
        .refused(409, "grade_follows_total");
    let lowered = decide(
        &app,
        &second,
        json!({ "grade": "good", "note": "优秀名额已满" }),
    )
    .expect(200);
    assert_eq!(lowered.json["grade"], "good");
    assert_eq!(lowered.json["result"]["grade_found"], "excellent");
    let third = closed(&app, projects[2], 50, "poor", 1);
    decide(&app, &third, json!({})).invalid("note");
    decide(
        &app,
        &third,
        json!({ "note": "目标没有完成", "rectify_until": "2026-01-01" }),
    )
    .invalid("rectify_until");
    let failed = decide(&app, &third, json!({ "note": "目标没有完成" })).expect(200);
    assert_eq!(failed.json["grade"], "unqualified");
    assert_eq!(failed.json["certificate"], Value::Null);
    let again = closed(&app, projects[2], 70, "fair", 4);
    assert_eq!(again["attempt"], 2);
    let passed = decide(&app, &again, json!({})).expect(200);
    assert_eq!(passed.json["grade"], "qualified");
}

#[test]
fn the_panel_marks_and_nobody_else() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let project = projects[0];
    let acceptance = begin(&app, project).id();
    let path = format!("/api/v1/acceptances/{acceptance}/score_sheet");
    app.api("office").get(&path).refused(403, "not_on_panel");
    app.api("reviewer4").get(&path).expect(404);
    app.api("yingxiao").get(&path).expect(404);
    let reviewer = app.api("reviewer1");
    let sheet = reviewer.get(&path).expect(200);
    let criterion = sheet.json["criteria"][0]["id"].clone();
    let one = |mark: f64| json!({ "marks": [{ "criterion_id": criterion, "mark": mark }] });
    reviewer.put(&path, 0, one(40.5)).invalid("marks[0][mark]");
    reviewer
        .put(&path, 0, one(30.125))
        .invalid("marks[0][mark]");
    let saved = reviewer.put(&path, 0, one(30.5)).expect(200);
    assert_eq!(saved.version(), 1);
    reviewer
        .put(&path, 0, one(31.0))
        .refused(409, "version_conflict");
    let browser = app.browser("reviewer1");
    browser
        .get(&format!("/acceptances/{acceptance}/score_sheet"))
        .expect(200)
        .contains("30.5")
        .contains("违章率");
    for who in ["office", "secretary", "yunwei", "reviewer1"] {
        app.browser(who)
            .get(&format!("/acceptances/{acceptance}"))
            .expect(200)
            .contains("考评验收")
            .lacks("30.5");
    }
    app.browser("office")
        .get(&format!("/projects/{project}/acceptance"))
        .expect(200)
        .contains("正在进行");
}
