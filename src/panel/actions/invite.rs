//! Invitations to the panel, after the check and before the work.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::{InvitationId, PanelMemberId, RoundId, UserId};
use crate::panel::actions::conflicts;
use crate::panel::actions::naming::may_change;
use crate::panel::input::AnswerInput;
use crate::panel::scene::{self, Scene, event, not_on_panel};
use crate::panel::store::{self, Invitation};
use crate::seats::{self, InvitationState};
use crate::who::Actor;

/// Invites everybody who was not invited yet; refused while the check finds a fault.
pub fn send(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Scene> {
    let scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    may_change(&scene)?;
    let now = tx.now();
    let members = seats::panel(tx, scene.evaluation.id)?;
    let check = conflicts::of(tx, scene, members, now)?;
    if let Some(fault) = check.faults.into_iter().next() {
        return Err(fault.into());
    }
    let scene = check.scene;
    let mut invited = Vec::new();
    for member in &check.members {
        if store::invitation(tx, member.id)?.is_none() {
            insert(tx, actor, member.id)?;
            invited.push(member.user_id);
        }
    }
    if invited.is_empty() {
        return Err(Refusal::new("all_invited", "委员都已邀请。").into());
    }
    audit::record(
        tx,
        actor,
        event(&scene, Verb::PanelInvited).detail(json!({
            "invited": invited,
            "conflicts": check.conflicts.len(),
            "left_if_all_bid": check.worst,
        })),
    )?;
    Ok(scene)
}

pub fn insert(tx: &mut Tx, actor: &Actor, member: PanelMemberId) -> Result<()> {
    let now = tx.now();
    store::insert_invitation(
        tx,
        &Invitation {
            id: InvitationId::fresh(now),
            member_id: member,
            state: InvitationState::Sent,
            sent_by: actor.user_id().unwrap_or(UserId(0)),
            sent_at: now,
            answered_at: None,
            reason: String::new(),
        },
    )
}

/// One's own answer; until scoring starts one may still decline.
pub fn answer(tx: &mut Tx, actor: &Actor, round: RoundId, input: &AnswerInput) -> Result<Scene> {
    let scene = scene::command(tx, actor, round)?;
    let Some(seat) = scene.seat.clone() else {
        return Err(not_on_panel());
    };
    let Some(invitation) = store::invitation(tx, seat.id)? else {
        return Err(Refusal::new("not_invited", "您还没有收到邀请。")
            .remedy("党建部核查名单以后会发出邀请。")
            .into());
    };
    may_change(&scene)?;
    let state = match (invitation.state, input.accept) {
        (InvitationState::Sent | InvitationState::Accepted, false) => InvitationState::Declined,
        (InvitationState::Sent, true) => InvitationState::Accepted,
        (InvitationState::Accepted, true) | (InvitationState::Declined, _) => {
            return Err(Refusal::new(
                "invitation_answered",
                format!("您{}邀请。", invitation.state.label()),
            )
            .remedy("需要改变的，请联系党建部。")
            .into());
        }
    };
    let reason = input.reason.as_deref().unwrap_or_default().trim();
    if state == InvitationState::Declined && reason.is_empty() {
        return Err(Error::field("reason", "谢绝邀请请写明原因。"));
    }
    let now = tx.now();
    store::answer_invitation(tx, invitation.id, state, reason, Some(now))?;
    audit::record(
        tx,
        actor,
        event(&scene, Verb::InvitationAnswered)
            .detail(json!({ "alias": seat.alias, "answer": state, "reason": reason })),
    )?;
    Ok(scene)
}
