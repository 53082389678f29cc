//! How many reviewers mark each bid, or that all do.

use crate::ids::AssignmentModeId;
use crate::panel::scene::Scene;
use crate::panel::shown::work::Plan;
use crate::seats::{self, Mode};
use crate::verbs::prelude::*;

/// How many reviewers mark each bid; left out, all do.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModeInput {
    #[serde(default)]
    #[validate(range(min = 3, max = 99))]
    #[schema(minimum = 3, maximum = 99, example = 7)]
    pub reviewers_per_bid: Option<i64>,
}

pub struct SetMode;

impl Verb for SetMode {
    type On = Scene;
    type Gives = Plan;
    type Input = ModeInput;
    type Ready = ();

    const NAME: &'static str = "assignment";
    const SAYS: &'static str =
        "Sets how many reviewers mark each bid, or that all do, until scoring starts.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AssignmentModeChanged);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["panel_fixed"];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    fn when(_: &mut Conn, on: &Scene, _: &Actor, _: Instant) -> Result<()> {
        Ok(on.may_change()?)
    }

    fn perform(tx: &mut Tx, on: Scene, (): (), _: &Actor, input: &ModeInput) -> Result<Done<Self>> {
        let evaluation = on.evaluation.id;
        match input.reviewers_per_bid {
            None => seats::clear_mode(tx, evaluation)?,
            Some(per_bid) => {
                let members = seats::panel(tx, evaluation)?.len();
                if usize::try_from(per_bid).unwrap_or(usize::MAX) > members {
                    return Err(Error::field(
                        "reviewers_per_bid",
                        format!("评审委员会现有 {members} 人，不能超过这个人数。"),
                    ));
                }
                let mode = Mode {
                    id: AssignmentModeId::fresh(tx.now()),
                    evaluation_id: evaluation,
                    per_bid,
                    seed: None,
                    digest: None,
                    assigned_at: None,
                };
                seats::set_mode(tx, &mode)?;
            }
        }
        seats::update(tx, &on.evaluation)?;
        let said = "评审分工已保存，开始评分时分配。";
        Ok(Done::of(on.round.id, said)
            .detail(json!({ "reviewers_per_bid": input.reviewers_per_bid })))
    }
}
