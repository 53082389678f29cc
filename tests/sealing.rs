//! What keeps a submitted bid unreadable until the opening, and what happens when keys are lost.

use std::path::Path;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

use crate::support::PASSWORD;
use crate::support::rounds::{TestRound, bid_body};
use crate::support::{Client, TestApp};

/// Everything the program logs, at every level.
struct Log(Mutex<Vec<u8>>);

static LOG: LazyLock<Log> = LazyLock::new(|| Log(Mutex::new(Vec::new())));

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata) -> bool {
        true
    }
    fn log(&self, record: &log::Record) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.0.lock().unwrap().extend_from_slice(line.as_bytes());
    }
    fn flush(&self) {}
}

fn keep_log() {
    if log::set_logger(&*LOG).is_ok() {
        log::set_max_level(log::LevelFilter::Trace);
    }
}

fn canary(name: &str) -> String {
    format!("{name}{}", biaogan::ids::random_hex())
}

fn found(place: &[u8], canary: &str) -> bool {
    let plain = canary.as_bytes();
    let hex: String = plain.iter().map(|byte| format!("{byte:02x}")).collect();
    let escaped: String = canary
        .chars()
        .map(|c| match c.is_ascii() {
            true => c.to_string(),
            false => format!("\\u{:04x}", c as u32),
        })
        .collect();
    [plain, hex.as_bytes(), escaped.as_bytes()]
        .iter()
        .any(|needle| place.windows(needle.len()).any(|part| part == *needle))
}

fn bytes_below(folder: &Path, into: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        into.extend_from_slice(entry.file_name().to_string_lossy().as_bytes());
        if entry.path().is_dir() {
            bytes_below(&entry.path(), into);
        } else {
            into.extend(std::fs::read(entry.path()).unwrap());
        }
    }
}

