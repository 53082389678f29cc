//! Sheets filled in on paper: entered by the office with their scan, confirmed, disputed, corrected, replaced; who
//! learns what, and that they count like any other.

use std::fs;

use biaogan::routes;
use serde_json::{Value, json};

use crate::scoring::{
    CANARIES, COMMENT, NOTES, everything, lock, read, reopen, restore, scoring, sheet_of, shown_of,
    tells,
};

use crate::support::rounds::{TestRound, round_body};
use crate::support::world::World;
use crate::support::{Answer, TestApp, multipart};

/// A scan whose bytes can be found again.
const SCAN: &[u8] = b"%PDF-1.7\nsigned in ink by hand 8675309\n%%EOF\n";

/// Marks at this share of the full marks, each with a comment.
fn marks(app: &TestApp, reviewer: &str, bid: i64, percent: f64) -> Value {
    let path = format!("/api/v1/bids/{bid}/score_sheet");
    let sheet = app.api(reviewer).get(&path).expect(200);
    sheet.json["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let full = one["full_marks"].as_f64().unwrap();
            let mark = (full * percent / 50.0).round() / 2.0;
            json!({ "criterion_id": one["id"], "mark": mark, "comment": "材料扎实" })
        })
        .collect()
}

fn send(
    app: &TestApp,
    who: &str,
    evaluation: i64,
    sheet: &Value,
    name: &str,
    scan: &[u8],
) -> Answer {
    let words = sheet.to_string();
    let (kind, body) = multipart(&[("sheet", &words)], name, "application/pdf", scan);
    let path = format!("/api/v1/evaluations/{evaluation}/paper_sheets");
    app.api(who)
        .send("POST", &path, &[("Content-Type", &kind)], &body)
}

/// The office enters a sheet of this reviewer.
fn enter(app: &TestApp, evaluation: i64, reviewer: &str, bid: i64, percent: f64) -> Answer {
    let sheet = json!({
        "reviewer_id": app.user_id(reviewer), "bid_id": bid,
        "marks": marks(app, reviewer, bid, percent),
    });
    send(app, "office", evaluation, &sheet, "扫描.pdf", SCAN)
}

/// A minute goes by, so that what is done next comes later.
fn tick(app: &TestApp) {
    let clock = app.app.clock();
    clock.set(clock.now() + chrono::Duration::minutes(1));
}

/// Enters a sheet again; without a scan, the old one stays.
fn correct(
    app: &TestApp,
    who: &str,
    sheet: &Value,
    version: i64,
    body: &Value,
    scan: Option<&[u8]>,
) -> Answer {
    tick(app);
    let words = body.to_string();
    let name = if scan.is_some() { "更正.pdf" } else { "" };
    let (kind, body) = multipart(
        &[("sheet", &words)],
        name,
        "application/pdf",
        scan.unwrap_or(b""),
    );
    let tag = format!("\"v{version}\"");
    app.api(who).send(
        "PUT",
        &format!("/api/v1/score_sheets/{}/paper", sheet["id"]),
        &[("Content-Type", &kind), ("If-Match", &tag)],
        &body,
    )
}

fn dispute(app: &TestApp, who: &str, sheet: &Value, reason: &str) -> Answer {
    tick(app);
    let path = format!("/api/v1/score_sheets/{}/dispute", sheet["id"]);
    app.api(who).post(&path, json!({ "reason": reason }))
}

fn confirm(app: &TestApp, who: &str, sheet: &Value) -> Answer {
    tick(app);
    let path = format!("/api/v1/score_sheets/{}/confirm", sheet["id"]);
    app.api(who).post(&path, json!({}))
}

fn scan_of(app: &TestApp, who: &str, scan: &Value) -> Answer {
    app.api(who).get(&format!("/api/v1/attachments/{scan}"))
}

/// Gives somebody the office's role over the committee, too.
fn into_office(app: &TestApp, who: &str) {
    let all = app
        .api("sysadmin")
        .get("/api/v1/organizations?limit=200")
        .expect(200);
    let committee = all.items().iter().find(|one| one["code"] == "TX").unwrap();
    let path = format!("/api/v1/users/{}/roles", app.user_id(who));
    let body = json!({ "role": "office", "organization_id": committee["id"] });
    app.api("secadmin").post(&path, body).expect(201);
}

