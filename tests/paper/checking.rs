//! A reviewer confirms, disputes or hands in their own.

use super::*;

#[test]
fn a_reviewer_confirms_disputes_or_hands_in_their_own() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids[1..]);
    for nth in [1, 2, 4, 5] {
        round
            .score(&format!("reviewer{nth}"), bids[0], 80.0)
            .expect(200);
    }
    let made = enter(&app, evaluation, "reviewer3", bids[0], 82.0).expect(201);
    let reviewer = app.browser("reviewer3");
    let page = format!("/score_sheets/{}", made.id());
    reviewer
        .get("/home")
        .expect(200)
        .contains("核对代录的评分表")
        .contains(&page);
    for who in ["office", "supervisor", "reviewer1"] {
        dispute(&app, who, &made.json, "不符").refused(403, "not_your_sheet");
        confirm(&app, who, &made.json).refused(403, "not_your_sheet");
    }
    dispute(&app, "reviewer2", &made.json, "不符").refused(404, "not_found");
    dispute(&app, "reviewer3", &made.json, " ").invalid("reason");
    let online = sheet_of(&app, evaluation, "reviewer2", bids[0]);
    dispute(&app, "reviewer2", &online, "不符").refused(409, "sheet_not_entered");

    // Found right, the to-do is gone; found wrong afterwards, it is disputed all the same.
    confirm(&app, "reviewer3", &made.json).expect(200);
    confirm(&app, "reviewer3", &made.json).refused(409, "sheet_confirmed");
    reviewer.get("/home").expect(200).lacks("核对代录的评分表");
    let disputed = dispute(&app, "reviewer3", &made.json, "第二项与原件不符。").expect(200);
    assert_eq!(
        (&disputed.json["state"], &disputed.json["disputed"]),
        (&json!("draft"), &json!(true))
    );
    assert!(disputed.json["paper"].is_null());
    assert_eq!(disputed.json["versions"][0]["kind"], "disputed");
    dispute(&app, "reviewer3", &made.json, "还有").refused(409, "sheet_disputed");
    let refused = lock(&round).refused(409, "sheets_disputed");
    assert!(refused.text.contains("更正代录"), "{}", refused.text);
    app.browser("office")
        .get(&format!("/evaluations/{evaluation}"))
        .expect(200)
        .contains("评委提出了异议，还没有处理，不能锁定");
    app.browser("office")
        .get("/home")
        .expect(200)
        .contains("处理代录异议");
    reviewer
        .get("/home")
        .expect(200)
        .contains("您有异议的代录评分表");
    // The chair has nothing to take back here.
    restore(&app, &made.json).refused(409, "sheet_not_reopened");
    app.browser("reviewer1")
        .get(&page)
        .expect(200)
        .contains("对代录提出了异议")
        .lacks("收回退回");

    // Ended by the reviewer: it says again what was entered.
    let back = confirm(&app, "reviewer3", &made.json).expect(200);
    assert_eq!(back.json["state"], "submitted");
    assert_eq!(back.json["said"]["total"], made.json["said"]["total"]);
    assert!(back.json["paper"]["confirmed_at"].is_string());
    assert_eq!(back.json["versions"][0]["restored"], true);

    // Ended by the office: entered again.
    dispute(&app, "reviewer3", &made.json, "第三项与原件不符。").expect(200);
    let now = read(&app, "office", &made.json).expect(200);
    let body =
        json!({ "reason": "第三项录错一行。", "marks": marks(&app, "reviewer3", bids[0], 84.0) });
    correct(&app, "office", &made.json, now.version() - 1, &body, None)
        .refused(409, "version_conflict");
    let mut without = body.clone();
    without["reason"] = json!("");
    correct(&app, "office", &made.json, now.version(), &without, None).invalid("reason");
    correct(
        &app,
        "supervisor",
        &made.json,
        now.version(),
        &body,
        Some(SCAN),
    )
    .refused(403, "role_required");
    let again = correct(&app, "office", &made.json, now.version(), &body, None).expect(200);
    assert_eq!(again.json["state"], "submitted");
    assert_eq!(again.json["paper"]["reason"], "第三项录错一行。");
    assert!(again.json["paper"]["confirmed_at"].is_null());
    reviewer
        .get("/home")
        .expect(200)
        .contains("核对代录的评分表");

    // Once more, undisputed, with another scan: kept as corrected.
    let better: &[u8] = b"%PDF-1.7\nsecond scan\n%%EOF\n";
    let body =
        json!({ "reason": "扫描件换成清晰的。", "marks": marks(&app, "reviewer3", bids[0], 86.0) });
    let third = correct(
        &app,
        "office",
        &made.json,
        again.version(),
        &body,
        Some(better),
    )
    .expect(200);
    assert_eq!(third.json["versions"][0]["kind"], "corrected");
    assert_ne!(third.json["paper"]["scan"], made.json["paper"]["scan"]);

    // Ended by a sheet of one's own.
    tick(&app);
    let own = round.score("reviewer3", bids[0], 70.0).expect(200);
    let shown = read(&app, "reviewer3", &made.json).expect(200);
    assert!(shown.json["paper"].is_null());
    assert_eq!(shown.json["versions"][0]["kind"], "replaced");
    let body = json!({ "reason": "再录", "marks": marks(&app, "reviewer3", bids[0], 86.0) });
    correct(&app, "office", &made.json, own.version(), &body, Some(SCAN))
        .refused(409, "sheet_not_entered");
    enter(&app, evaluation, "reviewer3", bids[0], 60.0).refused(409, "sheet_submitted_online");
    let office = read(&app, "office", &made.json).expect(200);
    assert!(office.json["said"].is_null(), "{}", office.text);
    lock(&round).expect(200);
    dispute(&app, "reviewer3", &made.json, "不符").refused(409, "scoring_locked");
    correct(&app, "office", &made.json, own.version(), &body, Some(SCAN))
        .refused(409, "scoring_locked");
    enter(&app, evaluation, "reviewer3", bids[0], 60.0).refused(409, "scoring_locked");

    // Every version with its scan, for the committee.
    let all = read(&app, "supervisor", &made.json).expect(200);
    let kinds: Vec<&str> = all.json["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["replaced", "corrected", "disputed", "disputed"]);
    for one in all.json["versions"].as_array().unwrap() {
        assert!(one["said"]["total"].is_number(), "{one}");
        let bytes = scan_of(&app, "supervisor", &one["paper"]["scan"])
            .expect(200)
            .bytes;
        assert_eq!(bytes == better, one["kind"] == "replaced");
    }
    app.browser("supervisor")
        .get(&page)
        .expect(200)
        .contains("更正代录")
        .contains("评委对代录提出异议")
        .contains("看扫描件");
    assert_eq!(
        verbs(&app, &made.json),
        [
            "sheet.enter",
            "sheet.confirm",
            "sheet.dispute",
            "sheet.confirm",
            "sheet.dispute",
            "sheet.correct",
            "sheet.correct",
            "sheet.submit",
        ]
    );
}
