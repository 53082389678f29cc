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
            let (app, projects) = TestApp::ready(&["yunwei"]);
            let project = projects[0];
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
    let (database, projects) = company::ready(&["yunwei"]);
    let app = TestApp::start_on(database, START, |config| {
        config.limits.posts = few(2);
        config.limits.codes = few(3);
    });
    let project = projects[0];
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
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let project = projects[0];
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