fn stored_files(app: &TestApp) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for folder in fs::read_dir(&app.app.files).into_iter().flatten().flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            found.push(fs::read(file.path()).unwrap());
        }
    }
    found
}

fn verbs(app: &TestApp, sheet: &Value) -> Vec<String> {
    let path = format!("/api/v1/audit?subject=score_sheet:{}", sheet["id"]);
    let trail = app.api("auditadmin").get(&path).expect(200);
    assert_eq!(tells(&trail.text), None);
    let mut events = trail.items().to_vec();
    events.sort_by_key(|one| one["seq"].as_i64());
    events
        .iter()
        .map(|one| one["verb"].as_str().unwrap().to_owned())
        .collect()
}

/// What a result says, but for ids and digests.
fn said(round: &TestRound) -> Vec<Value> {
    let result = round
        .app
        .api("supervisor")
        .get(&round.path("/result"))
        .expect(200);
    let rows = result.json["topics"][0]["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            let mut sheets: Vec<Value> = row["sheets"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    json!([
                        one["alias"],
                        one["total_shown"],
                        one["dropped"],
                        one["submitted_at"]
                    ])
                })
                .collect();
            sheets.sort_by_key(ToString::to_string);
            json!([
                row["title"],
                row["rank"],
                row["total"],
                row["criteria"],
                row["proposal"],
                row["normalized"],
                sheets,
            ])
        })
        .collect()
}

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
fn a_scan_lies_encrypted_and_is_read_by_who_reads_the_sheet() {
    let app = TestApp::start();
    let (round, bids, evaluation) = scoring(&app, round_body());
    round.score_all(&bids[1..]);
    for nth in [1, 2, 4, 5] {
        round
            .score(&format!("reviewer{nth}"), bids[0], 80.0)
            .expect(200);
    }
    let made = enter(&app, evaluation, "reviewer3", bids[0], 82.0).expect(201);
    let scan = made.json["paper"]["scan"].clone();
    for bytes in stored_files(&app) {
        assert!(
            !bytes.windows(20).any(|part| part == &SCAN[9..29]),
            "a scan lies plain"
        );
    }
    into_office(&app, "secretary");
    for who in ["office", "reviewer3"] {
        let got = scan_of(&app, who, &scan).expect(200);
        assert_eq!(got.bytes, SCAN);
        assert_eq!(got.header("content-type"), "application/pdf");
        let name: String =
            form_urlencoded::byte_serialize("纸质评分表扫描件.pdf".as_bytes()).collect();
        assert!(got.header("content-disposition").contains(&name));
    }
    let shut_out = [
        "reviewer1",
        "reviewer2",
        "secretary",
        "supervisor",
        "yunwei",
        "yunwei.sj",
    ];
    for who in shut_out {
        scan_of(&app, who, &scan).refused(404, "not_found");
        app.browser(who)
            .get(&format!("/attachments/{scan}"))
            .expect(404);
    }
    for who in ["sysadmin", "auditadmin"] {
        scan_of(&app, who, &scan).expect(403);
    }
    app.client()
        .get(&format!("/api/v1/attachments/{scan}"))
        .expect(401);
    // Nobody takes it away.
    app.api("office")
        .delete(&format!("/api/v1/attachments/{scan}"))
        .expect(404);
    app.api("reviewer3")
        .delete(&format!("/api/v1/attachments/{scan}"))
        .expect(404);
    lock(&round).expect(200);
    // From the lock on the committee; the chair, who knows the names, reads no sheet by name, nor its scan.
    for who in ["supervisor", "secretary", "office", "reviewer3"] {
        assert_eq!(scan_of(&app, who, &scan).expect(200).bytes, SCAN);
    }
    for who in ["reviewer1", "reviewer2", "yunwei", "yunwei.sj"] {
        scan_of(&app, who, &scan).refused(404, "not_found");
    }
}

