//! Scoring on site, for an acceptance: a small panel, marks, one trimmed mean. Whoever calls has asked who may, and
//! records the event.

use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{EvaluationId, PanelMemberId, UserId};
use crate::numbers::rules::{self, Rule, Sheet, SubjectScore};
use crate::scoring::SheetState;
use crate::scoring::store::{self, ScoreSheet};
use crate::seats::{self, Evaluation, EvaluationState, PanelMember, Seat};

/// Seats the reviewers, the chair first, and lets them mark.
pub fn start_on_site(tx: &mut Tx, id: EvaluationId, reviewers: &[UserId]) -> Result<()> {
    let now = tx.now();
    for (number, user) in (1..).zip(reviewers) {
        seats::insert_member(
            tx,
            &PanelMember {
                id: PanelMemberId::fresh(now),
                evaluation_id: id,
                user_id: *user,
                seat: if number == 1 {
                    Seat::Chair
                } else {
                    Seat::Member
                },
                alias: format!("R{number}"),
                undertaking_at: None,
                removed_at: None,
            },
        )?;
    }
    let mut evaluation = seats::find(tx, id)?;
    evaluation.state = EvaluationState::Scoring;
    evaluation.started_at = Some(now);
    seats::update(tx, &evaluation)
}

/// Ends the marking: what was handed in stands.
pub fn lock_on_site(tx: &mut Tx, id: EvaluationId) -> Result<()> {
    let mut evaluation = seats::find(tx, id)?;
    if evaluation.state == EvaluationState::Locked {
        return Err(Refusal::new("scoring_locked", "实地评审已经锁定。").into());
    }
    evaluation.state = EvaluationState::Locked;
    evaluation.locked_at = Some(tx.now());
    seats::update(tx, &evaluation)?;
    store::lock_sheets(tx, id, SheetState::Submitted, SheetState::Locked)
}

/// The trimmed mean of one subject over the sheets handed in, and those sheets.
pub fn score_on_site(
    c: &mut Conn,
    id: EvaluationId,
    subject_id: i64,
) -> Result<(Option<SubjectScore>, Vec<ScoreSheet>)> {
    let evaluation = seats::find(c, id)?;
    let rule = rule(c, &evaluation)?;
    let mut counted = store::sheets_of(c, id, subject_id)?;
    counted.retain(ScoreSheet::counts);
    let mut sheets = Vec::new();
    for sheet in &counted {
        sheets.push(Sheet {
            id: sheet.id.0,
            reviewer: sheet.reviewer_id.to_string(),
            submitted_at: sheet.submitted_at.map_or(0, Instant::micros),
            marks: sheet
                .marks()?
                .into_iter()
                .filter_map(|given| given.mark.map(|mark| (given.criterion_id.0, mark)))
                .collect(),
        });
    }
    Ok((rules::score_subject(&rule, &sheets), counted))
}

fn rule(c: &mut Conn, evaluation: &Evaluation) -> Result<Rule> {
    let small = |n: i64| u32::try_from(n).unwrap_or(0);
    Ok(Rule {
        aggregation: evaluation.aggregation,
        drop_highest: small(evaluation.drop_highest),
        drop_lowest: small(evaluation.drop_lowest),
        trim_from: small(evaluation.trim_from),
        threshold: evaluation.threshold.0,
        quorum_numerator: small(evaluation.quorum_numerator),
        quorum_denominator: small(evaluation.quorum_denominator),
        criteria: seats::criteria(c, evaluation.id)?
            .into_iter()
            .map(|criterion| rules::Criterion {
                id: criterion.id.0,
                name: criterion.name,
                full_marks: criterion.full_marks.0,
            })
            .collect(),
    })
}
