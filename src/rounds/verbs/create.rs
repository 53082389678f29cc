//! Making a draft round.

use crate::ids::{OrganizationId, RoundId, TopicId};
use crate::people::{self, Organization, OrganizationKind};
use crate::rounds::actions::event;
use crate::rounds::input::{RoundInput, TopicInput};
use crate::rounds::scene::RoundScene;
use crate::rounds::store::origins::Origin;
use crate::rounds::{OriginKind, Round, Topic, store};
use crate::seats;
use crate::verbs::Scene;
use crate::verbs::prelude::*;

/// The committee a new round belongs to, unless another is asked for: the one whose office the actor is, else their own.
pub struct Making {
    committee: Option<Organization>,
}

impl Scene for Making {
    type Id = ();

    fn load(c: &mut Conn, actor: &Actor, (): &()) -> Result<Self> {
        if matches!(actor, Actor::System) {
            return Ok(Self { committee: None });
        }
        actor.person()?;
        let office = actor
            .grants()
            .iter()
            .find(|grant| grant.role == Role::Office);
        let committee = office
            .map(|grant| grant.organization_id)
            .or_else(|| actor.committee())
            .map(|id| people::organization(c, id))
            .transpose()?;
        Ok(Self { committee })
    }

    fn version(&self) -> i64 {
        1
    }
}

pub struct Create;

impl Verb for Create {
    type On = Making;
    type Gives = RoundScene;
    type Input = RoundInput;
    type Ready = ();

    const NAME: &'static str = "create";
    const SAYS: &'static str = "Make a draft round.";
    // Recorded by [`create_from`], which copies are made by too.
    const EVENT: Option<audit::Verb> = None;
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];

    fn who(on: &Making, actor: &Actor) -> Result<()> {
        match &on.committee {
            Some(committee) => policy::may_run(actor, &committee.path),
            None => Ok(()),
        }
    }

    fn when(_: &mut Conn, _: &Making, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: Making,
        (): (),
        actor: &Actor,
        input: &RoundInput,
    ) -> Result<Done<Self>> {
        let committee = match (input.committee_id, on.committee) {
            (Some(asked), _) => asked_for(tx, asked)?,
            (None, Some(own)) => own,
            (None, None) => return Err(Error::field("committee_id", "请指明由哪个党委招标。")),
        };
        policy::may_run(actor, &committee.path)?;
        if committee.kind != OrganizationKind::Committee {
            return Err(Error::field("committee_id", "批次由党委建立，请选择党委。"));
        }
        let round = create_from(tx, actor, committee.id, input, None)?;
        Ok(Done::of(round.id, "批次草稿已建立。"))
    }
}

fn asked_for(tx: &mut Tx, asked: OrganizationId) -> Result<Organization> {
    match people::organization(tx, asked) {
        Err(Error::NotFound) => Err(Error::field("committee_id", "没有这个组织。")),
        found => found,
    }
}

/// A draft round with its topics, rule and criteria, which says which round it was made from.
pub fn create_from(
    tx: &mut Tx,
    actor: &Actor,
    committee: OrganizationId,
    input: &RoundInput,
    origin: Option<(RoundId, OriginKind)>,
) -> Result<Round> {
    input.check()?;
    let now = tx.now();
    let by = actor.person()?.user_id;
    let round = input.draft(RoundId::fresh(now), committee, by, now);
    store::insert(tx, &round)?;
    insert_topics(tx, round.id, &input.topics)?;
    seats::create_for_round(tx, committee, round.id, &input.rule)?;
    if let Some((origin_id, kind)) = origin {
        let round_id = round.id;
        store::origins::insert_origin(
            tx,
            &Origin {
                round_id,
                origin_id,
                kind,
            },
        )?;
    }
    let from = origin.map(|(id, kind)| json!({ "round": id, "as": kind }));
    let detail = json!({ "title": round.title, "year": round.year, "from": from });
    let event = event(audit::Verb::RoundCreated, &round, 1).detail(detail);
    audit::record(tx, actor, event)?;
    Ok(round)
}

pub(super) fn insert_topics(tx: &mut Tx, round: RoundId, topics: &[TopicInput]) -> Result<()> {
    let now = tx.now();
    for (position, topic) in (1..).zip(topics) {
        store::insert_topic(
            tx,
            &Topic {
                id: TopicId::fresh(now),
                round_id: round,
                position,
                lane: topic.lane,
                title: topic.title.clone(),
                requirements: topic.requirements.clone(),
                quota: topic.quota,
                budget_ceiling: topic.budget_ceiling,
                minimum_bids: topic.minimum_bids,
                failed: false,
            },
        )?;
    }
    Ok(())
}
