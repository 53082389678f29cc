//! The answer to a complaint.

use crate::complaints::ComplaintState;
use crate::complaints::scene::ComplaintScene;
use crate::complaints::store::{self, Complaint};
use crate::verbs::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintAnswer {
    /// Read by whoever has the code.
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub answer: String,
}

pub struct Answer;

impl Verb for Answer {
    type On = ComplaintScene;
    type Gives = ComplaintScene;
    type Input = ComplaintAnswer;
    type Ready = ();

    const NAME: &'static str = "answer_complaint";
    const SAYS: &'static str = "Answers a complaint: by the committee's office.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ComplaintAnswered);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["complaint_answered"];

    fn who(on: &ComplaintScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.path)
    }

    fn when(_: &mut Conn, on: &ComplaintScene, _: &Actor, _: Instant) -> Result<()> {
        match on.row.state {
            ComplaintState::Lodged => Ok(()),
            ComplaintState::Answered => {
                Err(Refusal::new("complaint_answered", "这件意见已答复。").into())
            }
        }
    }

    fn perform(
        tx: &mut Tx,
        on: ComplaintScene,
        (): (),
        actor: &Actor,
        input: &ComplaintAnswer,
    ) -> Result<Done<Self>> {
        let row = Complaint {
            state: ComplaintState::Answered,
            answer: Some(input.answer.clone()),
            answered_by: actor.user_id(),
            answered_at: Some(tx.now()),
            ..on.row
        };
        store::update(tx, &row)?;
        Ok(Done::of(row.id, "已答复。"))
    }
}
