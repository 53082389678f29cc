//! Moving the schedule later, with a reason shown to all. It counts at once, also for who was refused a second ago.

use crate::clock::show_instant;
use crate::error::sound;
use crate::ids::AmendmentId;
use crate::rounds::rules::{self, Action};
use crate::rounds::scene::RoundScene;
use crate::rounds::{Amendment, AnnouncementKind, Post, Round, RoundState, announce, store};
use crate::verbs::prelude::*;

/// Later dates for a published round, with the reason everybody reads.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendInput {
    #[schema(value_type = String, format = DateTime, example = "2026-03-25T09:00:00Z")]
    pub deadline: Instant,
    /// Unless told, moved by as much as the deadline where needed.
    #[serde(default)]
    pub opening_at: Option<Instant>,
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "应多个支部请求，延长三个工作日。"
    )]
    pub reason: String,
}

pub struct Extend;

impl Verb for Extend {
    type On = RoundScene;
    type Gives = RoundScene;
    type Input = ExtendInput;
    type Ready = RoundState;

    const NAME: &'static str = "extend";
    const SAYS: &'static str = "Move the schedule later, with a reason shown to all.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundExtended);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["wrong_state"];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    fn when(_: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<RoundState> {
        on.next(Action::Extend, now)
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        next: RoundState,
        actor: &Actor,
        input: &ExtendInput,
    ) -> Result<Done<Self>> {
        let (now, round, deadline) = (tx.now(), on.round, input.deadline);
        let opening_at = match input.opening_at {
            Some(at) => at,
            None if round.opening_at >= deadline => round.opening_at,
            None => round.opening_at + (deadline - round.deadline),
        };
        let (old, new) = ((round.deadline, round.opening_at), (deadline, opening_at));
        let errors = rules::check_extension(old, new, now);
        sound(errors)?;
        let new = Round {
            state: next,
            deadline,
            opening_at,
            ..round.clone()
        };
        store::update(tx, new, now)?;
        let amendment = Amendment {
            id: AmendmentId::fresh(now),
            round_id: round.id,
            at: now,
            actor_id: actor.person()?.user_id,
            old_deadline: round.deadline,
            new_deadline: deadline,
            old_opening_at: round.opening_at,
            new_opening_at: opening_at,
            reason: input.reason.clone(),
        };
        store::insert_amendment(tx, &amendment)?;
        let title = format!("延期公告：{}", round.title);
        let body = format!(
            "截止时间由{}延至{}。\n开标时间由{}改为{}。\n原因：{}",
            show_instant(round.deadline),
            show_instant(deadline),
            show_instant(round.opening_at),
            show_instant(opening_at),
            input.reason
        );
        announce(
            tx,
            Post::of(&round, AnnouncementKind::Amendment, title, body),
        )?;
        let said = "截止时间已延长，延期公告已上公示栏。";
        Ok(Done::of(round.id, said).detail(
            json!({ "deadline": deadline, "opening_at": opening_at, "reason": input.reason }),
        ))
    }
}
