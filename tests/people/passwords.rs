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

/// Three days, and whoever comes later is told who sets another.
#[test]
fn a_password_that_another_set_opens_nothing_after_three_days() {
    let app = TestApp::start();
    app.set_clock("2026-03-02T09:00+08:00");
    let id = tianye(&app);
    let login = |password: &str| {
        let by = json!({ "username": "tianye", "password": password });
        app.client().post("/api/v1/session", by)
    };
    app.set_clock("2026-03-05T08:59+08:00");
    login(GIVEN).expect(201);
    app.set_clock("2026-03-05T09:00+08:00");
    let late = login(GIVEN).refused(401, "one_time_expired");
    late.contains("72 小时")
        .contains("请系统管理员和安全管理员重新设定一个");
    login("wrong").refused(401, "login_failed");
    let page = app.visitor();
    page.post_raw("/login", &[("username", "tianye"), ("password", GIVEN)])
        .expect(422)
        .contains("不能再用");
    let told = app.actor("auditadmin").reads("/audit?limit=20");
    told.contains("one_time_expired");
    // Another one begins anew, and one's own lasts.
    let path = format!("/api/v1/users/{id}");
    let reason = json!({ "reason": "没有按时改。" });
    app.api("secadmin")
        .post(&format!("{path}/reset"), reason)
        .expect(202);
    app.api("sysadmin")
        .post(
            &format!("{path}/password"),
            json!({ "password": "Correct#Horse3" }),
        )
        .expect(204);
    app.make_own("tianye", "Correct#Horse3", OWN);
    app.set_clock("2026-03-20T09:00+08:00");
    login(OWN).expect(201);
    // Whoever sets one reads how long it holds, and whoever has one, too.
    let path = format!("/users/{}", app.user_id("yunwei"));
    let asks = app.browser("secadmin");
    let reason = [("reason", "本人忘记口令。")];
    asks.submit(&path, &format!("{path}/reset"), &reason)
        .expect(303);
    for (who, page) in [("sysadmin", path.as_str()), ("sysadmin", "/users/new")] {
        let shown = app.browser(who).get(page).expect(200);
        shown.contains("72 小时内没有改的即作废");
    }
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
        .contains("设定满 72 小时即作废")
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

#[test]
fn one_administrator_asks_for_a_reset_and_the_other_carries_it_out() {
    let app = TestApp::start();
    let id = app.user_id("yunwei");
    let path = format!("/api/v1/users/{id}");
    let (sysadmin, secadmin) = (app.api("sysadmin"), app.api("secadmin"));
    let yunwei = app.api("yunwei");
    let password = json!({ "password": GIVEN });
    let reason = json!({ "reason": "本人忘记口令，已当面核实。" });
    for (who, status) in [("office", 403), ("yunwei.sj", 403), ("auditadmin", 403)] {
        app.api(who)
            .post(&format!("{path}/reset"), reason.clone())
            .refused(status, "role_required");
        app.api(who)
            .post(&format!("{path}/password"), password.clone())
            .refused(status, "role_required");
    }
    secadmin
        .post(&format!("{path}/reset/refuse"), json!({}))
        .refused(409, "no_reset_asked");
    secadmin
        .post(&format!("{path}/reset"), json!({ "reason": "" }))
        .invalid("reason");
    // Who sets it alone has asked for it, and nothing more.
    let asked = sysadmin
        .post(&format!("{path}/password"), password.clone())
        .expect(202);
    assert_eq!(asked.json["reset"]["state"], "waits");
    assert_eq!(asked.json["reset"]["asked_as"], "system_admin");
    sysadmin
        .post(&format!("{path}/password"), password.clone())
        .refused(403, "second_person_required");
    secadmin
        .post(&format!("{path}/reset"), reason.clone())
        .refused(409, "reset_asked_already");
    yunwei.get("/api/v1/me").expect(200);
    app.browser("yunwei")
        .get("/account")
        .expect(200)
        .contains("申请重设您的口令");
    // Either lets it be.
    let refused = secadmin
        .post(&format!("{path}/reset/refuse"), json!({}))
        .expect(200);
    assert_eq!(refused.json["reset"], Value::Null);
    secadmin
        .post(&format!("{path}/reset"), reason.clone())
        .expect(202);
    secadmin
        .post(&format!("{path}/password"), password.clone())
        .refused(403, "second_person_required");
    app.browser("sysadmin")
        .get("/home")
        .expect(200)
        .contains("办理口令重设：");
    app.browser("secadmin")
        .get("/home")
        .expect(200)
        .lacks("办理口令重设：");
    sysadmin
        .post(&format!("{path}/password"), json!({ "password": "short" }))
        .invalid("password");
    sysadmin
        .post(&format!("{path}/password"), password.clone())
        .expect(204);
    yunwei.get("/api/v1/me").refused(401, "invalid_token");
    let own = app.make_own("yunwei", GIVEN, OWN);
    own.get("/api/v1/rounds").expect(200);
    // Nothing is left to carry out.
    let again = sysadmin
        .post(&format!("{path}/password"), password)
        .expect(202);
    assert_eq!(again.json["reset"]["asked_as"], "system_admin");
    no_findings(&app);
}

#[test]
fn a_reset_is_told_to_the_person_and_to_those_around() {
    let app = TestApp::start();
    app.reset("yunwei", GIVEN);
    let name = app
        .api("yunwei.sj")
        .get("/api/v1/users?q=yunwei")
        .expect(200)
        .items()[0]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let told = format!("知悉：{name}的口令已重设");
    app.browser("yunwei.sj")
        .get("/home")
        .expect(200)
        .contains(&told);
    for not_around in ["renhou.sj", "office", "sysadmin", "secadmin"] {
        app.browser(not_around)
            .get("/home")
            .expect(200)
            .lacks(&told);
    }
    let page = app.visitor();
    page.post_raw("/login", &[("username", "yunwei"), ("password", GIVEN)])
        .expect(303);
    page.get("/account").expect(200).contains("重设过");
    app.wait(chrono::Duration::days(8));
    app.browser("yunwei.sj")
        .get("/home")
        .expect(200)
        .lacks(&told);
}

#[test]
fn a_reset_nobody_carries_out_is_over_after_seven_days() {
    let app = TestApp::start();
    let path = format!("/api/v1/users/{}", app.user_id("yunwei"));
    let reason = json!({ "reason": "本人忘记口令。" });
    app.api("secadmin")
        .post(&format!("{path}/reset"), reason.clone())
        .expect(202);
    app.wait(chrono::Duration::days(8));
    let asked = app
        .api("sysadmin")
        .post(&format!("{path}/password"), json!({ "password": GIVEN }))
        .expect(202);
    assert_eq!(asked.json["reset"]["asked_as"], "system_admin");
    app.api("yunwei").get("/api/v1/me").expect(200);
}

/// Where there is one administrator, or none, the shell sets a password, one-time as any that is set for another.
#[test]
fn the_shell_sets_a_one_time_password() {
    let app = TestApp::start();
    let id = app.user_id("sysadmin");
    let input = biaogan::people::PasswordInput {
        password: GIVEN.to_owned(),
        current: None,
        credentials: None,
        own_key: None,
    };
    let system = biaogan::who::Actor::System;
    app.app
        .db
        .write_now(move |tx| {
            biaogan::people::set_password(tx, &system, biaogan::ids::UserId(id), &input)
        })
        .unwrap();
    app.log_in("sysadmin", GIVEN)
        .get("/api/v1/users")
        .refused(403, "password_change_required");
    app.make_own("sysadmin", GIVEN, OWN)
        .get("/api/v1/users")
        .expect(200);
    no_findings(&app);
}
