//! Six steps, from the contract in force to the end.

use super::*;

fn pass(app: &TestApp, path: &str, kind: &str) -> Value {
    submit(app, path, kind);
    app.api("office")
        .post(&format!("{path}/steps/{kind}/pass"), json!({}))
        .expect(200)
        .json
}

#[test]
fn a_contract_in_force_makes_six_steps() {
    let (app, path) = project();
    let shown = app.api("yunwei").get(&path).expect(200).json;
    let states: Vec<_> = shown["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        states,
        [
            "open", "waiting", "waiting", "waiting", "waiting", "waiting"
        ]
    );
    assert_eq!(shown["current_step"], "initiation");
    assert_eq!(shown["step_due"], "2026-03-20");
    assert_eq!(shown["targets"][0]["name"], "违章率");
    assert_eq!(shown["process_score"], 100.0);
    assert_eq!(shown["acceptance"]["code"], "steps_not_passed");
}

#[test]
fn a_step_is_submitted_returned_submitted_again_and_passed() {
    let (app, path) = project();
    let (ours, office) = (app.api("yunwei"), app.api("office"));
    let at = |verb: &str| format!("{path}/steps/initiation/{verb}");
    let words = json!({ "evidence": "小组成立，分工到人。" });
    office
        .post(&at("submit"), words.clone())
        .refused(403, "not_your_organization");
    app.api("yingxiao")
        .post(&at("submit"), words.clone())
        .refused(404, "not_found");
    office
        .post(&at("pass"), json!({}))
        .refused(409, "not_submitted");
    ours.post(&at("submit"), json!({ "evidence": "  " }))
        .invalid("evidence");
    ours.post(&at("submit"), json!({})).invalid("evidence");
    ours.post(&at("submit"), json!({ "evidence": "长".repeat(4001) }))
        .invalid("evidence");
    let sent = ours.post(&at("submit"), words.clone()).expect(200).json;
    assert_eq!(step(&sent, "initiation")["submitted_by"], "苏婧");
    assert_eq!(sent["step_due"], Value::Null);
    ours.post(&at("submit"), words.clone())
        .refused(409, "already_submitted");
    ours.post(&at("pass"), json!({}))
        .refused(403, "role_required");
    office
        .post(&at("return"), json!({ "reason": "" }))
        .invalid("reason");
    let back = office
        .post(&at("return"), json!({ "reason": "缺分工表" }))
        .expect(200)
        .json;
    assert_eq!(step(&back, "initiation")["return_reason"], "缺分工表");
    assert_eq!(back["step_due"], "2026-03-20");
    ours.post(&at("submit"), words).expect(200);
    let passed = office
        .post(&at("pass"), json!({ "note": "可以" }))
        .expect(200)
        .json;
    assert_eq!(step(&passed, "initiation")["state"], "passed");
    assert_eq!(step(&passed, "breakdown")["state"], "open");
    assert_eq!(passed["current_step"], "breakdown");
    office
        .post(&at("return"), json!({ "reason": "迟了" }))
        .refused(409, "step_passed");
}

#[test]
fn a_step_too_early_says_what_it_waits_for() {
    let (app, path) = project();
    let early = app
        .api("yunwei")
        .post(
            &format!("{path}/steps/breakdown/submit"),
            json!({ "evidence": "提前" }),
        )
        .refused(409, "step_waiting");
    assert!(
        early.json["detail"]
            .as_str()
            .unwrap()
            .contains("“计划立项”通过以后才开始")
    );
    app.api("yunwei")
        .post(
            &format!("{path}/steps/dancing/submit"),
            json!({ "evidence": "x" }),
        )
        .refused(404, "not_found");
}

#[test]
fn a_draft_is_kept_on_its_version() {
    let (app, path) = project();
    let ours = app.api("yunwei");
    let step_path = format!("{path}/steps/initiation");
    let body = json!({ "evidence": "写到一半" });
    ours.send(
        "PUT",
        &step_path,
        &[("Content-Type", "application/json")],
        body.to_string().as_bytes(),
    )
    .refused(428, "if_match_required");
    let saved = ours.put(&step_path, 1, body.clone()).expect(200).json;
    assert_eq!(step(&saved, "initiation")["evidence"], "写到一半");
    assert_eq!(step(&saved, "initiation")["state"], "open");
    ours.put(&step_path, 1, body)
        .refused(409, "version_conflict");
}

