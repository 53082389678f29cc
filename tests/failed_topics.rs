//! Failed topics (流标): found at the opening, decided with a reason, reopened, joined or closed.

mod deciding;
mod joint;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::{TestRound, round_body};

/// Three bids on the first topic (minimum 3), two on the second (minimum 3), none on the third.
fn opened(app: &TestApp) -> (TestRound<'_>, Vec<i64>) {
    let mut body = round_body();
    for topic in 0..2 {
        body["topics"][topic]["minimum_bids"] = json!(3);
    }
    let round = app.round_of(body).published();
    let mut bids = round.with_bids(3);
    bids.push(round.submitted_bid("wangjing", 1));
    bids.push(round.submitted_bid("gaochang", 1));
    round.open();
    (round, bids)
}

fn topic(app: &TestApp, round: &TestRound, nth: usize) -> Value {
    app.api("office").get(&round.path("")).expect(200).json["topics"][nth].clone()
}

fn decide(app: &TestApp, round: &TestRound, nth: usize, body: Value) -> crate::support::Answer {
    let path = format!("/api/v1/topics/{}/decision", round.topics[nth]);
    app.api("office").post(&path, body)
}
