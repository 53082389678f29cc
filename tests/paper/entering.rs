//! Entering a sheet, and who may not.

use super::*;

#[test]
fn a_paper_sheet_counts_as_if_its_reviewer_had_handed_it_in() {
    let percent = |nth: usize, place: usize| 92.0 - 4.0 * place as f64 - 2.0 * nth as f64;
    let online = TestApp::start();
    let (typed, bids, _) = scoring(&online, round_body());
    for nth in 1..=5 {
        for (place, bid) in bids.iter().enumerate() {
            let reviewer = format!("reviewer{nth}");
            typed
                .score(&reviewer, *bid, percent(nth, place))
                .expect(200);
        }
    }
    lock(&typed).expect(200);

    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    for nth in 1..=5 {
        let reviewer = format!("reviewer{nth}");
        for (place, bid) in bids.iter().enumerate() {
            if nth < 4 {
                round
                    .score(&reviewer, *bid, percent(nth, place))
                    .expect(200);
                continue;
            }
            let made = enter(&app, evaluation, &reviewer, *bid, percent(nth, place)).expect(201);
            assert_eq!(made.json["state"], "submitted");
            assert_eq!(made.json["paper"]["entered_by"], app.user_id("office"));
            assert_eq!(
                made.header("location"),
                format!("/api/v1/score_sheets/{}", made.id())
            );
            assert!(made.json["said"]["total"].is_number(), "{}", made.text);
        }
    }
    // Marked wherever it shows, without its marks.
    let work = app
        .api("office")
        .get(&format!("/api/v1/evaluations/{evaluation}"))
        .expect(200);
    let line = &work.json["progress"][4];
    assert_eq!(
        (&line["submitted"], &line["on_paper"]),
        (&json!(3), &json!(3))
    );
    let chair = app.browser("reviewer1");
    chair
        .get(&format!("/evaluations/{evaluation}"))
        .expect(200)
        .contains("纸质代录 3")
        .lacks("录入纸质评分表");
    chair
        .get(&format!("/evaluations/{evaluation}/score_sheets"))
        .expect(200)
        .contains("纸质代录")
        .contains("代录");
    let own = app.browser("reviewer4");
    own.get(&format!("/evaluations/{evaluation}"))
        .expect(200)
        .contains("纸质代录");
    own.get(&format!("/bids/{}/score", bids[0]))
        .expect(200)
        .contains("按您签名的纸质评分表代录");
    own.get(&format!("/bids/{}/score/print", bids[0]))
        .expect(200)
        .contains("纸质代录：");
    let mine = app
        .api("reviewer4")
        .get(&format!("/api/v1/bids/{}/score_sheet", bids[0]))
        .expect(200);
    assert_eq!(mine.json["paper"]["entered_by"], app.user_id("office"));

    lock(&round).expect(200);
    assert_eq!(said(&round), said(&typed));
    let events = app
        .api("auditadmin")
        .get(&format!("/api/v1/audit?subject=evaluation:{evaluation}"))
        .expect(200);
    assert!(
        events.text.contains("\"paper_sheets\":6"),
        "{}",
        events.text
    );
    // The committee, who know whose alias is whose, are told which sheets of the result came from paper; nobody else.
    let flags = |who: &str| {
        let result = app.api(who).get(&round.path("/result")).expect(200);
        let rows = result.json["topics"][0]["rows"].as_array().unwrap().clone();
        rows.iter()
            .flat_map(|row| row["sheets"].as_array().unwrap().clone())
            .map(|one| one["on_paper"].clone())
            .collect::<Vec<Value>>()
    };
    let seen = flags("supervisor");
    assert_eq!(seen.iter().filter(|one| **one == json!(true)).count(), 6);
    assert_eq!(seen.iter().filter(|one| **one == json!(false)).count(), 9);
    assert!(flags("reviewer2").iter().all(Value::is_null));
    let working = format!("/rounds/{}/result/{}", round.id, bids[0]);
    app.browser("supervisor")
        .get(&working)
        .expect(200)
        .contains("纸质代录");
    app.browser("reviewer2")
        .get(&working)
        .expect(200)
        .lacks("纸质代录");
}

