//! The panel: who sits on it, what they undertake, which topics they leave to others.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;

use super::scene::{self, Scene};
use crate::audit::{self, Chain, Event, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::evaluation::input::{PanelInput, RecusalInput, SeatInput};
use crate::evaluation::panel::DrawPurpose;
use crate::evaluation::panel::actions::{assign, declare};
use crate::evaluation::panel::input::DeclarationInput;
use crate::evaluation::panel::store as lots;
use crate::evaluation::store::{self, PanelMember, Recusal, Reviewer};
use crate::evaluation::{EvaluationState, PANEL_MINIMUM, RecusalCause, Seat};
use crate::ids::{BidId, EvaluationId, PanelMemberId, RecusalId, RoundId, TopicId, UserId};
use crate::people;
use crate::rounds::RoundState;
use crate::who::{Actor, Role};

/// What a reviewer signs before any bid is shown.
pub const UNDERTAKING: [&str; 5] = [
    "一、我与所评标的的竞标组织没有影响公正评审的关系；如有，我将主动申请回避。",
    "二、我按指南和评分标准独立打分，不受任何单位和个人影响，也不打听、不影响他人打分。",
    "三、评分锁定以前，我不透露申报内容、评审意见和分数。",
    "四、我不接受竞标组织和有关人员的宴请、礼品和其他好处。",
    "五、我对自己的每一个分数负责，该写理由的写明理由，并接受监督和异议核查。",
];

/// A panel is odd, of at least five, with one chair.
pub fn fault(members: usize, chairs: usize) -> Option<Refusal> {
    let remedy = "请党建部调整评审委员会名单。";
    if members < PANEL_MINIMUM || members.is_multiple_of(2) {
        return Some(
            Refusal::new(
                "panel_size",
                format!("评审委员会须为 {PANEL_MINIMUM} 人以上的单数，现为 {members} 人。"),
            )
            .remedy(remedy),
        );
    }
    if chairs != 1 {
        return Some(
            Refusal::new(
                "panel_chair",
                format!("评审委员会须有一名主任委员，现为 {chairs} 名。"),
            )
            .remedy(remedy),
        );
    }
    None
}

/// What is wrong with these members of a panel, if anything.
pub fn fault_of(
    c: &mut Conn,
    evaluation: EvaluationId,
    members: &[PanelMember],
) -> Result<Option<Refusal>> {
    let chairs = members.iter().filter(|m| m.seat == Seat::Chair).count();
    match fault(members.len(), chairs) {
        Some(fault) => Ok(Some(fault)),
        None => crate::evaluation::panel::declined_fault(c, evaluation),
    }
}

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
    let members = store::panel(c, scene.evaluation.id)?;
    let people = by_id(c, members.iter().map(|m| m.user_id).collect())?;
    Ok((scene, members, people))
}

pub fn by_id(c: &mut Conn, ids: Vec<UserId>) -> Result<HashMap<UserId, Reviewer>> {
    Ok(store::people(c, ids)?
        .into_iter()
        .map(|person| (person.user_id, person))
        .collect())
}

/// Who may be seated: holders of the reviewer's role over this committee.
pub fn candidates(c: &mut Conn, scene: &Scene) -> Result<Vec<Reviewer>> {
    let ids = people::holders(c, Role::Reviewer, &scene.path)?
        .into_iter()
        .map(|user| user.id)
        .collect();
    let mut people = store::people(c, ids)?;
    people.sort_by_key(|person| person.user_id);
    Ok(people)
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
    let allowed: HashSet<UserId> = candidates(tx, &scene)?
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
        let seated: HashSet<UserId> = store::panel(tx, scene.evaluation.id)?
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
    seat(tx, scene.evaluation.id, &input.members)?;
    store::update(tx, &scene.evaluation)?;
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
    Ok(lots::draws(c, scene.evaluation.id, DrawPurpose::Panel)?
        .iter()
        .any(|draw| draw.drawn_at.is_some()))
}