/// Database with its log, files, heads, a backup and the program's log.
fn everything_at_rest(app: &TestApp) -> Vec<u8> {
    let database = app.database();
    let backup = database
        .folder
        .join(format!("{}.tar", biaogan::ids::random_hex()));
    if database.url.starts_with("sqlite:") {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_biaogan"))
            .args(["backup", &backup.display().to_string()])
            .env("BIAOGAN_DATABASE_URL", &database.url)
            .env("BIAOGAN_FILES", database.folder.join("files"))
            .env("BIAOGAN_HEADS_FILE", database.folder.join("heads"))
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
    let mut all = database.rows();
    bytes_below(&database.folder, &mut all);
    all.extend_from_slice(&LOG.0.lock().unwrap());
    all
}

/// A bid with a canary in every field that holds text.
fn with_canaries(round: &TestRound, revision: &str) -> (Value, Vec<String>) {
    let mut canaries = Vec::new();
    let mut text = |name: &str| {
        let made = canary(&format!("{revision}{name}"));
        canaries.push(made.clone());
        made
    };
    let mut body = bid_body(round.topics[0], round.app.user_id("yunwei"), &text("题"));
    body["problem"] = json!(text("难题"));
    body["targets"] = json!([{ "name": text("标"), "baseline": text("b")[..30].to_owned(), "target": text("t")[..30].to_owned(), "unit": "次" }]);
    body["plan"][0]["work"] = json!(text("步"));
    for field in ["track_record", "credit", "capability"] {
        body[field] = json!(text(field));
    }
    body["budget"] = json!([{ "item": text("费"), "amount": 120_000 }]);
    for field in ["theoretical", "institutional", "brand"] {
        body["outcomes"][field] = json!(text(field));
    }
    // Two fields hold thirty bytes only.
    let canaries = canaries
        .into_iter()
        .map(|made| made.chars().take(28).collect())
        .collect();
    (body, canaries)
}

#[test]
fn nothing_of_a_submitted_bid_lies_readable_anywhere_until_the_opening() {
    keep_log();
    let app = TestApp::start();
    let round = app.round().published();
    let applicant = app.api("yunwei");
    let (first, mut canaries) = with_canaries(&round, "初");
    let made = applicant
        .post_once(
            &round.path("/bids"),
            "key-of-creation",
            json!({ "content": first }),
        )
        .expect(201);
    let bid = made.id();
    let path = format!("/api/v1/bids/{bid}");
    let (second, more) = with_canaries(&round, "改");
    canaries.extend(more);
    applicant.put(&path, made.version(), second).expect(200);
    let (inside, name) = (canary("件内"), canary("件名"));
    let file = |name: &str, inside: &str| {
        let attachments = format!("{path}/attachments");
        applicant
            .upload(
                &attachments,
                &format!("{name}.txt"),
                "text/plain",
                inside.as_bytes(),
            )
            .expect(201)
    };
    let kept = file(&name, &inside).id();
    let (gone_inside, gone_name) = (canary("弃内"), canary("弃名"));
    let gone = file(&gone_name, &gone_inside).id();
    applicant
        .delete(&format!("/api/v1/attachments/{gone}"))
        .expect(204);
    canaries.extend([inside.clone(), name.clone(), gone_inside, gone_name]);
    // The page's way of saving as well.
    let (third, more) = with_canaries(&round, "终");
    canaries.extend(more.clone());
    let version = applicant.get(&path).expect(200).version();
    applicant.put(&path, version, third).expect(200);
    app.api("yunwei.sj")
        .post_once(&format!("{path}/submit"), "key-of-submission", json!({}))
        .expect(200);

    // Its own people read it, and the files.
    let own = applicant.get(&path).expect(200);
    for canary in &more {
        assert!(
            own.text.contains(canary),
            "{canary} is not shown to the bidder"
        );
    }
    applicant
        .get(&format!("/api/v1/attachments/{kept}"))
        .expect(200)
        .contains(&inside);
    let again = app
        .api("yunwei.sj")
        .post_once(&format!("{path}/submit"), "key-of-submission", json!({}))
        .expect(200);
    assert!(
        again.text.contains(&more[0]),
        "a repeated call is answered in full"
    );

    let at_rest = everything_at_rest(&app);
    for canary in &canaries {
        assert!(
            !found(&at_rest, canary),
            "{canary} lies readable before the opening"
        );
    }
    // Not even a digest of a file that somebody could guess.
    let digest = biaogan::audit::sha256_hex(inside.as_bytes());
    assert!(!found(&at_rest, &digest), "a file's digest lies readable");

    round.open();
    let opened = everything_at_rest(&app);
    for canary in &more {
        assert!(
            found(&opened, canary),
            "{canary} is not there after the opening: the search finds nothing"
        );
    }
    app.api("office").get(&path).expect(200).contains(&more[0]);
    app.api("office")
        .get(&format!("{path}/attachments"))
        .expect(200)
        .contains(&name);
    app.api("office")
        .get(&format!("/api/v1/attachments/{kept}"))
        .expect(200)
        .contains(&inside);
}

fn opener(username: &str) -> Value {
    json!({ "username": username, "password": PASSWORD })
}

fn opening(openers: &[&str]) -> Value {
    let openers: Vec<Value> = openers.iter().map(|username| opener(username)).collect();
    json!({ "openers": openers, "attendance": "" })
}

const OPENING_TIME: &str = "2026-03-21T09:00+08:00";

#[test]
fn two_of_three_open_and_the_supervisor_is_always_one_of_them() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let office = app.api("office");
    let shown = office.get(&round.path("/openers")).expect(200);
    assert_eq!(shown.json["threshold"], 2);
    let seats: Vec<_> = shown.json["openers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["seat"].clone())
        .collect();
    assert_eq!(seats, ["office", "supervisor", "chair"]);
    app.set_clock(OPENING_TIME);
    let path = round.path("/opening");
    for (openers, code) in [
        (vec!["office"], "supervisor_required"),
        (vec!["office", "reviewer1"], "supervisor_required"),
        (vec!["supervisor"], "openers_missing"),
        (vec!["supervisor", "reviewer2"], "not_an_opener"),
        (vec![], "supervisor_required"),
    ] {
        let refused = office.post(&path, opening(&openers));
        assert_eq!(refused.json["code"], code, "{openers:?}: {}", refused.text);
        assert!([403, 409].contains(&refused.status));
    }
    let wrong = json!({ "openers": [opener("office"), { "username": "supervisor", "password": "Wrong#Horse1" }] });
    office.post(&path, wrong).invalid("openers[1][password]");
    office.get(&format!("/api/v1/bids/{bid}")).expect(404);
    // The supervisor with the chair is as good as with the office.
    office
        .post(&path, opening(&["reviewer1", "supervisor"]))
        .expect(200);
    office.get(&format!("/api/v1/bids/{bid}")).expect(200);
}

#[test]
fn three_named_openers_of_four_are_asked_for() {
    let app = TestApp::start();
    let round = app.round().with_panel();
    let office = app.api("office");
    let ids: Vec<i64> = ["office", "supervisor", "reviewer1"]
        .iter()
        .map(|name| app.user_id(name))
        .collect();
    office
        .post(
            &round.path("/publish"),
            json!({ "openers": [ids[0], ids[2]] }),
        )
        .refused(409, "supervisor_required");
    office
        .post(
            &round.path("/publish"),
            json!({ "openers": ids, "threshold": 4 }),
        )
        .invalid("openers");
    office
        .post(
            &round.path("/publish"),
            json!({ "openers": [app.user_id("yunwei")] }),
        )
        .invalid("openers[0]");
    office
        .post(
            &round.path("/publish"),
            json!({ "openers": ids, "threshold": 3 }),
        )
        .expect(200);
    app.set_clock(OPENING_TIME);
    let path = round.path("/opening");
    office
        .post(&path, opening(&["office", "supervisor"]))
        .refused(409, "openers_missing");
    office
        .post(&path, opening(&["office", "supervisor", "reviewer1"]))
        .expect(200);
}

fn reset(app: &TestApp, username: &str, password: &str) {
    let id = app.user_id(username);
    app.api("sysadmin")
        .post(
            &format!("/api/v1/users/{id}/password"),
            json!({ "password": password }),
        )
        .expect(204);
}

fn log_in(app: &TestApp, username: &str, password: &str) -> Client {
    let body = json!({ "username": username, "password": password });
    let login = app.client().post("/api/v1/session", body).expect(201);
    Client::new(&app.url, login.json["token"].as_str().map(str::to_owned))
}

#[test]
fn a_password_set_by_an_administrator_shows_no_sealed_bid_until_a_colleague_grants() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    app.api("yunwei")
        .get(&path)
        .expect(200)
        .contains("外破隐患发现晚");
    reset(&app, "yunwei", "Another#Horse2");
    let applicant = log_in(&app, "yunwei", "Another#Horse2");
    let locked = applicant.get(&path).expect(200).lacks("外破隐患发现晚");
    assert_eq!(locked.json["locked"], true);
    let version = locked.version();
    applicant
        .put(
            &path,
            version,
            bid_body(round.topics[0], app.user_id("yunwei.sj"), "改"),
        )
        .refused(403, "sealed_without_key");
    applicant.get(&format!("{path}/attachments")).expect(200);

    let organization = app.api("yunwei.sj").get(&path).expect(200).json["organization_id"]
        .as_i64()
        .unwrap();
    let keys = format!("/api/v1/organizations/{organization}/key_holders");
    let me = applicant.get("/api/v1/me").expect(200).id();
    let holders = app.api("yunwei.sj").get(&keys).expect(200);
    let line = |holders: &crate::support::Answer| {
        holders
            .items()
            .iter()
            .find(|line| line["user_id"] == me)
            .unwrap()["holds"]
            .clone()
    };
    assert_eq!(line(&holders), false);
    applicant
        .post(&keys, json!({ "user_id": me }))
        .refused(409, "nothing_to_grant");
    for stranger in ["renhou", "office", "sysadmin", "secadmin", "supervisor"] {
        app.api(stranger).get(&keys).expect(404);
        app.api(stranger)
            .post(&keys, json!({ "user_id": me }))
            .expect(404);
    }
    let outsider = app.user_id("renhou");
    app.api("yunwei.sj")
        .post(&keys, json!({ "user_id": outsider }))
        .invalid("user_id");
    let granted = app
        .api("yunwei.sj")
        .post(&keys, json!({ "user_id": me }))
        .expect(200);
    assert_eq!(line(&granted), true);
    applicant.get(&path).expect(200).contains("外破隐患发现晚");
}

