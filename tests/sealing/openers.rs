//! Who opens, and what becomes of it when they cannot.

use super::*;

const OPENING_TIME: &str = "2026-03-21T09:00+08:00";

#[test]
fn two_of_three_open_and_the_supervisor_is_always_one_of_them() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let office = app.api("office");
    let shown = office.get(&round.path("/openers")).expect(200);
    assert_eq!(shown.json["threshold"], 2);
    let seats: Vec<_> = shown.json["openers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["seat"].clone())
        .collect();
    assert_eq!(seats, ["office", "supervisor", "chair"]);
    app.set_clock(OPENING_TIME);
    let path = round.path("/opening");
    for (openers, code) in [
        (vec!["office"], "supervisor_required"),
        (vec!["office", "reviewer1"], "supervisor_required"),
        (vec!["supervisor"], "openers_missing"),
        (vec!["supervisor", "reviewer2"], "not_an_opener"),
        (vec![], "supervisor_required"),
    ] {
        let refused = office.post(&path, opening(&openers));
        assert_eq!(refused.json["code"], code, "{openers:?}: {}", refused.text);
        assert!([403, 409].contains(&refused.status));
    }
    let wrong = json!({ "openers": [opener("office"), { "username": "supervisor", "password": "Wrong#Horse1" }] });
    office.post(&path, wrong).invalid("openers[1][password]");
    office.get(&format!("/api/v1/bids/{bid}")).expect(404);
    // The supervisor with the chair is as good as with the office.
    office
        .post(&path, opening(&["reviewer1", "supervisor"]))
        .expect(200);
    office.get(&format!("/api/v1/bids/{bid}")).expect(200);
}

#[test]
fn three_named_openers_of_four_are_asked_for() {
    let app = TestApp::start();
    let round = app.round().with_panel();
    let office = app.api("office");
    let ids: Vec<i64> = ["office", "supervisor", "reviewer1"]
        .iter()
        .map(|name| app.user_id(name))
        .collect();
    office
        .post(
            &round.path("/publish"),
            json!({ "openers": [ids[0], ids[2]] }),
        )
        .refused(409, "supervisor_required");
    office
        .post(
            &round.path("/publish"),
            json!({ "openers": ids, "threshold": 4 }),
        )
        .invalid("openers");
    office
        .post(
            &round.path("/publish"),
            json!({ "openers": [app.user_id("yunwei")] }),
        )
        .invalid("openers[0]");
    office
        .post(
            &round.path("/publish"),
            json!({ "openers": ids, "threshold": 3 }),
        )
        .expect(200);
    app.set_clock(OPENING_TIME);
    let path = round.path("/opening");
    office
        .post(&path, opening(&["office", "supervisor"]))
        .refused(409, "openers_missing");
    office
        .post(&path, opening(&["office", "supervisor", "reviewer1"]))
        .expect(200);
}

#[test]
fn the_remaining_openers_share_again_when_one_lost_the_password() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    app.reset("reviewer1", "Another#Horse2");
    let office = app.api("office");
    let path = round.path("/openers");
    let lost = |shown: &crate::support::Answer| -> Vec<bool> {
        let openers = shown.json["openers"].as_array().unwrap();
        openers
            .iter()
            .map(|o| o["lost"].as_bool().unwrap())
            .collect()
    };
    assert_eq!(lost(&office.get(&path).expect(200)), [false, false, true]);
    let both = json!({ "present": [opener("office"), opener("supervisor")] });
    // Nothing is sealed to a password that somebody else knows.
    office.post(&path, both).refused(409, "opener_without_key");
    app.make_own("reviewer1", "Another#Horse2", "Mine#Horse333");
    app.api("yunwei")
        .post(
            &path,
            json!({ "present": [opener("office"), opener("supervisor")] }),
        )
        .expect(403);
    office
        .post(&path, json!({ "present": [opener("office")] }))
        .refused(403, "supervisor_required");
    let shared = office
        .post(
            &path,
            json!({ "present": [opener("office"), opener("supervisor")] }),
        )
        .expect(200);
    assert_eq!(lost(&shared), [false, false, false]);
    app.set_clock(OPENING_TIME);
    let new = json!({ "openers": [{ "username": "reviewer1", "password": "Mine#Horse333" }, opener("supervisor")] });
    office.post(&round.path("/opening"), new).expect(200);
    office
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200)
        .contains("外破隐患发现晚");
}

#[test]
fn when_the_openers_can_never_meet_bidders_seal_again_by_digest_and_nothing_is_lost() {
    let app = TestApp::start();
    let round = app.round().published();
    let (first, second) = (
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
    );
    let digest = |bid: i64, who: &str| {
        app.api(who)
            .get(&format!("/api/v1/bids/{bid}"))
            .expect(200)
            .json["digest"]
            .clone()
    };
    let before = (digest(first, "yunwei"), digest(second, "renhou"));
    // The supervisor's share is the one nobody can do without.
    app.reset("supervisor", "Another#Horse2");
    app.make_own("supervisor", "Another#Horse2", "Mine#Horse333");
    app.set_clock("2026-03-20T18:00+08:00");
    let office = app.api("office");
    let renewed = office
        .post(
            &round.path("/openers/renew"),
            json!({ "reason": "督导员口令遗失。" }),
        )
        .expect(200);
    assert_eq!(renewed.json["not_sealed_again"], 2);
    app.set_clock(OPENING_TIME);
    let new = json!({ "openers": [opener("office"), { "username": "supervisor", "password": "Mine#Horse333" }] });
    office
        .post(&round.path("/opening"), new.clone())
        .refused(409, "bids_not_sealed_again");
    // After the deadline nothing of the content can be changed any more, sealing again is still possible.
    for (bid, who) in [(first, "yunwei"), (second, "renhou.sj")] {
        let path = format!("/api/v1/bids/{bid}");
        assert_eq!(app.api(who).get(&path).expect(200).json["seal_again"], true);
        app.api("biandian")
            .post(&format!("{path}/seal_again"), json!({}))
            .expect(404);
        app.api(who)
            .post(&format!("{path}/seal_again"), json!({}))
            .expect(200);
        app.api(who)
            .post(&format!("{path}/seal_again"), json!({}))
            .refused(409, "sealed_already");
    }
    assert_eq!((digest(first, "yunwei"), digest(second, "renhou")), before);
    office.post(&round.path("/opening"), new).expect(200);
    for bid in [first, second] {
        let shown = office
            .get(&format!("/api/v1/bids/{bid}"))
            .expect(200)
            .contains("外破隐患发现晚");
        assert_eq!(shown.json["state"], "opened");
    }
}

#[test]
fn bids_nobody_sealed_again_are_given_up_with_a_reason_that_the_minute_tells() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let office = app.api("office");
    office
        .post(
            &round.path("/openers/renew"),
            json!({ "reason": "启封人全部调离。" }),
        )
        .expect(200);
    app.set_clock(OPENING_TIME);
    let mut body = opening(&["office", "supervisor"]);
    body["abandon_reason"] = json!("运维党支部两次通知未办理。");
    office.post(&round.path("/opening"), body).expect(200);
    let shown = office.get(&format!("/api/v1/bids/{bid}")).expect(200);
    assert_eq!(shown.json["state"], "void");
    let announcements = app.client().get("/api/v1/public/announcements").expect(200);
    announcements.contains("开标记录");
}
