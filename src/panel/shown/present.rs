//! The order of presentation, as shown.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::draw::{self, DrawShown};
use super::{Matter, Of};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, RoundId, TopicId};
use crate::panel::DrawPurpose;
use crate::panel::scene::Scene;
use crate::panel::store::{self, BidLine};
use crate::rounds::{self, Topic};
use crate::seats::Veil;
use crate::who::Actor;

/// The order of presentation (述标), topic by topic.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PresentationShown {
    pub round_id: RoundId,
    pub topics: Vec<PresentationTopic>,
    /// The draws it came from, the latest first.
    pub draws: Vec<DrawShown>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PresentationTopic {
    pub topic_id: TopicId,
    pub title: String,
    pub order: Vec<Presenting>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Presenting {
    pub place: usize,
    pub bid_id: BidId,
    pub title: String,
    pub organization: String,
    /// Whether the asker acts for it.
    #[serde(skip)]
    pub own: bool,
}

pub type Presentation = Of<PresentationShown>;

impl Matter for PresentationShown {
    const PAGE: &'static str = "presentation";

    /// For the committee, the panel and the bidding organizations: all who are affected.
    fn load(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Self> {
        let affected = scene.oversees(actor)
            || scene.seat.is_some()
            || (scene.round.opened_at.is_some()
                && store::bids_in_round(c, scene.round.id, &actor.own_organizations())?);
        if !affected {
            return Err(Error::Forbidden(
                Refusal::new(
                    "presentation_not_yours",
                    "述标顺序供党委、评审委员和参加竞标的组织查看。",
                )
                .remedy("需要时请联系党建部。"),
            ));
        }
        let draws = store::draws(c, scene.evaluation.id, DrawPurpose::Presentation)?;
        let order = match draws.iter().find(|draw| draw.drawn_at.is_some()) {
            Some(draw) => draw.outcome()?.unwrap_or_default(),
            None => Vec::new(),
        };
        let lots: HashMap<i64, usize> = order.into_iter().zip(0..).collect();
        let topics = match lots.is_empty() {
            true => Vec::new(),
            false => in_order(c, actor, scene, &lots)?,
        };
        Ok(Self {
            round_id: scene.round.id,
            topics,
            draws: draw::shown(c, actor, scene, &draws)?,
        })
    }
}

/// Topics with the valid bids in them.
pub fn presenting(c: &mut Conn, scene: &Scene) -> Result<Vec<(Topic, Vec<BidLine>)>> {
    let bids = store::bid_lines(c, scene.round.id)?;
    Ok(rounds::topics(c, scene.round.id)?
        .into_iter()
        .filter(|topic| !topic.failed)
        .map(|topic| {
            let in_topic = |bid: &&BidLine| bid.topic_id == Some(topic.id);
            let own = bids.iter().filter(in_topic).cloned().collect();
            (topic, own)
        })
        .collect())
}

/// As drawn, topic by topic; a bid that became void since is left out.
fn in_order(
    c: &mut Conn,
    actor: &Actor,
    scene: &Scene,
    lots: &HashMap<i64, usize>,
) -> Result<Vec<PresentationTopic>> {
    let veil = Veil::of(c, actor, scene.round.id)?;
    let shown = |(place, bid): (usize, BidLine)| {
        let veil = veil.over(bid.organization_id);
        Presenting {
            place,
            bid_id: bid.id,
            title: bid.named.title(veil),
            organization: bid.named.organization(veil),
            own: actor.acts_for(bid.organization_id),
        }
    };
    Ok(presenting(c, scene)?
        .into_iter()
        .map(|(topic, mut bids)| {
            bids.retain(|bid| lots.contains_key(&bid.id.0));
            bids.sort_by_key(|bid| lots.get(&bid.id.0).copied());
            PresentationTopic {
                topic_id: topic.id,
                title: topic.title,
                order: (1..).zip(bids).map(shown).collect(),
            }
        })
        .filter(|topic| !topic.order.is_empty())
        .collect())
}
