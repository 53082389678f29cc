//! Which part of a result is read.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BidId, EvaluationId, TopicId};
use crate::result::Proposal;
use crate::result::store::{self, Line};
use crate::rounds::Topic;
use crate::web::Cursor;
use crate::web::paging::DEFAULT_LIMIT;

/// Which bids of a result are wanted: the best of each topic, or those of one topic that follow, or one.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResultQuery {
    /// Only this bid's sheets; its row is given, too, whichever the others are. Without it, those of all bids if there are
    /// 40 or fewer.
    pub bid_id: Option<BidId>,
    /// Only the bids of this topic.
    pub topic_id: Option<TopicId>,
    /// Bids of each topic wanted, 1 to 200; 50 unless told.
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of this topic's page before.
    pub cursor: Option<String>,
}

impl ResultQuery {
    pub fn part(&self) -> Result<Part> {
        let after = self.cursor.as_deref().map(Cursor::read).transpose()?;
        if after.is_some() && self.topic_id.is_none() {
            return Err(Error::field("topic_id", "翻页须说明是哪个标的。"));
        }
        Ok(Part::Topics {
            only: self.topic_id,
            after: after.unwrap_or(0),
            limit: self.limit.unwrap_or(DEFAULT_LIMIT),
            bid: self.bid_id,
        })
    }
}

#[derive(Debug, Clone)]
pub enum Part {
    /// So many bids of each topic, or of one, after a place; and one that is read with its sheets.
    Topics {
        only: Option<TopicId>,
        after: i64,
        limit: i64,
        bid: Option<BidId>,
    },
    /// These bids.
    Bids(Vec<BidId>),
}

impl Part {
    /// The best of each topic.
    pub const FIRST: Self = Self::Topics {
        only: None,
        after: 0,
        limit: DEFAULT_LIMIT,
        bid: None,
    };

    /// All there is, or all of one topic.
    pub fn whole(only: Option<TopicId>) -> Self {
        Self::Topics {
            only,
            after: 0,
            limit: i64::MAX - 1,
            bid: None,
        }
    }

    /// Whether the topic is shown.
    pub(super) fn shows(&self, topic: TopicId) -> bool {
        match self {
            Self::Topics { only, .. } => only.is_none_or(|only| only == topic),
            Self::Bids(_) => true,
        }
    }

    /// The rows, on the first page those of some bids besides, and where the rows of a topic with more go on.
    pub(super) fn rows(
        &self,
        c: &mut Conn,
        evaluation: EvaluationId,
        topics: &[Topic],
        mut also: Vec<BidId>,
    ) -> Result<(Vec<Line>, HashMap<TopicId, i64>)> {
        let mut more = HashMap::new();
        let (after, limit, bid) = match self {
            Self::Topics {
                after, limit, bid, ..
            } => (*after, *limit, *bid),
            Self::Bids(bids) => return Ok((store::lines_of(c, evaluation, bids)?, more)),
        };
        let mut rows = Vec::new();
        for topic in topics.iter().filter(|topic| self.shows(topic.id)) {
            let mut of_topic = store::lines(c, evaluation, topic.id, after, limit + 1)?;
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            if of_topic.len() > limit {
                of_topic.truncate(limit);
                more.extend(of_topic.last().map(|(row, _)| (topic.id, row.place)));
            }
            rows.append(&mut of_topic);
        }
        if after == 0 {
            also.extend(bid);
            let known: HashSet<i64> = rows.iter().map(|(row, _)| row.subject_id).collect();
            let found = store::lines_of(c, evaluation, &also)?.into_iter();
            rows.extend(
                found.filter(|(row, _)| {
                    self.shows(row.topic_id) && !known.contains(&row.subject_id)
                }),
            );
        }
        Ok((rows, more))
    }
}

/// What a result has in all, by counts.
pub struct Whole {
    counts: HashMap<TopicId, i64>,
    /// Place of the last bid of a topic that reaches the threshold, and how many do.
    above: HashMap<TopicId, (i64, i64)>,
}

impl Whole {
    pub(super) fn load(c: &mut Conn, evaluation: EvaluationId) -> Result<Self> {
        let (mut counts, mut above) = (HashMap::new(), HashMap::new());
        for (topic, proposal, count, last) in store::standings(c, evaluation)? {
            *counts.entry(topic).or_default() += count;
            if proposal.reaches() {
                let (place, reaching) = above.entry(topic).or_default();
                *place = last.unwrap_or(0).max(*place);
                *reaching += count;
            }
        }
        Ok(Self { counts, above })
    }

    /// How many bids.
    pub(super) fn bids(&self) -> usize {
        usize::try_from(self.counts.values().sum::<i64>()).unwrap_or(usize::MAX)
    }

    pub(super) fn count(&self, topic: TopicId) -> i64 {
        self.counts.get(&topic).copied().unwrap_or(0)
    }

    /// Where the threshold lies in a topic: under the last bid that reaches it, if another one does not.
    pub(super) fn line(&self, topic: TopicId) -> Option<i64> {
        let (place, reaching) = self.above.get(&topic)?;
        (*reaching < self.count(topic)).then_some(*place)
    }
}

impl Proposal {
    /// Its bid reaches the threshold.
    pub fn reaches(self) -> bool {
        matches!(self, Self::Winner | Self::Reserve | Self::Tied)
    }
}
