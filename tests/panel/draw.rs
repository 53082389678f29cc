//! Panel and order of presentation drawn by lot.

use super::*;

const WORD: &str = "七月流火九月授衣";

fn prepare(round: &TestRound, body: Value) -> crate::support::Answer {
    round
        .app
        .api("office")
        .post(&round.path("/panel/draw"), body)
}

fn draw(round: &TestRound) -> crate::support::Answer {
    round
        .app
        .api("supervisor")
        .post(&round.path("/panel/draw/nonce"), json!({ "nonce": WORD }))
}

/// Draws the lots again from what is shown, as anybody would.
fn drawn_again(draw: &Value, round: i64) -> Vec<i64> {
    let sha = |text: &str| biaogan::audit::sha256_hex(text.as_bytes());
    let text = |name: &str| draw[name].as_str().unwrap().to_owned();
    assert_eq!(sha(&text("secret")), text("commitment"));
    let pool: Vec<i64> = draw["pool"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_i64().unwrap())
        .collect();
    let ids: Vec<String> = pool.iter().map(i64::to_string).collect();
    let seed = sha(&format!(
        "biaogan-draw-1\n{}\n{}\n{round}\n{}\n{}",
        text("secret"),
        text("audit_head"),
        ids.join(","),
        text("nonce")
    ));
    assert_eq!(seed, text("seed"));
    let mut keyed: Vec<(String, i64)> = pool
        .iter()
        .map(|id| (sha(&format!("{seed}\n{id}")), *id))
        .collect();
    keyed.sort();
    keyed.into_iter().map(|(_, id)| id).collect()
}

