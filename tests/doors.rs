//! The ways in: from other sites, with a password in the wrong field, and what this process leaves on the disk.

mod devices;
mod passwords;
mod supply;

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::json;

use crate::support::{PASSWORD, TestApp};

fn login_from(app: &TestApp, headers: &[(&str, &str)]) -> u16 {
    let fields = format!("username=office&password={}", PASSWORD.replace('#', "%23"));
    let mut all = vec![("Content-Type", "application/x-www-form-urlencoded")];
    all.extend_from_slice(headers);
    app.visitor()
        .send("POST", "/login", &all, fields.as_bytes())
        .status
}

#[test]
fn a_form_of_another_site_logs_nobody_in() {
    let app = TestApp::start();
    assert_eq!(login_from(&app, &[]), 303, "an old browser says nothing");
    assert_eq!(
        login_from(
            &app,
            &[("Sec-Fetch-Site", "same-origin"), ("Origin", "null")]
        ),
        303
    );
    let own = app.url.clone();
    assert_eq!(login_from(&app, &[("Origin", &own)]), 303);
    for refused in [
        vec![("Origin", "https://evil.example")],
        vec![("Origin", "null")],
        vec![("Sec-Fetch-Site", "cross-site")],
        vec![("Sec-Fetch-Site", "same-site"), ("Origin", "null")],
    ] {
        assert_eq!(login_from(&app, &refused), 403, "{refused:?}");
    }
}

#[test]
fn what_is_no_account_is_not_kept() {
    let app = TestApp::start();
    let typed = "MySecret#2026 in the wrong field";
    for (username, password) in [(typed, "x"), ("office", "wrong")] {
        let by = json!({"username": username, "password": password});
        app.client().post("/api/v1/session", by).expect(401);
    }
    let told = app.actor("auditadmin").reads("/audit?limit=50");
    assert!(!told.text.contains("MySecret"), "{}", told.text);
    let named = told
        .items()
        .iter()
        .filter(|event| event["verb"] == "session.refuse")
        .map(|event| event["detail"]["username"].clone());
    assert_eq!(named.collect::<Vec<_>>(), [json!("office"), json!(null)]);
}

#[test]
fn an_error_page_leads_back_within_the_site_alone() {
    let app = TestApp::start();
    let office = app.browser("office");
    let at = |referer: &str| {
        let headers = [("Referer", referer), ("Accept", "text/html")];
        office.send("GET", "/rounds/1", &headers, b"").text
    };
    let own = app.url.clone();
    assert!(at(&format!("{own}/rounds?state=open")).contains("href=\"/rounds?state=open\""));
    for other in [
        "https://evil.example/rounds/9".to_owned(),
        "https://evil.example//evil.example/x".to_owned(),
        format!("{own}//evil.example/x"),
    ] {
        let shown = at(&other);
        assert!(!shown.contains("//evil.example"), "{other}: {shown}");
        assert!(!shown.contains("/rounds/9"), "{other}: {shown}");
    }
}

/// Whatever the shell's mask is.
#[test]
fn files_are_for_their_owner_alone() {
    let app = TestApp::start();
    let folder = app.database().folder.join("made");
    let made = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "umask 000; exec '{}' generate --organizations 2 --bids 2 --people 2 --notices 1 --data '{}'",
            env!("CARGO_BIN_EXE_biaogan"),
            folder.display()
        ))
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    for name in ["biaogan.db", "audit-heads.txt", "secret", "."] {
        let mode = std::fs::metadata(folder.join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}

/// What the trail says of readings that were refused: who, what, and how it was answered; the latest first.
fn refused_readings(app: &TestApp) -> Vec<(String, String, String)> {
    let told = app.api("auditadmin");
    let told = told
        .get("/api/v1/audit?subject=reading&limit=200")
        .expect(200);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    told.items()
        .iter()
        .map(|event| {
            assert_eq!(event["verb"], "access.refuse");
            let said = &event["detail"];
            (
                text(&event["actor_name"]),
                text(&said["path"]),
                text(&said["code"]),
            )
        })
        .collect()
}

#[test]
fn a_refused_reading_is_told_of_once_an_hour() {
    let app = TestApp::start();
    let reviewer = app.api("reviewer1");
    let page = app.browser("reviewer1");
    for _ in 0..3 {
        reviewer.get("/api/v1/audit").refused(403, "role_required");
        page.get("/users").expect(403);
    }
    let paths: Vec<String> = refused_readings(&app)
        .into_iter()
        .map(|told| told.1)
        .collect();
    assert_eq!(paths, ["/users", "/api/v1/audit"]);
}

/// Somebody else's sealed bid and its file are as if they were not there; whoever reaches for them is told of, by every
/// door, as often as for what is answered by 403.
#[test]
fn a_reading_of_what_is_hidden_is_told_of_too() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let own = app.api("yunwei");
    own.get(&format!("/api/v1/bids/{bid}")).expect(200);
    let (rival, page) = (app.api("renhou"), app.browser("renhou"));
    let name = rival.get("/api/v1/me").json["name"].clone();
    let hidden = [
        format!("/api/v1/bids/{bid}"),
        format!("/bids/{bid}"),
        "/attachments/4711".to_owned(),
        format!("/api/v1/bids/{bid}/proof"),
    ];
    for path in &hidden {
        for _ in 0..3 {
            match path.starts_with("/api/") {
                true => rival.get(path).expect(404),
                false => page.get(path).expect(404),
            };
        }
    }
    // What hides nothing is not told of: an address that is none, a code, what the public reads, and whoever is nobody.
    page.get("/no/such/address").expect(404);
    page.get("/vote/AAAA-BBBB-CCCC").expect(404);
    page.get("/announcements/4711").expect(404);
    page.get("/rounds/4711/objection").expect(404);
    app.visitor().get(&hidden[1]).expect(303);
    let mut told = refused_readings(&app);
    told.reverse();
    let expected = hidden.map(|path| {
        (
            name.as_str().unwrap().to_owned(),
            path,
            "not_found".to_owned(),
        )
    });
    assert_eq!(told, expected);
    // No more than thirty an hour of one login, whatever is tried.
    for id in 1..60 {
        rival.get(&format!("/api/v1/bids/{id}")).expect(404);
    }
    let of_calls = refused_readings(&app);
    let of_calls = of_calls.iter().filter(|told| told.1.starts_with("/api/"));
    assert_eq!(of_calls.count(), 30);
}

#[test]
fn late_attempts_fill_no_trail() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    app.set_clock("2026-03-21T08:00+08:00");
    let writer = app.actor("yunwei.sj");
    for _ in 0..25 {
        writer.submits(bid).refused(409, "deadline_passed");
    }
    let told = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=200")
        .expect(200);
    let late = told.items().iter();
    assert_eq!(late.filter(|event| event["verb"] == "bid.late").count(), 20);
}

/// Nobody learns from the answers which names there are.
#[test]
fn a_name_that_is_nobodys_is_answered_as_an_accounts() {
    let app = TestApp::start();
    let tries = |name: &str| -> Vec<String> {
        let by = json!({ "username": name, "password": "Wrong#Password1" });
        (0..7)
            .map(|_| {
                let answer = app.client().post("/api/v1/session", by.clone()).expect(401);
                answer.json["code"].as_str().unwrap().to_owned()
            })
            .collect()
    };
    let known = tries("office");
    assert_eq!(known[4..6], ["login_failed", "account_locked"]);
    assert_eq!(tries("nobody-at-all"), known);
}
