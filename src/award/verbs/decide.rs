//! The party committee's decision, entered by its secretary: winners within quota and threshold, reserves in order, a
//! published reason wherever it departs from what the ranking proposes.

use std::collections::{BTreeMap, HashMap};

use crate::award::{DecidedOutcome, DecisionInput, DecisionItemInput, rules, written};
use crate::error::sound;
use crate::ids::{DecisionId, RoundId, TopicId};
use crate::result::actions::lots;
use crate::result::scene::Judged;
use crate::result::{self, Decision, Outcome, ResultRow};
use crate::rounds::rules::Action;
use crate::rounds::{self, RoundState};
use crate::verbs::prelude::*;
use crate::{clock, shares};

pub struct Decide;

impl Verb for Decide {
    type On = Judged;
    type Gives = Judged;
    type Input = DecisionInput;
    type Ready = RoundState;

    const NAME: &'static str = "decide";
    const SAYS: &'static str = "The party committee's decision, by its secretary.";
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["wrong_state", "lots_pending"];

    fn who(on: &Judged, actor: &Actor) -> Result<()> {
        on.may_decide(actor)
    }

    fn when(c: &mut Conn, on: &Judged, _: &Actor, now: Instant) -> Result<RoundState> {
        let next = on.next(Action::Decide, now)?;
        lots::none_pending(c, on.evaluation.id)?;
        Ok(next)
    }

    fn perform(
        tx: &mut Tx,
        on: Judged,
        next: RoundState,
        actor: &Actor,
        input: &DecisionInput,
    ) -> Result<Done<Self>> {
        let round = on.round.id;
        let rows = result::rows(tx, on.evaluation.id)?;
        let splits = shares::proposed(tx, round)?;
        let topics = rounds::topics(tx, round)?;
        let given = input;
        let input = &rules::completed(&rows, given);
        let checked = rules::check(&rows, &topics, on.evaluation.threshold.0, &splits, input);
        let mut errors = checked.err().unwrap_or_default();
        if input.minute_date > clock::local_date(tx.now()) {
            let text = "纪要日期不能晚于今天。".to_owned();
            errors.insert("minute_date".to_owned(), vec![text]);
        }
        sound(errors)?;
        keep(tx, &on, actor, input)?;
        let winners = rules::winning(&rows, input);
        let shared = rules::adopted(&splits, &winners);
        outcomes(tx, rows, &shared, input)?;
        shares::settle(tx, &splits, &winners)?;
        let digest = written::write_decision(tx, on.evaluation.id, round)?;
        rounds::advance(tx, &on.round, next)?;
        let mut detail = json!({
            "minute_number": given.minute_number,
            "minute_date": given.minute_date,
            "result_digest": digest,
        });
        if given.others_as_proposed
            && let Some(fields) = detail.as_object_mut()
        {
            fields.insert("others_as_proposed".to_owned(), json!(true));
        }
        on.record(tx, actor, audit::Verb::RoundDecided, detail)?;
        let said = "决定已记录，请上传党委会纪要，再由党建部发布公示。";
        Ok(Done::of(round, said).to(format!("/rounds/{round}/result")))
    }
}

fn keep(tx: &mut Tx, on: &Judged, actor: &Actor, input: &DecisionInput) -> Result<()> {
    let fairness_digest = result::fairness(tx, on.evaluation.id)?.map(|report| report.digest);
    let now = tx.now();
    result::insert_decision(
        tx,
        &Decision {
            id: DecisionId::fresh(now),
            round_id: on.round.id,
            minute_number: input.minute_number.clone(),
            minute_date: input.minute_date,
            note: input.note.clone().unwrap_or_default(),
            decided_by: actor.person()?.user_id,
            decided_at: now,
            fairness_digest,
        },
    )
}

/// Writes what was decided on each bid; reserves are numbered in the order of the ranking.
fn outcomes(
    tx: &mut Tx,
    rows: Vec<ResultRow>,
    shared: &BTreeMap<TopicId, &shares::Shared>,
    input: &DecisionInput,
) -> Result<()> {
    let items: HashMap<i64, &DecisionItemInput> = input
        .items
        .iter()
        .map(|item| (item.bid_id.0, item))
        .collect();
    let expectations = rules::expectations(&rows);
    let mut reserves: BTreeMap<TopicId, i64> = BTreeMap::new();
    for mut row in rows {
        let Some(item) = items.get(&row.subject_id) else {
            continue;
        };
        row.outcome = Some(match item.outcome {
            DecidedOutcome::Winner => Outcome::Winner,
            DecidedOutcome::Reserve => Outcome::Reserve,
            DecidedOutcome::Rejected => Outcome::Rejected,
        });
        row.reserve_order = (item.outcome == DecidedOutcome::Reserve).then(|| {
            let order = reserves.entry(row.topic_id).or_default();
            *order += 1;
            *order
        });
        let follows = expectations.get(&row.subject_id) == Some(&Some(item.outcome));
        row.deviation_reason = item
            .reason
            .clone()
            .filter(|reason| !reason.is_empty() && !follows);
        if item.outcome == DecidedOutcome::Winner
            && let Some(part) = rules::part_of(shared, row.topic_id, item.bid_id)
        {
            let own = row.deviation_reason.take().unwrap_or_default();
            row.deviation_reason = Some(format!("{part}{own}"));
        }
        result::set_outcome(tx, &row)?;
    }
    Ok(())
}

/// A decision that follows the ranking: what the seed starts from.
pub fn presets(c: &mut Conn, round: RoundId) -> Result<Vec<DecisionItemInput>> {
    let evaluation = crate::seats::of_round(c, round)?.id;
    Ok(rules::preset(&result::rows(c, evaluation)?))
}
