//! A member leaves, a substitute takes the seat, with a reason that is shown.

use super::invite;
use crate::clock;
use crate::ids::{ReplacementId, TopicId, UserId};
use crate::panel::actions::conflicts::{self, Found};
use crate::panel::actions::quorum::{Bench, Left};
use crate::panel::actions::{assign, interests, known};
use crate::panel::scene::Scene;
use crate::panel::shown::Panel;
use crate::panel::store::{self, Replacement};
use crate::people::Sought;
use crate::rounds::RoundState;
use crate::seats::{
    self, EvaluationState, InvitationState, PanelMember, SeatInput, people_by_id, who_may_sit,
};
use crate::text::quoted;
use crate::verbs::prelude::*;

/// One member leaves, another takes the seat.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplacementInput {
    pub out_user_id: UserId,
    /// The first substitute who may, unless told.
    #[serde(default)]
    pub in_user_id: Option<UserId>,
    /// Shown to all who see the panel.
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "因病不能到会")]
    pub reason: String,
}

/// Sheets of the one who left are kept and count no more.
pub struct Replace;

impl Verb for Replace {
    type On = Scene;
    type Gives = Panel;
    type Input = ReplacementInput;
    type Ready = ();

    const NAME: &'static str = "replace";
    const SAYS: &'static str =
        "A member leaves with a reason, a substitute takes the seat; until the lock.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::MemberReplaced);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "panel_fixed",
        "no_substitute",
        "substitute_order",
        "replacement_below_quorum",
    ];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    /// Until the lock.
    fn when(_: &mut Conn, on: &Scene, _: &Actor, _: Instant) -> Result<()> {
        match on.round.state {
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
            .remedy("对评分有意见的，请走异议程序。")
            .into()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: Scene,
        (): (),
        actor: &Actor,
        input: &ReplacementInput,
    ) -> Result<Done<Self>> {
        let (now, evaluation) = (tx.now(), on.evaluation.id);
        let members = seats::panel(tx, evaluation)?;
        let out = members
            .iter()
            .find(|member| member.user_id == input.out_user_id)
            .cloned()
            .ok_or_else(|| Error::field("out_user_id", "这个人不在评审委员会。"))?;
        let found = conflicts_of_substitutes(tx, &on, input.in_user_id, now)?;
        let (user, skipped) = successor(tx, &on, &members, input, &found)?;
        let scoring = on.evaluation.state == EvaluationState::Scoring;
        let before = match scoring {
            true => Some(Bench::load(tx, &on)?),
            false => None,
        };
        let member = take_seat(tx, &on, &members, &out, user)?;
        if let Some(before) = before {
            known::recuse(tx, actor, &on, user)?;
            keeps_quorum(&before, &Bench::load(tx, &on)?)?;
            assign::refill(tx, actor, &on)?;
        }
        let sheets = store::sheets_begun(tx, evaluation, out.user_id)?;
        store::insert_replacement(
            tx,
            &Replacement {
                id: ReplacementId::fresh(now),
                evaluation_id: evaluation,
                out_member_id: out.id,
                in_member_id: member.id,
                reason: input.reason.clone(),
                sheets_set_aside: sheets,
                scoring,
                by_user_id: actor.person()?.user_id,
                at: now,
            },
        )?;
        invited(tx, actor, &on, &member)?;
        seats::update(tx, &on.evaluation)?;
        let said = "已替换，原委员的评分表保留但不计入。";
        Ok(Done::of(on.round.id, said).detail(json!({
            "out": out.user_id,
            "out_alias": out.alias,
            "in": user,
            "in_alias": member.alias,
            "seat": out.seat,
            "reason": input.reason,
            "sheets_set_aside": sheets,
            "skipped": skipped,
        })))
    }
}

fn take_seat(
    tx: &mut Tx,
    scene: &Scene,
    members: &[PanelMember],
    out: &PanelMember,
    user_id: UserId,
) -> Result<PanelMember> {
    let evaluation = scene.evaluation.id;
    let stays = |member: &&PanelMember| member.user_id != out.user_id;
    let seat = |member: &PanelMember| SeatInput {
        user_id: member.user_id,
        seat: member.seat,
    };
    let mut seated: Vec<SeatInput> = members.iter().filter(stays).map(seat).collect();
    seated.push(SeatInput {
        user_id,
        seat: out.seat,
    });
    seats::seat_exactly(tx, evaluation, &seated)?;
    store::remove_substitute(tx, evaluation, user_id)?;
    seats::seat(tx, evaluation, user_id)?.ok_or(Error::NotFound)
}

/// Where the panel was invited, the one who came in is, too; again, if they once declined.
fn invited(tx: &mut Tx, actor: &Actor, scene: &Scene, member: &PanelMember) -> Result<()> {
    let invitations = store::invitations(tx, scene.evaluation.id)?;
    match invitations.iter().find(|one| one.member_id == member.id) {
        None if !invitations.is_empty() => invite::insert(tx, actor, member.id),
        Some(earlier) if earlier.state == InvitationState::Declined => {
            store::answer_invitation(tx, earlier.id, InvitationState::Sent, "", None)
        }
        None | Some(_) => Ok(()),
    }
}

/// What every possible successor would have to leave to others, once bids are open.
fn conflicts_of_substitutes(
    c: &mut Conn,
    scene: &Scene,
    wanted: Option<UserId>,
    now: Instant,
) -> Result<Found> {
    if scene.round.opened_at.is_none() {
        return Ok(Found::new());
    }
    let day = clock::local_date(now);
    let waiting = store::substitutes(c, scene.evaluation.id)?;
    let asked = waiting.into_iter().map(|one| one.user_id).chain(wanted);
    let people = seats::sought(c, &scene.path, Sought::These(&asked.collect::<Vec<_>>()))?;
    let interests = interests::interests(c, scene.evaluation.id, &people)?;
    conflicts::recusals(c, scene, &interests, day)
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
                .remedy("请党建部先确定候补委员，或指定由谁接替。")
                .into());
        };
        let skipped = waiting.iter().take(first).copied().collect();
        let user = waiting.get(first).copied().ok_or(Error::NotFound)?;
        return Ok((user, skipped));
    };
    if members.iter().any(|member| member.user_id == wanted) {
        return Err(Error::field("in_user_id", "已经在评审委员会。"));
    }
    if who_may_sit(c, &scene.path, &[wanted])?.is_empty() {
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

/// No topic is left to fewer than before, where that is below the quorum: one after the other, substitutes mend it.
fn keeps_quorum(before: &Bench, after: &Bench) -> Result<()> {
    let had = |topic: TopicId| before.topics.iter().find(|one| one.topic.id == topic);
    let worse = |one: &&Left| had(one.topic.id).is_some_and(|before| one.left < before.left);
    match after.short().find(worse) {
        None => Ok(()),
        Some(one) => Err(Refusal::new(
            "replacement_below_quorum",
            format!(
                "换人以后标的{}只剩 {} 名委员可评，少于法定的 {} 名。",
                quoted(&one.topic.title),
                one.left,
                after.needed
            ),
        )
        .remedy("请换另一名没有利害关系的候补委员。")
        .into()),
    }
}
