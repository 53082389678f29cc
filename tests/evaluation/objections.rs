//! Objections.

use super::*;

#[test]
fn an_upheld_objection_voids_a_bid_or_sends_the_round_back() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.publicized();
    let lodge = |bid: Option<i64>| {
        app.client()
            .post(
                &format!("/api/v1/public/rounds/{}/objections", scored.round.id),
                json!({ "name": "王建国", "contact": "x@example.cn", "content": "材料不实", "bid_id": bid }),
            )
            .expect(201);
        let listed = app
            .api("office")
            .get(&scored.round.path("/objections"))
            .expect(200);
        let lodged = listed
            .items()
            .iter()
            .find(|item| item["bid_id"] == json!(bid));
        lodged.unwrap()["id"].as_i64().unwrap()
    };
    let answer = |id: i64, effect: &str| {
        app.api("office").post(
            &format!("/api/v1/objections/{id}/answer"),
            json!({ "outcome": "upheld", "answer": "属实。", "effect": effect }),
        )
    };
    let about_all = lodge(None);
    answer(about_all, "void").invalid("effect");
    app.set_clock("2026-04-01T09:00+08:00");
    let office = app.api("office");
    let before = office.get(&scored.round.path("/result.json")).expect(200);
    let about_first = lodge(Some(scored.bids[0]));
    answer(about_first, "void").expect(200);

    // The place is lost, the secretary decides anew, and the reserve moves up without a reason to give.
    let rows = scored.rows(0);
    assert_eq!(rows[0]["outcome"], "void");
    assert!(rows[1]["outcome"].is_null());
    let shown = office.get(&scored.round.path("/result")).expect(200);
    assert_eq!(shown.json["state"], "scored", "{}", shown.text);
    assert!(shown.json["decision"].is_null());
    let earlier = &shown.json["superseded"][0];
    assert!(earlier["reason"].as_str().unwrap().contains("取消资格"));
    let kept = office
        .get(&scored.round.path(&format!("/superseded/{}", earlier["id"])))
        .expect(200);
    assert_eq!(kept.text, before.text);
    // It was public: whoever bid may still read it, and nobody else.
    for (who, status) in [("yunwei", 200), ("juncheng", 404)] {
        app.api(who)
            .get(&scored.round.path(&format!("/superseded/{}", earlier["id"])))
            .expect(status);
    }
    scored
        .decide(["winner", "rejected", "rejected", "winner", "winner"], None)
        .invalid("items[0][bid_id]");
    let items: Vec<Value> = scored.bids[1..]
        .iter()
        .zip(["winner", "rejected", "winner", "winner"])
        .map(|(bid, outcome)| json!({ "bid_id": bid, "outcome": outcome }))
        .collect();
    app.api("secretary")
        .post(
            &scored.round.path("/decision"),
            json!({ "minute_number": "党委会纪要〔2026〕5号", "minute_date": "2026-04-01", "items": items }),
        )
        .expect(200);
    let publicity = scored.office("/publicity").expect(200);
    assert_eq!(publicity.json["publicity_from"], "2026-04-01");
    assert_eq!(scored.rows(0)[0]["outcome"], "void");
    assert_eq!(scored.rows(0)[1]["outcome"], "winner");
    app.visitor()
        .get("/announcements")
        .expect(200)
        .contains("中标公示（更正）");

    // Only the bid named is marked again.
    let page = format!("/rounds/{}/result", scored.round.id);
    app.browser("office")
        .get(&page)
        .expect(200)
        .contains("已被取代的结果");
    office
        .post(
            &format!("/api/v1/objections/{about_all}/answer"),
            json!({ "outcome": "upheld", "answer": "属实。", "effect": "rescore", "bid_ids": [1] }),
        )
        .invalid("bid_ids");
    office
        .post(
            &format!("/api/v1/objections/{about_all}/answer"),
            json!({ "outcome": "upheld", "answer": "属实。", "effect": "rescore", "bid_ids": [scored.bids[3]] }),
        )
        .expect(200);
    let round = office.get(&scored.round.path("")).expect(200);
    assert_eq!(round.json["state"], "scoring");
    scored.submit(1, 3, FAIR);
    let client = app.api("reviewer1");
    let version = client.get(&scored.sheet(0)).expect(200).version();
    let body = json!({ "marks": scored.marks(1, 0, FAIR), "submit": true });
    client
        .put(&scored.sheet(0), version, body)
        .refused(409, "not_reopened");
    scored.office("/lock").expect(200);
    let shown = office.get(&scored.round.path("/result")).expect(200);
    assert_eq!(shown.json["superseded"].as_array().unwrap().len(), 2);
}

#[test]
fn an_objection_is_acknowledged_and_shows_when_it_is_late() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.publicized();
    let lodged = app
        .client()
        .post(
            &format!("/api/v1/public/rounds/{}/objections", scored.round.id),
            json!({ "anonymous": true, "contact": "13800000000", "content": "请核查" }),
        )
        .expect(201);
    let follow = format!(
        "/api/v1/public/objections/{}",
        lodged.json["code"].as_str().unwrap()
    );
    let listed = app
        .api("office")
        .get(&scored.round.path("/objections"))
        .expect(200);
    let id = listed.items()[0]["id"].as_i64().unwrap();
    let acknowledge = format!("/api/v1/objections/{id}/acknowledge");
    app.api("supervisor")
        .post(&acknowledge, json!({}))
        .refused(403, "role_required");
    let office = app.api("office");
    let noted = office.post(&acknowledge, json!({})).expect(200);
    assert_eq!(noted.json["state"], "acknowledged");
    office
        .post(&acknowledge, json!({}))
        .refused(409, "objection_acknowledged");
    let seen = app.client().get(&follow).expect(200);
    assert_eq!(seen.json["state"], "acknowledged");
    assert!(seen.json["acknowledged_at"].is_string());
    scored.office("/conclude").refused(409, "publicity_running");
    app.browser("supervisor")
        .get("/home")
        .expect(200)
        .lacks("异议逾期未答复");
    app.set_clock("2026-04-08T09:00+08:00");
    scored.office("/conclude").refused(409, "objection_open");
    app.browser("supervisor")
        .get("/home")
        .expect(200)
        .contains("异议逾期未答复");
    app.browser("office")
        .get("/home")
        .expect(200)
        .contains("答复异议");
}
