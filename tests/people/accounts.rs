//! Accounts, roles, passwords.

use super::*;

#[test]
fn an_account_is_made_granted_a_role_and_ended() {
    let app = TestApp::start();
    let (sysadmin, secadmin) = (app.api("sysadmin"), app.api("secadmin"));
    let branch = organization(&sysadmin, "TX-YW");
    let input = json!({
        "organization_id": branch["id"], "staff_number": "TX9001", "name": "田野", "post": "技术员",
        "username": "tianye", "password": "Correct#Horse2",
    });
    let with = |field: &str, value: Value| {
        let mut changed = input.clone();
        changed[field] = value;
        sysadmin.post("/api/v1/users", changed)
    };
    with("password", json!("short")).invalid("password");
    with("password", json!("Biaogan#2026")).invalid("password");
    with("password", Value::Null).invalid("password");
    with("username", json!("Tian Ye")).invalid("username");
    with("username", json!("office")).invalid("username");
    with("staff_number", json!("TX0001")).invalid("staff_number");
    with("organization_id", json!(1)).invalid("organization_id");
    with("demo", json!(true)).invalid("demo");
    with("name", json!("长".repeat(31))).invalid("name");
    secadmin
        .post("/api/v1/users", input.clone())
        .refused(403, "role_required");
    let made = sysadmin.post("/api/v1/users", input).expect(201);
    let path = format!("/api/v1/users/{}", made.json["id"]);

    let tianye = app.make_own("tianye", "Correct#Horse2", "Mine#Horse333");
    let login = json!({ "username": "tianye", "password": "Mine#Horse333" });
    assert_eq!(
        tianye.get("/api/v1/me").expect(200).json["roles"],
        json!([])
    );
    tianye.get("/api/v1/users").refused(403, "role_required");
    app.browser("secadmin")
        .get("/home")
        .expect(200)
        .contains("田野");

    let role = json!({ "role": "applicant", "organization_id": branch["id"] });
    sysadmin
        .post(&format!("{path}/roles"), role.clone())
        .refused(403, "role_required");
    let grant = secadmin
        .post(&format!("{path}/roles"), role.clone())
        .expect(201);
    secadmin
        .post(&format!("{path}/roles"), role)
        .refused(409, "already_granted");
    assert_eq!(
        tianye.get("/api/v1/me").expect(200).json["roles"][0]["role"],
        "applicant"
    );
    tianye.get("/api/v1/users").expect(200);
    let revoke = format!("{path}/roles/{}/revoke", grant.json["id"]);
    secadmin.post(&revoke, json!({})).expect(204);
    secadmin.post(&revoke, json!({})).expect(404);
    tianye.get("/api/v1/users").refused(403, "role_required");

    sysadmin
        .post(&format!("{path}/disable"), json!({}))
        .expect(200);
    tianye.get("/api/v1/me").refused(401, "invalid_token");
    app.client()
        .post("/api/v1/session", login)
        .refused(401, "login_failed");
    sysadmin
        .post(&format!("{path}/disable"), json!({}))
        .refused(409, "already_disabled");
    let own = sysadmin.get("/api/v1/me").json["id"].clone();
    sysadmin
        .post(&format!("/api/v1/users/{own}/disable"), json!({}))
        .refused(409, "own_account");
    no_findings(&app);
}

#[test]
fn the_three_administrators_stay_apart() {
    let app = TestApp::start();
    let secadmin = app.api("secadmin");
    let root = organization(&secadmin, "TX");
    let grant = |username: &str, role: &str| {
        let id = person(&secadmin, username)["id"].clone();
        secadmin.post(
            &format!("/api/v1/users/{id}/roles"),
            json!({ "role": role, "organization_id": root["id"] }),
        )
    };
    grant("sysadmin", "audit_admin").refused(409, "three_administrators_apart");
    grant("sysadmin", "security_admin").refused(409, "three_administrators_apart");
    grant("auditadmin", "office").refused(409, "three_administrators_apart");
    grant("office", "system_admin").refused(409, "three_administrators_apart");
    grant("secadmin", "security_admin").refused(403, "own_roles");
    grant("office", "reviewer").expect(202);
    grant("office", "emperor").invalid("role");
    no_findings(&app);
}

#[test]
fn a_password_change_ends_every_session() {
    let app = TestApp::start();
    let browser = app.browser("yunwei");
    let change = |current: &str, password: &str| {
        browser.submit(
            "/account",
            "/account/password",
            &[("current", current), ("password", password)],
        )
    };
    change("wrong", "Correct#Horse2")
        .expect(422)
        .contains("现用口令不正确");
    change("Correct#Horse1", "tooshort")
        .expect(422)
        .contains("口令至少 10 个字符");
    let token = app.api("yunwei");
    let answer = change("Correct#Horse1", "Correct#Horse2").expect(303);
    assert_eq!(answer.header("location"), "/login");
    token.get("/api/v1/me").refused(401, "invalid_token");
    let login = |password: &str| json!({ "username": "yunwei", "password": password });
    app.client()
        .post("/api/v1/session", login("Correct#Horse1"))
        .refused(401, "login_failed");
    app.client()
        .post("/api/v1/session", login("Correct#Horse2"))
        .expect(201);
}
