//! Evaluation: from the panel to the conclusion, by API and by clicking; who sees what when; what is refused and why.

mod clicking;
mod objections;
mod parts;
mod ranking;
mod seats;
mod whole;

use biaogan::numbers::result_file::{self, ResultFile};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::TestRound;

/// Marks that need no comment.
pub const GOOD: [f64; 4] = [36.0, 17.0, 13.0, 22.0];

pub const FAIR: [f64; 4] = [32.0, 15.0, 12.0, 20.0];

pub const WEAK: [f64; 4] = [25.0, 13.0, 10.0, 16.0];

pub struct Scored<'a> {
    pub app: &'a TestApp,
    pub round: TestRound<'a>,
    pub evaluation: i64,
    /// Of the first topic: yunwei, renhou, yingxiao; of the third: biandian, jianxiu.
    pub bids: Vec<i64>,
}

pub fn scoring(app: &TestApp) -> Scored<'_> {
    let round = app.round().published();
    let bids = vec![
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("renhou", 0),
        round.submitted_bid("yingxiao", 0),
        round.submitted_bid("biandian", 2),
        round.submitted_bid("jianxiu", 2),
    ];
    round.open();
    let started = app
        .api("office")
        .post(&round.path("/scoring"), json!({}))
        .expect(200);
    assert_eq!(started.json["state"], "scoring");
    let evaluation = started.json["evaluation_id"].as_i64().unwrap();
    for n in 1..=5 {
        app.api(&format!("reviewer{n}"))
            .post(
                &format!("/api/v1/evaluations/{evaluation}/undertaking"),
                json!({}),
            )
            .expect(200);
    }
    Scored {
        app,
        round,
        evaluation,
        bids,
    }
}

impl Scored<'_> {
    pub fn sheet(&self, bid: usize) -> String {
        format!("/api/v1/bids/{}/score_sheet", self.bids[bid])
    }

    pub fn marks(&self, reviewer: u32, bid: usize, marks: [f64; 4]) -> Value {
        let shown = self
            .app
            .api(&format!("reviewer{reviewer}"))
            .get(&self.sheet(bid))
            .expect(200);
        let criteria = shown.json["criteria"].as_array().unwrap();
        let marks: Vec<Value> = criteria
            .iter()
            .zip(marks)
            .map(|(criterion, mark)| json!({ "criterion_id": criterion["id"], "mark": mark }))
            .collect();
        json!(marks)
    }

    pub fn submit(&self, reviewer: u32, bid: usize, marks: [f64; 4]) {
        let client = self.app.api(&format!("reviewer{reviewer}"));
        let version = client.get(&self.sheet(bid)).expect(200).version();
        let body = json!({ "marks": self.marks(reviewer, bid, marks), "submit": true });
        client.put(&self.sheet(bid), version, body).expect(200);
    }

    /// Everybody marks everything they may; yingxiao's reviewer4 does not mark the first topic.
    pub fn all(&self, marks: [[f64; 4]; 5]) {
        for (bid, marks) in marks.into_iter().enumerate() {
            for reviewer in 1..=5 {
                if reviewer != 4 || bid > 2 {
                    self.submit(reviewer, bid, marks);
                }
            }
        }
    }

    pub fn office(&self, step: &str) -> crate::support::Answer {
        self.app
            .api("office")
            .post(&self.round.path(step), json!({}))
    }

    pub fn rows(&self, topic: usize) -> Vec<Value> {
        let result = self
            .app
            .api("secretary")
            .get(&self.round.path("/result"))
            .expect(200);
        result.json["topics"][topic]["rows"]
            .as_array()
            .unwrap()
            .clone()
    }

    pub fn decide(&self, outcomes: [&str; 5], reason: Option<&str>) -> crate::support::Answer {
        let items: Vec<Value> = self
            .bids
            .iter()
            .zip(outcomes)
            .map(|(bid, outcome)| json!({ "bid_id": bid, "outcome": outcome, "reason": reason }))
            .collect();
        self.app.api("secretary").post(
            &self.round.path("/decision"),
            json!({ "minute_number": "党委会纪要〔2026〕3号", "minute_date": "2026-03-21", "items": items }),
        )
    }

    /// Locked, decided as proposed, and publicized on 30 March 2026.
    pub fn publicized(&self) {
        self.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
        self.office("/lock").expect(200);
        self.decide(["winner", "reserve", "rejected", "winner", "winner"], None)
            .expect(200);
        self.app.set_clock("2026-03-30T09:00+08:00");
        self.office("/publicity").expect(200);
    }
}
