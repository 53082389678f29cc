//! Committed to, revealed, published.

use super::*;

#[test]
fn lots_are_committed_to_revealed_and_published() {
    let app = TestApp::start();
    let scored = tied(&app);
    assert_eq!(scored.rows(0)[0]["proposal"], "tied");

    // Two people, each with a word of fair length, for exactly the bids that share a rank.
    commit(&scored, "office", CHAIR).refused(403, "lots_need_two");
    commit(&scored, "reviewer2", CHAIR).refused(403, "lots_need_two");
    commit(&scored, "reviewer1", "七月流火").invalid("word");
    let three = json!({ "bid_ids": &scored.bids[..3], "word": CHAIR });
    app.api("reviewer1")
        .post(&path(&scored), three)
        .invalid("bid_ids");
    let both = json!({ "bid_ids": &scored.bids[..2], "word": CHAIR, "commitment": "00" });
    app.api("reviewer1")
        .post(&path(&scored), both)
        .invalid("word");
    let first = commit(&scored, "reviewer1", CHAIR).expect(201);
    let draw = &first.json["draws"][0];
    let id = draw["id"].clone();
    assert_eq!(draw["state"], "committing");
    assert_eq!(draw["chair"]["commitment"].as_str().unwrap().len(), 64);
    commit(&scored, "reviewer1", CHAIR).refused(409, "already_committed");
    reveal(&scored, "reviewer1", &id, CHAIR).refused(409, "not_all_committed");

    // The supervisor makes the commitment on a device of their own, and cannot copy the chair's.
    let copied = json!({ "bid_ids": &scored.bids[..2], "commitment": draw["chair"]["commitment"] });
    let supervisor = app.api("supervisor");
    supervisor
        .post(&path(&scored), copied)
        .invalid("commitment");
    let salt = "00112233445566778899aabbccddeeff";
    let commitment = sha256_hex(format!("biaogan-lot-1\n{salt}\n{SUPERVISOR}").as_bytes());
    let own = json!({ "bid_ids": &scored.bids[..2], "commitment": commitment });
    let second = supervisor.post(&path(&scored), own).expect(201);
    assert_eq!(second.json["draws"][0]["state"], "revealing");

    // While lots are drawn nothing else decides.
    let vote = json!({ "bid_ids": &scored.bids[..2], "reason": "5 比 0" });
    app.api("reviewer1")
        .post(&scored.round.path("/tie"), vote)
        .refused(409, "lots_pending");
    scored
        .decide(
            ["winner", "reserve", "rejected", "winner", "winner"],
            Some("统筹"),
        )
        .refused(409, "lots_pending");

    // What the first one reveals is shown to nobody until the second has, in no page, API or trail.
    reveal(&scored, "reviewer2", &id, CHAIR).refused(403, "lots_need_two");
    reveal(&scored, "reviewer1", &id, SUPERVISOR).invalid("word");
    let half = reveal(&scored, "reviewer1", &id, CHAIR)
        .expect(200)
        .lacks(CHAIR);
    assert_eq!(half.json["draws"][0]["chair"]["revealed"], true);
    for who in ["supervisor", "reviewer1", "office", "secretary"] {
        app.api(who).get(&path(&scored)).expect(200).lacks(CHAIR);
        app.browser(who)
            .get(&format!("/rounds/{}/lots", scored.round.id))
            .expect(200)
            .lacks(CHAIR);
    }
    app.api("auditadmin")
        .get("/api/v1/audit?limit=200")
        .expect(200)
        .contains("lots.reveal")
        .lacks(CHAIR);
    reveal(&scored, "reviewer1", &id, CHAIR).refused(409, "already_revealed");
    reveal(&scored, "supervisor", &id, SUPERVISOR).invalid("salt");
    let told = json!({ "word": SUPERVISOR, "salt": salt });
    let drawn = supervisor
        .post(&format!("/api/v1/lots/{id}/reveal"), told.clone())
        .expect(200)
        .contains(CHAIR);
    supervisor
        .post(&format!("/api/v1/lots/{id}/reveal"), told)
        .refused(409, "lots_over");

    // The order follows from what both revealed; a pencil is enough to check it.
    let draw = &drawn.json["draws"][0];
    assert_eq!(draw["state"], "drawn");
    let text = |party: &str, field: &str| draw[party][field].as_str().unwrap().to_owned();
    let committed = format!("biaogan-lot-1\n{}\n{CHAIR}", text("chair", "salt"));
    assert_eq!(
        text("chair", "commitment"),
        sha256_hex(committed.as_bytes())
    );
    let mut bids = scored.bids[..2].to_vec();
    bids.sort_unstable();
    let seed = format!(
        "biaogan-lots-1\n{}\n1\n{},{}\n{}\n{CHAIR}\n{salt}\n{SUPERVISOR}",
        scored.round.id,
        bids[0],
        bids[1],
        text("chair", "salt")
    );
    let seed = sha256_hex(seed.as_bytes());
    assert_eq!(draw["seed"], seed.as_str());
    bids.sort_by_key(|bid| sha256_hex(format!("{seed}\n{bid}").as_bytes()));
    let rows = scored.rows(0);
    for (row, bid) in rows.iter().zip(&bids) {
        assert_eq!(row["bid_id"], *bid);
        assert_eq!(row["resolved_by"], "recorded");
    }
    assert_eq!(rows[0]["proposal"], "winner");
    assert_eq!(rows[1]["proposal"], "reserve");

    // The result carries the draw, recomputes, and refuses a changed word.
    let file = exported(&scored);
    assert_eq!(file.lots.len(), 1);
    let forged = file.to_json().unwrap().replace(CHAIR, SUPERVISOR);
    assert!(ResultFile::from_json(&forged).unwrap_err().contains("抽签"));

    // It is published with the result; the bidders may draw again, too.
    let outcome = |bid: i64| if bids[0] == bid { "winner" } else { "reserve" };
    let outcomes = [
        outcome(scored.bids[0]),
        outcome(scored.bids[1]),
        "rejected",
        "winner",
        "winner",
    ];
    scored.decide(outcomes, None).expect(200);
    app.api("yunwei")
        .get(&path(&scored))
        .refused(403, "result_not_public");
    app.set_clock("2026-03-30T09:00+08:00");
    scored.office("/publicity").expect(200);
    app.api("yunwei")
        .get(&path(&scored))
        .expect(200)
        .contains(CHAIR);
    app.api("juncheng")
        .get(&path(&scored))
        .refused(403, "result_not_yours");
    let news = app.client().get("/api/v1/public/announcements").expect(200);
    let notice = news.items().iter().find(|item| item["kind"] == "publicity");
    let notice = notice.unwrap().to_string();
    for told in [CHAIR, SUPERVISOR, salt, seed.as_str()] {
        assert!(notice.contains(told), "{told}: {notice}");
    }
    commit(&scored, "reviewer1", CHAIR).refused(409, "wrong_state");
}

