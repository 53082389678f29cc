//! Acceptance: panel, questionnaire, anonymous ballots, result, certificate.

mod grades;
mod secrecy;
mod votes;
mod ways_out;

use biaogan::db::schema::{audit_events, ballot_boxes, idempotency_keys, sessions, voting_codes};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::contracts::drafted;
use crate::support::actors::{BEFORE_ACCEPTANCE, acceptance_body};
use crate::support::company;
use crate::support::{Answer, START, TestApp};

fn begin(app: &TestApp, project: i64) -> Answer {
    app.actor("office").begins_acceptance(project).expect(201)
}
