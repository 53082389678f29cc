//! What whoever keeps the database can learn of votes, vote by vote, and change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use biaogan::acceptance::codes;
use biaogan::db::{Conn, Manager};
use biaogan::who::ServerKeys;
use diesel::sql_types::Text;

use super::*;
use crate::support::{SECRET, TestDatabase};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut Conn, sqlite: &str, postgres: &str) -> Vec<String> {
    let rows: Vec<Line> = match conn {
        Conn::Sqlite(c) => diesel::sql_query(sqlite).load(c).unwrap(),
        Conn::Postgres(c) => diesel::sql_query(postgres).load(c).unwrap(),
    };
    rows.into_iter().map(|row| row.line).collect()
}

/// Every row of every table in the order it lies there; on PostgreSQL with the transaction that wrote it.
type Dump = BTreeMap<String, Vec<String>>;

fn dump(url: &str) -> Dump {
    let mut conn = Manager::new(url).unwrap().establish().unwrap();
    let tables = lines(
        &mut conn,
        "SELECT name AS line FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        "SELECT relname::text AS line FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    tables
        .into_iter()
        .map(|table| {
            let columns = lines(
                &mut conn,
                &format!("SELECT 'quote(' || name || ')' AS line FROM pragma_table_info('{table}')"),
                "SELECT '' AS line",
            );
            let rows = lines(
                &mut conn,
                &format!("SELECT {} AS line FROM {table}", columns.join(" || ', ' || ")),
                &format!("SELECT xmin::text || ' ' || ctid::text || ' ' || t::text AS line FROM {table} t ORDER BY ctid"),
            );
            (table, rows)
        })
        .collect()
}

/// The tables that differ.
fn changed(before: &Dump, after: &Dump) -> Vec<String> {
    let differs = |table: &&String| before[*table] != after[*table];
    after.keys().filter(differs).cloned().collect()
}

struct Boxed {
    content: String,
    receipts: String,
    sealed: Option<Vec<u8>>,
    votes: i64,
}

fn ballot_box(url: &str, acceptance: i64) -> Boxed {
    let mut conn = Manager::new(url).unwrap().establish().unwrap();
    let (content, receipts, sealed, votes) = ballot_boxes::table
        .filter(ballot_boxes::acceptance_id.eq(acceptance))
        .filter(ballot_boxes::kind.eq("ballot"))
        .select((
            ballot_boxes::content,
            ballot_boxes::receipts,
            ballot_boxes::sealed,
            ballot_boxes::votes,
        ))
        .first(&mut conn)
        .unwrap();
    Boxed {
        content,
        receipts,
        sealed,
        votes,
    }
}

fn file(app: &TestApp, name: &str) -> PathBuf {
    app.database().folder.join(name)
}

/// The database as it stood after each commit since the log had this length: the file, and the log cut there.
fn cuts(app: &TestApp, from: usize) -> (Vec<(TestDatabase, Vec<u8>)>, usize) {
    let log = fs::read(file(app, "biaogan.db-wal")).unwrap();
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame = 24 + number(8) as usize;
    let mut found = Vec::new();
    let (mut begun, mut at) = (from, from);
    while at + frame <= log.len() && log[at + 8..at + 16] == log[16..24] {
        let commits = number(at + 4) != 0;
        at += frame;
        if commits {
            let cut = TestDatabase::empty();
            fs::copy(file(app, "biaogan.db"), cut.folder.join("biaogan.db")).unwrap();
            fs::write(cut.folder.join("biaogan.db-wal"), &log[..at]).unwrap();
            found.push((cut, log[begun..at].to_vec()));
            begun = at;
        }
    }
    (found, at)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Five slips and their votes, all different.
const VOTES: [&str; 4] = ["excellent", "poor", "good", "poor"];

#[test]
fn no_commit_joins_a_code_with_a_vote() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let slips = app.actor("office").codes(acceptance, "ballot", 5);
    let keys = ServerKeys::new(SECRET);
    let digests: Vec<String> = slips
        .iter()
        .map(|slip| codes::said(&codes::digest(&keys, slip)))
        .collect();
    let sqlite = app.database().url.starts_with("sqlite:");
    let mut before = dump(&app.database().url);
    assert!(
        digests
            .iter()
            .all(|digest| format!("{before:?}").contains(digest))
    );
    let (_, mut logged) = match sqlite {
        true => cuts(&app, 32),
        false => (Vec::new(), 0),
    };
    let mut sealed: Vec<Vec<u8>> = Vec::new();
    let mut receipts: Vec<String> = Vec::new();
    let mut last = None;
    for (nth, choice) in VOTES.iter().enumerate() {
        let voted = app.passer_by().votes(&slips[nth], choice).done();
        receipts.push(voted.json["receipt"].as_str().unwrap().to_owned());
        let states: Vec<String> = if sqlite {
            let (states, length) = cuts(&app, logged);
            logged = length;
            assert_eq!(states.len(), 1, "one commit a vote");
            let (state, frames) = states.into_iter().next().unwrap();
            // Neither which code it was nor what it says stands in what was logged, and no other code either.
            for word in digests.iter().chain(&slips).chain(&receipts) {
                assert!(!contains(&frames, word.as_bytes()), "{word}");
            }
            assert!(!contains(&frames, choice.as_bytes()));
            let url = state.url.clone();
            last = Some(state);
            vec![url]
        } else {
            vec![app.database().url.clone()]
        };
        for url in states {
            let after = dump(&url);
            // The codes lie where they lay, as the transaction left them that handed them out.
            assert_eq!(changed(&before, &after), ["ballot_boxes"]);
            let others = |dump: &Dump| -> usize {
                let rows = dump["ballot_boxes"].iter();
                rows.filter(|row| before["ballot_boxes"].contains(row))
                    .count()
            };
            assert_eq!(others(&after), before["ballot_boxes"].len() - 1);
            before = after;
            let found = ballot_box(&url, acceptance);
            assert_eq!(
                (found.content.as_str(), found.receipts.as_str()),
                ("{}", "[]")
            );
            assert_eq!(found.votes, i64::try_from(nth).unwrap() + 1);
            sealed.push(found.sealed.unwrap());
        }
    }
    for pair in sealed.windows(2) {
        assert_eq!(pair[0].len(), pair[1].len());
        let parts: std::collections::BTreeSet<&[u8]> = pair[0].windows(8).collect();
        assert!(!pair[1].windows(8).any(|part| parts.contains(part)));
    }
    // What was told is there: in the state of the last commit, as a kill would leave it, it is all counted.
    match last {
        Some(state) => counted_in(&resumed(state, app), acceptance, receipts),
        None => counted_in(&app, acceptance, receipts),
    }
}

/// Served from the files as they lay there.
fn resumed(state: TestDatabase, app: TestApp) -> TestApp {
    copy(&app, &state.folder, "heads");
    drop(app);
    TestApp::start_on(state, START, |_| {})
}

fn copy(app: &TestApp, folder: &Path, name: &str) {
    fs::copy(file(app, name), folder.join(name)).unwrap();
}

/// Office and supervisor find every vote in the box.
fn counted_in(app: &TestApp, acceptance: i64, mut receipts: Vec<String>) {
    for reviewer in ["reviewer1", "reviewer2", "reviewer3"] {
        app.actor(reviewer).marks_on_site(acceptance, 80).done();
    }
    let office = app.actor("office");
    for slip in office.codes(acceptance, "questionnaire", 1) {
        app.passer_by().answers_all(&slip, 4).done();
    }
    let closed = office.closes(acceptance).done();
    let ballots = &closed.json["result"]["ballots"];
    assert_eq!(
        *ballots,
        json!({ "excellent": 1, "good": 1, "fair": 0, "poor": 2 })
    );
    receipts.sort();
    let path = format!("/acceptances/{acceptance}/receipts");
    let published = app.passer_by().reads(&path);
    assert_eq!(published.json["ballots"], json!(receipts));
    let found = ballot_box(&app.database().url, acceptance);
    assert!(found.sealed.is_none());
}

#[test]
fn office_and_supervisor_open_together_or_with_the_chair() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let office = app.actor("office");
    let path = format!("/acceptances/{acceptance}");
    app.actor("supervisor")
        .confirms_voters(acceptance, 5)
        .done();
    let issue = format!("{path}/ballot_codes");
    let own = json!({ "kind": "ballot", "count": 2, "present": app.present(&["office"]) });
    office.does(&issue, own).refused(403, "supervisor_required");
    let wrong = json!({ "kind": "ballot", "count": 2, "present": [{ "username": "supervisor", "password": "Wrong#Horse1" }] });
    office.does(&issue, wrong).invalid("present[0][password]");
    for slip in office.codes(acceptance, "ballot", 2) {
        app.passer_by().votes(&slip, "good").done();
    }
    for slip in office.codes(acceptance, "questionnaire", 1) {
        app.passer_by().answers_all(&slip, 4).done();
    }
    for reviewer in ["reviewer1", "reviewer2", "reviewer3"] {
        app.actor(reviewer).marks_on_site(acceptance, 80).done();
    }
    let refused = |present: &[&str], status, code: &str| {
        office
            .closes_with(acceptance, present)
            .refused(status, code);
    };
    refused(&[], 403, "supervisor_required");
    refused(&["office"], 403, "supervisor_required");
    refused(&["office", "reviewer1"], 403, "supervisor_required");
    refused(&["supervisor"], 409, "openers_missing");
    refused(&["supervisor", "reviewer2"], 403, "not_an_opener");
    app.actor("supervisor")
        .closes(acceptance)
        .refused(403, "role_required");
    let shown = office.reads(&path);
    assert_eq!(shown.json["state"], "open");
    assert_eq!(shown.json["result"], Value::Null);
    // The chair of the panel opens with the supervisor where the office cannot.
    let closed = office.closes_with(acceptance, &["supervisor", "reviewer1"]);
    assert_eq!(closed.done().json["state"], "closed");
}

