//! Whether marks may become a result: asked of the database by counts, for the button as for the lock itself.

use std::collections::{BTreeMap, HashSet};

use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{BidId, TopicId, UserId};
use crate::panel::actions::known;
use crate::panel::actions::quorum::{Bench, Leaving, substitutes_first};
use crate::panel::scene::Scene;
use crate::result::actions::lock::small;
use crate::rounds;
use crate::scoring::actions::reopen;
use crate::scoring::actions::tally::Tally;
use crate::scoring::{self, ShortOf, Whose};
use crate::seats::{self, PanelMember};

/// Bids with too few sheets that are looked at; there may be more.
const LISTED: usize = 100;

/// Who judges what.
struct Judges<'a> {
    scene: &'a Scene,
    members: Vec<PanelMember>,
    leaving: Leaving,
    /// So many reviewers for each bid; None: all of them.
    per_bid: Option<usize>,
}

/// Why marks don't become a result yet: sheets sent back, a topic that waits for substitutes, bids with too few counted
/// sheets.
pub fn fault(c: &mut Conn, scene: &Scene, now: Instant) -> Result<Option<Refusal>> {
    let id = scene.evaluation.id;
    let topics = rounds::topics(c, scene.round.id)?;
    let members = seats::panel(c, id)?;
    let seated: Vec<UserId> = members.iter().map(|member| member.user_id).collect();
    let mut recusals = seats::recusals(c, id)?;
    recusals.extend(known::unrecorded(c, scene, seated, now)?);
    let recusals = recusals.into_iter();
    let judges = Judges {
        scene,
        members,
        leaving: recusals
            .map(|one| ((one.user_id, one.topic_id), one.reason))
            .collect(),
        per_bid: seats::mode(c, id)?
            .filter(|mode| mode.assigned_at.is_some())
            .and_then(|mode| usize::try_from(mode.per_bid).ok()),
    };
    let standing: Vec<TopicId> = topics
        .iter()
        .filter(|topic| !topic.failed)
        .map(|topic| topic.id)
        .collect();
    let counts = |reviewer: UserId, topic: Option<TopicId>| {
        topic.is_some_and(|topic| standing.contains(&topic) && judges.of(topic).contains(&reviewer))
    };
    let void = scoring::void_bids(c, scene.round.id)?;
    let sent_back: Vec<_> = scoring::sent_back(c, id, &void)?
        .into_iter()
        .filter(|(reviewer, topic, _)| counts(*reviewer, *topic))
        .map(|(reviewer, _, kind)| (reviewer, kind))
        .collect();
    if let Some(refusal) = reopen::waiting(c, &sent_back)? {
        return Ok(Some(refusal));
    }
    let bench = Bench::of(scene, &judges.members, topics, &judges.leaving);
    match bench.refusal(c, scene, "below_quorum")? {
        Some(refusal) => Ok(Some(refusal)),
        None => judges.short(c, &standing),
    }
}

impl Judges<'_> {
    /// Those of the panel who are left to judge a topic.
    fn of(&self, topic: TopicId) -> Vec<UserId> {
        let members = self.members.iter().map(|member| member.user_id);
        members
            .filter(|user| !self.leaving.contains_key(&(*user, topic)))
            .collect()
    }

    /// Seats appointed to judge a bid.
    fn appointed(&self) -> usize {
        self.per_bid.unwrap_or(self.members.len())
    }

    fn short(&self, c: &mut Conn, standing: &[TopicId]) -> Result<Option<Refusal>> {
        let (id, round) = (self.scene.evaluation.id, self.scene.round.id);
        let needed = self.scene.evaluation.quorum(self.appointed());
        let tally = Tally::load(c, id, round, Whose::EVERYBODYS)?;
        let (mut short, mut missing) = (0, BTreeMap::new());
        for topic in standing {
            let eligible = self.of(*topic);
            let done = eligible
                .iter()
                .filter(|user| tally.owed(**user, *topic) == 0);
            // Where enough reviewers have handed in all of it, no bid is short.
            if self.per_bid.is_none() && done.count() >= needed {
                continue;
            }
            let of = ShortOf {
                evaluation: id,
                topic: *topic,
                reviewers: eligible.clone(),
                divided: self.per_bid.is_some(),
                needed: i64::from(small(needed)),
            };
            let limit = i64::from(small(LISTED + 1 - short.min(LISTED)));
            let bids = scoring::short_bids(c, of, limit)?;
            short += bids.len();
            self.lacking(c, &bids, &eligible, &mut missing)?;
        }
        match short {
            0 => Ok(None),
            _ => self.refusal(c, short, needed, &missing).map(Some),
        }
    }

    /// Counts who of these has not handed in which of these bids.
    fn lacking(
        &self,
        c: &mut Conn,
        bids: &[BidId],
        eligible: &[UserId],
        missing: &mut BTreeMap<UserId, usize>,
    ) -> Result<()> {
        if bids.is_empty() {
            return Ok(());
        }
        let id = self.scene.evaluation.id;
        let by: HashSet<(i64, UserId)> = scoring::handed_in_on(c, id, bids)?.into_iter().collect();
        let theirs: Option<HashSet<(i64, UserId)>> = match self.per_bid {
            Some(_) => Some(scoring::assigned_pairs(c, id, bids)?.into_iter().collect()),
            None => None,
        };
        for bid in bids {
            for user in eligible {
                let pair = (bid.0, *user);
                let marks = theirs.as_ref().is_none_or(|all| all.contains(&pair));
                if marks && !by.contains(&pair) {
                    *missing.entry(*user).or_default() += 1;
                }
            }
        }
        Ok(())
    }

    fn refusal(
        &self,
        c: &mut Conn,
        short: usize,
        needed: usize,
        missing: &BTreeMap<UserId, usize>,
    ) -> Result<Refusal> {
        let evaluation = &self.scene.evaluation;
        let more = short > LISTED;
        let reason = format!(
            "有 {}申报书计入的评分表不足 {needed} 份（{} 个席位的 {}/{}，不少于 3 份），还不能锁定。",
            match more {
                true => format!("{LISTED} 份以上"),
                false => format!("{short} 份"),
            },
            self.appointed(),
            evaluation.quorum_numerator,
            evaluation.quorum_denominator
        );
        if missing.is_empty() {
            let remedy = substitutes_first(self.scene);
            return Ok(Refusal::new("below_quorum", reason).remedy(remedy));
        }
        let people = seats::people_by_id(c, missing.keys().copied().collect())?;
        let names: Vec<String> = missing
            .iter()
            .map(|(user, count)| {
                let name = people.get(user).map_or("", |person| person.name.as_str());
                match more {
                    true => name.to_owned(),
                    false => format!("{name}（{count} 份）"),
                }
            })
            .collect();
        let remedy = format!("请催促评分：{}。", names.join("、"));
        Ok(Refusal::new("below_quorum", reason).remedy(remedy))
    }
}
