//! An attacker's lock, a device of one's own, and what the owner is told.

use serde_json::{Value, json};

use crate::support::{Answer, Browser, PASSWORD, TestApp, csrf_of};

const WRONG: &str = "Wrong#Password1";

/// A stranger's program at this address.
fn tries(app: &TestApp, address: &str, username: &str, password: &str) -> Answer {
    let body = json!({ "username": username, "password": password }).to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("X-Forwarded-For", address),
    ];
    let path = "/api/v1/session";
    app.client().send("POST", path, &headers, body.as_bytes())
}

/// Somebody at a browser, logged in there or not.
fn enters(browser: &Browser, username: &str, password: &str) -> Answer {
    let token = csrf_of(&browser.get("/login").text).unwrap_or_default();
    let fields = [
        ("csrf", token.as_str()),
        ("username", username),
        ("password", password),
    ];
    browser.post_raw("/login", &fields)
}

/// What stops an attacker who does nothing but try.
fn lock_out(app: &TestApp, username: &str) {
    for nth in 0..5 {
        let address = ["192.0.2.7", "192.0.2.8"][nth % 2];
        tries(app, address, username, WRONG).refused(401, "login_failed");
    }
    tries(app, "192.0.2.9", username, PASSWORD).refused(401, "account_locked");
}

fn cookie(answer: &Answer, name: &str) -> String {
    let all = answer.headers.get_all("set-cookie").iter();
    let mut all = all.map(|value| value.to_str().unwrap().to_owned());
    all.find(|one| one.starts_with(&format!("{name}=")))
        .unwrap_or_else(|| panic!("no {name}: {:?}", answer.headers))
}

#[test]
fn a_known_device_gets_through_an_attackers_lock() {
    let app = TestApp::start();
    let own = app.visitor();
    enters(&own, "yunwei", PASSWORD).expect(303);
    own.submit("/home", "/logout", &[]).expect(303);
    lock_out(&app, "yunwei");
    enters(&app.visitor(), "yunwei", PASSWORD)
        .expect(422)
        .contains("账号已锁定");
    enters(&own, "yunwei", PASSWORD).expect(303);
    // Nor does it free the attacker.
    tries(&app, "192.0.2.7", "yunwei", PASSWORD).refused(401, "account_locked");
    // Whoever is in is not kept from confirming with the password either, by page and by call.
    let change = [("current", PASSWORD), ("password", "Another#Horse2")];
    own.submit("/account", "/account/password", &change)
        .expect(303);
    enters(&own, "yunwei", "Another#Horse2").expect(303);
    // Another account is nobody's business.
    enters(&own, "renhou", PASSWORD).expect(303);
}

#[test]
fn a_program_shows_the_device_it_was_given() {
    let app = TestApp::start();
    let first = tries(&app, "192.0.2.1", "yunwei", PASSWORD).expect(201);
    lock_out(&app, "yunwei");
    let with = |device: &Value| {
        let body = json!({ "username": "yunwei", "password": PASSWORD, "device": device });
        app.client().post("/api/v1/session", body)
    };
    let again = with(&first.json["device"]).expect(201);
    assert_eq!(again.json["device"], first.json["device"]);
    let of_nobody = with(&json!("00112233445566778899aabbccddeeff.00"));
    of_nobody.refused(401, "account_locked");
    let signed = first.json["device"].as_str().unwrap();
    let (_, seal) = signed.split_once('.').unwrap();
    let forged = with(&json!(format!("00112233445566778899aabbccddeeff.{seal}")));
    forged.refused(401, "account_locked");
}

#[test]
fn a_stolen_device_has_five_tries_and_locks_nobody_else() {
    let app = TestApp::start();
    let (own, other) = (app.visitor(), app.visitor());
    enters(&own, "yunwei", PASSWORD).expect(303);
    enters(&other, "yunwei", PASSWORD).expect(303);
    let thief = Browser::known(&app.url, &own.cookies());
    for _ in 0..5 {
        enters(&thief, "yunwei", WRONG)
            .expect(422)
            .contains("用户名或口令不正确");
    }
    enters(&thief, "yunwei", PASSWORD)
        .expect(422)
        .contains("账号已锁定");
    // The thief has what strangers have besides, and no more.
    for _ in 0..5 {
        tries(&app, "192.0.2.7", "yunwei", WRONG).refused(401, "login_failed");
    }
    tries(&app, "192.0.2.7", "yunwei", PASSWORD).refused(401, "account_locked");
    enters(&other, "yunwei", PASSWORD).expect(303);
    // It is no key to anybody else's account.
    for _ in 0..4 {
        enters(&thief, "renhou", WRONG).expect(422);
    }
    tries(&app, "192.0.2.7", "renhou", WRONG).refused(401, "login_failed");
    tries(&app, "192.0.2.7", "renhou", PASSWORD).refused(401, "account_locked");
}

