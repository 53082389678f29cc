//! From the undertaking to the end of the publicity: reviewers mark, the office locks, the secretary decides.

use serde_json::{Value, json};

use super::{Actor, Subject};
use crate::support::Answer;

impl Actor<'_> {
    /// Signs the reviewer's undertaking of this evaluation.
    pub fn undertakes(&self, evaluation: impl Subject) -> Answer {
        self.plainly(&format!(
            "/evaluations/{}/undertaking",
            evaluation.subject_id()
        ))
    }

    pub fn starts_scoring(&self, round: impl Subject) -> Answer {
        self.plainly(&format!("/rounds/{}/scoring", round.subject_id()))
    }

    /// Hands in a sheet for the bid, every criterion at this share of its full marks, in per cent.
    pub fn scores(&self, bid: impl Subject, percent: f64) -> Answer {
        let path = format!("/bids/{}/score_sheet", bid.subject_id());
        let sheet = self.looks_at(&path);
        if sheet.status != 200 {
            return sheet;
        }
        // In steps of half a mark.
        let mark = |full: f64| (full * percent / 50.0).round() / 2.0;
        let marks = marks(&sheet.json, mark, "材料扎实");
        self.writes(&path, json!({ "marks": marks, "submit": true }))
    }

    pub fn locks(&self, round: impl Subject) -> Answer {
        self.plainly(&format!("/rounds/{}/lock", round.subject_id()))
    }

    /// Decides as the ranking proposes, by a minute of this day.
    pub fn decides(&self, round: impl Subject) -> Answer {
        let round = round.subject_id();
        let result = self.reads(&format!("/rounds/{round}/result"));
        let mut items = Vec::new();
        proposals(&result.json, &mut items);
        assert!(!items.is_empty(), "nothing is proposed: {}", result.text);
        self.does(
            &format!("/rounds/{round}/decision"),
            json!({
                "minute_number": "党委会纪要〔2026〕3号", "minute_date": self.app.today(), "items": items,
            }),
        )
    }

    pub fn publicizes(&self, round: impl Subject) -> Answer {
        self.plainly(&format!("/rounds/{}/publicity", round.subject_id()))
    }

    /// Objects to the result without a name; the code to follow it by is in the answer.
    pub fn objects(&self, round: impl Subject, words: &str) -> Answer {
        self.does(
            &format!("/public/rounds/{}/objections", round.subject_id()),
            json!({ "anonymous": true, "contact": "13800000000", "content": words }),
        )
    }

    /// The objections of a round, as whoever may read them gets them.
    pub fn objections(&self, round: impl Subject) -> Vec<Value> {
        self.reads(&format!("/rounds/{}/objections", round.subject_id()))
            .items()
            .to_vec()
    }

    pub fn rejects(&self, objection: impl Subject, words: &str) -> Answer {
        self.does(
            &format!("/objections/{}/answer", objection.subject_id()),
            json!({ "outcome": "rejected", "answer": words }),
        )
    }

    pub fn concludes(&self, round: impl Subject) -> Answer {
        self.plainly(&format!("/rounds/{}/conclude", round.subject_id()))
    }
}

/// Marks for a sheet's criteria, worked out from their full marks.
pub fn marks(sheet: &Value, mark: impl Fn(f64) -> f64, comment: &str) -> Vec<Value> {
    sheet["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|criterion| {
            let mark = mark(criterion["full_marks"].as_f64().unwrap());
            json!({ "criterion_id": criterion["id"], "mark": mark, "comment": comment })
        })
        .collect()
}

/// What the ranking proposes, as a decision's items.
fn proposals(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| proposals(item, found)),
        Value::Object(fields) => match (fields.get("bid_id"), fields.get("proposal")) {
            (Some(bid), Some(proposal)) => {
                if proposal == "failed_topic" {
                    return;
                }
                let outcome = match proposal.as_str().unwrap_or_default() {
                    "winner" => "winner",
                    "reserve" => "reserve",
                    _ => "rejected",
                };
                found.push(json!({ "bid_id": bid, "outcome": outcome }));
            }
            _ => fields.values().for_each(|item| proposals(item, found)),
        },
        _ => {}
    }
}
