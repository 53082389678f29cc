//! What each reviewer marks, and how far they are: counts, never marks.

use std::collections::HashMap;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, RoundId, TopicId, UserId};
use crate::panel::{self, BidLine};
use crate::rounds::{self, Topic};
use crate::scoring::SheetState;
use crate::scoring::actions::sheet::Marking;
use crate::scoring::actions::tally::{Progress, Tally};
use crate::scoring::store::{self, OwnSheet, Wanted, Whose};
use crate::seats::{self, Evaluation, Recusal, Reopened};

/// One bid on one reviewer's list.
pub struct Assignment {
    pub bid: BidLine,
    pub topic: String,
    pub state: Option<SheetState>,
    /// Hundredths; of one's own sheet.
    pub total: i64,
    /// Entered from paper by the office.
    pub on_paper: bool,
    /// Whether it may be marked now, as far as what was reopened goes.
    pub open: bool,
}

impl Assignment {
    /// Handed in, and not sent back.
    pub fn submitted(&self) -> bool {
        matches!(self.state, Some(SheetState::Submitted | SheetState::Locked))
    }

    /// Waits to be handed in.
    pub fn waits(&self) -> bool {
        self.open && !self.submitted()
    }
}

/// What one reviewer marks of a round, topic by topic, and in a topic by the bids' ids: asked for in parts.
pub struct Share<'a> {
    evaluation: &'a Evaluation,
    round: RoundId,
    reviewer: UserId,
    reopened: Option<Reopened>,
    /// That are marked, in their order.
    topics: Vec<Topic>,
    /// Topics left to others.
    pub recused: Vec<(Topic, Recusal)>,
    tally: Tally,
}

impl<'a> Share<'a> {
    pub fn load(
        c: &mut Conn,
        evaluation: &'a Evaluation,
        round: RoundId,
        reviewer: UserId,
    ) -> Result<Self> {
        let tally = Tally::load(c, evaluation.id, round, Whose::of(reviewer))?;
        let (mut topics, mut recused) = (Vec::new(), Vec::new());
        for topic in rounds::topics(c, round)? {
            match tally.recusal(reviewer, topic.id) {
                Some(recusal) => recused.push((topic, recusal.clone())),
                None if topic.failed => {}
                None => topics.push(topic),
            }
        }
        Ok(Self {
            reopened: evaluation.reopened()?,
            evaluation,
            round,
            reviewer,
            topics,
            recused,
            tally,
        })
    }

    /// Whether this topic is in it.
    pub fn marks(&self, topic: TopicId) -> bool {
        self.nth(Some(topic)).is_some()
    }

    /// By what its bids are told where they are divided among the panel.
    pub fn divided(&self) -> Option<(EvaluationId, UserId)> {
        let divided = self.tally.is_divided();
        divided.then_some((self.evaluation.id, self.reviewer))
    }

    /// How many bids it is.
    pub fn count(&self) -> usize {
        let each = self.topics.iter();
        each.map(|topic| self.tally.assigned(self.reviewer, topic.id))
            .sum()
    }

    /// How many of them are handed in, and not sent back.
    pub fn submitted(&self) -> usize {
        let each = self.topics.iter();
        each.map(|topic| self.tally.done(self.reviewer, topic.id).submitted)
            .sum()
    }

