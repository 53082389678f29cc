//! What runs below the service fails: nothing that was said to be lost is kept, nobody sees a 500, and it can be seen.

use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use biaogan::audit::verify::verify;
use biaogan::clock::Clock;
use biaogan::db::heads::HeadsFile;
use biaogan::db::{Db, Manager, Tx};
use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::kill::prepared;
use crate::support::rounds::bid_body;
use crate::support::service::command;
use crate::support::{Answer, PASSWORD, SECRET, START, TestApp, TestDatabase};

/// Something that is recorded: a login.
fn event(app: &TestApp) -> Answer {
    let body = json!({ "username": "supervisor", "password": PASSWORD });
    app.client().post("/api/v1/session", body)
}

/// Writes from several sides until told to stop.
fn while_written<T>(app: &TestApp, body: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    event(app).expect(201);
                }
            });
        }
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
        stop.store(true, Ordering::SeqCst);
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[test]
fn check_and_verification_find_nothing_while_people_write() {
    let app = TestApp::start();
    while_written(&app, || {
        for _ in 0..20 {
            assert_eq!(app.findings(), Vec::<String>::new());
            assert_eq!(verify(&app.app.db).unwrap().findings, Vec::<String>::new());
        }
    });
}

/// A company whose database was brought back from an earlier state, while the heads file went on.
fn set_back() -> TestDatabase {
    let app = TestApp::start();
    event(&app);
    let database = app.into_database();
    let earlier = database.copied();
    let app = TestApp::start_on(database, START, |_| {});
    for _ in 0..3 {
        event(&app).expect(201);
    }
    let database = app.into_database();
    fs::copy(database.folder.join("heads"), earlier.folder.join("heads")).unwrap();
    earlier
}

#[test]
fn a_database_that_was_set_back_is_told_until_somebody_says_why() {
    let app = TestApp::start_on(set_back(), START, |_| {});
    app.unchecked();
    let found = |app: &TestApp| verify(&app.app.db).unwrap().findings;
    let told = |app: &TestApp, what: &str| {
        let findings = found(app);
        assert!(
            findings.iter().any(|line| line.contains(what)),
            "{findings:?}"
        );
        assert!(!app.findings().is_empty());
        let answer = app.client().get("/readyz").expect(503);
        assert!(answer.text.contains("contradicts"), "{}", answer.text);
        app.browser("auditadmin")
            .get("/audit")
            .expect(200)
            .contains("biaogan audit acknowledge");
    };
    told(&app, "cut off");
    // More than what was lost: the count no longer tells.
    for _ in 0..12 {
        event(&app).expect(201);
    }
    told(&app, "two digests");
    let database = app.into_database();
    let app = TestApp::start_on(database, START, |_| {});
    app.unchecked();
    told(&app, "two digests");
    let run = |app: &TestApp, reason: &str| {
        let database = app.database();
        fs::write(database.folder.join("secret"), SECRET).unwrap();
        command(&database.folder, &database.url)
            .args(["audit", "acknowledge", "--reason", reason])
            .output()
            .unwrap()
    };
    assert_eq!(run(&app, "  ").status.code(), Some(1));
    let done = run(&app, "磁盘损坏，恢复了昨晚的备份");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    app.app.look_at_heads().unwrap();
    assert_eq!(found(&app), Vec::<String>::new());
    app.client().get("/readyz").expect(200);
    app.browser("auditadmin")
        .get("/audit")
        .expect(200)
        .contains("确认链首不一致")
        .lacks("biaogan audit acknowledge");
    for _ in 0..3 {
        event(&app).expect(201);
    }
    assert_eq!(found(&app), Vec::<String>::new());
    // There is nothing more to say, and what was acknowledged is no licence.
    assert_eq!(run(&app, "再确认一次").status.code(), Some(1));
    let heads = app.database().folder.join("heads");
    let text = fs::read_to_string(&heads).unwrap();
    let last = text.lines().last().unwrap();
    let (begin, digest) = last.rsplit_once(' ').unwrap();
    let other: String = digest.chars().rev().collect();
    fs::write(&heads, format!("{text}{begin} {other}\n")).unwrap();
    app.app.look_at_heads().unwrap();
    told(&app, "two digests");
}

#[test]
fn heads_that_cannot_be_written_stop_the_writing() {
    let app = TestApp::start();
    let heads = app.database().folder.join("heads");
    let kept = fs::read(&heads).unwrap();
    fs::remove_file(&heads).unwrap();
    fs::create_dir(&heads).unwrap();
    // Its commit came before its head could not be written.
    event(&app).expect(201);
    for _ in 0..3 {
        let refused = event(&app).refused(503, "unavailable");
        assert!(!refused.header("retry-after").is_empty());
    }
    app.client().get("/readyz").expect(503);
    app.client().get("/healthz").expect(200);
    fs::remove_dir(&heads).unwrap();
    fs::write(&heads, kept).unwrap();
    event(&app).expect(201);
    std::thread::sleep(Duration::from_millis(1100));
    app.client().get("/readyz").expect(200);
    let written = app.app.db.heads().read().unwrap();
    let mut counts: Vec<i64> = written
        .lines
        .iter()
        .filter(|line| line.chain.0 == 0)
        .map(|line| line.count)
        .collect();
    counts.dedup();
    let last = *counts.last().unwrap();
    assert_eq!(counts, (1..=last).collect::<Vec<_>>(), "no head was lost");
}

