//! Passwords that somebody else set.

use super::*;

const GIVEN: &str = "Correct#Horse2";
const OWN: &str = "Mine#Horse333";

/// A new account with a password of the administrator's.
fn tianye(app: &TestApp) -> i64 {
    let sysadmin = app.api("sysadmin");
    let branch = organization(&sysadmin, "TX-YW");
    let input = json!({
        "organization_id": branch["id"], "staff_number": "TX9001", "name": "田野", "post": "技术员",
        "username": "tianye", "password": GIVEN,
    });
    let made = sysadmin.post("/api/v1/users", input).expect(201).id();
    let role = json!({ "role": "applicant", "organization_id": branch["id"] });
    app.api("secadmin")
        .post(&format!("/api/v1/users/{made}/roles"), role)
        .expect(201);
    made
}

fn keys_of(app: &TestApp, user: i64) -> i64 {
    use biaogan::db::schema::user_keys::dsl;
    use diesel::prelude::*;
    let mut c = app.app.db.connection().unwrap();
    dsl::user_keys
        .filter(dsl::user_id.eq(user))
        .count()
        .get_result(&mut *c)
        .unwrap()
}

#[test]
fn a_password_that_another_set_is_good_for_changing_it_alone() {
    let app = TestApp::start();
    let id = tianye(&app);
    let first = app.log_in("tianye", GIVEN);
    let me = first.get("/api/v1/me").expect(200);
    assert_eq!(me.json["password_change_required"], true);
    let path = format!("/api/v1/users/{id}/password");
    for address in ["/api/v1/rounds", "/api/v1/todos", "/api/v1/users"] {
        first.get(address).refused(403, "password_change_required");
    }
    let other = app.user_id("yunwei");
    first
        .post(
            &format!("/api/v1/users/{other}/password"),
            json!({ "password": OWN }),
        )
        .refused(403, "password_change_required");
    assert_eq!(keys_of(&app, id), 0, "whoever set it would know the key");
    let to = |password: &str| json!({ "current": GIVEN, "password": password });
    first
        .post(&path, json!({ "password": OWN }))
        .invalid("current");
    first.post(&path, to(GIVEN)).invalid("password");
    first.post(&path, to("short")).invalid("password");
    first.post(&path, to(OWN)).expect(204);
    assert_eq!(keys_of(&app, id), 1);
    first.get("/api/v1/me").refused(401, "invalid_token");
    let known = json!({ "username": "tianye", "password": GIVEN });
    app.client()
        .post("/api/v1/session", known)
        .refused(401, "login_failed");
    let own = app.log_in("tianye", OWN);
    let me = own.get("/api/v1/me").expect(200);
    assert_eq!(me.json["password_change_required"], Value::Null);
    own.get("/api/v1/rounds").expect(200);
    no_findings(&app);
}

#[test]
fn in_the_browser_every_way_leads_to_the_change() {
    let app = TestApp::start();
    tianye(&app);
    let browser = app.visitor();
    let login = [("username", "tianye"), ("password", GIVEN)];
    let entered = browser.post_raw("/login", &login).expect(303);
    assert_eq!(entered.header("location"), "/home");
    for page in ["/home", "/rounds", "/", "/help"] {
        let sent = browser.get(page).expect(303);
        assert_eq!(sent.header("location"), "/account", "{page}");
    }
    let shown = browser.get("/account").expect(200);
    shown
        .contains("请先改为自己的口令")
        .lacks("href=\"/rounds\"");
    let change = [("current", GIVEN), ("password", OWN)];
    let changed = browser.submit("/account", "/account/password", &change);
    assert_eq!(changed.expect(303).header("location"), "/login");
    let again = app.visitor();
    again
        .post_raw("/login", &[("username", "tianye"), ("password", OWN)])
        .expect(303);
    again.get("/home").expect(200);
    let leaves = app.visitor();
    leaves
        .post_raw("/login", &[("username", "tianye"), ("password", OWN)])
        .expect(303);
    leaves.submit("/home", "/logout", &[]).expect(303);
}