    fn wanted(&self, topic: TopicId) -> Wanted<'static> {
        Wanted {
            evaluation: self.evaluation.id,
            reviewer: self.reviewer,
            topic,
            divided: self.tally.is_divided(),
            owed: false,
            word: "",
        }
    }

    /// Where a topic stands in the order.
    fn nth(&self, topic: Option<TopicId>) -> Option<usize> {
        self.topics.iter().position(|one| Some(one.id) == topic)
    }

    /// So many that follow this one, or the first ones.
    pub fn after(&self, c: &mut Conn, bid: Option<BidId>, limit: i64) -> Result<Vec<Assignment>> {
        let topic = match bid {
            Some(bid) => store::topic_of(c, bid)?,
            None => None,
        };
        let from = self.nth(topic).unwrap_or(0);
        let mut after = bid.unwrap_or(BidId(0));
        let mut found = Vec::new();
        for topic in self.topics.iter().skip(from) {
            let left = limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if left <= 0 {
                break;
            }
            found.extend(store::to_mark(
                c,
                self.wanted(topic.id),
                after,
                false,
                left,
            )?);
            after = BidId(0);
        }
        self.assigned(c, found)
    }

    /// So many that stand before this one.
    pub fn before(&self, c: &mut Conn, bid: BidId, limit: i64) -> Result<Vec<Assignment>> {
        let topic = store::topic_of(c, bid)?;
        let upto = self.nth(topic).map_or(0, |nth| nth + 1);
        let mut before = bid;
        let mut found = Vec::new();
        for topic in self.topics.iter().take(upto).rev() {
            let left = limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if left <= 0 {
                break;
            }
            found.extend(store::to_mark(
                c,
                self.wanted(topic.id),
                before,
                true,
                left,
            )?);
            before = BidId(i64::MAX);
        }
        found.reverse();
        self.assigned(c, found)
    }

    /// Which one it is, counted from 1.
    pub fn place(&self, c: &mut Conn, bid: BidId) -> Result<Option<usize>> {
        let topic = store::topic_of(c, bid)?;
        let (Some(nth), Some(topic)) = (self.nth(topic), topic) else {
            return Ok(None);
        };
        let (id, reviewer) = (self.evaluation.id, self.reviewer);
        let here = match self.tally.is_divided() {
            true => store::assigned_up_to(c, id, reviewer, (topic, bid), &self.tally.void)?,
            false => store::opened_up_to(c, topic, bid)?,
        };
        let earlier = self.topics.iter().take(nth);
        let earlier: usize = earlier
            .map(|topic| self.tally.assigned(reviewer, topic.id))
            .sum();
        Ok(Some(earlier + usize::try_from(here).unwrap_or(0)))
    }

    /// Of these bids those that are the reviewer's to mark, in their order.
    pub fn among(&self, c: &mut Conn, bids: &[BidId]) -> Result<Vec<Assignment>> {
        let mut found = panel::bids_found(c, self.round, bids, None, i64::MAX)?;
        found.retain(|bid| self.nth(bid.topic_id).is_some());
        if self.tally.is_divided() {
            let (of, bids) = (self.evaluation.id, bids.to_vec());
            let theirs = store::assigned_among(c, of, self.reviewer, bids)?;
            found.retain(|bid| theirs.contains(&bid.id));
        }
        found.sort_by_key(|bid| (self.nth(bid.topic_id), bid.id));
        self.assigned(c, found)
    }

    /// With what the reviewer has done about them.
    fn assigned(&self, c: &mut Conn, bids: Vec<BidLine>) -> Result<Vec<Assignment>> {
        let mut sheets: HashMap<i64, OwnSheet> = HashMap::new();
        for some in bids.chunks(1_000) {
            let subjects = some.iter().map(|bid| bid.id.0).collect();
            let (of, reviewer) = (self.evaluation.id, self.reviewer);
            sheets.extend(store::own_sheets(c, of, reviewer, subjects)?);
        }
        let titled = |bid: &BidLine| {
            let topic = self.nth(bid.topic_id).and_then(|nth| self.topics.get(nth));
            topic.map(|topic| topic.title.clone()).unwrap_or_default()
        };
        let assigned = bids.into_iter().map(|bid| {
            let sheet = sheets.get(&bid.id.0);
            Assignment {
                topic: titled(&bid),
                state: sheet.map(|(_, state, ..)| *state),
                total: sheet.map_or(0, |(_, _, total, _)| *total),
                on_paper: sheet.is_some_and(|(.., paper)| *paper),
                open: seats::marks_again(self.reopened.as_ref(), bid.id, sheet.map(|(id, ..)| *id)),
                bid,
            }
        });
        Ok(assigned.collect())
    }

    /// What is marked again, where that was named; None: everything is marked.
    fn again(&self, c: &mut Conn) -> Result<Option<Vec<Assignment>>> {
        let bids = match &self.reopened {
            None => return Ok(None),
            Some(Reopened::Bids(bids)) => bids.clone(),
            Some(Reopened::Sheets { sheets }) => {
                store::bids_of_own(c, self.reviewer, sheets.clone())?
            }
        };
        let mut again = self.among(c, &bids)?;
        again.retain(Assignment::waits);
        Ok(Some(again))
    }

    /// How many wait to be handed in.
    pub fn left(&self, c: &mut Conn) -> Result<usize> {
        let each = self.topics.iter();
        Ok(match self.again(c)? {
            Some(again) => again.len(),
            None => each
                .map(|topic| self.tally.owed(self.reviewer, topic.id))
                .sum(),
        })
    }

    /// So many of those that wait, in their order, whose title or organization holds the word.
    pub fn waiting(&self, c: &mut Conn, word: &str, limit: i64) -> Result<Vec<Assignment>> {
        if let Some(again) = self.again(c)? {
            return Ok(again);
        }
        let mut found = Vec::new();
        for topic in &self.topics {
            let left = limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
            if left > 0 && self.tally.owed(self.reviewer, topic.id) > 0 {
                found.extend(self.owed(c, topic.id, BidId(0), word, left)?);
            }
        }
        self.assigned(c, found)
    }

    fn owed(
        &self,
        c: &mut Conn,
        topic: TopicId,
        after: BidId,
        word: &str,
        limit: i64,
    ) -> Result<Vec<BidLine>> {
        let wanted = Wanted {
            owed: true,
            word,
            ..self.wanted(topic)
        };
        store::to_mark(c, wanted, after, false, limit)
    }

    /// The next one that waits, after this one and then from the top.
    pub fn next(&self, c: &mut Conn, bid: Option<BidId>) -> Result<Option<BidId>> {
        let topic = match bid {
            Some(bid) => store::topic_of(c, bid)?,
            None => None,
        };
        let key = |bid: BidId, topic: Option<TopicId>| (self.nth(topic), bid);
        if let Some(again) = self.again(c)? {
            let mut others = again.iter().filter(|one| Some(one.bid.id) != bid);
            let later = bid.and_then(|bid| {
                let after = |one: &&Assignment| key(one.bid.id, one.bid.topic_id) > key(bid, topic);
                again.iter().find(after)
            });
            return Ok(later.or_else(|| others.next()).map(|one| one.bid.id));
        }
        let (here, count) = (self.nth(topic).unwrap_or(0), self.topics.len());
        let from_here = self.topics.iter().cycle().skip(here);
        // The one's own topic comes twice: what follows it, and what stands before.
        for (turn, there) in from_here.take(count + 1).enumerate() {
            let after = match bid {
                Some(bid) if turn == 0 && self.nth(topic).is_some() => bid,
                Some(_) | None => BidId(0),
            };
            if self.tally.owed(self.reviewer, there.id) == 0 {
                continue;
            }
            let found = self.owed(c, there.id, after, "", 2)?;
            if let Some(next) = found.iter().find(|one| Some(one.id) != bid) {
                return Ok(Some(next.id));
            }
        }
        Ok(None)
    }
}

