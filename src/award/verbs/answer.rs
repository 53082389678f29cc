//! The answer to an objection, with what an upheld one brings about.

use serde_json::Value;

use crate::award::scene::ObjectionScene;
use crate::award::{ObjectionState, Verdict, effects, store};
use crate::ids::BidId;
use crate::result::Effect;
use crate::verbs::prelude::*;

/// The answer to an objection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionAnswer {
    pub outcome: Verdict,
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub answer: String,
    /// Only with `upheld`, and once a decision has been taken.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// With `rescore`: which bids are marked again. Left out: those of the topic of the bid objected to, or all.
    #[serde(default)]
    #[validate(length(max = 10_000))]
    #[schema(max_items = 10_000)]
    pub bid_ids: Vec<BidId>,
}

pub struct Answer;

impl Verb for Answer {
    type On = ObjectionScene;
    type Gives = ObjectionScene;
    type Input = ObjectionAnswer;
    type Ready = ();

    const NAME: &'static str = "answer";
    const SAYS: &'static str =
        "Answers an objection; an upheld one may void its bid or send the round back to scoring.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ObjectionAnswered);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["objection_answered", "no_decision_to_change"];

    fn who(on: &ObjectionScene, actor: &Actor) -> Result<()> {
        on.judged.may_run(actor)
    }

    fn when(_: &mut Conn, on: &ObjectionScene, _: &Actor, _: Instant) -> Result<()> {
        if on.row.state.is_open() {
            return Ok(());
        }
        Err(Refusal::new("objection_answered", "这件异议已答复。").into())
    }

    fn perform(
        tx: &mut Tx,
        on: ObjectionScene,
        (): (),
        actor: &Actor,
        input: &ObjectionAnswer,
    ) -> Result<Done<Self>> {
        if input.effect.is_some() && input.outcome == Verdict::Rejected {
            return Err(Error::field("effect", "异议不成立时，结果不变。"));
        }
        if !input.bid_ids.is_empty() && input.effect != Some(Effect::Rescore) {
            return Err(Error::field("bid_ids", "只有重新评分才指明申报书。"));
        }
        let ObjectionScene { judged, mut row } = on;
        let change = match input.effect {
            None => Value::Null,
            Some(Effect::Void) => effects::void(tx, &judged, &row)?,
            Some(Effect::Rescore) => effects::rescore(tx, judged.0, &row, &input.bid_ids)?,
        };
        row.state = match input.outcome {
            Verdict::Upheld => ObjectionState::Upheld,
            Verdict::Rejected => ObjectionState::Rejected,
        };
        row.answer = Some(input.answer.clone());
        row.answered_by = actor.user_id();
        row.answered_at = Some(tx.now());
        row.effect = input.effect;
        if row.acknowledged_at.is_none() {
            row.acknowledged_by = row.answered_by;
            row.acknowledged_at = row.answered_at;
        }
        store::update_objection(tx, &row)?;
        tx.publish_change()?;
        Ok(Done::of(row.id, "已答复。")
            .detail(json!({ "outcome": row.state, "effect": input.effect, "change": change })))
    }
}
