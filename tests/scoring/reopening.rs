//! Sheets sent back, before and after the lock.

use super::*;

#[test]
fn the_chair_sends_a_sheet_back_before_the_lock() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    let sheet = sheet_of(&app, evaluation, "reviewer3", bids[0]);
    assert_eq!(sheet["state"], "submitted");
    for who in ["office", "secretary", "supervisor", "reviewer3"] {
        reopen(&app, who, &sheet, "核对").refused(403, "chair_required");
    }
    for who in ["reviewer2", "yunwei"] {
        reopen(&app, who, &sheet, "核对").expect(404);
    }
    reopen(&app, "sysadmin", &sheet, "核对").refused(403, "administrators_read_no_business");
    reopen(&app, "reviewer1", &sheet, "").invalid("reason");
    reopen(&app, "reviewer1", &sheet, "  ").invalid("reason");
    let sent = reopen(&app, "reviewer1", &sheet, "理由与打分不符，请核对。").expect(200);
    assert_eq!(sent.json["state"], "draft");
    assert_eq!(sent.json["sent_back"], true);
    assert_eq!(sent.json["versions"][0]["kind"], "reopened");
    reopen(&app, "reviewer1", &sheet, "再来").refused(409, "sheet_not_submitted");

    // The reviewer learns of it, with the reason, and may look at what was handed in.
    let reviewer = app.browser("reviewer3");
    reviewer
        .get("/home")
        .expect(200)
        .contains("重新核对评分表")
        .contains("理由与打分不符，请核对。");
    reviewer
        .get(&format!("/bids/{}/score", bids[0]))
        .expect(200)
        .contains("理由与打分不符，请核对。");
    let own = read(&app, "reviewer3", &sheet).expect(200);
    let before = own.json["versions"][0]["said"]["total"].clone();
    assert!(before.is_number(), "{}", own.text);

    // It does not vanish from the result: the lock waits for it.
    lock(&round).refused(409, "sheets_sent_back");
    let again = round.score("reviewer3", bids[0], 80.0).expect(200);
    assert_eq!(again.json["state"], "submitted");
    let now = read(&app, "reviewer3", &sheet).expect(200);
    assert_eq!(now.json["sent_back"], false);
    assert_eq!(now.json["said"]["total"], again.json["total"]);
    lock(&round).expect(200);

    // From the lock on the committee sees what it said before; the chair, who knows the names, does not.
    let seen = read(&app, "supervisor", &sheet).expect(200);
    assert_eq!(seen.json["versions"][0]["said"]["total"], before);
    assert_eq!(
        seen.json["versions"][0]["reason"],
        "理由与打分不符，请核对。"
    );
    let chair = read(&app, "reviewer1", &sheet).expect(200);
    assert!(chair.json["said"].is_null() && chair.json["versions"][0]["said"].is_null());
    app.browser("supervisor")
        .get(&format!("/score_sheets/{}", sheet["id"]))
        .expect(200)
        .contains("以前的样子")
        .contains("主任委员退回");
    let trail = format!("/api/v1/audit?subject=score_sheet:{}", sheet["id"]);
    app.api("auditadmin")
        .get(&trail)
        .expect(200)
        .contains("sheet.reopen");
}