#[test]
fn a_panel_is_drawn_by_lot_and_anybody_can_draw_it_again() {
    let app = TestApp::start();
    let round = app.round();
    let path = round.path("/panel/draw");
    let chair = app.user_id("reviewer1");
    let seventh = app.user_id("reviewer7");
    let pool = app
        .api("office")
        .get(&round.path("/panel/pool"))
        .expect(200);
    assert_eq!(pool.json["reviewers"].as_array().unwrap().len(), 7);
    app.api("yunwei")
        .get(&round.path("/panel/pool"))
        .expect(404);

    // Seats and chair make an odd panel of five at least, out of who is there.
    prepare(&round, json!({ "seats": 4 })).invalid("seats");
    prepare(&round, json!({ "seats": 7, "alternates": 1 })).invalid("seats");
    prepare(
        &round,
        json!({ "seats": 4, "chair_user_id": app.user_id("yunwei") }),
    )
    .invalid("chair_user_id");
    app.api("yunwei")
        .post(&path, json!({ "seats": 5 }))
        .expect(404);
    app.api("supervisor")
        .post(&path, json!({ "seats": 5 }))
        .refused(403, "role_required");
    draw(&round).refused(409, "no_draw_prepared");
    let body = json!({
        "seats": 4, "alternates": 1, "chair_user_id": chair,
        "excluded": [{ "user_id": seventh, "reason": "出差至月底" }],
    });
    let prepared = prepare(&round, body.clone()).expect(201);
    let shown = &prepared.json["draws"][0];
    assert!(shown["secret"].is_null(), "{}", prepared.text);
    assert_eq!(shown["commitment"].as_str().unwrap().len(), 64);
    assert_eq!(shown["excluded"][0]["reason"], "出差至月底");
    prepare(&round, body).refused(409, "draw_pending");

    // The word is the supervisor's alone; nobody is seated before it.
    app.api("office")
        .post(&round.path("/panel/draw/nonce"), json!({ "nonce": WORD }))
        .refused(403, "role_required");
    app.api("supervisor")
        .post(&round.path("/panel/draw/nonce"), json!({ "nonce": "短" }))
        .invalid("nonce");
    app.browser("supervisor")
        .get("/home")
        .contains("抽取评审委员");
    let drawn = draw(&round).expect(200);
    let lots = drawn_again(&drawn.json["draws"][0], round.id);
    assert_eq!(ids(&drawn.json["draws"][0]["order"], "id"), lots);
    assert!(!lots.contains(&chair) && !lots.contains(&seventh));

    let panel = app.api("office").get(&round.path("/panel")).expect(200);
    let mut expected = vec![chair];
    expected.extend(&lots[..4]);
    assert_eq!(ids(&panel.json["members"], "user_id"), expected);
    assert_eq!(panel.json["members"][0]["seat"], "chair");
    assert_eq!(
        ids(&panel.json["record"]["substitutes"], "user_id"),
        [lots[4]]
    );

    // The digest of the outcome and everything else stands in the trail.
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=20")
        .expect(200);
    for known in [
        "draw.prepare",
        "draw.complete",
        drawn.json["draws"][0]["seed"].as_str().unwrap(),
        WORD,
    ] {
        assert!(trail.text.contains(known), "{known}: {}", trail.text);
    }

    // Who was drawn is not exchanged by hand; the chair may move among them.
    let office = app.api("office");
    let others: Vec<Value> = (1..=5)
        .map(|n| json!({ "user_id": app.user_id(&format!("reviewer{}", n + 2)), "seat": "member" }))
        .collect();
    office
        .put(
            &round.path("/panel"),
            panel.version(),
            json!({ "members": others }),
        )
        .refused(409, "panel_by_lot");
    let same: Vec<Value> = expected
        .iter()
        .enumerate()
        .map(|(n, id)| json!({ "user_id": id, "seat": if n == 1 { "chair" } else { "member" } }))
        .collect();
    office
        .put(
            &round.path("/panel"),
            panel.version(),
            json!({ "members": same }),
        )
        .expect(200);
    office
        .put(
            &round.path("/panel/substitutes"),
            panel.version() + 1,
            json!({ "user_ids": [] }),
        )
        .refused(409, "substitutes_by_lot");

    // Again only with a reason; the earlier draw is kept and shown.
    prepare(&round, json!({ "seats": 5 })).invalid("reason");
    prepare(&round, json!({ "seats": 5, "reason": "两名委员临时调离" })).expect(201);
    let again = draw(&round).expect(200);
    assert_eq!(again.json["draws"][0]["number"], 2);
    assert_eq!(again.json["draws"][0]["reason"], "两名委员临时调离");
    assert_eq!(again.json["draws"][1]["superseded"], true);
    assert_eq!(
        again.json["draws"][1]["seed"],
        drawn.json["draws"][0]["seed"]
    );
    let lots = drawn_again(&again.json["draws"][0], round.id);
    let panel = office.get(&round.path("/panel")).expect(200);
    let mut seated = ids(&panel.json["members"], "user_id");
    let mut first: Vec<i64> = lots[..5].to_vec();
    seated.sort_unstable();
    first.sort_unstable();
    assert_eq!(seated, first);
    for who in ["office", "supervisor", "secretary"] {
        app.browser(who)
            .get(&format!("/rounds/{}/panel/draw", round.id))
            .expect(200)
            .contains("两名委员临时调离")
            .contains(again.json["draws"][0]["seed"].as_str().unwrap());
    }
}

#[test]
fn a_draw_is_prepared_and_completed_on_pages() {
    let app = TestApp::start();
    let round = app.round();
    let page = format!("/rounds/{}/panel/draw", round.id);
    let office = app.browser("office");
    let last = app.user_id("reviewer6").to_string();
    office
        .submit(&page, &page, &[("seats", "5"), ("leave_out[]", &last)])
        .expect(422)
        .contains("请写明理由");
    office
        .submit(
            &page,
            &page,
            &[
                ("seats", "5"),
                ("leave_out[]", &last),
                ("leave_out_reason", "学习"),
            ],
        )
        .expect(303);
    let nonce = format!("{page}/nonce");
    let supervisor = app.browser("supervisor");
    supervisor
        .submit(&page, &nonce, &[("nonce", WORD)])
        .expect(303);
    supervisor
        .get(&page)
        .expect(200)
        .contains("有效")
        .contains(WORD)
        .contains("学习");
    office
        .get(&format!("/rounds/{}/panel", round.id))
        .expect(200)
        .contains("抽签记录")
        .contains("名单由抽签产生");
}

