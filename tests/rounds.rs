//! Rounds: made, published, extended, opened; what is too early, too late or somebody else's is refused.

use serde_json::json;

use crate::support::TestApp;
use crate::support::rounds::round_body;

#[test]
fn a_round_goes_from_draft_to_opening() {
    let app = TestApp::start();
    let round = app.round();
    let office = app.api("office");
    app.api("yunwei").get(&round.path("")).expect(404);
    office.post(&round.path("/publish"), json!({})).expect(409);
    let round = round.published();
    app.api("yunwei").get(&round.path("")).expect(200);
    office
        .post(&round.path("/publish"), json!({}))
        .refused(409, "wrong_state");
    let bids = round.with_bids(3);
    app.set_clock("2026-03-20T17:01+08:00");
    let opening = json!({ "openers": [{ "username": "office", "password": "Correct#Horse1" }, { "username": "supervisor", "password": "Correct#Horse1" }], "attendance": "" });
    office
        .post(&round.path("/opening"), opening.clone())
        .refused(409, "too_early");
    app.set_clock("2026-03-21T09:00+08:00");
    let alone = json!({ "openers": [{ "username": "office", "password": "Correct#Horse1" }] });
    let refused = office.post(&round.path("/opening"), alone);
    assert!(
        [403, 409, 422].contains(&refused.status),
        "{}",
        refused.text
    );
    round.open();
    let shown = office.get(&round.path("")).expect(200);
    assert_eq!(shown.json["state"], "opened", "{}", shown.text);
    for bid in bids {
        office.get(&format!("/api/v1/bids/{bid}")).expect(200);
    }
}

#[test]
fn dates_out_of_order_and_unknown_lanes_are_named() {
    let app = TestApp::start();
    let office = app.api("office");
    for (field, value, named) in [
        ("deadline", json!("2026-03-01T09:00:00Z"), "deadline"),
        ("opening_at", json!("2026-03-10T09:00:00Z"), "opening_at"),
        ("deadline", json!("tomorrow"), "deadline"),
        ("year", json!(1999), "year"),
        ("year", json!("2026"), "year"),
        ("title", json!(""), "title"),
        ("title", json!("长".repeat(101)), "title"),
        ("topics", json!([]), "topics"),
        (
            "topics",
            json!([{ "lane": "other", "title": "a" }]),
            "topics[0][lane]",
        ),
        (
            "topics",
            json!([{ "lane": "commissioned", "title": "a", "quota": 0 }]),
            "topics[0][quota]",
        ),
        ("publicity_days", json!(0), "publicity_days"),
        (
            "acceptance_weights",
            json!({ "onsite": 50, "questionnaire": 20, "appraisal": 20, "process": 20 }),
            "acceptance_weights[onsite]",
        ),
    ] {
        let mut body = round_body();
        body[field] = value;
        office.post("/api/v1/rounds", body).invalid(named);
    }
    assert!(office.get("/api/v1/rounds").expect(200).items().is_empty());
}

#[test]
fn weights_of_criteria_sum_to_100_and_marks_have_two_decimals() {
    let app = TestApp::start();
    let office = app.api("office");
    let rule = |full: serde_json::Value| {
        json!({
            "criteria": [{ "name": "方案", "full_marks": 60 }, { "name": "业绩", "full_marks": full }],
            "drop_highest": 1, "drop_lowest": 1, "trim_from": 5, "threshold": 70, "mark_step": 0.5,
            "quorum_numerator": 2, "quorum_denominator": 3,
        })
    };
    for wrong in [
        json!(30),
        json!(40.001),
        json!(-40),
        json!("40x"),
        json!(null),
    ] {
        let mut body = round_body();
        body["rule"] = rule(wrong.clone());
        let answer = office.post("/api/v1/rounds", body).expect(422);
        let names = answer.json["fields"].as_object().unwrap();
        assert!(
            names.keys().all(|name| name.starts_with("rule[criteria]")),
            "{wrong}: {}",
            answer.text
        );
    }
}

#[test]
fn a_published_schedule_only_moves_later() {
    let app = TestApp::start();
    let round = app.round().published();
    let office = app.api("office");
    let extend = |deadline: &str, opening: &str, reason: &str| {
        let body = json!({ "deadline": deadline, "opening_at": opening, "reason": reason });
        office.post(&round.path("/extend"), body)
    };
    extend("2026-03-10T09:00:00Z", "2026-03-21T01:00:00Z", "提前").expect(422);
    extend("2026-03-25T09:00:00Z", "2026-03-26T01:00:00Z", "").invalid("reason");
    extend(
        "2026-03-25T09:00:00Z",
        "2026-03-26T01:00:00Z",
        "应多个支部请求",
    )
    .expect(200);
    // A sealed round that is not opened yet can still be reopened.
    app.set_clock("2026-03-25T17:01+08:00");
    let shown = office.get(&round.path("")).expect(200);
    assert_eq!(shown.json["state"], "sealed");
    extend("2026-03-30T09:00:00Z", "2026-03-31T01:00:00Z", "系统停电").expect(200);
    let shown = office.get(&round.path("")).expect(200);
    assert_eq!(shown.json["state"], "open");
}

#[test]
fn an_edit_on_an_old_version_is_a_conflict() {
    let app = TestApp::start();
    let round = app.round();
    let office = app.api("office");
    let version = office.get(&round.path("")).expect(200).version();
    let change = json!({ "title": "改过的标题" });
    office
        .send(
            "PATCH",
            &round.path(""),
            &[("Content-Type", "application/json")],
            b"{}",
        )
        .refused(428, "if_match_required");
    office
        .patch(&round.path(""), version, change.clone())
        .expect(200);
    office
        .patch(&round.path(""), version, change)
        .refused(409, "version_conflict");
}

#[test]
fn a_repeated_key_answers_the_same_and_makes_one_round() {
    let app = TestApp::start();
    let office = app.api("office");
    let first = office
        .post_once("/api/v1/rounds", "key-1", round_body())
        .expect(201);
    let again = office
        .post_once("/api/v1/rounds", "key-1", round_body())
        .expect(201);
    assert_eq!(first.json, again.json);
    assert_eq!(first.header("etag"), again.header("etag"));
    let mut other = round_body();
    other["title"] = json!("另一批");
    office
        .post_once("/api/v1/rounds", "key-1", other)
        .refused(409, "idempotency_key_reused");
    assert_eq!(office.get("/api/v1/rounds").expect(200).items().len(), 1);
    office
        .post_once("/api/v1/rounds", &"k".repeat(129), round_body())
        .expect(400);
}
