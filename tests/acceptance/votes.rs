//! Codes, ballots and questionnaires.

use super::*;

fn codes(app: &TestApp, acceptance: i64, kind: &str, count: i64) -> Vec<String> {
    app.actor("office").codes(acceptance, kind, count)
}

#[test]
fn codes_work_once_and_never_more_than_there_are_voters() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let project = projects[0];
    let acceptance = begin(&app, project).id();
    let path = format!("/api/v1/acceptances/{acceptance}");
    app.actor("yunwei")
        .issues(acceptance, "ballot", 1)
        .refused(403, "role_required");
    let slips = codes(&app, acceptance, "ballot", 5);
    app.actor("office")
        .issues(acceptance, "ballot", 1)
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
        .actor("office")
        .closes(acceptance)
        .refused(409, "turnout_too_low");
    let words = early.json["detail"].as_str().unwrap();
    assert!(
        words.contains("民主测评票还差 1 张") && words.contains("实地评分表还差 2 份"),
        "{words}"
    );
}

#[test]
fn questionnaires_are_checked_question_by_question() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let project = projects[0];
    let acceptance = begin(&app, project).id();
    let code = codes(&app, acceptance, "questionnaire", 1).remove(0);
    let path = format!("/api/v1/vote/{code}");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = app.passer_by().answers_to(&code, 5);
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
fn a_vote_leaves_no_event_no_key_and_no_session() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let slips = codes(&app, acceptance, "ballot", 2);
    let before = counted(&app);
    for slip in &slips {
        let path = format!("/api/v1/vote/{slip}");
        let voted = app
            .client()
            .post_once(&path, slip, json!({ "choice": "good" }));
        voted.expect(200);
    }
    assert_eq!(counted(&app), before);
}

#[test]
fn an_office_behind_one_address_votes_at_once_but_a_code_is_not_tried_for_ever() {
    let few = |n| std::num::NonZeroU32::new(n).unwrap();
    let (database, projects) = company::ready(&["yunwei"]);
    let app = TestApp::start_on(database, START, |config| {
        config.limits.posts = few(2);
        config.limits.codes = few(3);
    });
    let project = projects[0];
    let acceptance = begin(&app, project).id();
    let voter = app.client();
    for code in codes(&app, acceptance, "ballot", 5) {
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
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let project = projects[0];
    let acceptance = begin(&app, project).id();
    let slips = codes(&app, acceptance, "ballot", 1);
    let path = format!("/vote/{}", slips[0]);
    let visitor = app.visitor();
    visitor.get(&path).expect(200).contains("民主测评");
    visitor.post_raw(&path, &[]).expect(422);
    let voted = visitor.post_raw(&path, &[("choice", "good")]).expect(200);
    let receipt = voted
        .text
        .split("class=\"receipt\">")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .unwrap();
    let receipts = visitor.get(&format!("/acceptances/{acceptance}/receipts"));
    receipts.expect(200).contains("截止后公布").lacks(receipt);
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
