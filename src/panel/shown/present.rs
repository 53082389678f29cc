//! The order of presentation, as shown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::draw::{self, DrawShown};
use super::{Matter, Of};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, RoundId, TopicId};
use crate::panel::DrawPurpose;
use crate::panel::scene::Scene;
use crate::panel::store::{self, BidLine};
use crate::rounds;
use crate::seats::Veil;
use crate::web::Cursor;
use crate::web::paging::DEFAULT_LIMIT;
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
    /// How many bids there are in it.
    pub count: usize,
    /// A page of them.
    pub order: Vec<Presenting>,
    /// For the next page of this topic, with `topic_id`; null on the last.
    pub next_cursor: Option<String>,
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

    fn load(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Self> {
        Self::part(c, actor, scene, &PresentationQuery::default())
    }
}

/// Whose turn in the order of presentation is asked for: the first of each topic, or those of one topic that follow.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PresentationQuery {
    /// Only the order of this topic.
    pub topic_id: Option<TopicId>,
    /// Bids of each topic wanted, 1 to 200; 50 unless told.
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of this topic's page before.
    pub cursor: Option<String>,
}

impl PresentationShown {
    /// For the committee, the panel and the bidding organizations: all who are affected.
    pub fn part(
        c: &mut Conn,
        actor: &Actor,
        scene: &Scene,
        part: &PresentationQuery,
    ) -> Result<Self> {
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
            false => in_order(c, actor, scene, &lots, part)?,
        };
        Ok(Self {
            round_id: scene.round.id,
            topics,
            draws: draw::shown(c, actor, scene, &draws)?,
        })
    }
}

/// As drawn, topic by topic; a bid that became void since is left out.
fn in_order(
    c: &mut Conn,
    actor: &Actor,
    scene: &Scene,
    lots: &HashMap<i64, usize>,
    part: &PresentationQuery,
) -> Result<Vec<PresentationTopic>> {
    let cursor = part.cursor.as_deref().map(Cursor::read).transpose()?;
    let passed = usize::try_from(cursor.unwrap_or(0)).unwrap_or(0);
    let limit = usize::try_from(part.limit.unwrap_or(DEFAULT_LIMIT)).unwrap_or(0);
    let mut drawn: HashMap<TopicId, Vec<BidId>> = HashMap::new();
    for (bid, topic) in store::topics_of_opened(c, scene.round.id)? {
        if let Some(topic) = topic.filter(|_| lots.contains_key(&bid.0)) {
            drawn.entry(topic).or_default().push(bid);
        }
    }
    let mut topics = Vec::new();
    for topic in rounds::topics(c, scene.round.id)? {
        let asked = part.topic_id.is_none_or(|only| only == topic.id);
        let Some(mut bids) = drawn.remove(&topic.id).filter(|_| asked && !topic.failed) else {
            continue;
        };
        bids.sort_by_key(|bid| lots.get(&bid.0).copied());
        let page: Vec<(usize, BidId)> = (1..)
            .zip(bids.iter().copied())
            .skip(passed)
            .take(limit)
            .collect();
        let last = page.last().map(|(place, _)| *place);
        topics.push((topic, bids.len(), last, page));
    }
    let ids: Vec<BidId> = topics
        .iter()
        .flat_map(|(.., page)| page.iter().map(|(_, bid)| *bid))
        .collect();
    let lines: HashMap<BidId, BidLine> =
        store::bids_found(c, scene.round.id, &ids, None, i64::MAX)?
            .into_iter()
            .map(|bid| (bid.id, bid))
            .collect();
    let veil = Veil::of(c, actor, scene.round.id)?;
    let shown = |(place, bid): (usize, BidId)| {
        let bid = lines.get(&bid)?;
        let veil = veil.over(bid.organization_id);
        Some(Presenting {
            place,
            bid_id: bid.id,
            title: bid.named.title(veil),
            organization: bid.named.organization(veil),
            own: actor.acts_for(bid.organization_id),
        })
    };
    let each = topics.into_iter();
    Ok(each
        .map(|(topic, count, last, page)| PresentationTopic {
            topic_id: topic.id,
            title: topic.title,
            count,
            next_cursor: last
                .filter(|last| *last < count)
                .map(|last| Cursor::write(i64::try_from(last).unwrap_or(i64::MAX))),
            order: page.into_iter().filter_map(shown).collect(),
        })
        .collect())
}
