//! From marks to the conclusion.

use super::*;

#[test]
fn bids_are_marked_locked_decided_publicized_and_concluded() {
    let app = TestApp::start();
    let scored = scoring(&app);
    let round = &scored.round;

    // Conflicts of interest: reviewer4 belongs to yingxiao and leaves the first topic to the others.
    app.api("reviewer4")
        .get(&scored.sheet(0))
        .refused(403, "recused");
    app.api("reviewer4").get(&scored.sheet(3)).expect(200);
    app.api("office")
        .get(&scored.sheet(0))
        .refused(403, "not_on_panel");
    app.api("yunwei").get(&scored.sheet(1)).expect(404);
    let topics = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(topics.json["topics"][1]["failed"], true, "{}", topics.text);

    // Marks: range, step, decimals, comments, completeness.
    let one = app.api("reviewer1");
    let first = one.get(&scored.sheet(0)).expect(200);
    assert_eq!(first.version(), 0);
    let mark = |n: usize, mark: Value| {
        let mut marks = scored.marks(1, 0, GOOD);
        marks[n]["mark"] = mark;
        json!({ "marks": marks, "submit": true })
    };
    for (bad, field) in [
        (mark(0, json!(40.5)), "marks[0][mark]"),
        (mark(0, json!(-1)), "marks[0][mark]"),
        (mark(1, json!(17.25)), "marks[1][mark]"),
        (mark(1, json!(17.123)), "marks[1][mark]"),
        (mark(2, json!(null)), "marks[2][mark]"),
        (mark(3, json!(10)), "marks[3][comment]"),
        (mark(3, json!(25)), "marks[3][comment]"),
        (json!({ "marks": [], "submit": true }), "marks"),
        (
            json!({ "marks": [{ "criterion_id": 1, "mark": 1 }] }),
            "marks[0][criterion_id]",
        ),
    ] {
        one.put(&scored.sheet(0), 0, bad).invalid(field);
    }
    let draft = json!({ "marks": [scored.marks(1, 0, GOOD)[0]], "submit": false });
    let saved = one.put(&scored.sheet(0), 0, draft.clone()).expect(200);
    assert_eq!(saved.json["state"], "draft");
    one.put(&scored.sheet(0), 0, draft)
        .refused(409, "version_conflict");
    let body = json!({ "marks": scored.marks(1, 0, GOOD), "submit": true });
    let handed_in = one
        .put(&scored.sheet(0), saved.version(), body.clone())
        .expect(200);
    assert_eq!(handed_in.json["total"], 88.0);
    let back = json!({ "marks": scored.marks(1, 0, GOOD), "submit": false });
    one.put(&scored.sheet(0), handed_in.version(), back)
        .refused(409, "sheet_submitted");

    // Until the lock the chair sees counts and no marks, everybody else less.
    let progress = app
        .api("reviewer1")
        .get(&format!("/api/v1/evaluations/{}", scored.evaluation))
        .expect(200);
    assert_eq!(
        progress.json["progress"][0]["submitted"], 1,
        "{}",
        progress.text
    );
    assert!(progress.json["progress"][0]["total"].is_null());
    let other = app
        .api("reviewer2")
        .get(&format!("/api/v1/evaluations/{}", scored.evaluation))
        .expect(200)
        .lacks("\"total\":88");
    assert!(other.json["progress"].is_null());
    for reader in [
        "office",
        "secretary",
        "supervisor",
        "reviewer1",
        "reviewer2",
    ] {
        app.api(reader)
            .get(&round.path("/result"))
            .refused(409, "not_scored");
    }

    // Quorum: who is missing is named.
    scored
        .office("/lock")
        .refused(409, "below_quorum")
        .contains("卢秀芝");
    scored.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
    app.api("reviewer2")
        .post(&round.path("/lock"), json!({}))
        .refused(403, "role_required");
    scored.office("/lock").expect(200);
    let locked = one.get(&scored.sheet(0)).expect(200).version();
    one.put(&scored.sheet(0), locked, body)
        .refused(409, "scoring_locked");

    // The result, and its export that recomputes to itself.
    let rows = scored.rows(0);
    assert_eq!(rows[0]["bid_id"], scored.bids[0]);
    assert_eq!(rows[0]["total"]["shown"], "88.00");
    assert_eq!(rows[0]["sheets"].as_array().unwrap().len(), 4);
    assert_eq!(rows[0]["proposal"], "winner");
    assert_eq!(rows[1]["proposal"], "reserve");
    assert_eq!(rows[2]["proposal"], "below_threshold");
    assert_eq!(scored.rows(2)[0]["sheets_kept"], 3);
    let export = app
        .api("supervisor")
        .get(&round.path("/result.json"))
        .expect(200);
    let file = ResultFile::from_json(&export.text).unwrap();
    assert_eq!(result_file::recompute(&file).unwrap(), file.ranking);
    assert_eq!(file.to_json().unwrap(), export.text);
    assert!(!export.text.contains("卢秀芝"));

    // Before publicity the bidders see nothing; the committee's own people do.
    app.api("yunwei")
        .get(&round.path("/result"))
        .refused(403, "result_not_public");
    app.api("juncheng")
        .get(&round.path("/result"))
        .refused(403, "result_not_yours");

    // The decision: complete, within quota and threshold, with reasons where it departs.
    app.api("office")
        .post(
            &round.path("/decision"),
            json!({ "minute_number": "1", "minute_date": "2026-03-21", "items": [] }),
        )
        .refused(403, "role_required");
    scored
        .decide(
            ["winner", "winner", "rejected", "winner", "winner"],
            Some("两个都好"),
        )
        .invalid("items");
    scored
        .decide(
            ["winner", "reserve", "reserve", "winner", "winner"],
            Some("可惜"),
        )
        .invalid("items[2][outcome]");
    scored
        .decide(["reserve", "winner", "rejected", "winner", "winner"], None)
        .invalid("items[0][reason]");
    let decided = scored
        .decide(
            ["reserve", "winner", "rejected", "winner", "winner"],
            Some("统筹人员力量"),
        )
        .expect(200);
    assert_eq!(decided.json["state"], "decided");
    scored
        .decide(["winner", "reserve", "rejected", "winner", "winner"], None)
        .refused(409, "wrong_state");

    // Publicity of five working days across 清明, an objection, the conclusion.
    app.set_clock("2026-03-30T09:00+08:00");
    let publicity = scored.office("/publicity").expect(200);
    assert_eq!(publicity.json["publicity_until"], "2026-04-07");
    let own = app.api("renhou").get(&round.path("/result")).expect(200);
    let rows = own.json["topics"][0]["rows"].as_array().unwrap();
    assert_eq!(rows[1]["bid_id"], scored.bids[1]);
    assert_eq!(rows[1]["sheets"].as_array().unwrap().len(), 4);
    assert!(rows[0]["sheets"].as_array().unwrap().is_empty());
    let news = app.visitor().get("/announcements").expect(200);
    assert!(news.text.contains("中标公示"), "{}", news.text);
    scored.office("/conclude").refused(409, "publicity_running");

    let objections = format!("/api/v1/public/rounds/{}/objections", round.id);
    app.client()
        .post(&objections, json!({ "contact": "a", "content": "b" }))
        .invalid("name");
    let lodged = app
        .client()
        .post(
            &objections,
            json!({ "anonymous": true, "contact": "13800000000", "content": "请核查回避", "bid_id": scored.bids[1] }),
        )
        .expect(201);
    assert_eq!(lodged.json["due_on"], "2026-04-07");
    let follow = format!(
        "/api/v1/public/objections/{}",
        lodged.json["code"].as_str().unwrap()
    );
    app.client()
        .post(&follow, json!({ "text": "补充一点" }))
        .expect(200);
    app.client()
        .get("/api/v1/public/objections/AAAA-AAAA-AAAA")
        .expect(404);
    app.set_clock("2026-04-08T09:00+08:00");
    app.client()
        .post(
            &objections,
            json!({ "anonymous": true, "contact": "a", "content": "b" }),
        )
        .refused(409, "publicity_over");
    scored.office("/conclude").refused(409, "objection_open");
    let listed = app
        .api("office")
        .get(&round.path("/objections"))
        .expect(200);
    assert_eq!(listed.items()[0]["contact"], "13800000000");
    app.api("yunwei")
        .get(&round.path("/objections"))
        .refused(403, "role_required");
    let id = listed.items()[0]["id"].as_i64().unwrap();
    let answer = json!({ "outcome": "rejected", "answer": "已核查，程序合规。" });
    app.api("supervisor")
        .post(&format!("/api/v1/objections/{id}/answer"), answer.clone())
        .refused(403, "role_required");
    app.api("office")
        .post(&format!("/api/v1/objections/{id}/answer"), answer)
        .expect(200);
    let followed = app.client().get(&follow).expect(200);
    assert_eq!(followed.json["state"], "rejected");
    assert!(!followed.text.contains("13800000000"));
    round.close_failed_topics();
    assert_eq!(
        scored.office("/conclude").expect(200).json["state"],
        "concluded"
    );
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=200")
        .expect(200)
        .lacks("13800000000");
    for verb in [
        "round.score",
        "sheet.submit",
        "round.lock",
        "round.decide",
        "round.publicize",
        "objection.lodge",
        "round.conclude",
    ] {
        assert!(
            trail.items().iter().any(|event| event["verb"] == verb),
            "{verb}"
        );
    }
}
