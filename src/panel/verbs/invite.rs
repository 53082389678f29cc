//! Invitations to the panel, after the check and before the work.

use crate::ids::{InvitationId, PanelMemberId, UserId};
use crate::panel::scene::{Scene, not_on_panel};
use crate::panel::shown::{Panel, conflicts};
use crate::panel::store::{self, Invitation};
use crate::seats::{self, InvitationState, PanelMember};
use crate::verbs::prelude::*;

/// Everybody who was not invited yet.
pub struct Invite;

/// Who is to be invited, and what the check found.
pub struct Inviting {
    members: Vec<PanelMember>,
    conflicts: usize,
    left_if_all_bid: usize,
}

impl Verb for Invite {
    type On = Scene;
    type Gives = Panel;
    type Input = Empty;
    type Ready = Inviting;

    const NAME: &'static str = "invite";
    const SAYS: &'static str =
        "Invites everybody who was not invited yet; refused while the check finds a fault.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::PanelInvited);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "panel_fixed",
        "panel_size",
        "panel_chair",
        "quorum_at_risk",
        "all_invited",
    ];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    fn when(c: &mut Conn, on: &Scene, _: &Actor, now: Instant) -> Result<Inviting> {
        on.may_change()?;
        let mut members = seats::panel(c, on.evaluation.id)?;
        let check = conflicts::of(c, on, &members, now)?;
        if let Some(fault) = check.faults.first() {
            return Err(fault.refusal().into());
        }
        let invited = store::invitations(c, on.evaluation.id)?;
        members.retain(|member| invited.iter().all(|one| one.member_id != member.id));
        if members.is_empty() {
            return Err(Refusal::new("all_invited", "委员都已邀请。").into());
        }
        Ok(Inviting {
            members,
            conflicts: check.members.iter().map(|one| one.conflicts.len()).sum(),
            left_if_all_bid: check.left_if_all_bid,
        })
    }

    fn perform(
        tx: &mut Tx,
        on: Scene,
        ready: Inviting,
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        for member in &ready.members {
            insert(tx, actor, member.id)?;
        }
        let invited: Vec<UserId> = ready.members.iter().map(|one| one.user_id).collect();
        let said = "邀请已发出，委员的待办里可以看到。";
        Ok(Done::of(on.round.id, said).detail(json!({
            "invited": invited,
            "conflicts": ready.conflicts,
            "left_if_all_bid": ready.left_if_all_bid,
        })))
    }
}

pub fn insert(tx: &mut Tx, actor: &Actor, member: PanelMemberId) -> Result<()> {
    let now = tx.now();
    store::insert_invitation(
        tx,
        &Invitation {
            id: InvitationId::fresh(now),
            member_id: member,
            state: InvitationState::Sent,
            sent_by: actor.person()?.user_id,
            sent_at: now,
            answered_at: None,
            reason: String::new(),
        },
    )
}

/// A reviewer's answer to the invitation.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    pub accept: bool,
    /// Needed to decline.
    #[serde(default)]
    #[validate(length(min = 1, max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// One's own answer; until scoring starts one may still decline.
pub struct Answer;

impl Verb for Answer {
    type On = Scene;
    type Gives = Panel;
    type Input = AnswerInput;
    type Ready = (PanelMember, Invitation);

    const NAME: &'static str = "answer";
    const SAYS: &'static str =
        "A reviewer's own answer to the invitation; declining needs a reason.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::InvitationAnswered);
    const FORBIDS: &'static [&'static str] = &["not_on_panel"];
    const REFUSES: &'static [&'static str] = &["not_invited", "panel_fixed", "invitation_answered"];

    fn who(on: &Scene, _: &Actor) -> Result<()> {
        on.seat.as_ref().map(|_| ()).ok_or_else(not_on_panel)
    }

    fn when(c: &mut Conn, on: &Scene, _: &Actor, _: Instant) -> Result<Self::Ready> {
        let seat = on.seat.clone().ok_or_else(not_on_panel)?;
        let Some(invitation) = store::invitation(c, seat.id)? else {
            return Err(Refusal::new("not_invited", "您还没有收到邀请。")
                .remedy("党建部核查名单以后会发出邀请。")
                .into());
        };
        on.may_change()?;
        Ok((seat, invitation))
    }

    fn perform(
        tx: &mut Tx,
        on: Scene,
        (seat, invitation): Self::Ready,
        _: &Actor,
        input: &AnswerInput,
    ) -> Result<Done<Self>> {
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
        let reason = input.reason.as_deref().unwrap_or_default();
        if !input.accept && reason.is_empty() {
            return Err(Error::field("reason", "谢绝邀请请写明原因。"));
        }
        let now = tx.now();
        store::answer_invitation(tx, invitation.id, state, reason, Some(now))?;
        let said = match input.accept {
            true => "您已接受邀请，请阅读并签署评审承诺。",
            false => "您已谢绝邀请，党建部会安排候补委员。",
        };
        Ok(Done::of(on.round.id, said)
            .detail(json!({ "alias": seat.alias, "answer": state, "reason": reason })))
    }
}