#[test]
fn migrations_run_once_however_many_begin() {
    let database = TestDatabase::empty();
    let running: Vec<_> = (0..3)
        .map(|_| {
            command(&database.folder, &database.url)
                .arg("migrate")
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut ran = 0;
    for one in running {
        let done = one.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(
            done.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&done.stderr)
        );
        ran += usize::from(said.contains("ran 2026"));
    }
    assert_eq!(ran, 1);
}

#[test]
fn a_newer_schema_is_refused_and_so_is_another_secret() {
    let database = TestApp::start().into_database();
    fs::write(
        database.folder.join("secret"),
        "a secret for tests, 0123456789abcdef",
    )
    .unwrap();
    let fails = |arguments: &[&str], words: &str| {
        let done = command(&database.folder, &database.url)
            .env("BIAOGAN_LISTEN", "127.0.0.1:0")
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned()
            + &String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    };
    fs::write(
        database.folder.join("secret"),
        "another secret, 0123456789abcdefghij",
    )
    .unwrap();
    fails(&["serve"], "made with another secret");
    database.execute(
        "INSERT INTO __diesel_schema_migrations (version, run_on) VALUES ('20991231000001', '2099-12-31 00:00:00')",
    );
    for arguments in [
        vec!["migrate"],
        vec!["migrate", "--check"],
        vec!["serve"],
        vec!["check"],
    ] {
        fails(&arguments, "newer than this program");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_or_closed_output_is_an_error_and_no_panic() {
    let database = TestDatabase::with_company();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    for arguments in [
        vec!["audit", "head"],
        vec!["migrate"],
        vec!["check"],
        vec!["openapi"],
    ] {
        let run = |out: Stdio| {
            let mut child = command(&database.folder, &database.url)
                .args(&arguments)
                .stdout(out)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            drop(child.stdout.take());
            let done = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert_eq!(done.status.code(), Some(1), "{arguments:?}: {said}");
            assert!(
                said.contains("cannot write to standard output"),
                "{arguments:?}: {said}"
            );
        };
        run(Stdio::from(full.try_clone().unwrap()));
        run(Stdio::piped());
    }
}

#[test]
fn readiness_is_told_within_two_seconds_while_the_database_hangs() {
    let app = TestApp::start();
    app.client().get("/readyz").expect(200);
    let url = &app.database().url;
    let mut other = Manager::new(url).unwrap().establish().unwrap();
    other
        .batch_execute(if url.starts_with("sqlite:") {
            "BEGIN IMMEDIATE"
        } else {
            "BEGIN; LOCK TABLE settings IN ACCESS EXCLUSIVE MODE"
        })
        .unwrap();
    std::thread::sleep(Duration::from_millis(1100));
    for _ in 0..3 {
        let asked = Instant::now();
        let answer = app.client().get("/readyz").expect(503);
        assert!(
            asked.elapsed() < Duration::from_secs(2),
            "{:?}",
            asked.elapsed()
        );
        assert!(!answer.header("retry-after").is_empty());
    }
    other.batch_execute("ROLLBACK").unwrap();
    let released = Instant::now();
    while app.client().get("/readyz").status != 200 {
        assert!(released.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_full_disk_and_cut_connections_are_503() {
    let (database, drafts, topic) = prepared();
    let now = biaogan::clock::real_now().to_string();
    let app = TestApp::start_on(database, &now, |_| {});
    let on_sqlite = app.database().url.starts_with("sqlite:");
    let stop = AtomicBool::new(false);
    let refused: usize = std::thread::scope(|scope| {
        let writers: Vec<_> = drafts
            .iter()
            .map(|(branch, bid)| {
                let (client, stop) = (app.api(branch), &stop);
                scope.spawn(move || {
                    let path = format!("/api/v1/bids/{bid}");
                    let shown = client.get(&path).expect(200);
                    let leader = shown.json["content"]["team"]["leader"].as_i64().unwrap();
                    let (mut last, mut refused) = (shown.version(), 0);
                    for number in 1.. {
                        if stop.load(Ordering::SeqCst) {
                            break;
                        }
                        let body = bid_body(
                            topic,
                            leader,
                            &format!("第 {number} 次{}", "保存".repeat(20)),
                        );
                        let saved = client.put(&path, last, body);
                        if saved.status == 200 {
                            last = saved.version();
                            continue;
                        }
                        assert_eq!(saved.status, 503, "{}", saved.text);
                        assert!(!saved.header("retry-after").is_empty());
                        refused += 1;
                        let mut shown = client.get(&path);
                        while shown.status == 503 {
                            shown = client.get(&path);
                        }
                        if saved.json["code"] == "unavailable" {
                            assert_eq!(
                                shown.expect(200).version(),
                                last,
                                "said to be lost, yet kept"
                            );
                        } else {
                            assert_eq!(saved.json["code"], "outcome_unknown", "{}", saved.text);
                            last = shown.expect(200).version();
                        }
                    }
                    refused
                })
            })
            .collect();
        for _ in 0..8 {
            std::thread::sleep(Duration::from_millis(250));
            if on_sqlite {
                // It may be lost with its batch itself; what it set is not of the transaction.
                let _lost = app.app.db.write_now(|tx| {
                    tx.batch_execute("PRAGMA max_page_count = 1")?;
                    Ok(())
                });
            } else {
                app.database().execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()",
                );
            }
        }
        stop.store(true, Ordering::SeqCst);
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .sum()
    });
    assert!(refused > 0, "nothing was refused");
}

#[test]
fn of_many_wrong_passwords_at_once_five_are_looked_at() {
    let app = TestApp::start();
    let attempts = |username: &str, password: &str| -> Vec<(u16, String)> {
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..30)
                .map(|_| {
                    scope.spawn(|| {
                        let body = json!({ "username": username, "password": password });
                        let answer = app.client().post("/api/v1/session", body);
                        (
                            answer.status,
                            answer.json["code"].as_str().unwrap_or_default().to_owned(),
                        )
                    })
                })
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        })
    };
    let counted =
        |all: &[(u16, String)], code: &str| all.iter().filter(|(_, one)| one == code).count();
    let wrong = attempts("yunwei", "wrong");
    assert_eq!(
        (
            counted(&wrong, "login_failed"),
            counted(&wrong, "account_locked")
        ),
        (5, 25)
    );
    let right = attempts("yunwei", crate::support::PASSWORD);
    assert_eq!(
        counted(&right, "account_locked"),
        30,
        "a lock stands whatever comes"
    );
    // Right ones lock nothing, however many come at once.
    let others = attempts("yingxiao", crate::support::PASSWORD);
    assert!(
        others.iter().all(|(status, _)| *status == 201),
        "{others:?}"
    );
    // A lock that is over is over, and the count begins anew.
    app.database()
        .execute("UPDATE password_counters SET locked_until = '2020-01-01 00:00:00' WHERE locked_until IS NOT NULL");
    let one = |password: &str| {
        let body = json!({ "username": "yunwei", "password": password });
        app.client().post("/api/v1/session", body)
    };
    for _ in 0..4 {
        one("wrong").refused(401, "login_failed");
    }
    one(crate::support::PASSWORD).expect(201);
    for _ in 0..4 {
        one("wrong").refused(401, "login_failed");
    }
    one(crate::support::PASSWORD).expect(201);
}

#[test]
fn a_clock_behind_the_newest_event_writes_nothing() {
    let app = TestApp::start();
    let ahead = biaogan::clock::real_now() + chrono::Duration::hours(2);
    app.app.clock().set(ahead);
    event(&app).expect(201);
    let database = app.into_database();
    let open = |clock: Clock| {
        let heads = HeadsFile::new(database.folder.join("heads"));
        let db = Db::open(&database.url, clock, heads, biaogan::audit::trail(SECRET)).unwrap();
        db.refresh().unwrap();
        db
    };
    // A demo's clock is set on purpose.
    assert_eq!(open(Clock::shifted(ahead)).clock_fault(), None);
    let db = open(Clock::real());
    let fault = db.clock_fault().unwrap();
    assert!(fault.contains("behind the newest event"), "{fault}");
    let refused = actix_web::rt::System::new()
        .block_on(db.write(|_| Ok(())))
        .unwrap_err();
    assert_eq!(refused.status(), 503);
}

#[test]
fn what_is_over_is_swept() {
    let app = TestApp::start();
    let round = app.round().published();
    let yunwei = app.api("yunwei");
    let body = bid_body(round.topics[0], app.user_id("yunwei"), "夜校");
    let create = || {
        let content = json!({ "content": body });
        yunwei.post_once(&round.path("/bids"), "a-key", content)
    };
    let made = create().expect(201);
    assert_eq!(create().expect(201).id(), made.id());
    let swept = || {
        let sweep =
            |tx: &mut Tx| Ok((biaogan::session::sweep(tx)?, biaogan::web::once::sweep(tx)?));
        app.app.db.write_now(sweep).unwrap()
    };
    assert_eq!(swept(), (0, 0));
    app.database().execute(
        "UPDATE idempotency_keys SET created_at = '2020-01-01 00:00:00'; \
         UPDATE sessions SET expires_at = '2020-01-01 00:00:00' WHERE user_id = \
         (SELECT id FROM users WHERE username = 'yunwei')",
    );
    assert_eq!(swept(), (1, 1));
    assert_eq!(swept(), (0, 0));
    yunwei.get("/api/v1/me").refused(401, "invalid_token");
    app.api("office").get("/api/v1/me").expect(200);
}
