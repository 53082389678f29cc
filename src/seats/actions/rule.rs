//! The rule of an evaluation: made with its round or acceptance, changed while nobody marks yet. Whoever calls records
//! the event, as part of the change it belongs to.

use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{CriterionId, EvaluationId, OrganizationId, RoundId};
use crate::seats::store::{self, Criterion, Evaluation};
use crate::seats::{CriterionInput, EvaluationState, RuleInput, SubjectKind};

/// The evaluation of a new round.
pub fn create_for_round(
    tx: &mut Tx,
    committee: OrganizationId,
    round: RoundId,
    input: &RuleInput,
) -> Result<EvaluationId> {
    create(tx, committee, SubjectKind::Bid, Some(round), input)
}

/// The evaluation of an acceptance, on site.
pub fn create_for_acceptance(
    tx: &mut Tx,
    committee: OrganizationId,
    input: &RuleInput,
) -> Result<EvaluationId> {
    create(tx, committee, SubjectKind::Acceptance, None, input)
}

fn create(
    tx: &mut Tx,
    committee: OrganizationId,
    subject_kind: SubjectKind,
    round: Option<RoundId>,
    input: &RuleInput,
) -> Result<EvaluationId> {
    input.check("rule")?;
    let id = EvaluationId::fresh(tx.now());
    store::insert(
        tx,
        &Evaluation {
            id,
            committee_id: committee,
            subject_kind,
            round_id: round,
            state: EvaluationState::Preparing,
            aggregation: input.aggregation,
            drop_highest: input.drop_highest,
            drop_lowest: input.drop_lowest,
            trim_from: input.trim_from,
            threshold: input.threshold,
            mark_step: input.mark_step,
            quorum_numerator: input.quorum_numerator,
            quorum_denominator: input.quorum_denominator,
            started_at: None,
            locked_at: None,
            reopened: None,
            blind: input.blind,
            version: 1,
        },
    )?;
    insert_criteria(tx, id, input)?;
    Ok(id)
}

/// Another rule for a round that is still a draft.
pub fn change_rule(tx: &mut Tx, round: RoundId, input: &RuleInput) -> Result<()> {
    input.check("rule")?;
    let mut evaluation = store::of_round(tx, round)?;
    if evaluation.state != EvaluationState::Preparing {
        return Err(Refusal::new("scoring_started", "已开始评分，评分规则不能再改。").into());
    }
    evaluation.aggregation = input.aggregation;
    evaluation.drop_highest = input.drop_highest;
    evaluation.drop_lowest = input.drop_lowest;
    evaluation.trim_from = input.trim_from;
    evaluation.threshold = input.threshold;
    evaluation.mark_step = input.mark_step;
    evaluation.quorum_numerator = input.quorum_numerator;
    evaluation.quorum_denominator = input.quorum_denominator;
    evaluation.blind = input.blind;
    store::update(tx, &evaluation)?;
    store::delete_criteria(tx, evaluation.id)?;
    insert_criteria(tx, evaluation.id, input)
}

/// The rule of a round as it was given: for showing it, and for copying a round.
pub fn rule_of_round(c: &mut Conn, round: RoundId) -> Result<RuleInput> {
    let evaluation = store::of_round(c, round)?;
    let criteria = store::criteria(c, evaluation.id)?;
    Ok(RuleInput {
        criteria: criteria
            .into_iter()
            .map(|criterion| CriterionInput {
                name: criterion.name,
                full_marks: criterion.full_marks,
                description: criterion.description,
            })
            .collect(),
        aggregation: evaluation.aggregation,
        drop_highest: evaluation.drop_highest,
        drop_lowest: evaluation.drop_lowest,
        trim_from: evaluation.trim_from,
        threshold: evaluation.threshold,
        mark_step: evaluation.mark_step,
        quorum_numerator: evaluation.quorum_numerator,
        quorum_denominator: evaluation.quorum_denominator,
        blind: evaluation.blind,
    })
}

fn insert_criteria(tx: &mut Tx, evaluation: EvaluationId, input: &RuleInput) -> Result<()> {
    let now = tx.now();
    for (position, criterion) in (1..).zip(&input.criteria) {
        store::insert_criterion(
            tx,
            &Criterion {
                id: CriterionId::fresh(now),
                evaluation_id: evaluation,
                position,
                name: criterion.name.trim().to_owned(),
                description: criterion.description.trim().to_owned(),
                full_marks: criterion.full_marks,
            },
        )?;
    }
    Ok(())
}
