//! Substitutes: named or drawn in order, seated when a member leaves, with a reason that is shown.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;

use crate::audit::{self, Verb};
use crate::clock;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{RecusalId, ReplacementId, RoundId, SubstituteId, TopicId, UserId};
use crate::panel::DrawPurpose;
use crate::panel::actions::naming::may_change;
use crate::panel::actions::{assign, conflicts, interests, invite};
use crate::panel::input::{ReplacementInput, SubstitutesInput};
use crate::panel::rules::conflict::Ground;
use crate::panel::scene::{self, Scene};
use crate::panel::store::{self, Replacement, Substitute};
use crate::rounds::{self, RoundState};
use crate::seats::{
    self, EvaluationState, InvitationState, PanelMember, Recusal, SeatInput, candidates,
    people_by_id,
};
use crate::who::Actor;

/// Names substitutes by hand, in order, on a panel that did not come about by lot.
pub fn name(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    version: i64,
    input: &SubstitutesInput,
) -> Result<Scene> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    may_change(&scene)?;
    if scene.evaluation.version != version {
        return Err(Error::stale());
    }
    let drawn = store::draws(tx, scene.evaluation.id, DrawPurpose::Panel)?
        .iter()
        .any(|draw| draw.drawn_at.is_some());
    if drawn {
        return Err(
            Refusal::new("substitutes_by_lot", "候补委员由抽签产生，不能直接改。")
                .remedy("需要更多候补的，请写明理由重新抽签。")
                .into(),
        );
    }
    let allowed: HashSet<UserId> = candidates(tx, &scene.path)?
        .iter()
        .map(|person| person.user_id)
        .collect();
    let seated: HashSet<UserId> = seats::panel(tx, scene.evaluation.id)?
        .iter()
        .map(|member| member.user_id)
        .collect();
    let mut named = HashSet::new();
    for (n, user) in input.user_ids.iter().enumerate() {
        let fault = if !allowed.contains(user) {
            "这个人在本党委没有评审委员角色。"
        } else if seated.contains(user) {
            "已经在评审委员会。"
        } else if !named.insert(*user) {
            "同一个人列了两次。"
        } else {
            continue;
        };
        return Err(Error::field(format!("user_ids[{n}]"), fault));
    }
    let now = tx.now();
    let rows: Vec<Substitute> = (1..)
        .zip(&input.user_ids)
        .map(|(position, user_id)| Substitute {
            id: SubstituteId::fresh(now),
            evaluation_id: scene.evaluation.id,
            user_id: *user_id,
            position,
            draw_id: None,
        })
        .collect();
    store::set_substitutes(tx, scene.evaluation.id, &rows)?;
    seats::update(tx, &scene.evaluation)?;
    scene.evaluation.version += 1;
    audit::record(
        tx,
        actor,
        scene::event(&scene, Verb::SubstitutesNamed).detail(json!({ "user_ids": input.user_ids })),
    )?;
    Ok(scene)
}

/// Whether somebody may still be replaced: until the lock.
pub fn may_replace(scene: &Scene) -> Result<(), Refusal> {
    match scene.round.state {
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring => Ok(()),
        RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "panel_fixed",
            "评分已锁定或批次已结束，不能再替换委员。",
        )
        .remedy("对评分有意见的，请走异议程序。")),
    }
}