#[test]
fn the_office_asks_for_codes_and_the_supervisor_agrees_elsewhere() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let (office, supervisor) = (app.actor("office"), app.actor("supervisor"));
    let path = format!("/acceptances/{acceptance}");
    let (issue, agree) = (
        format!("{path}/ballot_codes"),
        format!("{path}/ballot_codes/agreement"),
    );
    let wanted = |count: i64| json!({ "kind": "ballot", "count": count });
    supervisor
        .does(&agree, wanted(2))
        .refused(409, "voters_unconfirmed");
    // Asked for before the number of voters is confirmed; a number that was mistyped is asked for anew.
    for count in [5, 2] {
        let asked = office.does(&issue, wanted(count)).expect(202);
        assert_eq!(asked.json["state"], "waits");
        assert_eq!(asked.json["codes"], json!([]));
        assert_eq!(asked.json["slips"], Value::Null);
    }
    supervisor.confirms_voters(acceptance, 5).done();
    office.does(&agree, wanted(2)).refused(403, "role_required");
    supervisor.does(&agree, wanted(5)).invalid("count");
    let waits = |who: &str, what: &str| {
        app.browser(who).get("/home").expect(200).contains(what);
    };
    waits("supervisor", "发放民主测评票 2 个");
    // Nothing is handed out before, however often the office asks.
    assert_eq!(
        office.does(&issue, wanted(2)).expect(202).json["state"],
        "waits"
    );
    assert_eq!(office.reads(&path).json["tally"]["ballots"]["issued"], 0);
    let page = app.browser("supervisor").get(&path).expect(200);
    page.contains("党委党建部申请发放民主测评票 2 个");
    app.browser("supervisor")
        .submit(&path, &agree, &[("kind", "ballot"), ("count", "2")])
        .expect(303);
    supervisor
        .does(&agree, wanted(2))
        .refused(409, "no_codes_asked");
    waits("office", "的民主测评票 2 个");
    // Agreed to is this number alone.
    app.browser("office")
        .get(&path)
        .expect(200)
        .contains("生成这 2 个");
    let issued = office.does(&issue, wanted(2)).done();
    assert_eq!(issued.json["state"], "issued");
    let slips = issued.json["slips"].as_str().unwrap();
    // A look at the head uses nothing up.
    app.api("office").send("HEAD", slips, &[], &[]).expect(200);
    let codes = office.reads(slips.trim_start_matches("/api/v1")).json["codes"].clone();
    assert_eq!(codes.as_array().unwrap().len(), 2);
    app.api("office").send("HEAD", slips, &[], &[]).expect(404);
    for code in codes.as_array().unwrap() {
        app.passer_by().votes(code.as_str().unwrap(), "good").done();
    }
    // What was agreed to is used up.
    assert_eq!(
        office.does(&issue, wanted(2)).expect(202).json["state"],
        "waits"
    );
    assert_eq!(office.reads(&path).json["tally"]["ballots"]["issued"], 2);
}