#[test]
fn ones_own_new_password_keeps_everything_readable() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let id = app.user_id("yunwei");
    let body = json!({ "password": "Another#Horse2", "current": PASSWORD });
    app.api("yunwei")
        .post(&format!("/api/v1/users/{id}/password"), body)
        .expect(204);
    log_in(&app, "yunwei", "Another#Horse2")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200)
        .contains("外破隐患发现晚");
}

#[test]
fn the_remaining_openers_share_again_when_one_lost_the_password() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    reset(&app, "reviewer1", "Another#Horse2");
    let office = app.api("office");
    let path = round.path("/openers");
    let lost = |shown: &crate::support::Answer| -> Vec<bool> {
        let openers = shown.json["openers"].as_array().unwrap();
        openers
            .iter()
            .map(|o| o["lost"].as_bool().unwrap())
            .collect()
    };
    assert_eq!(lost(&office.get(&path).expect(200)), [false, false, true]);
    app.api("yunwei")
        .post(
            &path,
            json!({ "present": [opener("office"), opener("supervisor")] }),
        )
        .expect(403);
    office
        .post(&path, json!({ "present": [opener("office")] }))
        .refused(403, "supervisor_required");
    let shared = office
        .post(
            &path,
            json!({ "present": [opener("office"), opener("supervisor")] }),
        )
        .expect(200);
    assert_eq!(lost(&shared), [false, false, false]);
    app.set_clock(OPENING_TIME);
    let new = json!({ "openers": [{ "username": "reviewer1", "password": "Another#Horse2" }, opener("supervisor")] });
    office.post(&round.path("/opening"), new).expect(200);
    office
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200)
        .contains("外破隐患发现晚");
}

