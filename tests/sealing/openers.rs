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
    let path = round.path("/openers/renew");
    let by = |present: Value| json!({ "reason": "督导员口令遗失。", "present": present });
    let supervisor = json!({ "username": "supervisor", "password": "Mine#Horse333" });
    office
        .post(&path, by(json!([])))
        .refused(403, "supervisor_required");
    office
        .post(&path, by(json!([opener("reviewer1")])))
        .refused(403, "supervisor_required");
    office
        .post(&path, by(json!([opener("supervisor")])))
        .invalid("present[0][password]");
    let renewed = office.post(&path, by(json!([supervisor]))).expect(200);
    assert_eq!(renewed.json["not_sealed_again"], 2);
    office
        .post(&path, by(json!([supervisor])))
        .refused(409, "shares_hold");
    // Friday evening: three working days are left for sealing again, and everybody reads so.
    app.set_clock(OPENING_TIME);
    office
        .post(&round.path("/opening"), opening(&["office"]))
        .refused(409, "too_early");
    let told = app.client().get("/api/v1/public/announcements").expect(200);
    told.contains("2026年3月26日 09:00");
    app.set_clock("2026-03-26T09:00+08:00");
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

/// As long as they can open, no other key is made: sealed bids could be given up by renewing at a whim.
#[test]
fn no_other_key_is_made_as_long_as_the_openers_can_open() {
    let app = TestApp::start();
    let round = app.round().published();
    round.submitted_bid("yunwei", 0);
    let renew = || {
        let body = json!({ "reason": "换一把。", "present": [opener("supervisor")] });
        app.api("office").post(&round.path("/openers/renew"), body)
    };
    renew().refused(409, "shares_hold");
    app.reset("reviewer1", "Another#Horse2");
    renew().refused(409, "shares_hold");
    app.browser("office")
        .get(&round.path("/openers").replace("/api/v1", ""))
        .expect(200)
        .contains("现有的启封人仍能开标");
    let id = app.user_id("office");
    app.api("sysadmin")
        .post(&format!("/api/v1/users/{id}/disable"), json!({}))
        .expect(200);
    let left = app
        .api("supervisor")
        .get(&round.path("/openers"))
        .expect(200);
    assert_eq!(left.json["openers"][0]["lost"], false);
}

#[test]
fn bids_nobody_sealed_again_are_given_up_with_a_reason_that_the_minute_tells() {
    let app = TestApp::start();
    let round = app.round().published();
    let (left, again) = (
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
    );
    let new = renewed_without_supervisor(&app, &round);
    let office = app.api("office");
    app.api("renhou")
        .post(&format!("/api/v1/bids/{again}/seal_again"), json!({}))
        .expect(200);
    app.set_clock("2026-03-26T09:00+08:00");
    let mut body = json!({ "openers": new, "attendance": "" });
    body["abandon_reason"] = json!("运维党支部两次通知未办理。");
    office.post(&round.path("/opening"), body).expect(200);
    let shown = office.get(&format!("/api/v1/bids/{left}")).expect(200);
    assert_eq!(shown.json["state"], "void");
    shown
        .contains("开标密钥更换以后没有重新封装")
        .lacks("摘要不一致");
    let shown = office.get(&format!("/api/v1/bids/{again}")).expect(200);
    assert_eq!(shown.json["state"], "opened");
    let announcements = app.client().get("/api/v1/public/announcements").expect(200);
    announcements
        .contains("开标记录")
        .contains("开标密钥更换以后没有重新封装，按废标处理")
        .lacks("摘要与提交时不一致");
}

/// The supervisor's share is lost and a new key made; answers the openers of the new one.
fn renewed_without_supervisor(app: &TestApp, round: &TestRound) -> Value {
    app.reset("supervisor", "Another#Horse2");
    app.make_own("supervisor", "Another#Horse2", "Mine#Horse333");
    app.set_clock("2026-03-20T18:00+08:00");
    let supervisor = json!({ "username": "supervisor", "password": "Mine#Horse333" });
    let body = json!({ "reason": "督导员口令遗失。", "present": [supervisor] });
    app.api("office")
        .post(&round.path("/openers/renew"), body)
        .expect(200);
    json!([opener("office"), supervisor])
}

/// The shares of the key before are there until the opening, and gone with it.
#[test]
fn old_shares_are_kept_until_the_opening() {
    use biaogan::db::schema::{round_key_shares, round_keys};
    use diesel::prelude::*;
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let new = renewed_without_supervisor(&app, &round);
    let kept = || -> Vec<bool> {
        let mut c = app.app.db.connection().unwrap();
        let shares: Vec<Vec<u8>> = round_key_shares::table
            .inner_join(round_keys::table)
            .filter(round_keys::retired_at.is_not_null())
            .order(round_key_shares::id)
            .select(round_key_shares::sealed_share)
            .load(&mut *c)
            .unwrap();
        shares.iter().map(|share| !share.is_empty()).collect()
    };
    assert_eq!(kept(), [true, true, true]);
    app.api("yunwei")
        .post(&format!("/api/v1/bids/{bid}/seal_again"), json!({}))
        .expect(200);
    app.set_clock("2026-03-26T09:00+08:00");
    let body = json!({ "openers": new, "attendance": "" });
    app.api("office")
        .post(&round.path("/opening"), body)
        .expect(200);
    assert_eq!(kept(), [false, false, false]);
}

/// Of a key that was replaced because a supervisor was gone for a while, the openers open what was not sealed again.
#[test]
fn old_openers_who_come_after_all_open_what_was_not_sealed_again() {
    use biaogan::db::schema::users;
    use diesel::prelude::*;
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    // A second supervisor, who is to be an opener of the new key.
    let committee =
        app.api("supervisor").get("/api/v1/me").expect(200).json["organization_id"].clone();
    let made = app
        .api("sysadmin")
        .post(
            "/api/v1/users",
            json!({ "organization_id": committee, "staff_number": "TX9002", "name": "纪委副书记", "post": "副书记",
                "username": "jiwei2", "password": "Another#Horse2" }),
        )
        .expect(201)
        .id();
    let role = json!({ "role": "supervisor", "organization_id": committee });
    app.api("secadmin")
        .post(&format!("/api/v1/users/{made}/roles"), role)
        .expect(201);
    app.make_own("jiwei2", "Another#Horse2", "Mine#Horse333");
    let id = biaogan::ids::UserId(app.user_id("supervisor"));
    let able = |is: bool| {
        app.app
            .db
            .write_now(move |tx| {
                diesel::update(users::table.find(id))
                    .set(users::disabled.eq(!is))
                    .execute(&mut **tx)?;
                Ok(())
            })
            .unwrap();
    };
    let first = app.user_id("office");
    able(false);
    app.set_clock("2026-03-20T18:00+08:00");
    let second = json!({ "username": "jiwei2", "password": "Mine#Horse333" });
    let body = json!({ "reason": "督导员停职。", "present": [second], "openers": [first, made] });
    app.api("office")
        .post(&round.path("/openers/renew"), body)
        .expect(200);
    able(true);
    app.set_clock("2026-03-26T09:00+08:00");
    let office = app.api("office");
    let alone = json!({ "openers": [opener("office"), second], "attendance": "" });
    office
        .post(&round.path("/opening"), alone)
        .refused(409, "bids_not_sealed_again");
    let all =
        json!({ "openers": [opener("office"), second, opener("supervisor")], "attendance": "" });
    office.post(&round.path("/opening"), all).expect(200);
    let shown = office.get(&format!("/api/v1/bids/{bid}")).expect(200);
    assert_eq!(shown.json["state"], "opened");
}