#[test]
fn a_supervisor_s_agreement_written_into_the_database_hands_out_nothing() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let office = app.actor("office");
    let path = format!("/acceptances/{acceptance}");
    app.actor("supervisor")
        .confirms_voters(acceptance, 5)
        .done();
    let wanted = json!({ "kind": "ballot", "count": 2 });
    office
        .does(&format!("{path}/ballot_codes"), wanted.clone())
        .expect(202);
    app.database().execute(&format!(
        "UPDATE code_asks SET agreed_by = {}, agreed_at = asked_at",
        app.user_id("supervisor")
    ));
    office
        .does(&format!("{path}/ballot_codes"), wanted)
        .refused(409, "agreement_unproven");
    assert_eq!(office.reads(&path).json["tally"]["ballots"]["issued"], 0);
    // With the supervisor at the screen there is a way on.
    assert_eq!(office.codes(acceptance, "ballot", 2).len(), 2);
}

#[test]
fn a_lost_password_of_the_supervisor_is_no_dead_end() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let office = app.actor("office");
    for slip in office.codes(acceptance, "ballot", 2) {
        app.passer_by().votes(&slip, "good").done();
    }
    for slip in office.codes(acceptance, "questionnaire", 1) {
        app.passer_by().answers_all(&slip, 4).done();
    }
    for reviewer in ["reviewer1", "reviewer2", "reviewer3"] {
        app.actor(reviewer).marks_on_site(acceptance, 80).done();
    }
    app.reset("supervisor", "Another#Horse2");
    app.make_own("supervisor", "Another#Horse2", "Third#Horse3");
    let anew = json!({ "username": "supervisor", "password": "Third#Horse3" });
    let opener = app.present(&["office"])[0].clone();
    let path = format!("/acceptances/{acceptance}");
    let lost = office.does(
        &format!("{path}/close"),
        json!({ "openers": [opener, anew] }),
    );
    assert!(
        lost.refused(403, "not_an_opener")
            .text
            .contains("作废这次验收")
    );
    let reason = json!({ "reason": "督导员口令遗失，票箱打不开。" });
    office.does(&format!("{path}/abandon"), reason).done();
    let found = ballot_box(&app.database().url, acceptance);
    assert!(found.sealed.is_none() && found.content == "{}");
    let told = &office.reads(&path).json["notes"][0];
    assert_eq!(told["reason"], "督导员口令遗失，票箱打不开。");
    assert_eq!(begin(&app, projects[0]).json["attempt"], 1);
}

