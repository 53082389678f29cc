//! Rounds and bids: the office invites, branches bid, the box is opened.

use serde_json::{Value, json};

use super::{Actor, Subject};
use crate::support::rounds::{TestRound, bid_body};
use crate::support::{Answer, PASSWORD};

impl Actor<'_> {
    /// Seats a panel; the first is in the chair.
    pub fn seats(&self, round: &TestRound, reviewers: &[&str]) -> Answer {
        let members: Vec<Value> = reviewers
            .iter()
            .enumerate()
            .map(|(nth, reviewer)| {
                let seat = if nth == 0 { "chair" } else { "member" };
                json!({ "user_id": self.app.user_id(reviewer), "seat": seat })
            })
            .collect();
        let path = format!("/rounds/{}/panel", round.id);
        self.writes(&path, json!({ "members": members }))
    }

    pub fn publishes(&self, round: impl Subject) -> Answer {
        self.plainly(&format!("/rounds/{}/publish", round.subject_id()))
    }

    /// A bid on this topic of the round with nothing missing, led by its author.
    pub fn drafts(&self, round: &TestRound, topic: usize) -> Answer {
        let title = format!("{} 的项目", self.username);
        self.drafts_as(round, bid_body(round.topics[topic], self.id(), &title))
    }

    pub fn drafts_as(&self, round: &TestRound, content: Value) -> Answer {
        let path = format!("/rounds/{}/bids", round.id);
        self.does(&path, json!({ "content": content }))
    }

    pub fn submits(&self, bid: impl Subject) -> Answer {
        self.plainly(&format!("/bids/{}/submit", bid.subject_id()))
    }

    /// Lays a small file beside the bid.
    pub fn attaches(&self, bid: impl Subject) -> Answer {
        let path = format!("/api/v1/bids/{}/attachments", bid.subject_id());
        self.client
            .upload(&path, "a.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n")
    }

    pub fn asks(&self, round: impl Subject, question: &str) -> Answer {
        let path = format!("/rounds/{}/questions", round.subject_id());
        self.does(&path, json!({ "question": question }))
    }

    /// Opens the box together with the supervisor.
    pub fn opens(&self, round: impl Subject) -> Answer {
        let openers = [self.username.as_str(), "supervisor"]
            .map(|username| json!({ "username": username, "password": PASSWORD }));
        self.does(
            &format!("/rounds/{}/opening", round.subject_id()),
            json!({ "openers": openers, "attendance": "周敏、韩玉梅" }),
        )
    }

    /// Closes a failed topic for good.
    pub fn closes_topic(&self, topic: impl Subject) -> Answer {
        self.does(
            &format!("/topics/{}/decision", topic.subject_id()),
            json!({ "decision": "close", "reason": "本年度不再安排。" }),
        )
    }
}
