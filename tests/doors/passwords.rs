//! Every field that a password is entered into counts the attempt before it looks at it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::moments::Moment;
use crate::support::{Answer, PASSWORD, TestApp};

const WRONG: &str = "Wrong#Password1";

/// Calls whose bodies have a password in them, and what each is for. A call that is not here has no test below.
const DOORS: &[(&str, &str)] = &[
    ("/api/v1/session", "logging in"),
    ("/api/v1/users", "sets one, checks none"),
    ("/api/v1/users/{id}/password", "the present one"),
    ("/api/v1/contracts/{id}/sign", "confirms a signature"),
    ("/api/v1/rounds/{id}/opening", "openers"),
    ("/api/v1/rounds/{id}/openers", "openers who share again"),
    ("/api/v1/rounds/{id}/openers/renew", "the supervisor's"),
    ("/api/v1/acceptances/{id}/ballot_codes", "the other hand"),
    ("/api/v1/acceptances/{id}/close", "both hands"),
];

fn has_password(document: &Value, schema: &Value, seen: &mut BTreeSet<String>) -> bool {
    match schema {
        Value::Object(map) => map.iter().any(|(name, inside)| {
            if let ("$ref", Value::String(place)) = (name.as_str(), inside) {
                return seen.insert(place.clone())
                    && has_password(
                        document,
                        document.pointer(place.trim_start_matches('#')).unwrap(),
                        seen,
                    );
            }
            name == "properties" && inside.get("password").is_some()
                || has_password(document, inside, seen)
        }),
        Value::Array(all) => all.iter().any(|one| has_password(document, one, seen)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

#[test]
fn no_call_takes_a_password_that_is_not_named_here() {
    let app = TestApp::start();
    let document = app.client().get("/api/openapi.json").expect(200).json;
    let mut found = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().values() {
            let body = &method["requestBody"];
            if has_password(&document, body, &mut BTreeSet::new()) {
                found.insert(path.as_str());
            }
        }
    }
    let named: BTreeSet<&str> = DOORS.iter().map(|(path, _)| *path).collect();
    assert_eq!(found, named);
}

/// How many wrong passwords of this person were looked at.
fn looked_at(app: &TestApp, user: i64) -> i64 {
    use biaogan::db::schema::failed_attempts::dsl;
    use biaogan::ids::UserId;
    let mut c = app.app.db.connection().unwrap();
    dsl::failed_attempts
        .filter(dsl::user_id.eq(UserId(user)))
        .count()
        .get_result(&mut *c)
        .unwrap()
}

/// Seven tries at a door: five are looked at, and then not even the right one is.
#[track_caller]
fn five(app: &TestApp, whose: &str, mut door: impl FnMut(&str) -> Answer) {
    // Who it is is asked with the right password, which ends a count.
    let user = app.user_id(whose);
    let mut refused = |password: &str| {
        let answer = door(password);
        let said = format!("{}: {}", answer.call, answer.text);
        assert!((400..500).contains(&answer.status), "{said}");
        said
    };
    for nth in 1..=7 {
        let said = refused(WRONG);
        assert_eq!(looked_at(app, user), nth.min(5), "{said}");
    }
    refused(PASSWORD);
    assert_eq!(looked_at(app, user), 5);
}

#[test]
fn logging_in_by_call_and_by_page() {
    let app = TestApp::start();
    five(&app, "yunwei", |password| {
        let body = json!({ "username": "yunwei", "password": password });
        app.client().post("/api/v1/session", body)
    });
    five(&app, "renhou", |password| {
        let fields = [("username", "renhou"), ("password", password)];
        app.visitor().post_raw("/login", &fields)
    });
}

#[test]
fn logging_in_again_to_save_what_was_typed() {
    let (app, world) = Moment::Open.start();
    let path = format!("/bids/{}/resume", world.get("bid").unwrap());
    five(&app, "yunwei", |password| {
        let fields = [
            ("username", "yunwei"),
            ("password", password),
            ("kept", "version=1&title=x"),
        ];
        app.visitor().post_raw(&path, &fields)
    });
}

#[test]
fn the_present_password_by_call_and_by_page() {
    let app = TestApp::start();
    let yunwei = app.api("yunwei");
    let path = format!("/api/v1/users/{}/password", app.user_id("yunwei"));
    five(&app, "yunwei", |password| {
        let body = json!({ "current": password, "password": "Another#Horse2" });
        yunwei.post(&path, body)
    });
    let renhou = app.browser("renhou");
    five(&app, "renhou", |password| {
        let fields = [("current", password), ("password", "Another#Horse2")];
        renhou.submit("/account", "/account/password", &fields)
    });
}

#[test]
fn signing_with_the_password_by_call_and_by_page() {
    let (app, world) = Moment::Drafted.start();
    let contract = format!("/contracts/{}", world.get("contract").unwrap());
    let (leader, secretary) = (app.api("yunwei.sj"), app.browser("secretary"));
    five(&app, "yunwei.sj", |password| {
        let path = format!("/api/v1{contract}/sign");
        leader.post(&path, json!({ "password": password }))
    });
    five(&app, "secretary", |password| {
        let action = format!("{contract}/sign");
        let token = secretary.csrf("/account");
        let fields = [("csrf", token.as_str()), ("password", password)];
        secretary.post_raw(&action, &fields)
    });
}

/// Somebody beside the office, whose password is wrong, in the list of this name.
fn beside(app: &TestApp, path: &str, list: &str, mut body: Value) {
    let office = app.api("office");
    five(app, "supervisor", |password| {
        body[list] = json!([
            { "username": "office", "password": PASSWORD },
            { "username": "supervisor", "password": password },
        ]);
        office.post(path, body.clone())
    });
    // It is no other door than the one of the login.
    let body = json!({ "username": "supervisor", "password": PASSWORD });
    let login = app.client().post("/api/v1/session", body);
    login.refused(401, "account_locked");
}

#[test]
fn openers_at_the_opening() {
    let (app, world) = Moment::Closed.start();
    app.set_clock("2026-03-21T09:00+08:00");
    let path = world.fill("/api/v1/rounds/{id}/opening");
    beside(&app, &path, "openers", json!({ "attendance": "两人" }));
}

#[test]
fn openers_who_share_again_or_renew() {
    let (app, world) = Moment::Open.start();
    let path = world.fill("/api/v1/rounds/{id}/openers");
    beside(&app, &path, "present", json!({}));
    let (app, world) = Moment::Open.start();
    // With these two gone nobody opens the box.
    for lost in ["reviewer1", "office"] {
        app.reset(lost, "Another#Horse2");
    }
    let office = app.make_own("office", "Another#Horse2", PASSWORD);
    let path = world.fill("/api/v1/rounds/{id}/openers/renew");
    five(&app, "supervisor", |password| {
        let present = json!([{ "username": "supervisor", "password": password }]);
        let body = json!({ "reason": "口令遗失。", "present": present });
        office.post(&path, body)
    });
}

#[test]
fn both_hands_at_the_ballot_box() {
    let (app, world) = Moment::Accepting.start();
    let acceptance = world.id("acceptance");
    let supervisor = app.actor("supervisor");
    supervisor.confirms_voters(acceptance, 5).done();
    let path = world.fill("/api/v1/acceptances/{id}/ballot_codes");
    let body = json!({ "kind": "ballot", "count": 1 });
    beside(&app, &path, "present", body);
    let (app, world) = Moment::Accepting.start();
    app.fills_acceptance(world.id("acceptance"), 90, "excellent", 5);
    let path = world.fill("/api/v1/acceptances/{id}/close");
    beside(&app, &path, "openers", json!({}));
}
