//! A round with more bids than are read at a time is opened: others write meanwhile, nobody reads anything before, and
//! whatever ends it in the middle leaves the round sealed as it was.

use std::path::Path;
use std::time::{Duration, Instant};

use biaogan::bids::verbs::{BidInput, Create, Submit};
use biaogan::ids::RoundId;
use biaogan::session;
use biaogan::verbs::perform;
use biaogan::web::Empty;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::kill::{sound, token};
use crate::support::rounds::{BRANCHES, bid_body, round_body};
use crate::support::service::Service;
use crate::support::{Client, PASSWORD, TestApp, TestDatabase};

/// More than two parts; `BIAOGAN_BOX=1500` for a longer one.
fn bids() -> usize {
    let set = std::env::var("BIAOGAN_BOX").ok();
    set.map_or(450, |count| count.parse().unwrap())
}

#[derive(Clone, Serialize, Deserialize)]
struct Box {
    round: i64,
    first: i64,
}

impl Box {
    fn path(&self, below: &str) -> String {
        format!("/api/v1/rounds/{}{below}", self.round)
    }

    /// State of the round, and of the bid that came first, as somebody reads them: the bid before the round.
    fn seen(&self, client: &Client) -> (Option<Value>, String) {
        let bid = client.get(&format!("/api/v1/bids/{}", self.first));
        let round = client.get(&self.path("")).expect(200);
        let state = round.json["state"].as_str().unwrap().to_owned();
        (
            (bid.status == 200).then(|| bid.json["state"].clone()),
            state,
        )
    }
}

fn opening() -> Value {
    let openers = ["office", "supervisor"];
    let openers = openers.map(|username| json!({ "username": username, "password": PASSWORD }));
    json!({ "openers": openers, "attendance": "" })
}

/// A round whose hour of opening has come, as of real time, with as many bids as are wanted.
fn full() -> (TestDatabase, Box) {
    TestDatabase::kept_with(&format!("large_box_{}", bids()), || {
        let app = TestApp::start();
        let now = biaogan::clock::real_now();
        let mut body = round_body();
        body["opens_at"] = json!(now - chrono::Duration::days(9));
        body["deadline"] = json!(now - chrono::Duration::days(2));
        body["opening_at"] = json!(now - chrono::Duration::days(1));
        body["bids_per_lane"] = json!(99);
        app.app.clock().set(now - chrono::Duration::days(10));
        let round = app.round_of(body).published_as_it_is();
        app.app.clock().set(now - chrono::Duration::days(8));
        let mut first = None;
        let leaders: Vec<i64> = BRANCHES.iter().map(|branch| app.user_id(branch)).collect();
        let branches = BRANCHES.iter().zip(leaders).cycle().take(bids());
        for (nth, (branch, leader)) in branches.enumerate() {
            let topic = round.topics[nth / BRANCHES.len() % 2 * 2];
            let content = bid_body(topic, leader, &format!("第 {nth} 份"));
            let input = BidInput {
                organization_id: None,
                content: serde_json::from_value(content).unwrap(),
            };
            let username = format!("{branch}.sj");
            let (keys, round) = (app.app.clone(), RoundId(round.id));
            let bid = app.app.db.write_now(move |tx| {
                let actor = session::act_as(tx, keys.keys(), &username)?;
                let bid = perform::<Create>(tx, &actor, &round, &input)?.bid.id;
                perform::<Submit>(tx, &actor, &bid, &Empty {})?;
                Ok(bid.0)
            });
            let bid = bid.unwrap();
            first.get_or_insert(bid);
        }
        let (round, first) = (round.id, first.unwrap());
        app.app.clock().set(now);
        (app.into_database(), Box { round, first })
    })
}

fn start(database: TestDatabase) -> TestApp {
    let now = serde_json::to_value(biaogan::clock::real_now()).unwrap();
    TestApp::start_on(database, now.as_str().unwrap(), |_| {})
}

/// Whether something is read ahead at this moment.
fn reads_ahead(folder: &Path) -> bool {
    let folders = std::fs::read_dir(folder.join("files"))
        .into_iter()
        .flatten();
    folders
        .flatten()
        .any(|one| std::fs::read_dir(one.path()).is_ok_and(|mut files| files.next().is_some()))
}

