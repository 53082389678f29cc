//! Ending the voting and the marking: office and supervisor open the boxes together, and all scores stand from here on.

use crate::acceptance::boxes::{Ballots, Questionnaires};
use crate::acceptance::input::CloseInput;
use crate::acceptance::rules::{self, Missing, Part};
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::store::{self, Acceptance};
use crate::acceptance::{AcceptanceAction, AcceptanceState, CodeKind, QuestionKind, count};

use crate::numbers::rules::Fraction;
use crate::verbs::ceremony::{Ceremony, OpenerInput, Present};
use crate::verbs::prelude::*;
use crate::{projects, scoring, seats};

pub struct Close;

impl Ceremony for Close {
    const LIST: &'static str = "openers";

    fn openers(input: &CloseInput) -> &[OpenerInput] {
        &input.openers
    }

    fn come(input: &mut CloseInput, keys: Present) {
        input.keys = keys;
    }
}

impl Verb for Close {
    type On = AcceptanceScene;
    type Gives = AcceptanceScene;
    type Input = CloseInput;
    type Ready = AcceptanceState;

    const NAME: &'static str = "close";
    const SAYS: &'static str = "End voting and marking, and open the ballot boxes: two of those who hold a share of their key, a supervisor among them, each with their own password. The scores stand from here on.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceClosed);
    const FORBIDS: &'static [&'static str] =
        &["role_required", "supervisor_required", "not_an_opener"];
    const REFUSES: &'static [&'static str] = &[
        "openers_missing",
        "key_exchanged",
        "box_tampered",
        "turnout_too_low",
        "nothing_counts",
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
    ];

    fn who(on: &AcceptanceScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(c: &mut Conn, on: &AcceptanceScene, _: &Actor, _: Instant) -> Result<AcceptanceState> {
        let acceptance = &on.acceptance;
        let state = rules::next(acceptance.state, AcceptanceAction::Close)?;
        let counts = store::code_counts(c, acceptance.id)?;
        let members = seats::panel(c, acceptance.evaluation_id)?.len();
        let handed_in = scoring::sheets_of(c, acceptance.evaluation_id, acceptance.id.0)?
            .iter()
            .filter(|sheet| sheet.counts())
            .count();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        rules::may_close(&Missing {
            ballots: acceptance.minimum_turnout - counts.ballots.cast,
            answers: acceptance.minimum_answers - counts.questionnaires.cast,
            sheets: rules::sheets_needed(count(members)) - count(handed_in),
        })?;
        Ok(state)
    }

    fn perform(
        tx: &mut Tx,
        on: AcceptanceScene,
        state: AcceptanceState,
        actor: &Actor,
        input: &CloseInput,
    ) -> Result<Done<Self>> {
        count::open(tx, &on, actor, &input.keys)?;
        let (acceptance, now) = (on.acceptance, tx.now());
        let id = acceptance.id;
        scoring::actions::on_site::lock_on_site(tx, acceptance.evaluation_id)?;
        let parts = parts(tx, &acceptance, now)?;
        let total = rules::total(&parts).ok_or_else(nothing_counts)?;
        let [onsite, questionnaire, appraisal, process] =
            parts.map(|part| part.score.map(Fraction::round_half_up));
        let after = Acceptance {
            state,
            onsite_score: onsite,
            questionnaire_score: questionnaire,
            appraisal_score: appraisal,
            process_score: process,
            total: Some(total.round_half_up()),
            closed_at: Some(now),
            ..acceptance
        };
        store::update(tx, &after)?;
        let counts = store::code_counts(tx, id)?;
        let said = "测评已截止，票箱已当场开启并计票，得分已算出，等待党委书记认定。";
        Ok(Done::of(id, said).detail(json!({
            "ballots": counts.ballots.cast,
            "questionnaires": counts.questionnaires.cast,
            "present": input.keys.iter().map(|(user, _)| *user).collect::<Vec<_>>(),
            "total": after.total,
            "exact": total.to_string(),
        })))
    }
}

/// All weight lies on an instrument that nobody has rated with.
fn nothing_counts() -> Refusal {
    Refusal::new(
        "nothing_counts",
        "占权重的方式都还没有可以计分的内容，算不出得分。",
    )
    .remedy("请继续收集有评价的问卷或测评票；收不到的，请党委党建部作废这次验收后重新开始。")
}

/// The exact scores with their weights: on site, questionnaire, appraisal, process.
fn parts(c: &mut Conn, acceptance: &Acceptance, now: Instant) -> Result<[Part; 4]> {
    let id = acceptance.id;
    let onsite = scoring::actions::on_site::score_on_site(c, acceptance.evaluation_id, id.0)?
        .0
        .map(|score| score.total);
    let ballots = store::ballot_box(c, id, CodeKind::Ballot)?;
    let filled = store::ballot_box(c, id, CodeKind::Questionnaire)?;
    let filled = Questionnaires::read(&filled.content)?;
    let ratings: Vec<[i64; 5]> = store::questions(c, id)?
        .iter()
        .filter(|question| question.kind == QuestionKind::Likert)
        .map(|question| filled.ratings(question.id))
        .collect();
    let part = |weight, score| Part { weight, score };
    Ok([
        part(acceptance.onsite_weight, onsite),
        part(
            acceptance.questionnaire_weight,
            rules::questionnaire(&ratings),
        ),
        part(
            acceptance.appraisal_weight,
            rules::appraisal(&Ballots::read(&ballots.content)?.tallies()),
        ),
        part(
            acceptance.process_weight,
            Some(projects::process_score(c, acceptance.project_id, now)?),
        ),
    ])
}