#[test]
fn who_does_not_reveal_is_recorded_and_lots_are_drawn_again() {
    let app = TestApp::start();
    let scored = tied(&app);
    let first = commit(&scored, "supervisor", SUPERVISOR).expect(201);
    let id = first.json["draws"][0]["id"].clone();
    commit(&scored, "reviewer1", CHAIR).expect(201);
    reveal(&scored, "reviewer1", &id, CHAIR).expect(200);
    let void = format!("/api/v1/lots/{id}/void");
    let reason = json!({ "reason": "督导员出差，没有揭示。" });
    app.api("office")
        .post(&void, reason.clone())
        .refused(403, "lots_need_two");
    app.api("secretary")
        .post(&void, json!({ "reason": " " }))
        .invalid("reason");
    let over = app.api("secretary").post(&void, reason.clone()).expect(200);
    let draw = &over.json["draws"][0];
    assert_eq!(draw["state"], "void");
    assert_eq!(draw["supervisor"]["revealed"], false);
    assert_eq!(draw["chair"]["word"], CHAIR);
    app.api("secretary")
        .post(&void, reason)
        .refused(409, "lots_over");
    reveal(&scored, "supervisor", &id, SUPERVISOR).refused(409, "lots_over");
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=200")
        .expect(200);
    let voided = trail
        .items()
        .iter()
        .find(|event| event["verb"] == "lots.void");
    assert!(
        voided.unwrap().to_string().contains("supervisor"),
        "{}",
        trail.text
    );
    // It decides nothing, and stays in the result.
    assert_eq!(scored.rows(0)[0]["resolved_by"], "shared");
    assert!(exported(&scored).lots[0].void.is_some());

    // Again, from the beginning, with another number in the seed.
    let second = commit(&scored, "supervisor", SUPERVISOR).expect(201);
    assert_eq!(second.json["draws"][1]["number"], 2);
    let id = second.json["draws"][1]["id"].clone();
    commit(&scored, "reviewer1", CHAIR).expect(201);
    reveal(&scored, "supervisor", &id, SUPERVISOR).expect(200);
    reveal(&scored, "reviewer1", &id, CHAIR).expect(200);
    assert_eq!(scored.rows(0)[0]["resolved_by"], "recorded");
    assert_eq!(exported(&scored).lots.len(), 2);
}

