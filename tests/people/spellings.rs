//! Usernames, staff numbers and codes are one whatever their case or width.

use biaogan::db::migrate;

use super::*;
use crate::support::TestDatabase;

#[test]
fn an_account_is_entered_however_its_name_is_written() {
    let app = TestApp::start();
    let attempt = |username: &str, password: &str| {
        app.client().post(
            "/api/v1/session",
            json!({ "username": username, "password": password }),
        )
    };
    for username in ["office", "Office", " ＯＦＦＩＣＥ ", "off ice"] {
        attempt(username, "Correct#Horse1").expect(201);
    }
    // Whatever the spelling, it is one account that is locked.
    for username in ["yunwei", "Yunwei", "YUNWEI", "ｙｕｎｗｅｉ", " yunwei"] {
        attempt(username, "wrong").refused(401, "login_failed");
    }
    attempt("yunwei", "Correct#Horse1").refused(401, "account_locked");
    app.visitor()
        .submit(
            "/login",
            "/login",
            &[
                ("username", "Ｏｆｆｉｃｅ"),
                ("password", "Correct#Horse1"),
                ("next", ""),
            ],
        )
        .expect(303);
}

#[test]
fn a_staff_number_or_code_in_other_case_is_taken() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let root = organization(&sysadmin, "TX");
    let person = |number: &str| {
        sysadmin.post(
            "/api/v1/users",
            json!({ "organization_id": root["id"], "staff_number": number, "name": "田野", "post": "技术员" }),
        )
    };
    let made = person("ＴＸ　９０ａ").expect(201);
    assert_eq!(made.json["staff_number"], "TX90a");
    for same in ["TX90a", "tx90A", "ｔｘ９０Ａ"] {
        person(same).invalid("staff_number");
    }
    person("唐90").invalid("staff_number");
    let found = sysadmin.get("/api/v1/users?q=tX90A").expect(200);
    assert_eq!(found.items().len(), 1);

    let branch = |code: &str| {
        sysadmin.post(
            "/api/v1/organizations",
            json!({ "parent_id": root["id"], "kind": "branch", "name": "甲", "short_name": "甲", "code": code }),
        )
    };
    branch("tx-yw").invalid("code");
    branch("ＴＸ－ＹＷ").invalid("code");
    let made = branch("TX-Jia").expect(201);
    let path = format!("/api/v1/organizations/{}", made.id());
    sysadmin
        .patch(&path, 1, json!({ "code": "tx-yw" }))
        .invalid("code");
    // Its own in other case is its own.
    let changed = sysadmin
        .patch(&path, 1, json!({ "code": "tx-jia" }))
        .expect(200);
    assert_eq!(changed.json["code"], "tx-jia");
    branch("TX-JIA").invalid("code");
    no_findings(&app);
}

/// From before there were keys: nobody is locked out of the new version, and `check` says what to change.
#[test]
fn what_case_alone_told_apart_is_named_and_keeps_working() {
    const MIGRATION: &str = "2026-11-28-005000_key_numbers_and_codes";
    let database = TestDatabase::with_company();
    database.take_back(MIGRATION);
    database.execute(
        "UPDATE users SET staff_number = 'tx0001' WHERE id = (SELECT MAX(id) FROM users); \
         UPDATE organizations SET code = 'tx-yw' WHERE id = (SELECT MAX(id) FROM organizations)",
    );
    assert_eq!(migrate::up(&database.url).unwrap().len(), 1);
    let app = TestApp::start_running(database, "2026-05-01T09:00+08:00");
    app.unchecked();
    let mut found = app.findings();
    found.retain(|line| line.contains("other case"));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("has tx-yw") && found[1].contains("has tx0001"));
    // The earlier one is who is meant; the later one is put right by a code of its own.
    let meant = |c: &mut biaogan::db::Conn| biaogan::people::organization_by_code(c, "Tx-Yw");
    assert_eq!(app.app.db.read_now(meant).unwrap().unwrap().code, "TX-YW");
    let sysadmin = app.api("sysadmin");
    let later = organization(&sysadmin, "tx-yw");
    let path = format!("/api/v1/organizations/{}", later["id"]);
    let version = later["version"].as_i64().unwrap();
    sysadmin
        .patch(&path, version, json!({ "code": "TX-YW2" }))
        .expect(200);
    let left = app.findings();
    assert!(
        !left.iter().any(|line| line.contains("TX-YW2")),
        "{left:#?}"
    );
    assert_eq!(
        left.iter()
            .filter(|line| line.contains("other case"))
            .count(),
        1
    );
}