/// A member leaves, a substitute takes the seat. Sheets of the one who left are kept and count no more.
pub fn replace(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    input: &ReplacementInput,
) -> Result<Scene> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    may_replace(&scene)?;
    let members = seats::panel(tx, scene.evaluation.id)?;
    let out = members
        .iter()
        .find(|member| member.user_id == input.out_user_id)
        .cloned()
        .ok_or_else(|| Error::field("out_user_id", "这个人不在评审委员会。"))?;
    let found = conflicts_of_substitutes(tx, &scene)?;
    let (user, skipped) = successor(tx, &scene, &members, input, &found)?;
    let now = tx.now();
    let mut seated: Vec<SeatInput> = members
        .iter()
        .filter(|member| member.user_id != out.user_id)
        .map(|member| SeatInput {
            user_id: member.user_id,
            seat: member.seat,
        })
        .collect();
    seated.push(SeatInput {
        user_id: user,
        seat: out.seat,
    });
    seats::seat_exactly(tx, scene.evaluation.id, &seated)?;
    store::remove_substitute(tx, scene.evaluation.id, user)?;
    let member = seats::seat(tx, scene.evaluation.id, user)?.ok_or(Error::NotFound)?;
    let scoring = scene.evaluation.state == EvaluationState::Scoring;
    if scoring {
        recuse(tx, &scene, user, &found)?;
        keeps_quorum(tx, &scene)?;
        assign::refill(tx, actor, &scene)?;
    }
    let sheets = store::sheets_begun(tx, scene.evaluation.id, out.user_id)?;
    store::insert_replacement(
        tx,
        &Replacement {
            id: ReplacementId::fresh(now),
            evaluation_id: scene.evaluation.id,
            out_member_id: out.id,
            in_member_id: member.id,
            reason: input.reason.trim().to_owned(),
            sheets_set_aside: sheets,
            scoring,
            by_user_id: actor.user_id().unwrap_or(UserId(0)),
            at: now,
        },
    )?;
    let invitations = store::invitations(tx, scene.evaluation.id)?;
    match invitations.iter().find(|one| one.member_id == member.id) {
        None if !invitations.is_empty() => invite::insert(tx, actor, member.id)?,
        Some(earlier) if earlier.state == InvitationState::Declined => {
            store::answer_invitation(tx, earlier.id, InvitationState::Sent, "", None)?;
        }
        None | Some(_) => {}
    }
    seats::update(tx, &scene.evaluation)?;
    scene.evaluation.version += 1;
    audit::record(
        tx,
        actor,
        scene::event(&scene, Verb::MemberReplaced).detail(json!({
            "out": out.user_id,
            "out_alias": out.alias,
            "in": user,
            "in_alias": member.alias,
            "seat": out.seat,
            "reason": input.reason.trim(),
            "sheets_set_aside": sheets,
            "skipped": skipped,
        })),
    )?;
    Ok(scene)
}

type Found = BTreeMap<(UserId, TopicId), Ground>;

/// What every possible successor would have to leave to others, once bids are open.
fn conflicts_of_substitutes(c: &mut Conn, scene: &Scene) -> Result<Found> {
    if scene.round.opened_at.is_none() {
        return Ok(Found::new());
    }
    let day = judged_on(scene);
    let people = candidates(c, &scene.path)?;
    let interests = interests::interests(c, scene.evaluation.id, &people)?;
    let bids = store::competitors(c, scene.round.id)?;
    Ok(conflicts::recusals(&interests, &bids, &scene.path, day))
}

/// The day by which posts and relations are judged: that of the opening.
fn judged_on(scene: &Scene) -> chrono::NaiveDate {
    clock::local_date(scene.round.opened_at.unwrap_or(scene.round.opening_at))
}

/// Who takes the seat: the first substitute who may. One is passed over only for a conflict in this round.
fn successor(
    c: &mut Conn,
    scene: &Scene,
    members: &[PanelMember],
    input: &ReplacementInput,
    found: &Found,
) -> Result<(UserId, Vec<UserId>)> {
    let waiting: Vec<UserId> = store::substitutes(c, scene.evaluation.id)?
        .into_iter()
        .map(|one| one.user_id)
        .filter(|user| members.iter().all(|member| member.user_id != *user))
        .collect();
    let conflicted = |user: &UserId| found.keys().any(|(of, _)| of == user);
    let Some(wanted) = input.in_user_id else {
        let first = waiting
            .iter()
            .position(|user| !conflicted(user))
            .or((!waiting.is_empty()).then_some(0));
        let Some(first) = first else {
            return Err(Refusal::new("no_substitute", "没有候补委员。")
                .remedy("请先确定候补委员，或指定由谁接替。")
                .into());
        };
        let skipped = waiting.iter().take(first).copied().collect();
        let user = waiting.get(first).copied().ok_or(Error::NotFound)?;
        return Ok((user, skipped));
    };
    if members.iter().any(|member| member.user_id == wanted) {
        return Err(Error::field("in_user_id", "已经在评审委员会。"));
    }
    if !candidates(c, &scene.path)?
        .iter()
        .any(|person| person.user_id == wanted)
    {
        return Err(Error::field(
            "in_user_id",
            "这个人在本党委没有评审委员角色。",
        ));
    }
    let skipped: Vec<UserId> = waiting
        .iter()
        .copied()
        .take_while(|user| *user != wanted)
        .collect();
    if let Some(first) = skipped.iter().find(|user| !conflicted(user)) {
        let people = people_by_id(c, vec![*first])?;
        let name = people.get(first).map_or("", |person| person.name.as_str());
        return Err(Refusal::new(
            "substitute_order",
            format!("候补委员按顺序接替，应先由{name}接替。"),
        )
        .remedy("排在前面的候补委员须回避本批次标的的，才可以跳过。")
        .into());
    }
    Ok((wanted, skipped))
}

