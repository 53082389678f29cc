//! The panel and its matters as they are shown, to programs and on pages.

pub mod conflicts;
pub mod draw;
pub mod interests;
pub mod present;
pub mod work;

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::{Event, Verb};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, OrganizationId, RoundId, TopicId, UserId};
use crate::panel::scene::{self, Scene};
use crate::panel::store::{self, Invitation, Replacement, Substitute};
use crate::seats::{
    self, InvitationState, PanelMember, Reviewer, Seat, Veil, name_of, organization_of,
    people_by_id,
};
use crate::verbs::{self, Subject};
use crate::who::Actor;

/// A matter of a round's evaluation that is shown by itself.
pub trait Matter: Serialize + ToSchema + Clone + 'static {
    /// Its page, below the round's.
    const PAGE: &'static str;

    /// As this person may see it, who knows of the evaluation.
    fn load(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Self>;
}

/// The matter with the scene it belongs to.
pub struct Of<M> {
    pub scene: Scene,
    pub shown: M,
}

pub type Panel = Of<PanelShown>;

impl<M: Matter> verbs::Scene for Of<M> {
    type Id = RoundId;

    fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
        let scene = scene::scene(c, actor, *id)?;
        let shown = M::load(c, actor, &scene)?;
        Ok(Self { scene, shown })
    }

    fn version(&self) -> i64 {
        self.scene.evaluation.version
    }
}

impl<M: Matter> Subject for Of<M> {
    type Shown = M;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<M> {
        Ok(self.shown.clone())
    }

    fn event(&self, verb: Verb) -> Event {
        scene::event(&self.scene, verb)
    }

    fn href(&self) -> String {
        format!("/rounds/{}/{}", self.scene.round.id, M::PAGE)
    }
}

/// The panel of a round.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PanelShown {
    pub evaluation_id: EvaluationId,
    pub round_id: RoundId,
    pub members: Vec<MemberShown>,
    /// Substitutes, replacements, invitations.
    pub record: PanelRecord,
    /// What is wrong with it, if anything; it must be right before publishing and scoring.
    pub fault: Option<String>,
    pub version: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MemberShown {
    pub user_id: UserId,
    pub name: String,
    pub post: String,
    pub organization_id: Option<OrganizationId>,
    pub organization: String,
    pub seat: Seat,
    /// Shown to the committee alone: elsewhere sheets go by it.
    pub alias: Option<String>,
    pub undertaking_at: Option<Instant>,
}

/// What stands beside the seats.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct PanelRecord {
    /// In the order in which they take a seat.
    pub substitutes: Vec<SubstituteShown>,
    pub replacements: Vec<ReplacementShown>,
    /// Of the members now.
    pub invitations: Vec<InvitationShown>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SubstituteShown {
    pub user_id: UserId,
    pub name: String,
    pub organization: String,
    pub position: i64,
    pub by_lot: bool,
}

/// Somebody left, somebody else took the seat.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReplacementShown {
    pub left: String,
    pub came: String,
    /// Shown to the committee alone.
    pub left_alias: Option<String>,
    pub came_alias: Option<String>,
    pub reason: String,
    /// Sheets of the one who left: kept, not counted.
    pub sheets_set_aside: i64,
    pub during_scoring: bool,
    pub by: String,
    pub at: Instant,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InvitationShown {
    pub user_id: UserId,
    pub state: InvitationState,
    pub sent_at: Instant,
    pub answered_at: Option<Instant>,
    /// Of declining; for the committee alone.
    pub reason: Option<String>,
}

impl Matter for PanelShown {
    const PAGE: &'static str = "panel";

