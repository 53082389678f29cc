//! Answering a question, for everybody to read.

use crate::db;
use crate::rounds::rules;
use crate::rounds::scene::QuestionScene;
use crate::rounds::store::questions as store;
use crate::verbs::prelude::*;

/// The office's answer, read by all.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionAnswer {
    #[validate(length(min = 1, max = 2000))]
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "可以，由牵头支部申报，团队中写明合作支部。"
    )]
    pub answer: String,
}

pub struct Answer;

impl Verb for Answer {
    type On = QuestionScene;
    type Gives = QuestionScene;
    type Input = QuestionAnswer;
    type Ready = ();

    const NAME: &'static str = "answer";
    const SAYS: &'static str = "Answer a question, for all to read.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::QuestionAnswered);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["already_answered", "questions_closed"];

    fn who(on: &QuestionScene, actor: &Actor) -> Result<()> {
        on.on.by_office(actor)
    }

    fn when(_: &mut Conn, on: &QuestionScene, _: &Actor, now: Instant) -> Result<()> {
        let answered = on.question.answered_at.is_some();
        Ok(rules::may_answer(on.on.round.state_at(now), answered)?)
    }

    fn perform(
        tx: &mut Tx,
        on: QuestionScene,
        (): (),
        actor: &Actor,
        input: &QuestionAnswer,
    ) -> Result<Done<Self>> {
        let (now, id, by) = (tx.now(), on.question.id, actor.person()?.user_id);
        let rows = store::answer(tx, id, &input.answer, by, now)?;
        db::changed(rows)?;
        tx.publish_change()?;
        Ok(Done::of(id, "已答复，所有支部和公开指南都能看到。"))
    }
}
