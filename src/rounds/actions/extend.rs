//! Moving the schedule later, with a reason shown to all. It counts at once, also for who was refused a second ago.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::clock::show_instant;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{AmendmentId, RoundId, UserId};
use crate::rounds::input::ExtendInput;
use crate::rounds::rules::{self, Action};
use crate::rounds::{Amendment, AnnouncementKind, Post, Round, announce, store};
use crate::who::Actor;

pub fn extend(tx: &mut Tx, actor: &Actor, id: RoundId, input: &ExtendInput) -> Result<Round> {
    let round = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    let next = rules::next(round.state_at(now), Action::Extend)?;
    let deadline = input.deadline;
    let opening_at = match input.opening_at {
        Some(at) => at,
        None if round.opening_at >= deadline => round.opening_at,
        None => round.opening_at + (deadline - round.deadline),
    };
    let errors = rules::check_extension(
        (round.deadline, round.opening_at),
        (deadline, opening_at),
        now,
    );
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let version = store::advance(tx, &round, next, now)?;
    store::set_schedule(tx, id, deadline, opening_at)?;
    store::insert_amendment(
        tx,
        &Amendment {
            id: AmendmentId::fresh(now),
            round_id: id,
            at: now,
            actor_id: actor.user_id().unwrap_or(UserId(0)),
            old_deadline: round.deadline,
            new_deadline: deadline,
            old_opening_at: round.opening_at,
            new_opening_at: opening_at,
            reason: input.reason.clone(),
        },
    )?;
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(id),
            kind: AnnouncementKind::Amendment,
            title: format!("延期公告：{}", round.title),
            body: format!(
                "截止时间由{}延至{}。\n开标时间由{}改为{}。\n原因：{}",
                show_instant(round.deadline),
                show_instant(deadline),
                show_instant(round.opening_at),
                show_instant(opening_at),
                input.reason
            ),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        super::event(Verb::RoundExtended, &round, version).detail(
            json!({ "deadline": deadline, "opening_at": opening_at, "reason": input.reason }),
        ),
    )?;
    store::find(tx, id)
}
