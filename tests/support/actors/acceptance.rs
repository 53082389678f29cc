//! Acceptance: the panel marks on site, slips of paper vote, the secretary decides.

use serde_json::{Value, json};

use super::evaluation::marks;
use super::{Actor, Subject};
use crate::support::{Answer, PASSWORD, TestApp};

/// Three reviewers, five voters, and a question of each kind.
pub fn acceptance_body(app: &TestApp) -> Value {
    let reviewers = ["reviewer1", "reviewer2", "reviewer3"].map(|name| app.user_id(name));
    json!({
        "reviewers": reviewers,
        "eligible_voters": 5,
        "minimum_turnout": 2,
        "questions": [
            { "kind": "likert", "body": "解决了实际问题" },
            { "kind": "single", "body": "您的岗位", "options": ["运维", "管理"] },
            { "kind": "multiple", "body": "哪些做法有用", "options": ["甲", "乙", "丙"] },
            { "kind": "text", "body": "意见" },
        ],
    })
}

impl Actor<'_> {
    pub fn begins_acceptance(&self, project: impl Subject) -> Answer {
        self.begins_acceptance_with(project, acceptance_body(self.app))
    }

    pub fn begins_acceptance_with(&self, project: impl Subject, body: Value) -> Answer {
        let path = format!("/projects/{}/acceptance", project.subject_id());
        self.does(&path, body)
    }

    /// As many may vote as the office said.
    pub fn confirms_voters(&self, acceptance: impl Subject, counted: i64) -> Answer {
        let path = format!("/acceptances/{}/confirm_voters", acceptance.subject_id());
        self.does(&path, json!({ "counted_voters": counted }))
    }

    /// Slips of paper, each with a code to vote by: with the supervisor beside, who has confirmed how many may vote.
    pub fn issues(&self, acceptance: impl Subject, kind: &str, count: i64) -> Answer {
        let path = format!("/acceptances/{}", acceptance.subject_id());
        let shown = self.looks_at(&path).json;
        if shown["state"] == "open" && shown["voters_confirmed_at"].is_null() {
            let counted = shown["eligible_voters"].as_i64().unwrap();
            let supervisor = self.app.actor("supervisor");
            supervisor.confirms_voters(shown, counted).done();
        }
        let body =
            json!({ "kind": kind, "count": count, "present": self.app.present(&["supervisor"]) });
        self.does(&format!("{path}/ballot_codes"), body)
    }

    /// The codes on so many slips.
    pub fn codes(&self, acceptance: impl Subject, kind: &str, count: i64) -> Vec<String> {
        let issued = self.issues(acceptance, kind, count).done();
        let slips = issued.json["slips"].as_str().unwrap();
        let slips = self.reads(slips.trim_start_matches("/api/v1"));
        slips.json["codes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|code| code.as_str().unwrap().to_owned())
            .collect()
    }

    /// Hands in a sheet of what was seen on site, every criterion at this share of its full marks, in per cent.
    pub fn marks_on_site(&self, acceptance: impl Subject, percent: i64) -> Answer {
        let path = format!("/acceptances/{}/score_sheet", acceptance.subject_id());
        let mark = |full: f64| full * percent as f64 / 100.0;
        let marks = marks(&self.reads(&path).json, mark, "现场核实");
        self.writes(&path, json!({ "marks": marks, "submit": true }))
    }

    pub fn votes(&self, code: &str, choice: &str) -> Answer {
        self.does(&format!("/vote/{code}"), json!({ "choice": choice }))
    }

    /// Fills the questionnaire in.
    pub fn answers_all(&self, code: &str, rating: i64) -> Answer {
        let path = format!("/vote/{code}");
        let answers = self.answers_to(code, rating);
        self.does(&path, answers)
    }

    /// Sound answers to the questions on this slip.
    pub fn answers_to(&self, code: &str, rating: i64) -> Value {
        let asked = self.reads(&format!("/vote/{code}"));
        let id = |n: usize| asked.json["questions"][n]["id"].clone();
        json!({ "answers": [
            { "question_id": id(0), "rating": rating },
            { "question_id": id(1), "option": 1 },
            { "question_id": id(2), "options": [0, 2] },
            { "question_id": id(3), "text": "很好" },
        ]})
    }

    /// No more sheets and slips: office and supervisor open the boxes, the result is worked out.
    pub fn closes(&self, acceptance: impl Subject) -> Answer {
        self.closes_with(acceptance, &["office", "supervisor"])
    }

    pub fn closes_with(&self, acceptance: impl Subject, present: &[&str]) -> Answer {
        let path = format!("/acceptances/{}/close", acceptance.subject_id());
        self.does(&path, json!({ "openers": self.app.present(present) }))
    }

    /// Decides on the grade, as worked out unless told.
    pub fn grades(&self, acceptance: impl Subject, words: Value) -> Answer {
        let path = format!("/acceptances/{}/decide", acceptance.subject_id());
        self.does(&path, words)
    }
}

impl TestApp {
    /// People at one screen, each with their own password.
    pub fn present(&self, usernames: &[&str]) -> Value {
        usernames
            .iter()
            .map(|username| json!({ "username": username, "password": PASSWORD }))
            .collect()
    }
}
