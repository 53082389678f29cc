//! Ending the voting and the marking; all scores stand from here on.

use serde_json::json;

use super::{event, may_run};
use crate::acceptance::boxes::{Ballots, Questionnaires};
use crate::acceptance::rules::{self, Missing, Part};
use crate::acceptance::store::{self, Acceptance};
use crate::acceptance::{AcceptanceAction, CodeKind, QuestionKind, visible};
use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::AcceptanceId;
use crate::numbers::rules::Fraction;
use crate::projects;
use crate::scoring;
use crate::seats;
use crate::who::Actor;

/// Why it cannot be closed now, or nothing.
pub fn close_refusal(c: &mut Conn, acceptance: &Acceptance) -> Result<Option<Refusal>> {
    if let Err(refusal) = rules::next(acceptance.state, AcceptanceAction::Close) {
        return Ok(Some(refusal));
    }
    let counts = store::code_counts(c, acceptance.id)?;
    let members = seats::panel(c, acceptance.evaluation_id)?.len();
    let handed_in = scoring::sheets_of(c, acceptance.evaluation_id, acceptance.id.0)?
        .iter()
        .filter(|sheet| sheet.counts())
        .count();
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(rules::may_close(&Missing {
        ballots: acceptance.minimum_turnout - counts.ballots_used,
        answers: acceptance.minimum_answers - counts.questionnaires_used,
        sheets: rules::sheets_needed(count(members)) - count(handed_in),
    })
    .err())
}

/// Ends voting and marking and computes the scores.
pub fn close(
    tx: &mut Tx,
    actor: &Actor,
    id: AcceptanceId,
    version: Option<i64>,
) -> Result<Acceptance> {
    let acceptance = visible(tx, actor, id)?;
    may_run(tx, actor, &acceptance)?;
    // A vote that came first is counted, one that comes later finds the acceptance closed.
    let ballots = store::take_turn(tx, id, CodeKind::Ballot)?;
    let questionnaires = store::take_turn(tx, id, CodeKind::Questionnaire)?;
    let acceptance = store::find(tx, acceptance.id)?;
    if version.is_some_and(|version| version != acceptance.version) {
        return Err(Error::stale());
    }
    if let Some(refusal) = close_refusal(tx, &acceptance)? {
        return Err(refusal.into());
    }
    let state = rules::next(acceptance.state, AcceptanceAction::Close)?;
    scoring::lock_on_site(tx, acceptance.evaluation_id)?;
    let onsite = scoring::score_on_site(tx, acceptance.evaluation_id, id.0)?
        .0
        .map(|score| score.total);
    let appraisal = rules::appraisal(&Ballots::read(&ballots.content)?.tallies());
    let filled = Questionnaires::read(&questionnaires.content)?;
    let ratings: Vec<[i64; 5]> = store::questions(tx, id)?
        .iter()
        .filter(|question| question.kind == QuestionKind::Likert)
        .map(|question| filled.ratings(question.id))
        .collect();
    let questionnaire = rules::questionnaire(&ratings);
    let now = tx.now();
    let process = projects::process_score(tx, acceptance.project_id, now)?;
    let parts = [
        Part {
            weight: acceptance.onsite_weight,
            score: onsite,
        },
        Part {
            weight: acceptance.questionnaire_weight,
            score: questionnaire,
        },
        Part {
            weight: acceptance.appraisal_weight,
            score: appraisal,
        },
        Part {
            weight: acceptance.process_weight,
            score: Fraction::from_ratio(i128::from(process), 1),
        },
    ];
    let total = rules::total(&parts)
        .ok_or_else(|| anyhow::anyhow!("acceptance {id} has nothing that counts"))?;
    let shown = Fraction::round_half_up;
    let mut after = acceptance.clone();
    after.state = state;
    after.onsite_score = onsite.map(shown);
    after.questionnaire_score = questionnaire.map(shown);
    after.appraisal_score = appraisal.map(shown);
    after.process_score = Some(process);
    after.total = Some(total.round_half_up());
    after.closed_at = Some(now);
    store::update(tx, &after)?;
    after.version += 1;
    let counts = store::code_counts(tx, id)?;
    let recorded = event(Verb::AcceptanceClosed, &after, after.version).detail(json!({
        "ballots": counts.ballots_used,
        "questionnaires": counts.questionnaires_used,
        "total": after.total,
        "exact": total.to_string(),
    }));
    audit::record(tx, actor, recorded)?;
    Ok(after)
}
