//! The process is killed in the middle of its work: nothing that was acknowledged is lost, and what was not can be
//! sent again.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::support::actors::acceptance_body;
use crate::support::rounds::{BRANCHES, bid_body};
use crate::support::service::{Service, command};
use crate::support::{Client, START, TestApp, TestDatabase, company};

pub fn sound(folder: &Path, database_url: &str) {
    for arguments in [vec!["check"], vec!["audit", "verify"]] {
        let done = command(folder, database_url)
            .args(&arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned()
            + &String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{arguments:?}: {said}");
    }
}

/// An open round as of real time, and a draft of each branch.
pub fn prepared() -> (TestDatabase, Vec<(String, i64)>, i64) {
    let app = TestApp::start();
    let now = biaogan::clock::real_now();
    let mut body = crate::support::rounds::round_body();
    body["opens_at"] = json!(now - chrono::Duration::days(2));
    body["deadline"] = json!(now + chrono::Duration::days(20));
    body["opening_at"] = json!(now + chrono::Duration::days(21));
    app.app.clock().set(now - chrono::Duration::days(3));
    let round = app.round_of(body).published_as_it_is();
    app.app.clock().set(now);
    let drafts = BRANCHES
        .iter()
        .map(|branch| ((*branch).to_owned(), round.draft_bid(branch, 0)))
        .collect();
    let topic = round.topics[0];
    (app.into_database(), drafts, topic)
}

pub fn token(url: &str, username: &str) -> String {
    let body = json!({ "username": username, "password": crate::support::PASSWORD });
    let login = Client::new(url, None)
        .post("/api/v1/session", body)
        .expect(201);
    login.json["token"].as_str().unwrap().to_owned()
}

/// Saves one draft again and again until the service is gone; answers the last text that was acknowledged.
fn write_until_killed(
    client: &Client,
    bid: i64,
    topic: i64,
    begun: &AtomicUsize,
    stop: &AtomicBool,
) -> (i64, String) {
    let path = format!("/api/v1/bids/{bid}");
    let shown = client.get(&path).expect(200);
    let leader = shown.json["content"]["team"]["leader"].as_i64().unwrap();
    let mut last = (shown.version(), String::new());
    for number in 1.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let title = format!("第 {number} 次保存");
        let content = bid_body(topic, leader, &title);
        match client.try_put(&path, last.0, content) {
            Some(answer) if answer.status == 200 => {
                if last.1.is_empty() {
                    begun.fetch_add(1, Ordering::SeqCst);
                }
                last = (answer.version(), title);
            }
            Some(answer) => panic!("{}", answer.text),
            None => break,
        }
    }
    last
}

#[test]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let (database, drafts, topic) = prepared();
    // On PostgreSQL the server outlives the killed process; the promise is the same.
    let (folder, url): (PathBuf, String) = (database.folder.clone(), database.url.clone());
    // Sessions outlive the process.
    let mut tokens: Vec<String> = Vec::new();
    for round in 0..2 {
        let service = Service::start(&folder, &url);
        if tokens.is_empty() {
            tokens = drafts
                .iter()
                .map(|(branch, _)| token(&service.url, branch))
                .collect();
        }
        let clients: Vec<Client> = tokens
            .iter()
            .map(|token| Client::new(&service.url, Some(token.clone())))
            .collect();
        let (begun, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let acknowledged: Vec<(i64, String)> = std::thread::scope(|scope| {
            let writers: Vec<_> = drafts
                .iter()
                .zip(&clients)
                .map(|((_, bid), client)| {
                    let (begun, stop) = (&begun, &stop);
                    scope.spawn(move || write_until_killed(client, *bid, topic, begun, stop))
                })
                .collect();
            // On a busy machine somebody may be late.
            while begun.load(Ordering::SeqCst) < drafts.len() {
                assert!(writers.iter().all(|writer| !writer.is_finished()));
                std::thread::sleep(Duration::from_millis(20));
            }
            std::thread::sleep(Duration::from_millis(500));
            service.kill();
            stop.store(true, Ordering::SeqCst);
            writers
                .into_iter()
                .map(|writer| writer.join().unwrap())
                .collect()
        });
        assert!(
            acknowledged.iter().all(|(_, title)| !title.is_empty()),
            "round {round}: somebody saved nothing: {acknowledged:?}"
        );
        sound(&folder, &url);
        let again = Service::start(&folder, &url);
        for (((_, bid), token), (version, title)) in drafts.iter().zip(&tokens).zip(&acknowledged) {
            let client = Client::new(&again.url, Some(token.clone()));
            let shown = client.get(&format!("/api/v1/bids/{bid}")).expect(200);
            // One more may have been saved whose answer never came.
            assert!(
                shown.version() == *version || shown.version() == version + 1,
                "{}",
                shown.text
            );
            if shown.version() == *version {
                assert_eq!(shown.json["content"]["title"], title.as_str());
            }
        }
        again.kill();
        sound(&folder, &url);
    }
}

/// Casts one slip after the other until the service is gone; answers the receipts that were acknowledged.
fn vote_until_killed(url: &str, slips: &[String], cast: &AtomicUsize) -> Vec<String> {
    let voter = Client::new(url, None);
    let mut receipts = Vec::new();
    for slip in slips {
        let path = format!("/api/v1/vote/{slip}");
        let Some(voted) = voter.try_post_once(&path, slip, json!({ "choice": "good" })) else {
            break;
        };
        let voted = voted.expect(200);
        receipts.push(voted.json["receipt"].as_str().unwrap().to_owned());
        cast.fetch_add(1, Ordering::SeqCst);
    }
    receipts
}

#[test]
fn no_acknowledged_vote_is_lost_when_the_process_is_killed() {
    let (database, projects) = company::ready(&["yunwei"]);
    let app = TestApp::start_on(database, START, |_| {});
    let mut body = acceptance_body(&app);
    body["eligible_voters"] = json!(502);
    let office = app.actor("office");
    let acceptance = office.begins_acceptance_with(projects[0], body).done().id();
    let slips = office.codes(acceptance, "ballot", 500);
    let database = app.into_database();
    let service = Service::start(&database.folder, &database.url);
    let (url, cast) = (service.url.clone(), AtomicUsize::new(0));
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        let voters: Vec<_> = slips
            .chunks(250)
            .map(|slips| {
                let (url, cast) = (&url, &cast);
                scope.spawn(move || vote_until_killed(url, slips, cast))
            })
            .collect();
        while cast.load(Ordering::SeqCst) < 20 {
            assert!(voters.iter().all(|voter| !voter.is_finished()));
            std::thread::sleep(Duration::from_millis(5));
        }
        service.kill();
        let voters = voters.into_iter();
        voters.flat_map(|voter| voter.join().unwrap()).collect()
    });
    sound(&database.folder, &database.url);
    let app = TestApp::start_on(database, START, |_| {});
    let shown = app
        .actor("office")
        .reads(&format!("/acceptances/{acceptance}"));
    let kept = usize::try_from(shown.json["ballots_cast"].as_i64().unwrap()).unwrap();
    // One more of each may have been cast whose answer never came.
    assert!((acknowledged.len()..=acknowledged.len() + 2).contains(&kept));
    app.closes_acceptance(acceptance, 80, "good", 4);
    let path = format!("/acceptances/{acceptance}/receipts");
    let published = app.passer_by().reads(&path).json["ballots"].clone();
    let published = published.as_array().unwrap();
    assert_eq!(published.len(), kept + 2);
    assert!(
        acknowledged
            .iter()
            .all(|receipt| published.contains(&json!(receipt)))
    );
}