#[test]
fn overdue_climbs_and_the_list_finds_it() {
    let (app, path) = project();
    let list = |query: &str| {
        app.api("office")
            .get(&format!("/api/v1/projects{query}"))
            .expect(200)
    };
    app.set_clock("2026-03-20T23:00+08:00");
    assert!(list("?overdue=true").items().is_empty());
    app.set_clock("2026-03-21T00:10+08:00");
    let late = list("?overdue=true");
    assert_eq!(
        late.items()[0]["overdue"],
        json!({ "days": 1, "level": "responsible" })
    );
    for (day, level) in [
        ("03-28", "branch_secretary"),
        ("04-04", "department"),
        ("04-11", "office"),
        ("04-18", "committee_secretary"),
    ] {
        app.set_clock(&format!("2026-{day}T09:00+08:00"));
        assert_eq!(list("").items()[0]["overdue"]["level"], level, "{day}");
    }
    let shown = app.api("yunwei").get(&path).expect(200).json;
    assert_eq!(shown["process_score"], 0.0);
    app.api("office")
        .get("/api/v1/projects?colour=red")
        .invalid("colour");
    app.api("office")
        .get("/api/v1/projects?state=asleep")
        .expect(422);
    app.api("office")
        .get("/api/v1/projects?cursor=77")
        .invalid("cursor");
    assert_eq!(
        app.api("renhou")
            .get("/api/v1/projects")
            .expect(200)
            .items()
            .len(),
        0
    );
}

#[test]
fn the_six_steps_end_with_promotion_after_the_acceptance() {
    let (app, path) = project();
    let id = id_of(&path);
    pass(&app, &path, "initiation");
    let both = pass(&app, &path, "breakdown");
    assert_eq!(step(&both, "research_practice")["state"], "open");
    assert_eq!(step(&both, "control")["state"], "open");
    pass(&app, &path, "control");
    let shown = pass(&app, &path, "research_practice");
    assert_eq!(shown["current_step"], "acceptance");
    assert_eq!(shown["acceptance"], Value::Null);
    let page = format!("/projects/{id}");
    app.browser("office")
        .get(&format!("{page}?step=acceptance"))
        .expect(200)
        .contains("验收和推广");
    submit(&app, &path, "acceptance");
    app.api("office")
        .post(&format!("{path}/steps/acceptance/pass"), json!({}))
        .refused(409, "decided_by_acceptance");
    let (office, secretary) = (app.actor("office"), app.actor("secretary"));
    let first = office.begins_acceptance(id).done();
    app.closes_acceptance(first.id(), 50, "poor", 1);
    let failed = json!({ "note": "问卷反映复查不及时", "rectify_until": "2026-12-31" });
    secretary.grades(&first, failed).done();
    let shown = app.api("yunwei").get(&path).expect(200).json;
    assert_eq!(shown["state"], "rectifying");
    assert_eq!(step(&shown, "acceptance")["state"], "returned");
    submit(&app, &path, "acceptance");
    let second = office.begins_acceptance(id).done();
    app.closes_acceptance(second.id(), 85, "good", 4);
    secretary.grades(&second, json!({})).done();
    let shown = app.api("office").get(&path).expect(200).json;
    assert_eq!(shown["state"], "accepted");
    assert_eq!(shown["grade"], "good");
    assert_eq!(step(&shown, "promotion")["state"], "open");
    let contract = format!("/api/v1/contracts/{}", shown["contract_id"]);
    assert_eq!(
        app.api("office").get(&contract).expect(200).json["state"],
        "fulfilled"
    );
    let done = pass(&app, &path, "promotion");
    assert_eq!(done["state"], "completed");
    app.api("yunwei")
        .post(
            &format!("{path}/steps/promotion/submit"),
            json!({ "evidence": "又" }),
        )
        .refused(409, "project_ended");
}

#[test]
fn a_terminated_contract_ends_the_project() {
    let (app, path) = project();
    let shown = app.api("office").get(&path).expect(200).json;
    app.api("secretary")
        .post(
            &format!("/api/v1/contracts/{}/terminate", shown["contract_id"]),
            json!({ "reason": "机构调整" }),
        )
        .expect(200);
    app.api("yunwei")
        .post(
            &format!("{path}/steps/initiation/submit"),
            json!({ "evidence": "x" }),
        )
        .refused(409, "project_ended");
    app.set_clock("2026-06-01T09:00+08:00");
    assert!(
        app.api("office")
            .get("/api/v1/projects?overdue=true")
            .expect(200)
            .items()
            .is_empty()
    );
}
