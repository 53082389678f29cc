//! Logging in and out, by API and by page.

use serde_json::json;

use crate::support::TestApp;

#[test]
fn a_token_ends_with_its_session() {
    let app = TestApp::start();
    let office = app.api("office");
    let me = office.get("/api/v1/me").expect(200);
    assert_eq!(me.json["name"], "周敏");
    assert_eq!(me.json["roles"][0]["role"], "office");
    office.delete("/api/v1/session").expect(204);
    office.get("/api/v1/me").refused(401, "invalid_token");
}

#[test]
fn five_wrong_passwords_lock_the_account() {
    let app = TestApp::start();
    let attempt = |password: &str| {
        app.client().post(
            "/api/v1/session",
            json!({ "username": "yunwei", "password": password }),
        )
    };
    for _ in 0..5 {
        attempt("wrong").refused(401, "login_failed");
    }
    attempt("Correct#Horse1").refused(401, "account_locked");
    let other = json!({ "username": "yingxiao", "password": "Correct#Horse1" });
    app.client().post("/api/v1/session", other).expect(201);
}

#[test]
fn nobody_is_a_visitor_without_a_token_and_a_forged_one_is_refused() {
    let app = TestApp::start();
    app.client().get("/api/v1/me").refused(401, "unauthorized");
    app.client()
        .send(
            "GET",
            "/api/v1/me",
            &[("Authorization", "Bearer a.b.c")],
            &[],
        )
        .refused(401, "invalid_token");
}

/// Somebody was away for half an hour: the session is over, no page brings it back, and they log in again from where they
/// are.
#[test]
fn a_session_that_was_idle_is_over_and_the_next_login_begins_another() {
    use biaogan::db::schema::sessions;
    use diesel::prelude::*;
    let app = TestApp::start();
    let office = app.browser("office");
    let thief = crate::support::Browser::known(&app.url, &office.cookies());
    let long_ago = biaogan::clock::real_now() - chrono::Duration::minutes(31);
    app.app
        .db
        .write_now(move |tx| {
            diesel::update(sessions::table)
                .set(sessions::last_seen_at.eq(long_ago))
                .execute(&mut **tx)?;
            Ok(())
        })
        .unwrap();
    for page in ["/login", "/", "/help"] {
        thief.get(page).expect(200);
    }
    // What marks a session as used is not waited for.
    std::thread::sleep(std::time::Duration::from_millis(500));
    thief.get("/home").expect(303);
    let sent = office.get("/home").expect(303);
    let shown = office.follow(&sent).expect(200);
    let token = crate::support::csrf_of(&shown.text).unwrap_or_default();
    let fields = [
        ("csrf", token.as_str()),
        ("username", "office"),
        ("password", crate::support::PASSWORD),
    ];
    office.post_raw("/login", &fields).expect(303);
    office.get("/home").expect(200);
}

/// What opens somebody's own key lies in the database as long as the session lasts, and no longer.
#[test]
fn a_key_is_forgotten_with_its_session() {
    use biaogan::db::schema::sessions;
    use diesel::prelude::*;
    let app = TestApp::start();
    let locked = || -> i64 {
        let mut c = app.app.db.connection().unwrap();
        let held = sessions::table.filter(sessions::locked_key.is_not_null());
        held.count().get_result(&mut *c).unwrap()
    };
    let office = app.browser("office");
    let token = app.token("yunwei.sj");
    assert_eq!(locked(), 2);
    app.client();
    crate::support::Client::new(&app.url, Some(token))
        .delete("/api/v1/session")
        .expect(204);
    assert_eq!(locked(), 1, "after logging out");
    let long_ago = biaogan::clock::real_now() - chrono::Duration::hours(1);
    app.app
        .db
        .write_now(move |tx| {
            diesel::update(sessions::table)
                .set(sessions::last_seen_at.eq(long_ago))
                .execute(&mut **tx)?;
            Ok(())
        })
        .unwrap();
    app.app.db.write_now(biaogan::session::sweep).unwrap();
    assert_eq!(locked(), 0, "once nobody was there for an hour");
    office.get("/home").expect(303);
}
