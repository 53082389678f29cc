//! After the decision: its minute, its notice, what an upheld objection changes, and when a contract may be made.

mod minutes;
mod notices;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::evaluation::{FAIR, GOOD, Scored, WEAK, scoring};
use crate::support::multipart;
use crate::support::{Answer, TestApp};

fn decided<'a>(app: &'a TestApp) -> Scored<'a> {
    let scored = scoring(app);
    scored.all([GOOD, FAIR, WEAK, GOOD, FAIR]);
    scored.office("/lock").expect(200);
    scored
        .decide(["winner", "reserve", "rejected", "winner", "winner"], None)
        .expect(200);
    scored
}

fn lodge(scored: &Scored, bid: Option<i64>) -> Answer {
    let path = format!("/api/v1/public/rounds/{}/objections", scored.round.id);
    let body =
        json!({ "anonymous": true, "contact": "13800000000", "content": "请核查", "bid_id": bid });
    scored.app.client().post(&path, body)
}

fn open_objection(scored: &Scored) -> i64 {
    let listed = scored
        .app
        .api("office")
        .get(&scored.round.path("/objections"))
        .expect(200);
    let open = listed.items().iter().find(|one| one["answer"].is_null());
    open.unwrap()["id"].as_i64().unwrap()
}

fn answer(scored: &Scored, body: Value) -> Answer {
    let id = open_objection(scored);
    scored
        .app
        .api("office")
        .post(&format!("/api/v1/objections/{id}/answer"), body)
}

fn upheld(scored: &Scored, effect: &str, bids: &[i64]) -> Answer {
    let body = match effect {
        "rescore" => {
            json!({ "outcome": "upheld", "answer": "属实。", "effect": effect, "bid_ids": bids })
        }
        _ => json!({ "outcome": "upheld", "answer": "属实。", "effect": effect }),
    };
    answer(scored, body).expect(200)
}

fn decide(scored: &Scored, items: &[(i64, &str)]) -> Answer {
    let items: Vec<Value> = items
        .iter()
        .map(|(bid, outcome)| json!({ "bid_id": bid, "outcome": outcome }))
        .collect();
    scored.app.api("secretary").post(
        &scored.round.path("/decision"),
        json!({ "minute_number": "党委会纪要〔2026〕5号", "minute_date": "2026-03-21", "items": items }),
    )
}
