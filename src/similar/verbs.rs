//! The office dismisses a pair: it is no cause for anything.

use super::read::{self, PairScene};
use super::{PairDecision, store};
use crate::verbs::prelude::*;

/// Why a pair is no cause for anything.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "同一套表格，内容各自独立。"
    )]
    pub reason: String,
}

pub struct Dismiss;

impl Verb for Dismiss {
    type On = PairScene;
    type Gives = PairScene;
    type Input = DismissInput;
    type Ready = ();

    const NAME: &'static str = "dismiss";
    const SAYS: &'static str = "Dismiss a pair, with the reason.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SimilarDismissed);
    const FORBIDS: &'static [&'static str] = &["role_required", "similar_readers"];
    const REFUSES: &'static [&'static str] = &["pair_decided", "not_opened"];

    fn who(on: &PairScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.reader.committee_path)
    }

    fn when(_: &mut Conn, on: &PairScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(read::may_decide(&on.pair)?)
    }

    fn perform(
        tx: &mut Tx,
        on: PairScene,
        (): (),
        actor: &Actor,
        input: &DismissInput,
    ) -> Result<Done<Self>> {
        let (pair, now, by) = (on.pair, tx.now(), actor.user_id());
        store::decide(tx, &pair, PairDecision::Dismissed, &input.reason, by, now)?;
        Ok(
            Done::of((pair.round_id, pair.id), "已认定不属相似，理由已记录。")
                .detail(json!({ "bids": [pair.bid_id, pair.other_id], "reason": input.reason })),
        )
    }
}
