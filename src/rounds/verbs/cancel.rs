//! Cancelling a round, with a reason shown to all.

use crate::rounds::actions::fate;
use crate::rounds::input::ReasonInput;
use crate::rounds::rules::Action;
use crate::rounds::scene::RoundScene;
use crate::rounds::{AnnouncementKind, Post, Round, RoundState, announce, store};
use crate::verbs::prelude::*;

pub struct Cancel;

impl Verb for Cancel {
    type On = RoundScene;
    type Gives = RoundScene;
    type Input = ReasonInput;
    type Ready = RoundState;

    const NAME: &'static str = "cancel";
    const SAYS: &'static str = "Cancel, with a reason shown to all.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundCancelled);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["wrong_state"];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    fn when(_: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<RoundState> {
        on.next(Action::Cancel, now)
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        next: RoundState,
        _: &Actor,
        input: &ReasonInput,
    ) -> Result<Done<Self>> {
        let (now, reason) = (tx.now(), &input.reason);
        let new = Round {
            state: next,
            cancel_reason: Some(reason.clone()),
            ..on.round
        };
        let round = store::update(tx, new, now)?;
        if round.published_at.is_some() {
            let title = format!("取消公告：{}", round.title);
            let body = format!("本批次取消。\n原因：{reason}\n{}", fate(&round));
            announce(
                tx,
                Post::of(&round, AnnouncementKind::Cancellation, title, body),
            )?;
        }
        Ok(Done::of(round.id, "批次已取消。").detail(json!({ "reason": reason })))
    }
}
