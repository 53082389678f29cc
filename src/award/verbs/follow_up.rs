//! Whoever has the code adds to an objection while it waits for its answer.

use crate::award::scene::{Followed, nameless};
use crate::award::store::{self, Followup};
use crate::verbs::prelude::*;

/// Most additions to one objection.
const FOLLOWUPS: usize = 20;

/// More on an objection, by whoever has its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowupInput {
    #[validate(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
}

pub struct FollowUp;

impl Verb for FollowUp {
    type On = Followed;
    type Gives = Followed;
    type Input = FollowupInput;
    type Ready = Vec<Followup>;

    const NAME: &'static str = "follow_up";
    const SAYS: &'static str = "Adds to an objection that waits for its answer.";
    const EVENT: Option<audit::Verb> = None;
    const REFUSES: &'static [&'static str] = &["objection_answered", "too_many_followups"];
    const OPEN: bool = true;

    fn who(_: &Followed, _: &Actor) -> Result<()> {
        Ok(())
    }

    fn when(_: &mut Conn, on: &Followed, _: &Actor, _: Instant) -> Result<Vec<Followup>> {
        if !on.row.state.is_open() {
            let refusal = Refusal::new("objection_answered", "这件异议已答复，不能再补充。");
            return Err(refusal.remedy("对答复不服的，请向纪委反映。").into());
        }
        let all = on.row.followups()?;
        if all.len() >= FOLLOWUPS {
            let refusal = Refusal::new("too_many_followups", "补充次数已达上限。");
            return Err(refusal.remedy("请等待答复。").into());
        }
        Ok(all)
    }

    fn perform(
        tx: &mut Tx,
        mut on: Followed,
        mut all: Vec<Followup>,
        _: &Actor,
        input: &FollowupInput,
    ) -> Result<Done<Self>> {
        all.push(Followup {
            at: tx.now(),
            text: input.text.clone(),
        });
        on.row.followups = serde_json::to_string(&all)?;
        store::update_objection(tx, &on.row)?;
        on.row.version += 1;
        let detail = json!({ "count": all.len() });
        nameless(
            tx,
            &on.round,
            audit::Verb::ObjectionFollowed,
            &on.row,
            detail,
        )?;
        Ok(Done::of(on.code, "补充内容已提交。"))
    }
}
