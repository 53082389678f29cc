//! Beginning a draft in a published round, by the organization's own people.

use crate::bids::actions::{check_references, lanes};
use crate::bids::scene::BidScene;
use crate::bids::{Bid, BidContent, BidState, store};
use crate::ids::{BidId, OrganizationId, RevisionId};
use crate::rounds::scene::RoundScene;
use crate::rounds::{RoundState, rules};
use crate::verbs::prelude::*;
use crate::who::Grant;
use crate::{people, sealing};

/// A new draft.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BidInput {
    /// Needed only by who drafts for several organizations.
    pub organization_id: Option<OrganizationId>,
    #[validate(nested)]
    pub content: BidContent,
}

pub struct Create;

impl Verb for Create {
    type On = RoundScene;
    type Gives = BidScene;
    type Input = BidInput;
    type Ready = ();

    const NAME: &'static str = "create";
    const SAYS: &'static str = "Begin a draft in an open round.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::BidCreated);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &[
        "applicant_required",
        "not_in_committee",
        "not_your_organization",
    ];
    const REFUSES: &'static [&'static str] = &[
        people::DISABLED,
        "not_published",
        "deadline_passed",
        "already_opened",
        "cancelled",
        "lane_full",
    ];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        let mut own = drafters(actor).peekable();
        if own.peek().is_none() {
            return Err(Error::Forbidden(
                Refusal::new(
                    "applicant_required",
                    "申报由基层组织的申报人或书记起草，您没有这个角色。",
                )
                .remedy("请联系本支部的申报人或书记。"),
            ));
        }
        if own.any(|grant| grant.path.starts_with(&on.committee_path)) {
            return Ok(());
        }
        Err(not_in_committee())
    }

    /// From the publishing on, also before bids may be submitted.
    fn when(_: &mut Conn, on: &RoundScene, actor: &Actor, now: Instant) -> Result<()> {
        if drafters(actor).all(|grant| grant.disabled) {
            return Err(people::disabled("您的组织").into());
        }
        let round = &on.round;
        let state = round.state_at(now);
        if state != RoundState::Open {
            rules::takes_bids(state, round.opens_at, round.deadline, now)?;
        }
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        (): (),
        actor: &Actor,
        input: &BidInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let organization = organization_for(actor, input.organization_id)?;
        policy::may_act_for(actor, organization)?;
        people::in_use(tx, organization)?;
        let own = people::organization(tx, organization)?;
        if !own.path.starts_with(&on.committee_path) {
            return Err(not_in_committee());
        }
        check_references(tx, &own, on.round.id, &input.content)?;
        let chosen = (input.content.topic_id, None);
        lanes::may_bid(tx, actor, &on.round, organization, chosen)?;
        let user = actor.person()?.user_id;
        let id = BidId::fresh(now);
        let bid = Bid {
            id,
            round_id: on.round.id,
            organization_id: organization,
            state: BidState::Draft,
            draft: Vec::new(),
            draft_revision: 1,
            draft_saved_at: now,
            sealed: None,
            digest: None,
            receipt: None,
            submitted_at: None,
            submitted_by: None,
            withdrawn_at: None,
            void_reason: None,
            topic_id: None,
            title: None,
            leader_name: None,
            budget_total: None,
            version: 1,
            created_by: user,
            created_at: now,
            updated_at: now,
            submitted_revision: None,
        };
        store::insert(tx, &bid)?;
        let people = people::acting_for(tx, organization)?;
        let secret = sealing::begin_draft(tx, actor, id, organization, &people)?;
        let bytes = secret.encrypt(&input.content.to_bytes()?)?;
        store::put_draft(tx, id, &bytes)?;
        store::insert_revision(tx, RevisionId::fresh(now), id, 1, &bytes, user, now)?;
        let done = Done::of(id, "草稿已建立，写下的内容会自动保存。");
        Ok(done.to(format!("/bids/{id}/edit")))
    }
}

/// The roles one drafts with.
fn drafters(actor: &Actor) -> impl Iterator<Item = &Grant> {
    let drafts = |grant: &&Grant| matches!(grant.role, Role::Applicant | Role::BranchSecretary);
    actor.grants().iter().filter(drafts)
}

fn not_in_committee() -> Error {
    Error::forbidden("not_in_committee", "您的组织不属于招标的党委。")
}

/// The organization a new bid is for: the one asked for, else the actor's only one.
fn organization_for(actor: &Actor, asked: Option<OrganizationId>) -> Result<OrganizationId> {
    let mut own: Vec<OrganizationId> = drafters(actor)
        .filter(|grant| !grant.disabled)
        .map(|grant| grant.organization_id)
        .collect();
    own.sort_unstable();
    own.dedup();
    match (asked, own.as_slice()) {
        (Some(asked), _) => Ok(asked),
        (None, [only]) => Ok(*only),
        (None, _) => Err(Error::field("organization_id", "请选择为哪个组织申报。")),
    }
}
