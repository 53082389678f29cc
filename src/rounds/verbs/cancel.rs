//! Cancelling a round, with a reason shown to all.

use serde_json::json;

use crate::audit;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::rounds::actions::fate;
use crate::rounds::input::ReasonInput;
use crate::rounds::rules::Action;
use crate::rounds::scene::RoundScene;
use crate::rounds::{AnnouncementKind, Post, RoundState, announce, store};
use crate::verbs::{Done, Verb};
use crate::who::Actor;

pub struct Cancel;

impl Verb for Cancel {
    type On = RoundScene;
    type Gives = RoundScene;
    type Input = ReasonInput;
    type Ready = RoundState;

    const NAME: &'static str = "cancel";
    const LABEL: &'static str = "取消批次";
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
        let (now, round, reason) = (tx.now(), on.round, &input.reason);
        store::advance(tx, &round, next, now)?;
        store::set_cancelled(tx, round.id, reason)?;
        if round.published_at.is_some() {
            announce(
                tx,
                Post {
                    committee: round.committee_id,
                    round: Some(round.id),
                    kind: AnnouncementKind::Cancellation,
                    title: format!("取消公告：{}", round.title),
                    body: format!("本批次取消。\n原因：{reason}\n{}", fate(&round)),
                    ends_on: None,
                },
            )?;
        }
        Ok(Done::of(round.id, "批次已取消。").detail(json!({ "reason": reason })))
    }
}
