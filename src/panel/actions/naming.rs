//! The panel: who sits on it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::ids::{RoundId, UserId};
use crate::panel::input::PanelInput;
use crate::panel::scene::{self, Scene, event};
use crate::panel::{DrawPurpose, store};
use crate::rounds::RoundState;
use crate::seats::{self, PanelMember, Reviewer, Seat, candidates, people_by_id, seat_exactly};
use crate::who::Actor;

/// Whether the panel may still change.
pub fn may_change(scene: &Scene) -> Result<(), Refusal> {
    match scene.round.state {
        RoundState::Draft | RoundState::Open | RoundState::Sealed | RoundState::Opened => Ok(()),
        RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "panel_fixed",
            "已开始评分，评审委员会名单不能再改。",
        )
        .remedy("委员有利害关系的，由本人申请回避。")),
    }
}

/// The panel, for everybody who knows of the round; who marks under which alias is the committee's to know.
pub fn read(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
) -> Result<(Scene, Vec<PanelMember>, HashMap<UserId, Reviewer>)> {
    let scene = scene::scene(c, actor, round)?;
    let members = seats::panel(c, scene.evaluation.id)?;
    let people = people_by_id(c, members.iter().map(|m| m.user_id).collect())?;
    Ok((scene, members, people))
}

/// Seats exactly these people. Who stays keeps the alias; who leaves stays on record.
pub fn change(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    version: i64,
    input: &PanelInput,
) -> Result<Scene> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    may_change(&scene)?;
    if scene.evaluation.version != version {
        return Err(Error::stale());
    }
    let allowed: HashSet<UserId> = candidates(tx, &scene.path)?
        .iter()
        .map(|person| person.user_id)
        .collect();
    let mut errors = FieldErrors::new();
    let mut wanted: BTreeMap<UserId, Seat> = BTreeMap::new();
    for (n, member) in input.members.iter().enumerate() {
        let field = format!("members[{n}][user_id]");
        if !allowed.contains(&member.user_id) {
            errors
                .entry(field.clone())
                .or_default()
                .push("这个人在本党委没有评审委员角色。".to_owned());
        }
        if wanted.insert(member.user_id, member.seat).is_some() {
            errors
                .entry(field)
                .or_default()
                .push("同一个人列了两次。".to_owned());
        }
    }
    if wanted.values().filter(|seat| **seat == Seat::Chair).count() > 1 {
        errors.insert(
            "members".to_owned(),
            vec!["主任委员只能有一名。".to_owned()],
        );
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    if drawn(tx, &scene)? {
        let seated: HashSet<UserId> = seats::panel(tx, scene.evaluation.id)?
            .iter()
            .map(|member| member.user_id)
            .collect();
        if seated != wanted.keys().copied().collect() {
            return Err(
                Refusal::new("panel_by_lot", "评审委员由抽签产生，不能直接改名单。")
                    .remedy("可以调整主任委员；换人请写明理由由候补委员接替，或写明理由重新抽签。")
                    .into(),
            );
        }
    }
    seat_exactly(tx, scene.evaluation.id, &input.members)?;
    seats::update(tx, &scene.evaluation)?;
    scene.evaluation.version += 1;
    audit::record(
        tx,
        actor,
        event(&scene, Verb::PanelChanged).detail(json!({ "members": input.members })),
    )?;
    Ok(scene)
}

/// Whether the panel came about by lot.
pub fn drawn(c: &mut Conn, scene: &Scene) -> Result<bool> {
    Ok(store::draws(c, scene.evaluation.id, DrawPurpose::Panel)?
        .iter()
        .any(|draw| draw.drawn_at.is_some()))
}
