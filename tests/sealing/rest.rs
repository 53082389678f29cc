//! Nothing lies readable at rest.

use biaogan::db::schema::bids;
use diesel::prelude::*;

use super::*;

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

/// Not even as ciphertext of a draft, in a page of before.
#[test]
fn what_was_drafted_is_overwritten_once_it_is_submitted() {
    let app = TestApp::start();
    if !app.database().url.starts_with("sqlite:") {
        return;
    }
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let draft: Vec<u8> = {
        let mut c = app.app.db.connection().unwrap();
        let of = bids::table.filter(bids::id.eq(biaogan::ids::BidId(bid)));
        of.select(bids::draft).first(&mut c).unwrap()
    };
    // Some of them may lie across two pages.
    let pieces: Vec<&[u8]> = draft[64..].chunks_exact(32).step_by(4).collect();
    let path = app.database().url.trim_start_matches("sqlite:").to_owned();
    let left = || {
        let places =
            ["", "-wal"].map(|end| std::fs::read(format!("{path}{end}")).unwrap_or_default());
        let lies = |piece: &&&[u8]| {
            let mut found = places.iter().map(|place| place.windows(32));
            found.any(|mut windows| windows.any(|window| window == **piece))
        };
        pieces.iter().filter(lies).count()
    };
    assert!(left() * 2 > pieces.len(), "{} of {}", left(), pieces.len());
    app.actor("yunwei.sj").submits(bid).done();
    let begun = std::time::Instant::now();
    while left() > 0 {
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(20),
            "{} pieces",
            left()
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
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
