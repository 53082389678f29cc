//! Publicity (公示): the outcome is posted, and the days to object begin.

use chrono::NaiveDate;

use crate::award::ANSWER_DAYS;
use crate::award::notice::notice;
use crate::clock::{self, show_date};
use crate::holidays;
use crate::panel::scene::Scene;
use crate::result::scene::Judged;
use crate::result::{self, Superseded};
use crate::rounds::rules::Action;
use crate::rounds::{self, AnnouncementKind, Post, RoundState};
use crate::verbs::prelude::*;

pub struct Publicize;

impl Verb for Publicize {
    type On = Judged;
    type Gives = Judged;
    type Input = Empty;
    /// The last day.
    type Ready = NaiveDate;

    const NAME: &'static str = "publicize";
    const SAYS: &'static str = "Starts the publicity period, today.";
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["wrong_state", "holiday_year_missing"];

    fn who(on: &Judged, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    fn when(c: &mut Conn, on: &Judged, _: &Actor, now: Instant) -> Result<NaiveDate> {
        on.next(Action::Publicize, now)?;
        last_day(c, clock::local_date(now), on.round.publicity_days)
    }

    fn perform(
        tx: &mut Tx,
        mut on: Judged,
        until: NaiveDate,
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let earlier = published_before(tx, &on)?;
        let from = clock::local_date(tx.now());
        rounds::start_publicity(tx, &on.round, from, until)?;
        on.round.state = RoundState::Publicized;
        on.round.publicity_from = Some(from);
        on.round.publicity_until = Some(until);
        post(tx, &on, until, earlier.as_ref())?;
        let detail = json!({ "from": from, "until": until });
        on.record(tx, actor, audit::Verb::RoundPublicized, detail)?;
        let warning = holidays::reminder(tx, from)?.unwrap_or_default();
        let said = format!("已发布公示，公示至{}。{warning}", show_date(until));
        Ok(Done::of(on.round.id, said))
    }
}

/// The last day of a publicity that starts on this one. Refused where the holiday table lacks a year, be it only for the
/// answer to an objection of the last day: nobody is to be turned away later for want of a date.
fn last_day(c: &mut Conn, from: NaiveDate, days: i64) -> Result<NaiveDate> {
    let until = holidays::working_days_after(c, from, days)?;
    holidays::working_days_after(c, until, ANSWER_DAYS)?;
    Ok(until)
}

/// The result the public saw last, if it was superseded since.
fn published_before(tx: &mut Tx, scene: &Scene) -> Result<Option<Superseded>> {
    let heads = result::superseded_heads(tx, scene.evaluation.id)?;
    match heads.iter().find(|one| one.published) {
        Some(head) => Ok(Some(result::superseded(tx, scene.evaluation.id, head.id)?)),
        None => Ok(None),
    }
}

/// Posts the outcome on the portal; `anew` is the result posted before.
fn post(tx: &mut Tx, scene: &Scene, until: NaiveDate, anew: Option<&Superseded>) -> Result<()> {
    let body = notice(tx, scene, anew)?;
    let id = rounds::announce(
        tx,
        Post {
            committee: scene.round.committee_id,
            round: Some(scene.round.id),
            kind: AnnouncementKind::Publicity,
            title: match anew {
                None => format!("中标公示：{}", scene.round.title),
                Some(_) => format!("中标公示（更正）：{}", scene.round.title),
            },
            body,
            ends_on: Some(until),
        },
    )?;
    rounds::supersede_notices(tx, scene.round.id, id)
}