/// This one bid, if the reviewer is to mark it.
pub fn assignment(
    c: &mut Conn,
    evaluation: &Evaluation,
    round: RoundId,
    reviewer: UserId,
    bid: BidId,
) -> Result<Option<Assignment>> {
    let share = Share::load(c, evaluation, round, reviewer)?;
    Ok(share.among(c, &[bid])?.pop())
}

/// The next bid without a handed-in sheet, for whoever just marked one.
pub fn next_after(c: &mut Conn, marking: &Marking) -> Result<Option<BidId>> {
    let (of, round) = (&marking.evaluation, marking.bid.round_id);
    Share::load(c, of, round, marking.reviewer)?.next(c, Some(marking.bid.id))
}

/// Who has scored how many of theirs.
pub fn progress(c: &mut Conn, evaluation: &Evaluation, round: RoundId) -> Result<Vec<Progress>> {
    let members = seats::panel(c, evaluation.id)?;
    let topics = rounds::topics(c, round)?;
    let tally = Tally::load(c, evaluation.id, round, Whose::EVERYBODYS)?;
    let each = members.into_iter();
    Ok(each.map(|member| tally.of(member, &topics)).collect())
}

/// How many sheets each reviewer still owes, those who owe some: counts, never marks.
pub fn sheets_owed(c: &mut Conn, round: RoundId) -> Result<Vec<(UserId, usize)>> {
    let evaluation = seats::of_round(c, round)?;
    Ok(progress(c, &evaluation, round)?
        .into_iter()
        .map(|line| {
            let owed = line.assigned.saturating_sub(line.done.submitted);
            (line.member.user_id, owed)
        })
        .filter(|(_, owed)| *owed > 0)
        .collect())
}
