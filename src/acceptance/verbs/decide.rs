//! The committee secretary's decision: the grade stands, or the project is to be put right and accepted once more.

use chrono::Days;

use crate::acceptance::input::DecideInput;
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::store::{self, Acceptance};
use crate::acceptance::{AcceptanceAction, AcceptanceState, rules};
use crate::projects::{self, Grade};
use crate::verbs::prelude::*;
use crate::{clock, contracts, ids};

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

pub struct Decide;

impl Verb for Decide {
    type On = AcceptanceScene;
    type Gives = AcceptanceScene;
    type Input = DecideInput;
    type Ready = AcceptanceState;

    const NAME: &'static str = "decide";
    const SAYS: &'static str = "Decide the result: the committee secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceDecided);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "acceptance_open",
        "acceptance_decided",
        "acceptance_abandoned",
        "excellent_cap",
        "reason_required",
        "grade_follows_total",
    ];

    fn who(on: &AcceptanceScene, actor: &Actor) -> Result<()> {
        actor.require(Role::CommitteeSecretary, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &AcceptanceScene, _: &Actor, _: Instant) -> Result<AcceptanceState> {
        Ok(rules::next(on.acceptance.state, AcceptanceAction::Decide)?)
    }

    fn perform(
        tx: &mut Tx,
        on: AcceptanceScene,
        state: AcceptanceState,
        actor: &Actor,
        input: &DecideInput,
    ) -> Result<Done<Self>> {
        let acceptance = on.acceptance;
        let total = acceptance
            .total
            .ok_or_else(|| anyhow::anyhow!("{} is closed without a total", acceptance.id))?;
        // Orders decisions of one round: the cap is counted after it.
        let project = projects::find(tx, acceptance.project_id)?;
        let contract = contracts::find(tx, project.contract_id)?;
        crate::rounds::turn(tx, contract.round_id)?;
        let note = input.note.as_ref().filter(|note| !note.is_empty());
        let (of_round, excellent) = store::graded(tx, contract.round_id)?;
        let found = rules::grade(total);
        let grade = rules::given_grade(found, input.grade, excellent, of_round, note.is_some())?;
        let mut after = Acceptance {
            state,
            grade: Some(grade),
            decision_note: note.cloned(),
            decided_at: Some(tx.now()),
            ..acceptance
        };
        if grade == Grade::Unqualified {
            put_right(tx, &after, input)?;
        } else {
            if input.rectify_until.is_some() {
                return Err(Error::field("rectify_until", "验收合格，不需要整改期限。"));
            }
            after.certificate = Some(ids::random_code(CERTIFICATE));
            let project = projects::set_accepted(tx, actor, after.project_id, grade)?;
            contracts::fulfil(tx, project.contract_id)?;
        }
        store::update(tx, &after)?;
        tx.publish_change()?;
        let said = format!("验收结果已认定：{}。", grade.label());
        Ok(Done::of(after.id, said).detail(json!({
            "project_id": after.project_id,
            "attempt": after.attempt,
            "total": total,
            "found": found,
            "grade": grade,
            "note": after.decision_note,
        })))
    }
}

/// 不合格: until when it is to be put right. After the last attempt nothing is left but the contract's termination.
fn put_right(tx: &mut Tx, acceptance: &Acceptance, input: &DecideInput) -> Result<()> {
    let Some(reason) = &acceptance.decision_note else {
        return Err(Error::field("note", "不合格的，请写明原因和整改要求。"));
    };
    let today = clock::local_date(tx.now());
    let until = input
        .rectify_until
        .or_else(|| today.checked_add_days(Days::new(RECTIFY_DAYS)))
        .unwrap_or(today);
    if until <= today {
        return Err(Error::field("rectify_until", "整改期限须晚于今天。"));
    }
    if acceptance.attempt < rules::ATTEMPTS {
        projects::set_rectifying(tx, acceptance.project_id, until, reason)?;
    }
    Ok(())
}