#[test]
fn a_sheet_sent_back_after_the_lock_takes_the_result_back() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    round.decide();
    let (first, other) = (shown_of(&round, bids[1]), shown_of(&round, bids[0]));
    let digest = app
        .api("secretary")
        .get(&round.path("/result"))
        .expect(200)
        .json["digest"]
        .clone();
    let sheet = sheet_of(&app, evaluation, "reviewer3", bids[1]);
    assert_eq!(sheet["state"], "locked");
    reopen(&app, "reviewer1", &sheet, "把第二项与第三项写反了。").expect(200);
    let state = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(state.json["state"], "scoring");
    app.api("secretary")
        .get(&round.path("/result"))
        .refused(409, "not_scored");
    lock(&round).refused(409, "sheets_sent_back");

    // Nothing else is open: neither another sheet of that bid, nor another bid's, nor one never begun.
    round
        .score("reviewer2", bids[1], 70.0)
        .refused(409, "not_reopened");
    round
        .score("reviewer3", bids[0], 70.0)
        .refused(409, "not_reopened");
    app.browser("reviewer2")
        .get(&format!("/bids/{}/score", bids[1]))
        .expect(200)
        .contains("评分已锁定")
        .lacks("提交并看下一份")
        .lacks("再次提交</button>");
    round.score("reviewer3", bids[1], 66.0).expect(200);
    lock(&round).expect(200);

    let result = app
        .api("supervisor")
        .get(&round.path("/result"))
        .expect(200);
    let superseded = &result.json["superseded"][0];
    assert_eq!(superseded["digest"], digest, "{}", result.text);
    assert!(
        superseded["reason"].as_str().unwrap().contains("把第二项"),
        "{superseded}"
    );
    assert!(result.json["decision"].is_null(), "{}", result.text);
    assert_ne!(shown_of(&round, bids[1]), first);
    assert_eq!(shown_of(&round, bids[0]), other);
    // Decided anew and published: from here on only an objection changes anything.
    let mut items = Vec::new();
    for row in result.json["topics"][0]["rows"].as_array().unwrap() {
        let outcome = match row["proposal"].as_str().unwrap() {
            "winner" => "winner",
            "reserve" => "reserve",
            _ => "rejected",
        };
        items.push(json!({ "bid_id": row["bid_id"], "outcome": outcome }));
    }
    let decision = json!({ "minute_number": "党委会纪要〔2026〕4号", "minute_date": "2026-03-20", "items": items });
    app.api("secretary")
        .post(&round.path("/decision"), decision)
        .expect(200);
    app.set_clock("2026-03-25T15:00+08:00");
    app.api("office")
        .post(&round.path("/publicity"), json!({}))
        .expect(200);
    reopen(&app, "reviewer1", &sheet, "还有").refused(409, "result_published");
}

#[test]
fn the_chair_takes_a_sending_back_back() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    lock(&round).expect(200);
    let before = shown_of(&round, bids[2]);
    let sheet = sheet_of(&app, evaluation, "reviewer5", bids[2]);
    restore(&app, &sheet).refused(409, "sheet_not_reopened");
    let page = app.browser("reviewer1");
    let path = format!("/score_sheets/{}", sheet["id"]);
    page.get(&path).expect(200).contains("退回重评");
    let token = page.csrf(&path);
    page.post_raw(
        &format!("{path}/reopen"),
        &[("csrf", &token), ("reason", "")],
    )
    .expect(422)
    .contains("退回重评");
    page.post_raw(
        &format!("{path}/reopen"),
        &[("csrf", &token), ("reason", "核对总分")],
    )
    .expect(303);
    // A draft begun meanwhile is not what counts again.
    let own = app.api("reviewer5");
    let own_path = format!("/api/v1/bids/{}/score_sheet", bids[2]);
    let draft = own.get(&own_path).expect(200);
    let marks = json!([{ "criterion_id": draft.json["criteria"][0]["id"], "mark": 1 }]);
    own.put(&own_path, draft.version(), json!({ "marks": marks }))
        .expect(200);
    page.get(&path).expect(200).contains("收回退回");
    page.post_raw(&format!("{path}/restore"), &[("csrf", &token)])
        .expect(303);
    restore(&app, &sheet).refused(409, "sheet_not_reopened");
    lock(&round).expect(200);
    assert_eq!(shown_of(&round, bids[2]), before);
    let shown = read(&app, "supervisor", &sheet).expect(200);
    assert_eq!(shown.json["versions"][0]["restored"], true);
}

#[test]
fn a_recused_reviewers_sheet_holds_nothing_up() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    let sheet = sheet_of(&app, evaluation, "reviewer4", bids[0]);
    reopen(&app, "reviewer1", &sheet, "核对").expect(200);
    lock(&round).refused(409, "sheets_sent_back");
    app.api("reviewer4")
        .post(
            &format!("/api/v1/bids/{}/recusal", bids[0]),
            json!({ "reason": "申报人是我的亲属" }),
        )
        .expect(201);
    let other = sheet_of(&app, evaluation, "reviewer4", bids[1]);
    reopen(&app, "reviewer1", &other, "核对").refused(409, "sheet_not_counted");
    lock(&round).expect(200);
}
