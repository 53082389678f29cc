//! What operators read: the log's lines, the metrics.

use std::fs::{self, File};
use std::path::Path;

use serde_json::{Value, json};

use crate::support::service::{Service, command};
use crate::support::{Client, PASSWORD, TestDatabase};

/// Runs the service with its log in a file, lets `body` ask it something, and answers the log's text.
fn logged(database: &TestDatabase, format: &str, body: impl FnOnce(&Service)) -> String {
    let path = database.folder.join("log");
    let file = File::create(&path).unwrap();
    let mut service = Service::start_with(&database.folder, &database.url, |command| {
        command
            .env("BIAOGAN_LOG_FORMAT", format)
            .env_remove("RUST_LOG")
            .stderr(file);
    });
    Client::new(&service.url, None).get("/healthz").expect(200);
    body(&service);
    service.signal("TERM");
    assert!(service.ends(20));
    fs::read_to_string(path).unwrap()
}

fn login(service: &Service) -> (i64, String) {
    let session = Client::new(&service.url, None)
        .post(
            "/api/v1/session",
            json!({ "username": "office", "password": PASSWORD }),
        )
        .expect(201);
    let token = session.json["token"].as_str().unwrap().to_owned();
    (session.json["user"]["id"].as_i64().unwrap(), token)
}

#[test]
fn a_line_of_the_log_tells_who_asked_what_from_where() {
    let database = TestDatabase::with_company();
    let mut account = 0;
    let log = logged(&database, "json", |service| {
        let (id, token) = login(service);
        account = id;
        let office = Client::new(&service.url, Some(token));
        let ids = [
            ("X-Request-Id", "from-the-proxy-1"),
            ("X-Forwarded-For", "10.1.2.3, 10.20.30.40"),
        ];
        let answer = office.send("GET", "/api/v1/rounds", &ids, b"");
        assert_eq!(
            answer.expect(200).header("x-request-id"),
            "from-the-proxy-1"
        );
        let visitor = Client::new(&service.url, None);
        visitor.send("GET", "/api/v1/vote/AAAA-BBBB-CCCC", &ids[1..], b"");
        visitor.send("GET", "/api/v1/public/objections/AAAABBBB", &ids[1..], b"");
        // Also of somebody who is logged in.
        office.send("GET", "/api/v1/public/complaints/AAAACCCC", &ids[1..], b"");
    });
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .filter(|line: &Value| line["target"] == "biaogan::access")
        .collect();
    let of = |path: &str| {
        let found = lines.iter().find(|line| line["path"] == path);
        found.unwrap_or_else(|| panic!("no line of {path}: {log}"))
    };
    let rounds = of("/api/v1/rounds");
    assert_eq!(rounds["method"], "GET");
    assert_eq!(rounds["status"], 200);
    assert_eq!(rounds["client"], "10.20.30.40");
    assert_eq!(rounds["account"], account.to_string());
    assert_eq!(rounds["request_id"], "from-the-proxy-1");
    assert!(rounds["ms"].is_number() && rounds["time"].is_string());
    assert_eq!(of("/api/v1/session")["account"], "-");
    assert_eq!(of("/api/v1/session")["client"], "127.0.0.1");
    // Whoever votes, objects or complains is nobody, from nowhere.
    for path in [
        "/api/v1/vote/{code}",
        "/api/v1/public/objections/{code}",
        "/api/v1/public/complaints/{code}",
    ] {
        assert_eq!(of(path)["client"], "-", "{path}");
        assert_eq!(of(path)["account"], "-", "{path}");
    }
    assert!(!log.contains("AAAA"), "{log}");
}

#[test]
fn the_log_is_for_people_unless_told() {
    let database = TestDatabase::with_company();
    let mut account = 0;
    let log = logged(&database, "", |service| {
        let (id, token) = login(service);
        account = id;
        Client::new(&service.url, Some(token))
            .get("/api/v1/me")
            .expect(200);
    });
    let line = log
        .lines()
        .find(|line| line.contains("/api/v1/me"))
        .unwrap();
    assert!(
        line.contains("GET /api/v1/me 200 ") && line.contains(&format!(" 127.0.0.1 {account} ")),
        "{line}"
    );
    let refused = command(&database.folder, &database.url)
        .arg("check")
        .env("BIAOGAN_LOG_FORMAT", "xml")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("BIAOGAN_LOG_FORMAT"),
        "{said}"
    );
}

/// The value of one metric, if it is told.
fn metric(text: &str, name: &str) -> Option<f64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        .map(|value| value.parse().unwrap())
}

fn backs_up(folder: &Path, url: &str) {
    let done = command(folder, url)
        .args(["backup", "kept.tar"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
}

#[test]
fn metrics_tell_of_writes_connections_heads_space_and_backups() {
    let database = TestDatabase::with_company();
    let service = Service::start(&database.folder, &database.url);
    let visitor = Client::new(&service.url, None);
    login(&service);
    let read = || visitor.get("/metrics").expect(200).text;
    let text = read();
    let told = |name: &str| metric(&text, name).unwrap_or_else(|| panic!("{name}: {text}"));
    assert!(told("biaogan_commit_seconds_count") >= 1.0);
    assert!(told("biaogan_pool_connections") >= 1.0);
    assert!(told("biaogan_pool_idle") <= told("biaogan_pool_connections"));
    assert!(told("biaogan_files_free_bytes") > 0.0);
    assert!(told("biaogan_heads_free_bytes") > 0.0);
    assert_eq!(told("biaogan_heads_contradict"), 0.0);
    assert_eq!(told("biaogan_clock_refused"), 0.0);
    assert!(text.contains("biaogan_http_requests_total{method=\"POST\",route=\"/api/v1/session\""));
    assert_eq!(metric(&text, "biaogan_backup_age_seconds"), None);
    if database.url.starts_with("sqlite:") {
        assert_eq!(told("biaogan_writer_queue"), 0.0);
        backs_up(&database.folder, &database.url);
        let age = metric(&read(), "biaogan_backup_age_seconds").unwrap();
        assert!((0.0..60.0).contains(&age), "{age}");
    }
}
