//! The committee secretary's decision.

use chrono::Days;
use serde_json::json;

use super::event;
use crate::acceptance::input::DecideInput;
use crate::acceptance::store::{self, Acceptance};
use crate::acceptance::{AcceptanceAction, rules, visible};
use crate::audit::{self, Verb};
use crate::clock;
use crate::contracts;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{self, AcceptanceId};
use crate::people;
use crate::projects::{self, Grade};
use crate::who::{Actor, Role};

/// Days to put a failed project right unless told.
const RECTIFY_DAYS: u64 = 30;
/// Letters of a certificate's verification code.
const CERTIFICATE: usize = 10;

/// Projects of the round, and how many of them are 优秀 already.
pub fn excellent_used(c: &mut Conn, acceptance: &Acceptance) -> Result<(i64, i64)> {
    let project = projects::find(c, acceptance.project_id)?;
    let contract = contracts::find(c, project.contract_id)?;
    store::graded(c, contract.round_id)
}

/// Decides the result: the grade stands, or the project is to be put right and accepted once more.
pub fn decide(
    tx: &mut Tx,
    actor: &Actor,
    id: AcceptanceId,
    version: Option<i64>,
    input: &DecideInput,
) -> Result<Acceptance> {
    let acceptance = visible(tx, actor, id)?;
    let committee = people::organization(tx, acceptance.committee_id)?;
    actor.require(Role::CommitteeSecretary, &committee.path)?;
    if version.is_some_and(|version| version != acceptance.version) {
        return Err(Error::stale());
    }
    let state = rules::next(acceptance.state, AcceptanceAction::Decide)?;
    let total = acceptance
        .total
        .ok_or_else(|| anyhow::anyhow!("closed acceptance {id} has no total"))?;
    // Orders decisions of one round: the cap is counted after it.
    let project = projects::find(tx, acceptance.project_id)?;
    let contract = contracts::find(tx, project.contract_id)?;
    crate::rounds::turn(tx, contract.round_id)?;
    let note = input
        .note
        .as_deref()
        .map(str::trim)
        .filter(|note| !note.is_empty());
    let (of_round, excellent) = excellent_used(tx, &acceptance)?;
    let grade = rules::given_grade(
        rules::grade(total),
        input.grade,
        excellent,
        of_round,
        note.is_some(),
    )?;
    let now = tx.now();
    let today = clock::local_date(now);
    let mut after = acceptance.clone();
    after.state = state;
    after.grade = Some(grade);
    after.decision_note = note.map(str::to_owned);
    after.decided_at = Some(now);
    if grade == Grade::Unqualified {
        let Some(reason) = note else {
            return Err(Error::field("note", "不合格的，请写明原因和整改要求。"));
        };
        let until = input
            .rectify_until
            .or_else(|| today.checked_add_days(Days::new(RECTIFY_DAYS)))
            .unwrap_or(today);
        if until <= today {
            return Err(Error::field("rectify_until", "整改期限须晚于今天。"));
        }
        // After the second attempt nothing is left but the contract's termination, by the office.
        if acceptance.attempt < rules::ATTEMPTS {
            projects::set_rectifying(tx, acceptance.project_id, until, reason)?;
        }
    } else {
        if input.rectify_until.is_some() {
            return Err(Error::field("rectify_until", "验收合格，不需要整改期限。"));
        }
        after.certificate = Some(ids::random_code(CERTIFICATE));
        let project = projects::set_accepted(tx, actor, acceptance.project_id, grade)?;
        contracts::fulfil(tx, project.contract_id)?;
    }
    store::update(tx, &after)?;
    after.version += 1;
    tx.publish_change()?;
    let recorded = event(Verb::AcceptanceDecided, &after, after.version)
        .round(contract.round_id)
        .detail(json!({
            "project_id": after.project_id,
            "attempt": after.attempt,
            "total": total,
            "found": rules::grade(total),
            "grade": grade,
            "note": after.decision_note,
        }));
    audit::record(tx, actor, recorded)?;
    Ok(after)
}

/// Why this person cannot decide now, or nothing.
pub fn decide_refusal(
    c: &mut Conn,
    actor: &Actor,
    acceptance: &Acceptance,
) -> Result<Option<Refusal>> {
    if let Err(refusal) = rules::next(acceptance.state, AcceptanceAction::Decide) {
        return Ok(Some(refusal));
    }
    let committee = people::organization(c, acceptance.committee_id)?;
    match actor.require(Role::CommitteeSecretary, &committee.path) {
        Err(Error::Forbidden(refusal)) => Ok(Some(refusal)),
        Err(other) => Err(other),
        Ok(()) => Ok(None),
    }
}