#[test]
fn the_office_reads_what_it_typed_and_nothing_else() {
    let app = TestApp::start();
    let mut body = round_body();
    body["rule"] = json!({ "mark_step": 0.01 });
    let (round, bids, evaluation) = scoring(&app, body);
    round.score_all(&bids[1..]);
    let criteria = marks(&app, "reviewer2", bids[0], 80.0);
    let canaries: Vec<Value> = criteria
        .as_array()
        .unwrap()
        .iter()
        .zip(CANARIES)
        .map(|(one, mark)| json!({ "criterion_id": one["criterion_id"], "mark": mark, "comment": COMMENT }))
        .collect();
    let sheet = json!({
        "reviewer_id": app.user_id("reviewer2"), "bid_id": bids[0], "marks": canaries, "notes": NOTES,
    });
    let made = send(&app, "office", evaluation, &sheet, "a.pdf", SCAN).expect(201);
    assert!(tells(&made.text).is_some(), "{}", made.text);
    into_office(&app, "secretary");
    let mut world = World::default();
    world.set("round", round.id);
    world.set("evaluation", evaluation);
    world.set("bid", bids[0]);
    world.set("score_sheet", made.id());
    world.set("attachment", made.json["paper"]["scan"].clone());
    world.set("user", app.user_id("reviewer2"));
    let others = [
        "reviewer1",
        "reviewer3",
        "secretary",
        "supervisor",
        "yunwei",
        "renhou.sj",
        "sysadmin",
        "auditadmin",
    ];
    let hidden = |when: &str| {
        for who in others {
            let mut seen = 0;
            for answer in everything(&app, &world, who) {
                seen += usize::from(answer.status == 200);
                assert_eq!(tells(&answer.text), None, "{when}, {who}: {}", answer.call);
            }
            assert!(seen > 20, "{who} was let in at {seen} places only");
        }
    };
    let telling = |who: &str| {
        let all = everything(&app, &world, who);
        all.iter().filter(|one| tells(&one.text).is_some()).count()
    };
    hidden("entered");
    assert!(telling("office") >= 3 && telling("reviewer2") >= 4);

    // A dispute may repeat a mark; so may the reason of a correction.
    dispute(
        &app,
        "reviewer2",
        &made.json,
        &format!("第一项应为 31.37 分，{COMMENT}。"),
    )
    .expect(200);
    hidden("disputed");
    // What the reviewer writes from here on is not what the office typed.
    let own = app.api("reviewer2");
    let path = format!("/api/v1/bids/{}/score_sheet", bids[0]);
    let draft = own.get(&path).expect(200);
    let words = "只有本人知道的庚午辛未";
    let marks = json!({ "marks": canaries, "notes": words });
    own.put(&path, draft.version(), marks).expect(200);
    for answer in everything(&app, &world, "office") {
        assert!(!answer.text.contains(words), "{}", answer.call);
    }
    let seen = read(&app, "office", &made.json).expect(200);
    assert!(seen.json["said"].is_null());
    assert!(
        tells(&seen.json["versions"][0].to_string()).is_some(),
        "{}",
        seen.text
    );

    let version = seen.version();
    let reason = format!("漏录一项：31.37，{COMMENT}。");
    let again = json!({ "reason": reason, "marks": canaries, "notes": NOTES });
    correct(&app, "office", &made.json, version, &again, None).expect(200);
    hidden("corrected");
    // Somebody else of the office types all of it anew, with a scan, and then reads that, but not what was before.
    let now = read(&app, "secretary", &made.json).expect(200);
    assert!(
        now.json["said"].is_null() && now.json["paper"]["scan"].is_null(),
        "{}",
        now.text
    );
    assert_eq!(now.json["paper"]["entered_by"], app.user_id("office"));
    let mut plain = again.clone();
    for mark in plain["marks"].as_array_mut().unwrap() {
        mark["mark"] = json!(13);
        mark["comment"] = json!("按原件");
    }
    plain["notes"] = json!("按原件");
    plain["reason"] = json!("换人核对");
    correct(&app, "secretary", &made.json, now.version(), &plain, None).invalid("file");
    let done = correct(
        &app,
        "secretary",
        &made.json,
        now.version(),
        &plain,
        Some(SCAN),
    )
    .expect(200);
    assert_eq!(done.json["said"]["total"], json!(52.0), "{}", done.text);
    assert!(
        done.json["versions"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["said"].is_null())
    );
    let first = read(&app, "office", &made.json).expect(200);
    assert!(first.json["said"].is_null(), "{}", first.text);
    assert!(
        !first.json["versions"][0]["said"].is_null(),
        "{}",
        first.text
    );
    hidden("corrected by another");
}

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