#[test]
fn the_devices_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let plain = TestApp::start();
    let secure = TestApp::start_with(|config| config.public_url = "https://biaogan.test".into());
    for (app, is_secure) in [(&plain, false), (&secure, true)] {
        let entered = enters(&app.visitor(), "yunwei", PASSWORD).expect(303);
        let device = cookie(&entered, "biaogan_device");
        for word in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=15552000"] {
            assert!(device.contains(word), "{device}");
        }
        assert_eq!(device.contains("Secure"), is_secure, "{device}");
    }
    // A password that somebody else set proves nobody's device.
    plain.reset("yunwei", "Another#Horse2");
    let entered = enters(&plain.visitor(), "yunwei", "Another#Horse2").expect(303);
    let all: Vec<_> = entered.headers.get_all("set-cookie").iter().collect();
    assert_eq!(all.len(), 1, "{all:?}");
}

#[test]
fn the_owner_is_told_until_it_is_read() {
    let app = TestApp::start();
    let own = app.visitor();
    enters(&own, "yunwei", PASSWORD).expect(303);
    own.get("/home").expect(200).lacks("输错");
    let program = app.api("yunwei");
    lock_out(&app, "yunwei");
    enters(&own, "yunwei", PASSWORD).expect(303);
    let told = "您的口令被输错 5 次，并因此锁定过";
    own.get("/home")
        .expect(200)
        .contains(told)
        .contains("来自 2 个地址");
    app.actor("yunwei").reads("/todos").contains(told);
    let page = own.get("/account/attempts").expect(200);
    let page = page.contains("192.0.2.7").contains("192.0.2.8");
    assert_eq!(page.text.matches("没有登录过您的账号").count(), 5);
    let until = page.text.split("name=\"until\" value=\"").nth(1).unwrap();
    let until = until.split('"').next().unwrap();
    // What comes after it was shown is told the next time.
    app.database().execute(
        "UPDATE password_counters SET failed = 0, locked_until = NULL WHERE locked_until IS NOT NULL",
    );
    tries(&app, "2001:db8::5", "yunwei", WRONG).refused(401, "login_failed");
    let read = [("until", until)];
    own.submit("/account/attempts", "/account/attempts", &read)
        .expect(303);
    own.get("/home")
        .expect(200)
        .contains("您的口令被输错 1 次")
        .lacks("锁定过");
    let left = program.get("/api/v1/me/attempts").expect(200);
    assert_eq!(left.json["addresses"], 1, "{}", left.text);
    assert_eq!(left.json["items"][0]["address"], "2001:db8::");
    // Nobody reads another's.
    let of_renhou = app.api("renhou").get("/api/v1/me/attempts").expect(200);
    assert_eq!(of_renhou.json["items"], json!([]));
    let read = json!({ "until": left.json["until"] });
    app.api("renhou")
        .post("/api/v1/me/attempts", read.clone())
        .expect(200);
    own.get("/home").expect(200).contains("输错");
    program.post("/api/v1/me/attempts", read).expect(200);
    own.get("/home").expect(200).lacks("输错");
}

#[test]
fn who_mistypes_at_a_device_of_their_own_is_told_of_nothing() {
    let app = TestApp::start();
    let own = app.visitor();
    enters(&own, "yunwei", PASSWORD).expect(303);
    own.submit("/home", "/logout", &[]).expect(303);
    enters(&own, "yunwei", WRONG).expect(422);
    let thief = Browser::known(&app.url, &own.cookies());
    let fields = format!("username=yunwei&password={}", WRONG.replace('#', "%23"));
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Forwarded-For", "192.0.2.7"),
    ];
    thief
        .send("POST", "/login", &headers, fields.as_bytes())
        .expect(422);
    enters(&own, "yunwei", PASSWORD).expect(303);
    own.get("/home")
        .expect(200)
        .contains("您的口令被输错 1 次")
        .contains("来自 1 个地址");
    own.get("/account/attempts")
        .expect(200)
        .contains("192.0.2.7")
        .lacks("没有登录过您的账号");
}