/// Recuses the one who came in, as everybody was when scoring started.
fn recuse(tx: &mut Tx, scene: &Scene, user: UserId, found: &Found) -> Result<()> {
    let now = tx.now();
    let standing: HashSet<TopicId> = rounds::topics(tx, scene.round.id)?
        .into_iter()
        .filter(|topic| !topic.failed)
        .map(|topic| topic.id)
        .collect();
    for ((of, topic), ground) in found {
        if *of != user || !standing.contains(topic) {
            continue;
        }
        if seats::is_recused(tx, scene.evaluation.id, user, *topic)? {
            continue;
        }
        seats::insert_recusal(
            tx,
            &Recusal {
                id: RecusalId::fresh(now),
                evaluation_id: scene.evaluation.id,
                topic_id: *topic,
                user_id: user,
                cause: ground.cause,
                reason: ground.reason.clone(),
                at: now,
                lifted_at: None,
            },
        )?;
    }
    Ok(())
}

/// Every topic still has a quorum of the panel.
fn keeps_quorum(c: &mut Conn, scene: &Scene) -> Result<()> {
    let members = seats::panel(c, scene.evaluation.id)?;
    let seated: HashSet<UserId> = members.iter().map(|member| member.user_id).collect();
    let mut recused: HashMap<TopicId, usize> = HashMap::new();
    for recusal in seats::recusals(c, scene.evaluation.id)? {
        if seated.contains(&recusal.user_id) {
            *recused.entry(recusal.topic_id).or_default() += 1;
        }
    }
    for topic in rounds::topics(c, scene.round.id)? {
        let left = members.len() - recused.get(&topic.id).copied().unwrap_or(0);
        if !topic.failed && !conflicts::has_quorum(scene, left, members.len()) {
            return Err(Refusal::new(
                "replacement_below_quorum",
                format!(
                    "换人以后标的“{}”只剩 {left} 名委员可评，不足法定人数。",
                    topic.title
                ),
            )
            .remedy("请换另一名没有利害关系的候补委员。")
            .into());
        }
    }
    Ok(())
}

/// What is shown beside the seats: substitutes, replacements, invitations, and the names in them.
pub struct Record {
    pub substitutes: Vec<Substitute>,
    pub replacements: Vec<Replacement>,
    pub invitations: Vec<store::Invitation>,
    pub members: Vec<PanelMember>,
    pub people: HashMap<UserId, seats::Reviewer>,
}

pub fn record(c: &mut Conn, scene: &Scene) -> Result<Record> {
    let evaluation = scene.evaluation.id;
    let substitutes = store::substitutes(c, evaluation)?;
    let replacements = store::replacements(c, evaluation)?;
    let invitations = store::invitations(c, evaluation)?;
    let members = seats::all_members(c, evaluation)?;
    let named = substitutes
        .iter()
        .map(|one| one.user_id)
        .chain(members.iter().map(|member| member.user_id))
        .chain(replacements.iter().map(|one| one.by_user_id))
        .collect::<HashSet<_>>();
    let people = people_by_id(c, named.into_iter().collect())?;
    Ok(Record {
        substitutes,
        replacements,
        invitations,
        members,
        people,
    })
}