    /// For everybody who knows of the round; who marks under which alias is the committee's to know.
    fn load(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Self> {
        let (id, oversees) = (scene.evaluation.id, scene.oversees(actor));
        let all = seats::all_members(c, id)?;
        let veil = Veil::of(c, actor, scene.round.id)?;
        let substitutes = store::substitutes(c, id)?;
        let replacements = store::replacements(c, id)?;
        let invitations = store::invitations(c, id)?;
        let named: HashSet<UserId> = substitutes
            .iter()
            .map(|one| one.user_id)
            .chain(all.iter().map(|member| member.user_id))
            .chain(replacements.iter().map(|one| one.by_user_id))
            .collect();
        let people = people_by_id(c, named.into_iter().collect())?;
        let seated: Vec<&PanelMember> = all.iter().filter(|m| m.removed_at.is_none()).collect();
        let chairs = seated.iter().filter(|m| m.seat == Seat::Chair).count();
        let fault = match seats::fault(seated.len(), chairs) {
            None => seats::declined_fault(c, id)?,
            found => found,
        };
        let invited = |member: &&PanelMember| {
            let one = invitations.iter().find(|one| one.member_id == member.id)?;
            Some(InvitationShown::of(member, one, oversees, &veil))
        };
        Ok(Self {
            evaluation_id: id,
            round_id: scene.round.id,
            record: PanelRecord {
                substitutes: substitutes
                    .iter()
                    .map(|one| SubstituteShown::of(one, &people))
                    .collect(),
                replacements: replacements
                    .iter()
                    .map(|one| ReplacementShown::of(one, &all, &people, oversees, &veil))
                    .collect(),
                invitations: seated.iter().filter_map(invited).collect(),
            },
            members: seated
                .into_iter()
                .map(|member| MemberShown::of(member, people.get(&member.user_id), oversees))
                .collect(),
            fault: fault.map(|refusal| refusal.reason),
            version: scene.evaluation.version,
        })
    }
}

impl MemberShown {
    fn of(member: &PanelMember, person: Option<&Reviewer>, oversees: bool) -> Self {
        let text = |field: fn(&Reviewer) -> &String| person.map(field).cloned().unwrap_or_default();
        Self {
            user_id: member.user_id,
            name: text(|person| &person.name),
            post: text(|person| &person.post),
            organization_id: person.map(|person| person.organization_id),
            organization: text(|person| &person.organization),
            seat: member.seat,
            alias: oversees.then(|| member.alias.clone()),
            undertaking_at: member.undertaking_at,
        }
    }
}

impl SubstituteShown {
    fn of(one: &Substitute, people: &HashMap<UserId, Reviewer>) -> Self {
        Self {
            user_id: one.user_id,
            name: name_of(people, one.user_id),
            organization: organization_of(people, one.user_id),
            position: one.position,
            by_lot: one.draw_id.is_some(),
        }
    }
}

impl ReplacementShown {
    fn of(
        one: &Replacement,
        all: &[PanelMember],
        people: &HashMap<UserId, Reviewer>,
        oversees: bool,
        veil: &Veil,
    ) -> Self {
        let member = |id| all.iter().find(|member| member.id == id);
        let name = |m: Option<&PanelMember>| m.map(|m| name_of(people, m.user_id));
        let alias = |m: Option<&PanelMember>| m.filter(|_| oversees).map(|m| m.alias.clone());
        let (left, came) = (member(one.out_member_id), member(one.in_member_id));
        Self {
            left: name(left).unwrap_or_default(),
            came: name(came).unwrap_or_default(),
            left_alias: alias(left),
            came_alias: alias(came),
            reason: veil.text(&one.reason),
            sheets_set_aside: one.sheets_set_aside,
            during_scoring: one.scoring,
            by: name_of(people, one.by_user_id),
            at: one.at,
        }
    }
}

impl InvitationShown {
    fn of(member: &PanelMember, one: &Invitation, oversees: bool, veil: &Veil) -> Self {
        Self {
            user_id: member.user_id,
            state: one.state,
            sent_at: one.sent_at,
            answered_at: one.answered_at,
            reason: Some(veil.text(&one.reason)).filter(|reason| oversees && !reason.is_empty()),
        }
    }
}

/// A recusal as declared.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecusalDeclared {
    pub evaluation_id: EvaluationId,
    pub topic_id: TopicId,
    pub reason: String,
}