#[test]
fn lots_are_drawn_by_clicking() {
    let app = TestApp::start();
    let scored = tied(&app);
    let page = format!("/rounds/{}/lots", scored.round.id);
    let result = format!("/rounds/{}/result", scored.round.id);
    let chair = app.browser("reviewer1");
    let supervisor = app.browser("supervisor");
    chair.get(&result).expect(200).contains(&page);
    supervisor.get("/home").expect(200).contains("同分抽签");
    chair.get("/home").expect(200).contains("同分抽签");
    let (a, b) = (scored.bids[0].to_string(), scored.bids[1].to_string());
    let fields = |word| {
        vec![
            ("bid_ids[0]", a.as_str()),
            ("bid_ids[1]", b.as_str()),
            ("word", word),
        ]
    };
    chair
        .submit(&page, &page, &fields("太短"))
        .expect(422)
        .contains("8 至 100 个字")
        .lacks("太短");
    chair.submit(&page, &page, &fields(CHAIR)).expect(303);
    chair.get(&page).expect(200).contains("等督导员一方承诺");
    supervisor
        .submit(&page, &page, &fields(SUPERVISOR))
        .expect(303);
    let shown = supervisor
        .get(&page)
        .expect(200)
        .contains("等评审委员会一方和督导员一方揭示");
    let action = shown.text.split("action=\"/lots/").nth(1).unwrap();
    let action = format!("/lots/{}", action.split('"').next().unwrap());
    chair
        .submit(&page, &action, &[("word", SUPERVISOR)])
        .expect(422)
        .contains("与承诺不符");
    chair.submit(&page, &action, &[("word", CHAIR)]).expect(303);
    supervisor
        .submit(&page, &action, &[("word", SUPERVISOR)])
        .expect(303);
    chair
        .get(&page)
        .expect(200)
        .contains("第 1 次抽签")
        .contains(SUPERVISOR);
    app.browser("secretary")
        .get(&result)
        .expect(200)
        .contains("按表决或抽签的记录排先后");
    // The other two still share theirs; their draw is begun and voided.
    let (a, b) = (scored.bids[3].to_string(), scored.bids[4].to_string());
    let fields = [
        ("bid_ids[0]", a.as_str()),
        ("bid_ids[1]", b.as_str()),
        ("word", CHAIR),
    ];
    chair.submit(&page, &page, &fields).expect(303);
    let shown = app.browser("secretary").get(&page).expect(200);
    let action = shown.text.split("action=\"/lots/").nth(1).unwrap();
    let action = format!("/lots/{}", action.split('"').next().unwrap());
    assert!(action.ends_with("/void"), "{action}");
    app.browser("secretary")
        .submit(&page, &action, &[("reason", "改为并列")])
        .expect(303);
    chair
        .get(&page)
        .expect(200)
        .contains("改为并列")
        .contains("没有揭示");
}