#[test]
fn who_may_not_enter_and_what_may_not_be_entered() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = round.with_bids(3);
    round.open();
    let panel = app.api("office").get(&round.path("/panel")).expect(200);
    let evaluation = panel.json["evaluation_id"].as_i64().unwrap();
    let body = |reviewer: &str, bid: i64, marks: Value| json!({ "reviewer_id": app.user_id(reviewer), "bid_id": bid, "marks": marks });
    let early = body("reviewer3", bids[0], json!([]));
    send(&app, "office", evaluation, &early, "a.pdf", SCAN).refused(409, "scoring_not_started");
    // reviewer5 does not sign.
    for nth in 1..=4 {
        let path = format!("/api/v1/evaluations/{evaluation}/undertaking");
        app.api(&format!("reviewer{nth}"))
            .post(&path, json!({}))
            .expect(200);
    }
    app.api("office")
        .post(&round.path("/scoring"), json!({}))
        .expect(200);
    let sound = marks(&app, "reviewer3", bids[0], 80.0);
    let sheet = body("reviewer3", bids[0], sound.clone());
    let before = stored_files(&app).len();

    for (who, code) in [
        ("secretary", "role_required"),
        ("supervisor", "role_required"),
        ("reviewer1", "role_required"),
        ("reviewer3", "role_required"),
        ("yunwei", "role_required"),
        ("sysadmin", "administrators_read_no_business"),
    ] {
        send(&app, who, evaluation, &sheet, "a.pdf", SCAN).refused(403, code);
        let page = format!("/evaluations/{evaluation}/paper_sheets/new");
        app.browser(who).get(&page).expect(403);
    }
    into_office(&app, "reviewer4");
    send(&app, "reviewer4", evaluation, &sheet, "a.pdf", SCAN).refused(403, "seated_may_not_enter");
    app.browser("reviewer4")
        .get(&format!("/evaluations/{evaluation}"))
        .expect(200)
        .lacks("录入纸质评分表");

    // The scan: read from its bytes, and there.
    let png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
    for (name, bytes) in [
        ("评分表.txt", "文字".as_bytes()),
        ("评分表.pdf", b"<html><script>".as_slice()),
        ("评分表.pdf", png.as_slice()),
        ("评分表.docx", b"PK\x03\x04 nothing"),
    ] {
        send(&app, "office", evaluation, &sheet, name, bytes).refused(415, "file_type_refused");
    }
    send(&app, "office", evaluation, &sheet, "", b"").invalid("file");
    send(&app, "office", evaluation, &sheet, "a.pdf", b"").invalid("file");

    // The sheet: checked like one's own.
    let broken = |change: &dyn Fn(&mut Value)| {
        let mut sheet = sheet.clone();
        change(&mut sheet);
        send(&app, "office", evaluation, &sheet, "a.pdf", SCAN)
    };
    broken(&|one| one["marks"][0]["mark"] = json!(41)).invalid("marks[0][mark]");
    broken(&|one| one["marks"][0]["mark"] = json!(30.25)).invalid("marks[0][mark]");
    broken(&|one| one["marks"][0]["mark"] = Value::Null).invalid("marks[0][mark]");
    broken(&|one| {
        one["marks"][1]["mark"] = json!(1);
        one["marks"][1]["comment"] = json!(" ");
    })
    .invalid("marks[1][comment]");
    broken(&|one| one["marks"] = json!([])).invalid("marks");
    broken(&|one| one["colour"] = json!("red")).invalid("colour");
    broken(&|one| one["bid_id"] = json!(404_404_404)).invalid("bid_id");
    broken(&|one| one["reviewer_id"] = json!(app.user_id("yunwei"))).invalid("reviewer_id");
    send(&app, "office", 404_404_404, &sheet, "a.pdf", SCAN).refused(404, "not_found");

    // The reviewer: signed, not recused, nothing handed in.
    let unsigned = body("reviewer5", bids[0], sound.clone());
    send(&app, "office", evaluation, &unsigned, "a.pdf", SCAN).refused(409, "undertaking_required");
    let recusal = json!({ "reason": "申报人是我的亲属" });
    let path = format!("/api/v1/bids/{}/recusal", bids[0]);
    app.api("reviewer4").post(&path, recusal).expect(201);
    let recused = body("reviewer4", bids[0], sound.clone());
    send(&app, "office", evaluation, &recused, "a.pdf", SCAN).refused(409, "recused");
    round.score("reviewer2", bids[0], 70.0).expect(200);
    let online = body("reviewer2", bids[0], sound.clone());
    send(&app, "office", evaluation, &online, "a.pdf", SCAN).refused(409, "sheet_submitted_online");
    // Nothing refused has left a file or an event behind.
    // The writer lets go of a refused file a moment after its answer.
    for _ in 0..200 {
        if stored_files(&app).len() == before {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(stored_files(&app).len(), before);
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=200")
        .expect(200);
    assert!(!trail.text.contains("sheet.enter"), "{}", trail.text);

    send(&app, "office", evaluation, &sheet, "a.pdf", SCAN).expect(201);
    send(&app, "office", evaluation, &sheet, "a.pdf", SCAN).refused(409, "sheet_entered");
    assert_eq!(stored_files(&app).len(), before + 1);
}

#[test]
fn a_draft_gives_way_and_a_sheet_sent_back_may_come_on_paper() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids);
    let sheet = sheet_of(&app, evaluation, "reviewer3", bids[0]);
    enter(&app, evaluation, "reviewer3", bids[0], 60.0).refused(409, "sheet_submitted_online");
    lock(&round).expect(200);
    let before = shown_of(&round, bids[0]);
    reopen(&app, "reviewer1", &sheet, "请核对").expect(200);
    // After the lock only what was sent back is open, on paper too.
    enter(&app, evaluation, "reviewer2", bids[1], 60.0).refused(409, "sheet_submitted_online");
    let own = app.api("reviewer3");
    let path = format!("/api/v1/bids/{}/score_sheet", bids[0]);
    let draft = own.get(&path).expect(200);
    let kept = json!({ "marks": marks(&app, "reviewer3", bids[0], 65.0), "notes": "草稿里的话" });
    own.put(&path, draft.version(), kept).expect(200);
    tick(&app);
    let made = enter(&app, evaluation, "reviewer3", bids[0], 62.0).expect(201);
    assert_eq!(made.json["versions"][0]["kind"], "replaced");
    // The draft is its writer's: the office typed something else.
    assert!(made.json["versions"][0]["said"].is_null());
    made.clone().lacks("草稿里的话");
    read(&app, "reviewer3", &sheet)
        .expect(200)
        .contains("草稿里的话");
    // The chair may send a paper sheet back, and take that back: it is the paper sheet again.
    tick(&app);
    reopen(&app, "reviewer1", &sheet, "再核对").expect(200);
    lock(&round).refused(409, "sheets_sent_back");
    let back = restore(&app, &sheet).expect(200);
    assert_eq!(back.json["paper"]["entered_by"], app.user_id("office"));
    let shown = read(&app, "office", &sheet).expect(200);
    assert_eq!(shown.json["said"]["total"], made.json["said"]["total"]);
    lock(&round).expect(200);
    assert_ne!(shown_of(&round, bids[0]), before);
}