#[test]
fn slips_are_shown_once_to_who_asked_and_kept_nowhere() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let office = app.actor("office");
    let issued = office.issues(acceptance, "ballot", 2).done();
    let slips = issued.json["slips"].as_str().unwrap();
    app.api("supervisor").get(slips).expect(404);
    app.client().get(slips).expect(401);
    let codes = app.api("office").get(slips).expect(200);
    app.api("office").get(slips).expect(404);
    let of_page = office.issues(acceptance, "questionnaire", 2).done();
    let page = of_page.json["slips"].as_str().unwrap();
    let page = page.trim_start_matches("/api/v1").to_owned();
    let browser = app.browser("office");
    browser.get(&page).expect(200).contains("不透明的信封");
    browser.get(&page).expect(404);
    let kept = format!("{:?}", dump(&app.database().url));
    for code in codes.json["codes"].as_array().unwrap() {
        let code = code.as_str().unwrap();
        assert!(!issued.text.contains(code) && !kept.contains(code));
        app.client()
            .get(&format!("/api/v1/vote/{code}"))
            .expect(200);
    }
}

#[test]
fn the_tally_is_public_and_adds_up() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let office = app.actor("office");
    let path = format!("/acceptances/{acceptance}");
    let lost = office.codes(acceptance, "ballot", 3);
    app.passer_by().votes(&lost[0], "good").done();
    let words = json!({ "kind": "ballot", "reason": "一沓票在路上遗失。" });
    office
        .does(&format!("{path}/ballot_codes/void"), words)
        .done();
    let tally = |app: &TestApp| app.passer_by().reads(&format!("{path}/receipts")).json;
    let running = tally(&app);
    assert_eq!(
        running["tally"]["ballots"],
        json!({ "issued": 3, "voided": 2, "cast": 1, "valid": 0, "abstained": 0 })
    );
    assert_eq!(running["ballots"], json!([]));
    app.closes_acceptance(acceptance, 80, "fair", 4);
    let after = tally(&app);
    assert_eq!(
        after["tally"]["ballots"],
        json!({ "issued": 5, "voided": 2, "cast": 3, "valid": 3, "abstained": 0 })
    );
    let told: Vec<Value> = after["issues"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|issue| issue["kind"] == "ballot")
        .map(|issue| json!([issue["act"], issue["count"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["issued", 3]),
            json!(["voided", 2]),
            json!(["issued", 2])
        ]
    );
    // From the closing on no code tells whether it was used.
    for slip in &lost {
        app.passer_by()
            .votes(slip, "good")
            .refused(409, "voting_closed");
    }
    app.visitor()
        .get(&format!("{path}/receipts"))
        .expect(200)
        .contains("发出")
        .contains("弃权");
}

