//! Joint bids (联合攻关): several opened bids go on as one, all consenting.

mod agreeing;
mod ending;

use serde_json::{Value, json};

use crate::support::rounds::TestRound;
use crate::support::{Answer, TestApp};

const STATEMENT: &str = "运维支部牵头，负责线路看护；仁厚支部负责进村宣传，经费各半。";

fn body(lead: i64, partners: &[i64]) -> Value {
    json!({
        "lead_bid_id": lead, "partner_bid_ids": partners,
        "statement": STATEMENT, "reason": "两份申报针对同一个难题。",
    })
}

fn propose(round: &TestRound, lead: i64, partners: &[i64]) -> Answer {
    round
        .app
        .api("office")
        .post(&round.path("/joint"), body(lead, partners))
        .expect(201)
}

fn agree(round: &TestRound, secretary: &str, merger: i64) -> Answer {
    let client = round.app.api(secretary);
    let path = format!("/api/v1/joint/{merger}");
    let digest = client.get(&path).expect(200).json["digest"].clone();
    client.post(
        &format!("{path}/answer"),
        json!({ "agree": true, "digest": digest }),
    )
}

fn state(round: &TestRound, bid: i64) -> String {
    let shown = round
        .app
        .api("supervisor")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200);
    shown.json["state"].as_str().unwrap().to_owned()
}

fn todo(app: &TestApp, who: &str) -> String {
    app.browser(who).get("/home").expect(200).text
}