#[test]
fn when_the_openers_can_never_meet_bidders_seal_again_by_digest_and_nothing_is_lost() {
    let app = TestApp::start();
    let round = app.round().published();
    let (first, second) = (
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
    );
    let digest = |bid: i64, who: &str| {
        app.api(who)
            .get(&format!("/api/v1/bids/{bid}"))
            .expect(200)
            .json["digest"]
            .clone()
    };
    let before = (digest(first, "yunwei"), digest(second, "renhou"));
    // The supervisor's share is the one nobody can do without.
    reset(&app, "supervisor", "Another#Horse2");
    app.set_clock("2026-03-20T18:00+08:00");
    let office = app.api("office");
    let renewed = office
        .post(
            &round.path("/openers/renew"),
            json!({ "reason": "督导员口令遗失。" }),
        )
        .expect(200);
    assert_eq!(renewed.json["not_sealed_again"], 2);
    app.set_clock(OPENING_TIME);
    let new = json!({ "openers": [opener("office"), { "username": "supervisor", "password": "Another#Horse2" }] });
    office
        .post(&round.path("/opening"), new.clone())
        .refused(409, "bids_not_sealed_again");
    // After the deadline nothing of the content can be changed any more, sealing again is still possible.
    for (bid, who) in [(first, "yunwei"), (second, "renhou.sj")] {
        let path = format!("/api/v1/bids/{bid}");
        assert_eq!(app.api(who).get(&path).expect(200).json["seal_again"], true);
        app.api("biandian")
            .post(&format!("{path}/seal_again"), json!({}))
            .expect(404);
        app.api(who)
            .post(&format!("{path}/seal_again"), json!({}))
            .expect(200);
        app.api(who)
            .post(&format!("{path}/seal_again"), json!({}))
            .refused(409, "sealed_already");
    }
    assert_eq!((digest(first, "yunwei"), digest(second, "renhou")), before);
    office.post(&round.path("/opening"), new).expect(200);
    for bid in [first, second] {
        let shown = office
            .get(&format!("/api/v1/bids/{bid}"))
            .expect(200)
            .contains("外破隐患发现晚");
        assert_eq!(shown.json["state"], "opened");
    }
}

#[test]
fn bids_nobody_sealed_again_are_given_up_with_a_reason_that_the_minute_tells() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let office = app.api("office");
    office
        .post(
            &round.path("/openers/renew"),
            json!({ "reason": "启封人全部调离。" }),
        )
        .expect(200);
    app.set_clock(OPENING_TIME);
    let mut body = opening(&["office", "supervisor"]);
    body["abandon_reason"] = json!("运维党支部两次通知未办理。");
    office.post(&round.path("/opening"), body).expect(200);
    let shown = office.get(&format!("/api/v1/bids/{bid}")).expect(200);
    assert_eq!(shown.json["state"], "void");
    let announcements = app.client().get("/api/v1/public/announcements").expect(200);
    announcements.contains("开标记录");
}

#[test]
fn a_ciphertext_changed_behind_the_services_back_is_void_and_named() {
    let app = TestApp::start();
    let round = app.round().published();
    let (good, bad) = (
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
    );
    let other = format!(
        "UPDATE bids SET sealed = (SELECT sealed FROM bids WHERE id = {good}) WHERE id = {bad}"
    );
    app.database().execute(&other);
    round.open();
    let office = app.api("office");
    assert_eq!(
        office.get(&format!("/api/v1/bids/{good}")).expect(200).json["state"],
        "opened"
    );
    assert_eq!(
        office.get(&format!("/api/v1/bids/{bad}")).expect(200).json["state"],
        "void"
    );
}

#[test]
fn a_new_colleague_reads_what_is_submitted_from_then_on() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    let organization = app.api("yunwei").get(&path).expect(200).json["organization_id"].clone();
    let made = app
        .api("sysadmin")
        .post(
            "/api/v1/users",
            json!({ "organization_id": organization, "staff_number": "TX9001", "name": "新同志", "post": "干事",
                "username": "xintongzhi", "password": "Another#Horse2" }),
        )
        .expect(201);
    let role = json!({ "role": "applicant", "organization_id": organization });
    app.api("secadmin")
        .post(&format!("/api/v1/users/{}/roles", made.id()), role)
        .expect(201);
    let colleague = log_in(&app, "xintongzhi", "Another#Horse2");
    assert_eq!(colleague.get(&path).expect(200).json["locked"], true);
    let secretary = app.api("yunwei.sj");
    secretary
        .post(&format!("{path}/submit"), json!({}))
        .expect(200);
    assert_eq!(colleague.get(&path).expect(200).json["locked"], false);
    colleague.get(&path).expect(200).contains("外破隐患发现晚");
}
