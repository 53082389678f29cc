//! Scoring: one sheet sent back and what becomes of it, who learns what before the lock, comments at the extremes.

mod reopening;
mod secrecy;
mod sheets;

use actix_web::http::Method;
use biaogan::routes::{self, Access};
use serde_json::{Value, json};

use crate::support::rounds::{TestRound, round_body};
use crate::support::world::World;
use crate::support::{Answer, TestApp};

/// A round in scoring with bids of yunwei, renhou and biandian on its first topic; its evaluation.
pub fn scoring(app: &TestApp, body: Value) -> (TestRound<'_>, Vec<i64>, i64) {
    let round = app.round_of(body).published();
    let bids = round.with_bids(3);
    round.open();
    round.start_scoring();
    let panel = app.api("office").get(&round.path("/panel")).expect(200);
    let evaluation = panel.json["evaluation_id"].as_i64().unwrap();
    (round, bids, evaluation)
}

/// The sheet of a reviewer on a bid, as the chair's list has it.
pub fn sheet_of(app: &TestApp, evaluation: i64, reviewer: &str, bid: i64) -> Value {
    let user = app.user_id(reviewer);
    let path =
        format!("/api/v1/evaluations/{evaluation}/score_sheets?reviewer_id={user}&bid_id={bid}");
    let list = app.api("reviewer1").get(&path).expect(200);
    assert_eq!(list.items().len(), 1, "{}", list.text);
    list.items()[0].clone()
}

pub fn reopen(app: &TestApp, who: &str, sheet: &Value, reason: &str) -> Answer {
    let path = format!("/api/v1/score_sheets/{}/reopen", sheet["id"]);
    app.api(who).post(&path, json!({ "reason": reason }))
}

pub fn restore(app: &TestApp, sheet: &Value) -> Answer {
    let path = format!("/api/v1/score_sheets/{}/restore", sheet["id"]);
    app.api("reviewer1").post(&path, json!({}))
}

pub fn read(app: &TestApp, who: &str, sheet: &Value) -> Answer {
    app.api(who)
        .get(&format!("/api/v1/score_sheets/{}", sheet["id"]))
}

pub fn lock(round: &TestRound) -> Answer {
    round
        .app
        .api("office")
        .post(&round.path("/lock"), json!({}))
}

pub fn shown_of(round: &TestRound, bid: i64) -> String {
    let result = round
        .app
        .api("secretary")
        .get(&round.path("/result"))
        .expect(200);
    let rows = result.json["topics"][0]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["bid_id"] == bid).unwrap();
    row["total"]["shown"].as_str().unwrap().to_owned()
}

/// Marks that stand nowhere else: they add up to 84.91.
pub const CANARIES: [f64; 4] = [31.37, 17.83, 13.29, 22.42];

pub const COMMENT: &str = "口令丙寅丁卯";

pub const NOTES: &str = "暗语戊辰己巳";

/// Whether a text says one of the marks, their total or a comment: as marks, as hundredths, or as words.
pub fn tells(text: &str) -> Option<String> {
    let mut words: Vec<String> = vec![COMMENT.to_owned(), NOTES.to_owned()];
    let mut numbers = Vec::new();
    for mark in CANARIES.iter().copied().chain([84.91]) {
        numbers.push(format!("{mark:.2}"));
        numbers.push(format!("{:.0}", mark * 100.0));
    }
    words.retain(|word| text.contains(word.as_str()));
    // A number stands alone: digits of a longer one, such as an id, say nothing.
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
    for number in numbers {
        for (at, _) in text.match_indices(&number) {
            let before = text[..at].chars().next_back();
            let after = text[at + number.len()..].chars().next();
            if !digit(before) && !digit(after) {
                words.push(number.clone());
            }
        }
    }
    words.into_iter().next()
}

/// Every page and list a person may fetch of this company, by role and path.
pub fn everything(app: &TestApp, world: &World, who: &str) -> Vec<Answer> {
    // Logged in once: a login costs more than many a page.
    let (client, browser) = (app.api(who), app.browser(who));
    let mut found = Vec::new();
    for route in routes::table() {
        if route.method != Method::GET || route.access == Access::Demo {
            continue;
        }
        // What describes the API says the same whatever there is, and is long.
        if ["/api/docs", "/api/openapi.json"].contains(&route.path) {
            continue;
        }
        let path = world.fill(route.path);
        let mut answer = if path.starts_with("/api/") {
            client.get(&path)
        } else {
            browser.get(&path)
        };
        assert!(answer.status < 500, "{}: {}", answer.call, answer.text);
        if path == "/metrics" {
            // What the machine counts comes upon any number sooner or later; what the counts are of is read.
            let lines = answer.text.lines();
            let named: Vec<&str> = lines
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| Some(line.rsplit_once(' ')?.0))
                .collect();
            answer.text = named.join("\n");
        }
        found.push(answer);
    }
    found
}