#[test]
fn the_order_of_presentation_is_drawn_after_the_opening_and_shown_to_all_affected() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids: Vec<i64> = ["yunwei", "renhou", "biandian", "jianxiu"]
        .iter()
        .map(|branch| round.submitted_bid(branch, 0))
        .collect();
    let other = round.submitted_bid("wangjing", 2);
    let path = round.path("/presentation");
    let nonce = round.path("/presentation/nonce");
    let office = app.api("office");
    office.post(&path, json!({})).refused(409, "not_opened");
    round.open();
    app.api("secretary")
        .post(&path, json!({}))
        .refused(403, "role_required");
    office.post(&path, json!({})).expect(201);
    app.browser("supervisor")
        .get("/home")
        .contains("抽取述标顺序");
    office
        .post(&nonce, json!({ "nonce": WORD }))
        .refused(403, "role_required");
    let drawn = app
        .api("supervisor")
        .post(&nonce, json!({ "nonce": WORD }))
        .expect(200);
    let lots = drawn_again(&drawn.json["draws"][0], round.id);
    let first: Vec<i64> = lots
        .iter()
        .copied()
        .filter(|id| bids.contains(id))
        .collect();
    assert_eq!(ids(&drawn.json["topics"][0]["order"], "bid_id"), first);
    assert_eq!(ids(&drawn.json["topics"][1]["order"], "bid_id"), [other]);

    // It goes on where a part of it ended.
    let part = office.get(&format!("{path}?limit=3")).expect(200);
    let topic = &part.json["topics"][0];
    assert_eq!(
        (&topic["count"], ids(&topic["order"], "bid_id").len()),
        (&json!(4), 3)
    );
    let next = topic["next_cursor"].as_str().unwrap();
    let rest = format!("{path}?topic_id={}&cursor={next}", topic["topic_id"]);
    let rest = office.get(&rest).expect(200);
    assert_eq!(ids(&rest.json["topics"][0]["order"], "bid_id"), first[3..]);
    assert_eq!(rest.json["topics"][0]["order"][0]["place"], 4);

    // All affected see the same: bidders, the panel, the committee; nobody else.
    for who in ["yunwei", "jianxiu.sj", "reviewer4", "secretary"] {
        let seen = app.api(who).get(&path).expect(200);
        assert_eq!(seen.json, drawn.json, "{who}");
    }
    app.api("baihe")
        .get(&path)
        .refused(403, "presentation_not_yours");
    app.browser("yunwei")
        .get(&format!("/rounds/{}/presentation", round.id))
        .expect(200)
        .contains("运维党支部")
        .contains("打印");

    // Again with a reason only; what became void presents no more.
    office.post(&path, json!({})).invalid("reason");
    office
        .post(
            &format!("/api/v1/bids/{}/void", bids[1]),
            json!({ "reason": "弄虚作假" }),
        )
        .expect(200);
    let left = app.api("yunwei").get(&path).expect(200);
    assert_eq!(left.json["topics"][0]["order"].as_array().unwrap().len(), 3);
    office
        .post(&path, json!({ "reason": "一家废标" }))
        .expect(201);
    let again = app
        .api("supervisor")
        .post(&nonce, json!({ "nonce": "另外一句足够长的话" }))
        .expect(200);
    assert_eq!(again.json["draws"][1]["superseded"], true);
    assert_eq!(again.json["draws"][0]["pool"].as_array().unwrap().len(), 4);
}
