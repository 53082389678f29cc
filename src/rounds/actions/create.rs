//! Making and changing a draft round.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{OrganizationId, RoundId, TopicId, UserId};
use crate::people;
use crate::rounds::input::{AcceptanceWeights, RoundInput, TopicInput};
use crate::rounds::rules::{self, Action};
use crate::rounds::store::origins::Origin;
use crate::rounds::{OriginKind, Round, RoundState, Topic, store};
use crate::seats;
use crate::who::Actor;
use crate::who::Role;
use crate::who::policy;

/// The committee a new round belongs to: the one asked for, else the one whose office the actor is.
fn committee_for(actor: &Actor, asked: Option<OrganizationId>) -> Result<OrganizationId> {
    asked
        .or_else(|| {
            actor
                .grants()
                .iter()
                .find(|grant| grant.role == Role::Office)
                .map(|grant| grant.organization_id)
        })
        .or_else(|| actor.committee())
        .ok_or_else(|| Error::field("committee_id", "请指明由哪个党委招标。"))
}

/// Makes a draft round with its topics, rule and criteria.
pub fn create(tx: &mut Tx, actor: &Actor, input: &RoundInput) -> Result<Round> {
    create_from(tx, actor, input, None)
}

/// The same, saying which round it was made from.
pub fn create_from(
    tx: &mut Tx,
    actor: &Actor,
    input: &RoundInput,
    origin: Option<(RoundId, OriginKind)>,
) -> Result<Round> {
    if !matches!(actor, Actor::System) {
        actor.person()?;
    }
    let committee = match people::organization(tx, committee_for(actor, input.committee_id)?) {
        Err(Error::NotFound) => return Err(Error::field("committee_id", "没有这个组织。")),
        other => other?,
    };
    policy::may_run(actor, &committee.path)?;
    if committee.kind != people::OrganizationKind::Committee {
        return Err(Error::field("committee_id", "批次由党委建立，请选择党委。"));
    }
    input.check()?;
    let now = tx.now();
    let weights = &input.acceptance_weights;
    let round = Round {
        id: RoundId::fresh(now),
        committee_id: committee.id,
        year: input.year,
        title: input.title.trim().to_owned(),
        guide: input.guide.clone(),
        state: RoundState::Draft,
        opens_at: input.opens_at,
        deadline: input.deadline,
        opening_at: input.opening_at,
        publicity_days: input.publicity_days,
        contract_days: input.contract_days,
        onsite_weight: weights.onsite,
        questionnaire_weight: weights.questionnaire,
        appraisal_weight: weights.appraisal,
        process_weight: weights.process,
        bid_count: 0,
        published_at: None,
        opened_at: None,
        publicity_from: None,
        publicity_until: None,
        concluded_at: None,
        cancel_reason: None,
        turn: 0,
        version: 1,
        created_by: actor.user_id().unwrap_or(UserId(0)),
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &round)?;
    insert_topics(tx, round.id, &input.topics)?;
    seats::create_for_round(tx, committee.id, round.id, &input.rule)?;
    if let Some((origin_id, kind)) = origin {
        store::origins::insert_origin(
            tx,
            &Origin {
                round_id: round.id,
                origin_id,
                kind,
            },
        )?;
    }
    audit::record(
        tx,
        actor,
        super::event(Verb::RoundCreated, &round, 1).detail(json!({
            "title": round.title, "year": round.year, "from": origin.map(|(id, kind)| json!({ "round": id, "as": kind })),
        })),
    )?;
    Ok(round)
}

/// A topic as it would be typed.
pub fn topic_input(topic: Topic) -> TopicInput {
    TopicInput {
        lane: topic.lane,
        title: topic.title,
        requirements: topic.requirements,
        quota: topic.quota,
        budget_ceiling: topic.budget_ceiling,
        minimum_bids: topic.minimum_bids,
    }
}

fn insert_topics(tx: &mut Tx, round: RoundId, topics: &[TopicInput]) -> Result<()> {
    let now = tx.now();
    for (position, topic) in (1..).zip(topics) {
        store::insert_topic(
            tx,
            &Topic {
                id: TopicId::fresh(now),
                round_id: round,
                position,
                lane: topic.lane,
                title: topic.title.trim().to_owned(),
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

/// Changes a draft round as a whole, on the version it was read at.
pub fn change(
    tx: &mut Tx,
    actor: &Actor,
    id: RoundId,
    version: i64,
    input: &RoundInput,
) -> Result<Round> {
    let old = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    rules::next(old.state_at(now), Action::Change)?;
    if old.version != version {
        return Err(Error::stale());
    }
    input.check()?;
    let weights = &input.acceptance_weights;
    let new = Round {
        year: input.year,
        title: input.title.trim().to_owned(),
        guide: input.guide.clone(),
        opens_at: input.opens_at,
        deadline: input.deadline,
        opening_at: input.opening_at,
        publicity_days: input.publicity_days,
        contract_days: input.contract_days,
        onsite_weight: weights.onsite,
        questionnaire_weight: weights.questionnaire,
        appraisal_weight: weights.appraisal,
        process_weight: weights.process,
        version: old.version + 1,
        updated_at: now,
        ..old.clone()
    };
    store::update_draft(tx, &old, &new)?;
    store::delete_topics(tx, id)?;
    insert_topics(tx, id, &input.topics)?;
    seats::change_rule(tx, id, &input.rule)?;
    audit::record(
        tx,
        actor,
        super::event(Verb::RoundChanged, &new, new.version).detail(json!({ "title": new.title })),
    )?;
    Ok(new)
}

/// A round as it would be typed: for changing it, and for copying last year's.
pub fn input_of(c: &mut Conn, round: &Round) -> Result<RoundInput> {
    let topics = store::topics(c, round.id)?
        .into_iter()
        .map(topic_input)
        .collect();
    Ok(RoundInput {
        committee_id: Some(round.committee_id),
        year: round.year,
        title: round.title.clone(),
        guide: round.guide.clone(),
        opens_at: round.opens_at,
        deadline: round.deadline,
        opening_at: round.opening_at,
        publicity_days: round.publicity_days,
        contract_days: round.contract_days,
        topics,
        rule: seats::rule_of_round(c, round.id)?,
        acceptance_weights: AcceptanceWeights {
            onsite: round.onsite_weight,
            questionnaire: round.questionnaire_weight,
            appraisal: round.appraisal_weight,
            process: round.process_weight,
        },
    })
}