/// The fields of the form, as a browser sends them.
fn fields(reviewer: i64, bid: i64, marks: &Value, notes: &str) -> Vec<(String, String)> {
    let mut fields = vec![
        ("reviewer_id".to_owned(), reviewer.to_string()),
        ("bid_id".to_owned(), bid.to_string()),
        ("notes".to_owned(), notes.to_owned()),
    ];
    for (n, one) in marks.as_array().unwrap().iter().enumerate() {
        fields.push((
            format!("marks[{n}][criterion_id]"),
            one["criterion_id"].to_string(),
        ));
        fields.push((format!("marks[{n}][mark]"), one["mark"].to_string()));
        let comment = one["comment"].as_str().unwrap_or_default();
        fields.push((format!("marks[{n}][comment]"), comment.to_owned()));
    }
    fields
}

#[test]
fn the_form_leads_from_reviewer_to_bid_to_marks_and_keeps_what_was_typed() {
    let app = TestApp::start();
    let (_, bids, evaluation) = scoring(&app, round_body());
    let office = app.browser("office");
    let page = format!("/evaluations/{evaluation}/paper_sheets/new");
    office
        .get(&format!("/evaluations/{evaluation}"))
        .expect(200)
        .contains(&page);
    office
        .get(&format!("/evaluations/{evaluation}/score_sheets"))
        .expect(200)
        .contains(&page);
    let reviewer = app.user_id("reviewer3");
    office
        .get(&page)
        .expect(200)
        .contains(&format!("<option value=\"{reviewer}\""))
        .lacks("multipart/form-data");
    let second = format!("{page}?reviewer_id={reviewer}");
    office
        .get(&second)
        .expect(200)
        .contains(&format!("<option value=\"{}\"", bids[0]))
        .lacks("multipart/form-data");
    let third = format!("{second}&bid_id={}", bids[0]);
    office
        .get(&third)
        .expect(200)
        .contains("multipart/form-data")
        .contains("marks[3][mark]")
        .contains("严禁上传涉密信息");
    let action = format!("/evaluations/{evaluation}/paper_sheets");
    let post = |action: &str, token: &str, fields: &[(String, String)], name: &str, scan: &[u8]| {
        let mut all = vec![("csrf", token)];
        all.extend(
            fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let (kind, body) = multipart(&all, name, "application/pdf", scan);
        office.send("POST", action, &[("Content-Type", &kind)], &body)
    };
    let token = office.csrf(&third);
    let sound = marks(&app, "reviewer3", bids[0], 80.0);
    let mut low = sound.clone();
    low[0]["mark"] = json!(7.5);
    low[0]["comment"] = json!("");
    let typed = fields(reviewer, bids[0], &low, "总的还可以");
    post(&action, &token, &typed, "a.pdf", SCAN)
        .expect(422)
        .contains("“方案优劣”低于满分的 60% 或高于 95%，请写理由。")
        .contains("value=\"7.5\"")
        .contains("总的还可以")
        .contains("材料扎实");
    let typed = fields(reviewer, bids[0], &sound, "总的还可以");
    post(&action, &token, &typed, "", b"")
        .expect(422)
        .contains("请上传签名的纸质评分表的扫描件")
        .contains("总的还可以");
    post(&action, &token, &typed, "a.txt", "文字".as_bytes())
        .expect(415)
        .contains("可以上传PDF、JPEG 和 PNG")
        .contains("总的还可以")
        .contains("材料扎实");
    post(&action, "no token", &typed, "a.pdf", SCAN).expect(403);
    let done = post(&action, &token, &typed, "a.pdf", SCAN).expect(303);
    assert_eq!(done.header("location"), second);
    office
        .follow(&done)
        .expect(200)
        .contains("已代录并计入")
        .lacks(&format!("<option value=\"{}\"", bids[0]));
    // Entered meanwhile: said on the form, and nothing typed is lost.
    post(&action, &token, &typed, "a.pdf", SCAN)
        .expect(409)
        .contains("这份评分表已经代录过")
        .contains("总的还可以");

    let sheet = sheet_of(&app, evaluation, "reviewer3", bids[0]);
    let own_page = format!("/score_sheets/{}", sheet["id"]);
    let reviewer_browser = app.browser("reviewer3");
    reviewer_browser
        .get(&own_page)
        .expect(200)
        .contains("纸质代录")
        .contains("看扫描件")
        .contains("提出异议");
    let dispute = format!("{own_page}/dispute");
    reviewer_browser
        .submit(&own_page, &dispute, &[("reason", "")])
        .expect(422)
        .contains("提出异议");
    tick(&app);
    reviewer_browser
        .submit(&own_page, &dispute, &[("reason", "第二项与原件不符")])
        .expect(303);
    office
        .get(&own_page)
        .expect(200)
        .contains("更正代录")
        .contains("第二项与原件不符");
    // Entered again on a page that shows what was entered.
    let again = format!("{own_page}/paper");
    let shown = office
        .get(&again)
        .expect(200)
        .contains("材料扎实")
        .contains("第二项与原件不符");
    let (_, rest) = shown.text.split_once("name=\"version\" value=\"").unwrap();
    let version = rest.split('"').next().unwrap().to_owned();
    let mut change = fields(reviewer, bids[0], &sound, "核对以后");
    change.drain(..2);
    change.push(("version".to_owned(), version));
    let mut whole = change.clone();
    whole.push(("reason".to_owned(), "录错一行".to_owned()));
    post(&again, &token, &change, "", b"")
        .expect(422)
        .contains("核对以后");
    tick(&app);
    let done = post(&again, &token, &whole, "", b"").expect(303);
    tick(&app);
    office
        .follow(&done)
        .expect(200)
        .contains("已更正代录")
        .contains("录错一行");
    let confirm = format!("{own_page}/confirm");
    reviewer_browser
        .submit(&own_page, &confirm, &[])
        .expect(303);
    reviewer_browser
        .get(&own_page)
        .expect(200)
        .contains("确认无误");
    assert_eq!(
        verbs(&app, &sheet),
        [
            "sheet.enter",
            "sheet.dispute",
            "sheet.correct",
            "sheet.confirm"
        ]
    );
}

#[test]
fn in_a_blind_round_a_scan_names_no_bidder() {
    let app = TestApp::start();
    let mut body = round_body();
    body["rule"] = json!({ "blind": true });
    let (round, bids, evaluation) = scoring(&app, body);
    let all = app
        .api("sysadmin")
        .get("/api/v1/organizations?limit=200")
        .expect(200);
    let bidder = all
        .items()
        .iter()
        .find(|one| one["code"] == "TX-YW")
        .unwrap();
    let name = bidder["short_name"].as_str().unwrap();
    let sheet = json!({
        "reviewer_id": app.user_id("reviewer3"), "bid_id": bids[0],
        "marks": marks(&app, "reviewer3", bids[0], 80.0),
    });
    let file = format!("{name}评分表.pdf");
    let made = send(&app, "office", evaluation, &sheet, &file, SCAN).expect(201);
    let mut world = World::default();
    world.set("round", round.id);
    world.set("evaluation", evaluation);
    world.set("score_sheet", made.id());
    world.set("attachment", made.json["paper"]["scan"].clone());
    world.set("bid", bids[0]);
    let covered = |who: &str, path: &str| {
        let answer = if path.starts_with("/api/") {
            app.api(who).get(path)
        } else {
            app.browser(who).get(path)
        };
        let disposition = form_urlencoded::parse(answer.header("content-disposition").as_bytes())
            .map(|(name, value)| format!("{name}{value}"))
            .collect::<String>();
        assert!(answer.status < 500, "{}", answer.text);
        assert!(
            !answer.text.contains(name) && !disposition.contains(name),
            "{who}: {path}"
        );
        answer
    };
    for route in routes::table() {
        let about_sheets = [
            "score_sheet",
            "attachments/{id}",
            "/score",
            "evaluations/{id}",
        ];
        if route.method == "GET" && about_sheets.iter().any(|part| route.path.contains(part)) {
            let path = world.fill(route.path);
            covered("reviewer3", &path);
            covered("reviewer1", &path);
        }
    }
    covered("reviewer3", &format!("/score_sheets/{}", made.id())).expect(200);
    covered(
        "reviewer3",
        &format!("/attachments/{}", made.json["paper"]["scan"]),
    )
    .expect(200);
    covered("reviewer3", "/home")
        .expect(200)
        .contains("核对代录的评分表");
    // The office matches paper and bid by the number printed on the sheet, as covered as the sheet itself.
    let page = format!(
        "/evaluations/{evaluation}/paper_sheets/new?reviewer_id={}",
        app.user_id("reviewer4")
    );
    covered("office", &page)
        .expect(200)
        .contains(&format!("编号 {}", bids[0]));
}
