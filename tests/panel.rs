//! The panel: interests, conflicts before anybody is invited, draws by lot, substitutes, declarations, assignment.

mod assignment;
mod checks;
mod draw;
mod interests;
mod known;
mod members;
mod quorum;
mod recusals;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::TestRound;

fn organization(app: &TestApp, code: &str) -> i64 {
    let all = app
        .api("sysadmin")
        .get("/api/v1/organizations?limit=200")
        .expect(200);
    let found = all.items().iter().find(|item| item["code"] == code);
    found.unwrap_or_else(|| panic!("no {code}"))["id"]
        .as_i64()
        .unwrap()
}

/// Seats these reviewers, the first in the chair.
fn seat(round: &TestRound, reviewers: &[&str]) {
    let members: Vec<Value> = reviewers
        .iter()
        .enumerate()
        .map(|(n, username)| {
            let seat = if n == 0 { "chair" } else { "member" };
            json!({ "user_id": round.app.user_id(username), "seat": seat })
        })
        .collect();
    let office = round.app.api("office");
    let version = office.get(&round.path("/panel")).expect(200).version();
    office
        .put(
            &round.path("/panel"),
            version,
            json!({ "members": members }),
        )
        .expect(200);
}

/// A bid on each of two topics, all marked by everybody on the panel.
fn marked(app: &TestApp) -> (TestRound<'_>, [i64; 2]) {
    let round = app.round().published();
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 1),
    ];
    round.open();
    round.start_scoring();
    round.score_all(&bids);
    (round, bids)
}

fn strings(value: &Value, field: &str) -> Vec<String> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[field].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn ids(value: &Value, field: &str) -> Vec<i64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[field].as_i64().unwrap())
        .collect()
}

fn evaluation_of(round: &TestRound) -> i64 {
    let panel = round
        .app
        .api("office")
        .get(&round.path("/panel"))
        .expect(200);
    panel.json["evaluation_id"].as_i64().unwrap()
}
