//! Publicity (公示) and the end of a round.

mod notice;

use self::notice::{notice, ranking_tables};

use chrono::NaiveDate;
use serde_json::json;

use crate::audit::{self, Verb};
use crate::award::actions::objection::ANSWER_DAYS;
use crate::award::store;
use crate::clock::{self, Instant, show_date};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::holidays;
use crate::ids::RoundId;
use crate::panel::scene::{self, Scene};
use crate::result::actions::lock::file_of;
use crate::result::{self, Superseded};
use crate::rounds::rules::Action;
use crate::rounds::{self, AnnouncementKind, Post};
use crate::who::Actor;

/// The last day of a publicity that starts on this one. Refused where the holiday table lacks a year, be it only for the
/// answer to an objection of the last day: nobody is to be turned away later for want of a date.
fn last_day(c: &mut Conn, from: NaiveDate, days: i64) -> Result<NaiveDate> {
    let until = holidays::working_days_after(c, from, days)?;
    holidays::working_days_after(c, until, ANSWER_DAYS)?;
    Ok(until)
}

/// Why publicity cannot start now, if so: for the button.
pub fn publicize_refusal(c: &mut Conn, scene: &Scene, now: Instant) -> Result<Option<Refusal>> {
    if let Err(refusal) = scene.next(Action::Publicize, now) {
        return Ok(Some(refusal));
    }
    match last_day(c, clock::local_date(now), scene.round.publicity_days) {
        Ok(_) => Ok(None),
        Err(Error::Conflict(refusal)) => Ok(Some(refusal)),
        Err(other) => Err(other),
    }
}

/// Starts the publicity period today.
pub fn publicize(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<(Scene, Option<String>)> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    let now = tx.now();
    scene.next(Action::Publicize, now)?;
    let earlier = published_before(tx, &scene)?;
    let warning = post(tx, &mut scene, earlier.as_ref())?;
    audit::record(
        tx,
        actor,
        scene::event(&scene, Verb::RoundPublicized).detail(json!({
            "from": scene.round.publicity_from,
            "until": scene.round.publicity_until,
        })),
    )?;
    Ok((scene, warning))
}

/// The result the public saw last, if it was superseded since.
fn published_before(tx: &mut Tx, scene: &Scene) -> Result<Option<Superseded>> {
    let heads = result::superseded_heads(tx, scene.evaluation.id)?;
    match heads.iter().find(|one| one.published) {
        Some(head) => Ok(Some(result::superseded(tx, scene.evaluation.id, head.id)?)),
        None => Ok(None),
    }
}

/// Sets the period, from today on, and posts the outcome on the portal; `anew` is the result posted before.
fn post(tx: &mut Tx, scene: &mut Scene, anew: Option<&Superseded>) -> Result<Option<String>> {
    let from = clock::local_date(tx.now());
    let until = last_day(tx, from, scene.round.publicity_days)?;
    scene.round.version = rounds::start_publicity(tx, &scene.round, from, until)?;
    scene.round.state = rounds::RoundState::Publicized;
    scene.round.publicity_from = Some(from);
    scene.round.publicity_until = Some(until);
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
    rounds::supersede_notices(tx, scene.round.id, id)?;
    holidays::reminder(tx, from)
}

/// Why the round cannot be concluded yet, if so.
pub fn may_conclude(c: &mut Conn, scene: &Scene, now: Instant) -> Result<(), Error> {
    scene.next(Action::Conclude, now)?;
    if let Some(until) = scene.round.publicity_until
        && clock::local_date(now) <= until
    {
        return Err(
            Refusal::new("publicity_running", "公示还没有结束，不能办结。")
                .remedy(format!("公示至{}，次日起可以办结。", show_date(until)))
                .into(),
        );
    }
    let open = store::open_objections(c, scene.round.id)?;
    if open > 0 {
        return Err(Refusal::new(
            "objection_open",
            format!("还有 {open} 件异议没有答复，不能办结。"),
        )
        .remedy("请党建部先答复异议。")
        .into());
    }
    crate::failed::may_conclude(c, scene.round.id)
}

pub fn conclude(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Scene> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    let now = tx.now();
    may_conclude(tx, &scene, now)?;
    scene.round.version = rounds::conclude(tx, &scene.round)?;
    scene.round.state = rounds::RoundState::Concluded;
    let stored = result::result(tx, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let body = json!({
        "intro": "公示期满，没有未办结的异议，结果生效。",
        "tables": ranking_tables(tx, &scene, &file_of(&stored)?, None)?,
    });
    rounds::announce(
        tx,
        Post {
            committee: scene.round.committee_id,
            round: Some(round),
            kind: AnnouncementKind::Result,
            title: format!("结果公告：{}", scene.round.title),
            body: body.to_string(),
            ends_on: None,
        },
    )?;
    let winners = result::winners(tx, round)?;
    audit::record(
        tx,
        actor,
        scene::event(&scene, Verb::RoundConcluded).detail(json!({ "winners": winners })),
    )?;
    Ok(scene)
}
