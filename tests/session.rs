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