/// Seats exactly these, whoever they are. Who stays keeps the alias; who leaves stays on record.
pub fn seat(tx: &mut Tx, evaluation: EvaluationId, members: &[SeatInput]) -> Result<()> {
    let mut wanted: BTreeMap<UserId, Seat> = members.iter().map(|m| (m.user_id, m.seat)).collect();
    let now = tx.now();
    let all = store::all_members(tx, evaluation)?;
    let mut number = all.len();
    for member in &all {
        match (wanted.remove(&member.user_id), member.removed_at) {
            (Some(seat), _) => store::set_seat(tx, member.id, seat)?,
            (None, None) => store::remove_member(tx, member.id, now)?,
            (None, Some(_)) => {}
        }
    }
    // In the order given, so that aliases follow the list.
    for member in members {
        if let Some(seat) = wanted.remove(&member.user_id) {
            number += 1;
            store::insert_member(
                tx,
                &PanelMember {
                    id: PanelMemberId::fresh(now),
                    evaluation_id: evaluation,
                    user_id: member.user_id,
                    seat,
                    alias: format!("R{number}"),
                    undertaking_at: None,
                    removed_at: None,
                },
            )?;
        }
    }
    Ok(())
}

/// An event about the round's evaluation.
pub fn event(scene: &Scene, verb: Verb) -> Event {
    Event::new(
        verb,
        Chain::Committee(scene.round.committee_id),
        "evaluation",
        scene.evaluation.id.0,
    )
    .organization(scene.round.committee_id)
    .version(scene.evaluation.version)
    .round(scene.round.id)
}

/// Signs the undertaking without any tie to declare: before it, no bid is shown.
pub fn undertake(tx: &mut Tx, actor: &Actor, evaluation: EvaluationId) -> Result<Scene> {
    declare::sign(tx, actor, evaluation, &DeclarationInput::default())
}

pub fn not_on_panel() -> Error {
    Error::Forbidden(
        Refusal::new("not_on_panel", "您不是本批次的评审委员。")
            .remedy("评审委员会名单由党建部在评分前确定。"),
    )
}

/// A reviewer leaves a bid's whole topic to the others. A sheet already there stays, and counts no more.
pub fn declare_recusal(
    tx: &mut Tx,
    actor: &Actor,
    bid: BidId,
    input: &RecusalInput,
) -> Result<(Scene, TopicId)> {
    let (line, evaluation) = store::bid_to_mark(tx, bid)?;
    let scene = scene::command(tx, actor, line.round_id)?;
    let (Some(seat), Some(topic)) = (&scene.seat, line.topic_id) else {
        return Err(if scene.oversees(actor) {
            not_on_panel()
        } else {
            Error::NotFound
        });
    };
    match scene.round.state {
        RoundState::Opened | RoundState::Scoring => {}
        RoundState::Draft | RoundState::Open | RoundState::Sealed => return Err(Error::NotFound),
        RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => return Err(super::sheet::locked().into()),
    }
    if store::is_recused(tx, evaluation.id, seat.user_id, topic)? {
        return Err(Refusal::new("already_recused", "您已回避这一标的。").into());
    }
    let now = tx.now();
    store::insert_recusal(
        tx,
        &Recusal {
            id: RecusalId::fresh(now),
            evaluation_id: evaluation.id,
            topic_id: topic,
            user_id: seat.user_id,
            cause: RecusalCause::Declared,
            reason: input.reason.trim().to_owned(),
            at: now,
            lifted_at: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        event(&scene, Verb::RecusalDeclared).detail(json!({
            "alias": seat.alias,
            "topic_id": topic,
            "bid_id": bid,
            "reason": input.reason.trim(),
        })),
    )?;
    if scene.evaluation.state == EvaluationState::Scoring {
        assign::refill(tx, actor, &scene)?;
    }
    Ok((scene, topic))
}