fn until_read_ahead(folder: &Path) {
    let begun = Instant::now();
    while !reads_ahead(folder) {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is read");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// All of them are open; it was one act, told once.
fn opened(office: &Client, supervisor: &Client, the: &Box) {
    assert_eq!(
        the.seen(office),
        (Some(json!("opened")), "opened".to_owned())
    );
    let told = office.get("/api/v1/public/announcements").expect(200);
    let minutes: Vec<i64> = told
        .items()
        .iter()
        .filter(|one| one["title"].as_str().unwrap().starts_with("开标记录"))
        .map(|one| one["id"].as_i64().unwrap())
        .collect();
    assert_eq!(minutes.len(), 1, "{}", told.text);
    let count = bids();
    office
        .get(&format!("/api/v1/public/announcements/{}", minutes[0]))
        .expect(200)
        .contains(&format!("收到申报 {count} 份，摘要核对一致 {count} 份。"));
    let trail = supervisor.get(&format!("/api/v1/audit?subject=round:{}", the.round));
    let trail = trail.expect(200);
    let acts = trail
        .items()
        .iter()
        .filter(|one| one["verb"] == "round.open");
    assert_eq!(acts.count(), 1, "{}", trail.text);
}

#[test]
fn others_write_while_it_is_opened_and_nobody_reads_before_all_is_open() {
    let (database, the) = full();
    let app = start(database);
    let (office, other) = (app.api("office"), app.api("office"));
    let (took, waits) = std::thread::scope(|scope| {
        let running = scope.spawn(|| {
            let begun = Instant::now();
            office.post(&the.path("/opening"), opening()).expect(200);
            begun.elapsed()
        });
        let mut waits: Vec<Duration> = Vec::new();
        while !running.is_finished() {
            let (bid, round) = the.seen(&other);
            assert!(
                bid.is_none() || round == "opened",
                "a bid is {bid:?} in a round that is {round}"
            );
            let begun = Instant::now();
            other.post("/api/v1/rounds", round_body()).expect(201);
            waits.push(begun.elapsed());
        }
        (running.join().unwrap(), waits)
    });
    let longest = waits.iter().max().unwrap();
    if bids() > 450 {
        eprintln!(
            "{} writes meanwhile, the longest wait {longest:?} of {took:?}",
            waits.len()
        );
    }
    assert!(
        waits.len() > 3 && *longest < took / 2,
        "a write waited {longest:?} of the {took:?} that the opening took: {waits:?}"
    );
    opened(&office, &app.api("supervisor"), &the);
    assert!(
        !reads_ahead(&app.database().folder),
        "what was read ahead lies about"
    );
}

#[test]
fn a_bid_that_is_another_than_what_was_read_keeps_the_round_sealed() {
    let (database, the) = full();
    let app = start(database);
    let office = app.api("office");
    // Such as by a deadline that was moved, a bid handed in anew, and the deadline passed again: after it was read, and before
    // the opening writes it.
    let change = format!(
        "UPDATE bids SET version = version + 1 WHERE id = {}",
        the.first
    );
    app.database()
        .execute(&match app.database().url.starts_with("postgres") {
            false => {
                format!("CREATE TRIGGER meanwhile AFTER UPDATE ON rounds BEGIN {change}; END")
            }
            true => format!(
                "CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change}; RETURN NULL; END $$; \
                 CREATE TRIGGER meanwhile AFTER UPDATE ON rounds FOR EACH ROW EXECUTE FUNCTION meanwhile()"
            ),
        });
    office
        .post(&the.path("/opening"), opening())
        .refused(409, "bids_changed_meanwhile");
    app.database()
        .execute(match app.database().url.starts_with("postgres") {
            false => "DROP TRIGGER meanwhile",
            true => "DROP TRIGGER meanwhile ON rounds",
        });
    assert_eq!(the.seen(&office), (None, "sealed".to_owned()));
    let asked = app.queries(|| {
        office.post(&the.path("/opening"), opening()).expect(200);
    });
    assert!(
        asked * 3 < bids() * 2,
        "{asked} queries for {} bids",
        bids()
    );
    opened(&office, &app.api("supervisor"), &the);
}

#[test]
fn killed_in_the_middle_it_is_taken_up_again_by_the_same_ceremony() {
    let (database, the) = full();
    let (folder, url) = (database.folder.clone(), database.url.clone());
    let service = Service::start(&folder, &url);
    let token = token(&service.url, "office");
    let client = |service: &Service| Client::new(&service.url, Some(token.clone()));
    let office = client(&service);
    let path = the.path("/opening");
    std::thread::scope(|scope| {
        let running = scope.spawn(|| office.try_post_once(&path, "the-opening", opening()));
        until_read_ahead(&folder);
        service.kill();
        assert!(
            running.join().unwrap().is_none(),
            "it was opened before it was killed"
        );
    });
    sound(&folder, &url);
    let again = Service::start(&folder, &url);
    let office = client(&again);
    let supervisor = Client::new(
        &again.url,
        Some(crate::kill::token(&again.url, "supervisor")),
    );
    assert_eq!(the.seen(&office), (None, "sealed".to_owned()));
    let first = office
        .post_once(&path, "the-opening", opening())
        .expect(200);
    opened(&office, &supervisor, &the);
    let repeated = office
        .post_once(&path, "the-opening", opening())
        .expect(200);
    assert_eq!(first.json, repeated.json);
    opened(&office, &supervisor, &the);
    again.kill();
    sound(&folder, &url);
}
