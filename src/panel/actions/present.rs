//! The order of presentation (述标): by lot per topic, once the bids are open.

use std::collections::HashMap;

use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{RoundId, TopicId};
use crate::panel::DrawPurpose;
use crate::panel::actions::draw::{self, Prepared};
use crate::panel::input::{NonceInput, PresentationInput};
use crate::panel::scene::{self, Scene};
use crate::panel::store::{self, BidLine, Draw};
use crate::rounds::{self, RoundState, Topic};
use crate::seats;
use crate::who::Actor;

/// Lots are drawn when it is known who presents, and before the marks are locked.
pub fn may_draw(scene: &Scene) -> Result<(), Refusal> {
    match scene.round.state {
        RoundState::Opened | RoundState::Scoring => Ok(()),
        RoundState::Draft | RoundState::Open | RoundState::Sealed => {
            Err(Refusal::new("not_opened", "还没有开标，不知道由谁述标。").remedy("开标以后抽签。"))
        }
        RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "presentation_over",
            "评分已锁定或批次已结束，不再述标。",
        )
        .remedy("抽签记录仍可查看。")),
    }
}

pub fn prepare(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    input: &PresentationInput,
) -> Result<Draw> {
    let scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    may_draw(&scene)?;
    let bids: Vec<i64> = presenting(tx, &scene)?
        .into_iter()
        .flat_map(|(_, bids)| bids)
        .map(|bid| bid.id.0)
        .collect();
    if bids.is_empty() {
        return Err(Refusal::new("nothing_to_present", "没有可述标的申报。").into());
    }
    draw::prepare_draw(
        tx,
        actor,
        &scene,
        Prepared {
            purpose: DrawPurpose::Presentation,
            pool: bids,
            seats: 0,
            alternates: 0,
            chair: None,
            excluded: Vec::new(),
            reason: input.reason.clone(),
        },
    )
}

pub fn complete(tx: &mut Tx, actor: &Actor, round: RoundId, input: &NonceInput) -> Result<Draw> {
    let scene = scene::command(tx, actor, round)?;
    draw::may_complete(&scene, actor)?;
    may_draw(&scene)?;
    let (draw, _) = draw::complete_draw(tx, actor, &scene, DrawPurpose::Presentation, input)?;
    Ok(draw)
}

/// Topics with the valid bids in them.
fn presenting(c: &mut Conn, scene: &Scene) -> Result<Vec<(Topic, Vec<BidLine>)>> {
    let bids = store::bid_lines(c, scene.round.id)?;
    Ok(rounds::topics(c, scene.round.id)?
        .into_iter()
        .filter(|topic| !topic.failed)
        .map(|topic| {
            let own = bids
                .iter()
                .filter(|bid| bid.topic_id == Some(topic.id))
                .cloned()
                .collect();
            (topic, own)
        })
        .collect())
}

/// The order as drawn, topic by topic; a bid that became void since is left out.
pub struct Order {
    pub scene: Scene,
    pub draws: Vec<Draw>,
    pub topics: Vec<(TopicId, String, Vec<BidLine>)>,
    pub people: HashMap<crate::ids::UserId, seats::Reviewer>,
}

/// For the committee, the panel and the bidding organizations: all who are affected.
pub fn read(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<Order> {
    let (scene, draws, people) = draw::read(c, actor, round, DrawPurpose::Presentation)?;
    let affected = scene.oversees(actor)
        || scene.seat.is_some()
        || (scene.round.opened_at.is_some()
            && store::bids_in_round(c, round, &actor.own_organizations())?);
    if !affected {
        return Err(Error::Forbidden(
            Refusal::new(
                "presentation_not_yours",
                "述标顺序供党委、评审委员和参加竞标的组织查看。",
            )
            .remedy("需要时请联系党建部。"),
        ));
    }
    let lots: HashMap<i64, usize> = match draws.iter().find(|draw| draw.drawn_at.is_some()) {
        Some(draw) => draw
            .outcome()?
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(|(place, bid)| (bid, place))
            .collect(),
        None => HashMap::new(),
    };
    // Whoever bids knows themselves; the others' names would reach the panel by them as well.
    let blind = scene.evaluation.is_blind() && !(scene.oversees(actor) && scene.seat.is_none());
    let topics = if lots.is_empty() {
        Vec::new()
    } else {
        presenting(c, &scene)?
            .into_iter()
            .map(|(topic, mut bids)| {
                bids.retain(|bid| lots.contains_key(&bid.id.0));
                bids.sort_by_key(|bid| lots.get(&bid.id.0).copied());
                if blind {
                    bids = bids
                        .into_iter()
                        .map(|bid| match actor.acts_for(bid.organization_id) {
                            true => bid,
                            false => bid.covered(),
                        })
                        .collect();
                }
                (topic.id, topic.title, bids)
            })
            .filter(|(_, _, bids)| !bids.is_empty())
            .collect()
    };
    Ok(Order {
        scene,
        draws,
        topics,
        people,
    })
}
