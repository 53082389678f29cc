//! Contracts and the steps of projects: drafted, signed by both sides, walked step by step.

use serde_json::{Value, json};

use super::{Actor, Subject};
use crate::support::{Answer, PASSWORD};

/// The steps a project walks before its acceptance.
pub const BEFORE_ACCEPTANCE: &[&str] = &["initiation", "breakdown", "research_practice", "control"];

/// When a contract of 300 days ends that was drafted when tests begin.
pub const END_OF_TERM: &str = "2026-12-26";

impl Actor<'_> {
    /// Drafts a contract for each winner of the round that has none.
    pub fn drafts_contracts(&self, round: impl Subject) -> Answer {
        self.plainly(&format!("/rounds/{}/contracts", round.subject_id()))
    }

    pub fn signs(&self, contract: impl Subject) -> Answer {
        self.signs_with(contract, json!({ "password": PASSWORD }))
    }

    /// With these words, such as another password.
    pub fn signs_with(&self, contract: impl Subject, words: Value) -> Answer {
        self.does(&format!("/contracts/{}/sign", contract.subject_id()), words)
    }

    /// The same call once more is the same signature.
    pub fn signs_once(&self, contract: impl Subject, key: &str) -> Answer {
        let path = format!("/api/v1/contracts/{}/sign", contract.subject_id());
        self.client
            .post_once(&path, key, json!({ "password": PASSWORD }))
    }

    pub fn amends(&self, contract: impl Subject, change: Value) -> Answer {
        let path = format!("/contracts/{}/amend", contract.subject_id());
        self.does(&path, change)
    }

    pub fn terminates(&self, contract: impl Subject, reason: &str) -> Answer {
        self.does(
            &format!("/contracts/{}/terminate", contract.subject_id()),
            json!({ "reason": reason }),
        )
    }

    /// Says what was done in a step, and lets it be checked.
    pub fn reports(&self, project: impl Subject, step: &str) -> Answer {
        self.reports_with(project, step, json!({ "evidence": "已按计划完成。" }))
    }

    pub fn reports_with(&self, project: impl Subject, step: &str, words: Value) -> Answer {
        self.does(&step_path(project, step, "submit"), words)
    }

    pub fn passes(&self, project: impl Subject, step: &str) -> Answer {
        self.plainly(&step_path(project, step, "pass"))
    }

    pub fn sends_back(&self, project: impl Subject, step: &str, reason: &str) -> Answer {
        self.does(
            &step_path(project, step, "return"),
            json!({ "reason": reason }),
        )
    }
}

fn step_path(project: impl Subject, step: &str, verb: &str) -> String {
    format!("/projects/{}/steps/{step}/{verb}", project.subject_id())
}
