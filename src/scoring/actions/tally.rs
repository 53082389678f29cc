//! How many bids each reviewer has to mark, and how far they are: counts, never marks, and by the database.

use std::collections::HashMap;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, RoundId, TopicId, UserId};
use crate::panel;
use crate::rounds::Topic;
use crate::scoring::SheetState;
use crate::scoring::store::{self, Whose};
use crate::seats::{self, PanelMember, Recusal};

/// Sheets of one reviewer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Done {
    /// Handed in, and not sent back.
    pub submitted: usize,
    pub drafts: usize,
    /// Of all of them, those entered from paper.
    pub on_paper: usize,
}

pub struct Tally {
    /// What everybody marks, by topic; divided among the panel, it is what each one marks that counts.
    whole: HashMap<TopicId, usize>,
    divided: Option<HashMap<(UserId, TopicId), usize>>,
    done: HashMap<(UserId, TopicId), Done>,
    /// Bids found void since: nobody's to mark.
    pub void: Vec<BidId>,
    /// Standing ones.
    pub recusals: Vec<Recusal>,
}

fn size(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}

impl Tally {
    pub fn load(
        c: &mut Conn,
        evaluation: EvaluationId,
        round: RoundId,
        whose: Whose,
    ) -> Result<Self> {
        let divided = seats::mode(c, evaluation)?.is_some_and(|mode| mode.assigned_at.is_some());
        let void = store::void_bids(c, round)?;
        let (lifted, recusals): (Vec<Recusal>, Vec<Recusal>) = seats::all_recusals(c, evaluation)?
            .into_iter()
            .partition(|recusal| recusal.lifted_at.is_some());
        // Whoever comes back to a topic after its bids were divided may have sheets on bids that went to others.
        let came_back = divided && !lifted.is_empty();
        let whole = panel::opened_by_topic(c, round)?
            .into_iter()
            .map(|(topic, count)| (topic, size(count)))
            .collect();
        let shares = match divided {
            true => Some(
                store::assigned_by_topic(c, evaluation, whose, &void)?
                    .into_iter()
                    .filter_map(|(user, topic, count)| Some(((user, topic?), size(count))))
                    .collect(),
            ),
            false => None,
        };
        let mut done: HashMap<(UserId, TopicId), Done> = HashMap::new();
        for (user, topic, state, on_paper, count) in
            store::done_by_topic(c, evaluation, whose, &void, came_back)?
        {
            let Some(topic) = topic else { continue };
            let (of, count) = (done.entry((user, topic)).or_default(), size(count));
            match state {
                SheetState::Draft => of.drafts += count,
                SheetState::Submitted | SheetState::Locked => of.submitted += count,
            }
            if on_paper {
                of.on_paper += count;
            }
        }
        Ok(Self {
            whole,
            divided: shares,
            done,
            void,
            recusals,
        })
    }

    pub fn is_divided(&self) -> bool {
        self.divided.is_some()
    }

    /// How many bids of the topic this reviewer marks, if they mark any of it.
    pub fn assigned(&self, user: UserId, topic: TopicId) -> usize {
        let count = match &self.divided {
            Some(shares) => shares.get(&(user, topic)),
            None => self.whole.get(&topic),
        };
        count.copied().unwrap_or(0)
    }

    pub fn done(&self, user: UserId, topic: TopicId) -> Done {
        self.done.get(&(user, topic)).copied().unwrap_or_default()
    }

    /// How many of them are not handed in.
    pub fn owed(&self, user: UserId, topic: TopicId) -> usize {
        let submitted = self.done(user, topic).submitted;
        self.assigned(user, topic).saturating_sub(submitted)
    }

    /// The recusal by which this person leaves the topic to others.
    pub fn recusal(&self, user: UserId, topic: TopicId) -> Option<&Recusal> {
        let theirs = |one: &&Recusal| (one.user_id, one.topic_id) == (user, topic);
        self.recusals.iter().find(theirs)
    }

    /// How far somebody is with those of these topics that are marked.
    pub fn of(&self, member: PanelMember, topics: &[Topic]) -> Progress {
        let user = member.user_id;
        let (mut assigned, mut all) = (0, Done::default());
        for topic in topics {
            if topic.failed || self.recusal(user, topic.id).is_some() {
                continue;
            }
            let done = self.done(user, topic.id);
            assigned += self.assigned(user, topic.id);
            all.submitted += done.submitted;
            all.drafts += done.drafts;
            all.on_paper += done.on_paper;
        }
        Progress {
            member,
            assigned,
            done: all,
        }
    }
}

/// How far one reviewer is.
pub struct Progress {
    pub member: PanelMember,
    pub assigned: usize,
    pub done: Done,
}
