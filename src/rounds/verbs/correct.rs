//! A dated correction (更正公告): what was published before is never changed silently.

use crate::clock::show_instant;
use crate::ids::CorrectionId;
use crate::rounds::scene::{CorrectionScene, RoundScene};
use crate::rounds::store::questions as store;
use crate::rounds::{AnnouncementKind, Correction, Post, announce};
use crate::verbs::prelude::*;

/// A dated correction of what was published (更正公告).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionInput {
    #[validate(length(min = 1, max = 2000))]
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "第二个标的的经费上限更正为 3 万元。"
    )]
    pub text: String,
}

pub struct Correct;

impl Verb for Correct {
    type On = RoundScene;
    type Gives = CorrectionScene;
    type Input = CorrectionInput;
    type Ready = ();

    const NAME: &'static str = "correct";
    const SAYS: &'static str = "Post a dated correction, until the deadline: what was published is never changed silently.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundCorrected);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["not_published", "cancelled", "questions_closed"];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    fn when(_: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<()> {
        on.takes_questions(now)
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        (): (),
        actor: &Actor,
        input: &CorrectionInput,
    ) -> Result<Done<Self>> {
        let (now, round) = (tx.now(), on.round);
        let correction = Correction {
            id: CorrectionId::fresh(now),
            round_id: round.id,
            posted_by: actor.person()?.user_id,
            posted_at: now,
            text: input.text.clone(),
        };
        store::insert_correction(tx, &correction)?;
        let title = format!("更正公告：{}", round.title);
        let body = format!(
            "{}\n与此前公告不一致的，以本更正为准。申报截止时间仍为{}。",
            input.text,
            show_instant(round.deadline)
        );
        announce(
            tx,
            Post::of(&round, AnnouncementKind::Amendment, title, body),
        )?;
        let said = "更正公告已发布，并提醒正在起草的支部。";
        Ok(Done::of(correction.id, said).detail(json!({ "text": input.text })))
    }
}
