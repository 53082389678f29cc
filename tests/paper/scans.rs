//! The scan, encrypted at rest and blind.

use super::*;

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