#[test]
fn codes_that_nobody_used_are_void_at_the_closing_and_told() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let unused = app.actor("office").codes(acceptance, "ballot", 3);
    app.closes_acceptance(acceptance, 80, "fair", 4);
    let path = format!("/acceptances/{acceptance}/receipts");
    let tally = app.passer_by().reads(&path).json;
    assert_eq!(tally["tally"]["ballots"]["abstained"], 3);
    assert_eq!(tally["tally"]["ballots"]["valid"], 2);
    let void = voting_codes::table
        .filter(voting_codes::voided.eq(false))
        .count();
    let mut conn = app.app.db.connection().unwrap();
    assert_eq!(void.get_result::<i64>(&mut *conn).unwrap(), 0);
    app.passer_by()
        .votes(&unused[0], "good")
        .refused(409, "voting_closed");
}

/// Bytes, as a statement says them.
fn literal(app: &TestApp, hex: &str) -> String {
    match app.database().url.starts_with("sqlite:") {
        true => format!("x'{hex}'"),
        false => format!("'\\x{hex}'::bytea"),
    }
}

fn is_named(app: &TestApp, what: &str) {
    let found = biaogan::check::run(&app.app.db, &app.app.files).unwrap();
    assert!(found.iter().any(|line| line.contains(what)), "{found:?}");
}

#[test]
fn nothing_is_cast_under_an_exchanged_key_or_into_a_box_of_before() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    let acceptance = begin(&app, projects[0]).id();
    let slips = app.actor("office").codes(acceptance, "ballot", 5);
    let voter = app.passer_by();
    voter.votes(&slips[0], "good").done();
    let url = app.database().url.clone();
    let kept = || ballot_box(&url, acceptance).sealed.unwrap();
    let put_back = |sealed: &[u8]| {
        let hex: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
        app.database().execute(&format!(
            "UPDATE ballot_boxes SET sealed = {} WHERE kind = 'ballot'",
            literal(&app, &hex)
        ));
    };
    let one = kept();
    voter.votes(&slips[1], "good").done();
    let two = kept();
    // A vote is taken out again, or all of them.
    put_back(&one);
    voter.votes(&slips[2], "good").refused(409, "box_tampered");
    app.database()
        .execute("UPDATE ballot_boxes SET sealed = NULL");
    voter.votes(&slips[2], "good").refused(409, "box_tampered");
    is_named(&app, "was emptied");
    put_back(&two);
    voter.votes(&slips[2], "good").done();
    // A code of the keeper's own making.
    app.database().execute(&format!(
        "INSERT INTO voting_codes (code_digest, acceptance_id, kind, voided) VALUES ('{}', {acceptance}, 'ballot', FALSE)",
        "0".repeat(64)
    ));
    is_named(&app, "6 ballot codes, 5 told");
    app.database()
        .execute("DELETE FROM voting_codes WHERE code_digest LIKE '00000000%'");
    let own = literal(&app, &("09".to_owned() + &"00".repeat(31)));
    app.database()
        .execute(&format!("UPDATE box_keys SET public_key = {own}"));
    voter.votes(&slips[3], "good").refused(409, "key_exchanged");
    is_named(&app, "audit: box_keys ");
    app.unchecked();
}
