//! Acceptance: panel, questionnaire, anonymous ballots, result, certificate.

use std::collections::BTreeSet;

use crate::contracts::{concluded, drafted, in_force};
use crate::support::{Answer, TestApp};
use biaogan::bids::content::StepKind;
use biaogan::db::schema::{audit_events, ballot_boxes, idempotency_keys, sessions, voting_codes};
use biaogan::ids::ProjectId;
use biaogan::projects::verbs::{EvidenceInput, Pass, PassInput, Submit};
use biaogan::session;
use biaogan::verbs::perform;
use diesel::prelude::*;
use serde_json::{Value, json};

/// A project of the branch that has come to its acceptance step.
pub fn ready(app: &TestApp, branches: &[&'static str]) -> Vec<i64> {
    let round = concluded(app, branches);
    let contracts = drafted(app, round);
    assert_eq!(contracts.len(), branches.len());
    let mut projects = Vec::new();
    for contract in &contracts {
        let organization = contract["organization_id"].as_i64().unwrap();
        let branch = branches
            .iter()
            .find(|branch| {
                app.api(branch).get("/api/v1/me").json["organization_id"] == organization
            })
            .unwrap();
        let signed = in_force(app, &format!("{branch}.sj"), contract);
        let project = signed["project_id"].as_i64().unwrap();
        for kind in [
            StepKind::Initiation,
            StepKind::Breakdown,
            StepKind::ResearchPractice,
            StepKind::Control,
        ] {
            pass_step(app, branch, project, kind);
        }
        projects.push(project);
    }
    projects
}

/// Submits a step as the branch and passes it as the office, through the same actions as their pages.
pub fn pass_step(app: &TestApp, branch: &str, project: i64, kind: StepKind) {
    let id = ProjectId(project);
    let who = |name: &str| {
        let token = app.token(name);
        session::claims_of(app.app.keys(), &token)
    };
    let (applicant, office) = (who(branch), who("office"));
    app.app
        .db
        .write_now(move |tx| {
            let actor = session::resolve(tx, &applicant)?;
            let evidence = EvidenceInput {
                evidence: "已按计划完成，见附件。".to_owned(),
            };
            perform::<Submit>(tx, &actor, &(id, kind), &evidence)?;
            let actor = session::resolve(tx, &office)?;
            perform::<Pass>(tx, &actor, &(id, kind), &PassInput::default())?;
            Ok(())
        })
        .unwrap();
}

pub fn body(app: &TestApp) -> Value {
    let reviewers: Vec<i64> = ["reviewer1", "reviewer2", "reviewer3"]
        .iter()
        .map(|name| app.user_id(name))
        .collect();
    json!({
        "reviewers": reviewers,
        "eligible_voters": 4,
        "minimum_turnout": 2,
        "questions": [
            { "kind": "likert", "body": "解决了实际问题" },
            { "kind": "single", "body": "您的岗位", "options": ["运维", "管理"] },
            { "kind": "multiple", "body": "哪些做法有用", "options": ["甲", "乙", "丙"] },
            { "kind": "text", "body": "意见" },
        ],
    })
}

pub fn begin(app: &TestApp, project: i64) -> Answer {
    app.api("office")
        .post(&format!("/api/v1/projects/{project}/acceptance"), body(app))
        .expect(201)
}

pub fn codes(app: &TestApp, acceptance: i64, kind: &str, count: i64) -> Vec<String> {
    let answer = app
        .api("office")
        .post(
            &format!("/api/v1/acceptances/{acceptance}/ballot_codes"),
            json!({ "kind": kind, "count": count }),
        )
        .expect(200);
    answer.json["codes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|code| code.as_str().unwrap().to_owned())
        .collect()
}

/// Hands in a sheet whose criteria all get this share of their full marks, in per cent.
pub fn mark(app: &TestApp, acceptance: i64, reviewer: &str, percent: i64) {
    let path = format!("/api/v1/acceptances/{acceptance}/score_sheet");
    let client = app.api(reviewer);
    let sheet = client.get(&path).expect(200);
    let marks: Vec<Value> = sheet.json["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|criterion| {
            let full = criterion["full_marks"].as_f64().unwrap();
            json!({ "criterion_id": criterion["id"], "mark": full * percent as f64 / 100.0, "comment": "现场核实" })
        })
        .collect();
    client
        .put(
            &path,
            sheet.version(),
            json!({ "marks": marks, "submit": true }),
        )
        .expect(200);
}

pub fn ballot(app: &TestApp, code: &str, choice: &str) -> String {
    app.client()
        .post(&format!("/api/v1/vote/{code}"), json!({ "choice": choice }))
        .expect(200)
        .json["receipt"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub fn answers(app: &TestApp, code: &str, rating: i64) -> Value {
    let asked = app
        .client()
        .get(&format!("/api/v1/vote/{code}"))
        .expect(200);
    let id = |n: usize| asked.json["questions"][n]["id"].clone();
    json!({ "answers": [
        { "question_id": id(0), "rating": rating },
        { "question_id": id(1), "option": 1 },
        { "question_id": id(2), "options": [0, 2] },
        { "question_id": id(3), "text": "很好" },
    ]})
}

/// Everything in, closed; answers the acceptance.
pub fn closed(app: &TestApp, project: i64, percent: i64, choice: &str, rating: i64) -> Value {
    let acceptance = begin(app, project).id();
    for reviewer in ["reviewer1", "reviewer2", "reviewer3"] {
        mark(app, acceptance, reviewer, percent);
    }
    for code in codes(app, acceptance, "ballot", 2) {
        ballot(app, &code, choice);
    }
    for code in codes(app, acceptance, "questionnaire", 1) {
        let body = answers(app, &code, rating);
        app.client()
            .post(&format!("/api/v1/vote/{code}"), body)
            .expect(200);
    }
    app.api("office")
        .post(
            &format!("/api/v1/acceptances/{acceptance}/close"),
            json!({}),
        )
        .expect(200)
        .json
}

fn decide(app: &TestApp, acceptance: &Value, body: Value) -> Answer {
    app.api("secretary").post(
        &format!("/api/v1/acceptances/{}/decide", acceptance["id"]),
        body,
    )
}

#[test]
fn a_project_is_accepted_by_four_instruments_and_gets_a_certificate() {
    let app = TestApp::start();
    let project = ready(&app, &["yunwei"])[0];
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
        .contains("平安“365”安全管控机制");
    app.client()
        .get("/api/v1/public/certificates/NOSUCHCODE")
        .expect(404);
    let listed = app.client().get("/api/v1/public/projects").expect(200);
    assert_eq!(listed.items()[0]["grade"], "excellent");
    decide(&app, &acceptance, json!({})).refused(409, "acceptance_decided");
}

#[test]
fn it_begins_only_after_the_steps_before_and_with_a_fit_panel() {
    let app = TestApp::start();
    let round = concluded(&app, &["yunwei"]);
    let contract = drafted(&app, round).remove(0);
    let project = in_force(&app, "yunwei.sj", &contract)["project_id"]
        .as_i64()
        .unwrap();
    let path = format!("/api/v1/projects/{project}/acceptance");
    let office = app.api("office");
    let early = office
        .post(&path, body(&app))
        .refused(409, "steps_not_passed");
    assert!(early.json["detail"].as_str().unwrap().contains("动态管控"));
    for kind in [
        StepKind::Initiation,
        StepKind::Breakdown,
        StepKind::ResearchPractice,
        StepKind::Control,
    ] {
        pass_step(&app, "yunwei", project, kind);
    }
    app.api("yunwei")
        .post(&path, body(&app))
        .refused(403, "role_required");
    app.api("yingxiao").post(&path, body(&app)).expect(404);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = body(&app);
        change(&mut changed);
        office.post(&path, changed)
    };
    with(&|b| {
        b["reviewers"].as_array_mut().unwrap().pop();
    })
    .invalid("reviewers");
    let applicant = app.user_id("yunwei");
    with(&|b| b["reviewers"][0] = json!(applicant)).invalid("reviewers");
    with(&|b| b["minimum_turnout"] = json!(5)).invalid("minimum_turnout");
    with(&|b| b["questions"][1]["options"] = json!(["只有一个"])).invalid("questions[1][options]");
    with(&|b| b["unknown"] = json!(1)).invalid("unknown");
    begin(&app, project);
    office
        .post(&path, body(&app))
        .refused(409, "acceptance_running");
}

#[test]
fn codes_work_once_and_never_more_than_there_are_voters() {
    let app = TestApp::start();
    let project = ready(&app, &["yunwei"])[0];
    let acceptance = begin(&app, project).id();
    let path = format!("/api/v1/acceptances/{acceptance}");
    app.api("yunwei")
        .post(
            &format!("{path}/ballot_codes"),
            json!({ "kind": "ballot", "count": 1 }),
        )
        .refused(403, "role_required");
    let slips = codes(&app, acceptance, "ballot", 4);
    app.api("office")
        .post(
            &format!("{path}/ballot_codes"),
            json!({ "kind": "ballot", "count": 1 }),
        )
        .refused(409, "too_many_codes");
    let vote = |code: &str, body: Value| app.client().post(&format!("/api/v1/vote/{code}"), body);
    vote("AAAA-BBBB-CCCC", json!({ "choice": "good" })).expect(404);
    vote(&slips[0], json!({ "choice": "best" })).invalid("choice");
    vote(&slips[0], json!({})).invalid("choice");
    vote(
        &slips[0],
        json!({ "choice": "good", "answers": [{ "rating": 1 }] }),
    )
    .invalid("answers");
    // A refused vote leaves the code unused; case and dashes do not matter.
    vote(
        &slips[0].to_lowercase().replace('-', ""),
        json!({ "choice": "good" }),
    )
    .expect(200);
    vote(&slips[0], json!({ "choice": "good" })).refused(409, "code_used");
    let shown = app.api("office").get(&path).expect(200);
    assert_eq!(shown.json["ballots_cast"], 1);
    assert_eq!(shown.json["result"], Value::Null);
    let early = app
        .api("office")
        .post(&format!("{path}/close"), json!({}))
        .refused(409, "turnout_too_low");
    let words = early.json["detail"].as_str().unwrap();
    assert!(
        words.contains("民主测评票还差 1 张") && words.contains("实地评分表还差 2 份"),
        "{words}"
    );
}

#[test]
fn questionnaires_are_checked_question_by_question() {
    let app = TestApp::start();
    let project = ready(&app, &["yunwei"])[0];
    let acceptance = begin(&app, project).id();
    let code = codes(&app, acceptance, "questionnaire", 1).remove(0);
    let path = format!("/api/v1/vote/{code}");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = answers(&app, &code, 5);
        change(&mut changed["answers"]);
        app.client().post(&path, changed)
    };
    with(&|a| a[0]["rating"] = json!(6)).invalid("answers[0][rating]");
    with(&|a| a[1]["option"] = json!(2)).invalid("answers[1][option]");
    with(&|a| a[2]["options"] = json!([])).invalid("answers[2][options]");
    with(&|a| a[3]["question_id"] = a[0]["question_id"].clone()).invalid("answers[3][question_id]");
    with(&|a| a[3]["text"] = json!("长".repeat(1001))).invalid("answers[3][text]");
    with(&|a| {
        a.as_array_mut().unwrap().pop();
    })
    .expect(200);
}

type Rows = (Vec<(String, bool)>, Vec<(String, String)>);

/// Every row that a vote could have touched, in the order the database keeps them.
fn dump(app: &TestApp) -> Rows {
    let mut conn = app.app.db.connection().unwrap();
    let codes = voting_codes::table
        .select((voting_codes::code_digest, voting_codes::used))
        .load(&mut *conn)
        .unwrap();
    let boxes = ballot_boxes::table
        .order(ballot_boxes::kind)
        .select((ballot_boxes::content, ballot_boxes::receipts))
        .load(&mut *conn)
        .unwrap();
    (codes, boxes)
}

fn counted(app: &TestApp) -> (i64, i64, Vec<biaogan::clock::Instant>) {
    let mut conn = app.app.db.connection().unwrap();
    (
        audit_events::table.count().get_result(&mut *conn).unwrap(),
        idempotency_keys::table
            .count()
            .get_result(&mut *conn)
            .unwrap(),
        sessions::table
            .order(sessions::id)
            .select(sessions::last_seen_at)
            .load(&mut *conn)
            .unwrap(),
    )
}

#[test]
fn a_dump_does_not_join_a_code_with_a_choice() {
    let choices = ["excellent", "poor"];
    let contents: BTreeSet<String> = [[0, 1], [1, 0]]
        .into_iter()
        .map(|order| {
            let app = TestApp::start();
            let project = ready(&app, &["yunwei"])[0];
            let acceptance = begin(&app, project).id();
            let slips = codes(&app, acceptance, "ballot", 3);
            let before = counted(&app);
            let mut receipts = Vec::new();
            for (slip, choice) in slips.iter().zip(order) {
                let answer = app.client().post_once(
                    &format!("/api/v1/vote/{slip}"),
                    slip,
                    json!({ "choice": choices[choice] }),
                );
                receipts.push(
                    answer.expect(200).json["receipt"]
                        .as_str()
                        .unwrap()
                        .to_owned(),
                );
            }
            // No event, no key, no session touched.
            assert_eq!(counted(&app), before);
            let (codes, boxes) = dump(&app);
            assert_eq!(codes.iter().filter(|(_, used)| *used).count(), 2);
            let text = format!("{codes:?}{boxes:?}");
            for slip in &slips {
                assert!(!text.contains(slip), "a code is kept in clear");
            }
            let (content, kept) = boxes[0].clone();
            let mut sorted = receipts.clone();
            sorted.sort();
            assert_eq!(serde_json::from_str::<Vec<String>>(&kept).unwrap(), sorted);
            let shown = app
                .client()
                .get(&format!("/api/v1/acceptances/{acceptance}/receipts"))
                .expect(200);
            assert_eq!(shown.json["ballots"], json!(sorted));
            content
        })
        .collect();
    // Whichever of the two slips chose which: the box holds the same bytes.
    assert_eq!(contents.len(), 1, "{contents:?}");
    assert!(contents.iter().all(|content| content.contains("poor")));
}

#[test]
fn an_office_behind_one_address_votes_at_once_but_a_code_is_not_tried_for_ever() {
    let few = |n| std::num::NonZeroU32::new(n).unwrap();
    let app = TestApp::start_with(|config| {
        config.limits.posts = few(2);
        config.limits.codes = few(3);
    });
    let project = ready(&app, &["yunwei"])[0];
    let acceptance = begin(&app, project).id();
    let voter = app.client();
    for code in codes(&app, acceptance, "ballot", 4) {
        let path = format!("/api/v1/vote/{code}");
        voter.get(&path).expect(200);
        voter.post(&path, json!({ "choice": "good" })).expect(200);
        voter.get(&path).expect(409);
        let waits = voter.get(&path).expect(429);
        assert!(!waits.header("retry-after").is_empty());
    }
}

#[test]
fn a_voter_needs_no_login_and_the_page_gives_a_receipt() {
    let app = TestApp::start();
    let project = ready(&app, &["yunwei"])[0];
    let acceptance = begin(&app, project).id();
    let slips = codes(&app, acceptance, "ballot", 1);
    let path = format!("/vote/{}", slips[0]);
    let visitor = app.visitor();
    visitor.get(&path).expect(200).contains("民主测评");
    visitor.post_raw(&path, &[]).expect(422);
    let voted = visitor.post_raw(&path, &[("choice", "good")]).expect(200);
    let receipts = visitor
        .get(&format!("/acceptances/{acceptance}/receipts"))
        .expect(200);
    let receipt = voted
        .text
        .split("class=\"receipt\">")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .unwrap();
    assert!(receipts.text.contains(receipt));
    visitor.get(&path).expect(409).contains("已经用过");
    let form = codes(&app, acceptance, "questionnaire", 1).remove(0);
    let page = visitor.get(&format!("/vote/{form}")).expect(200);
    let ids: Vec<&str> = page
        .text
        .split("[question_id]\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let mut fields: Vec<(String, &str)> = ids
        .iter()
        .enumerate()
        .map(|(n, id)| (format!("answers[{n}][question_id]"), *id))
        .collect();
    fields.push(("answers[1][option]".to_owned(), "0"));
    fields.push(("answers[2][options][]".to_owned(), "1"));
    fields.push(("answers[2][options][]".to_owned(), "2"));
    let sent = |fields: &[(String, &str)]| {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), *v)).collect();
        visitor.post_raw(&format!("/vote/{form}"), &pairs)
    };
    sent(&fields).expect(422).contains("请选一项");
    fields.push(("answers[0][rating]".to_owned(), "5"));
    sent(&fields).expect(200).contains("问卷已提交");
}

#[test]
fn excellent_is_capped_and_a_failure_gets_a_second_try() {
    let app = TestApp::start();
    let projects = ready(&app, &["yunwei", "yingxiao", "renhou"]);
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
    let app = TestApp::start();
    let project = ready(&app, &["yunwei"])[0];
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
