//! What each reviewer marks, and how far they are: counts, never marks.

use std::collections::{HashMap, HashSet};

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, RoundId, TopicId, UserId};
use crate::panel::{self, BidLine};
use crate::rounds::{self, Topic};
use crate::scoring::actions::sheet::Marking;
use crate::scoring::{SheetState, store};
use crate::seats::actions::division;
use crate::seats::{self, Evaluation, PanelMember, Recusal};

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

/// What one marks, and the topics one leaves to others with the reason.
pub type Assignments = (Vec<Assignment>, Vec<(Topic, Recusal)>);

/// What a reviewer is to mark, topic by topic, and the topics left to others.
pub fn assignments(
    c: &mut Conn,
    evaluation: &Evaluation,
    round: RoundId,
    reviewer: UserId,
) -> Result<Assignments> {
    let bids = panel::bid_lines(c, round)?;
    let sheets = store::sheets_by(c, evaluation.id, reviewer, None)?;
    assigned(c, evaluation, round, reviewer, &bids, &sheets)
}

/// This one bid, if the reviewer is to mark it.
pub fn assignment(
    c: &mut Conn,
    evaluation: &Evaluation,
    round: RoundId,
    reviewer: UserId,
    bid: BidId,
) -> Result<Option<Assignment>> {
    let bids = panel::bids_found(c, round, &[bid], None, 1)?;
    let sheets = store::sheets_by(c, evaluation.id, reviewer, Some(bid.0))?;
    let (mut found, _) = assigned(c, evaluation, round, reviewer, &bids, &sheets)?;
    Ok(found.pop())
}

fn assigned(
    c: &mut Conn,
    evaluation: &Evaluation,
    round: RoundId,
    reviewer: UserId,
    bids: &[BidLine],
    sheets: &HashMap<i64, store::OwnSheet>,
) -> Result<Assignments> {
    let reopened = evaluation.reopened()?;
    let evaluation = evaluation.id;
    let topics = rounds::topics(c, round)?;
    let mine: HashMap<TopicId, Recusal> = seats::recusals(c, evaluation)?
        .into_iter()
        .filter(|recusal| recusal.user_id == reviewer)
        .map(|recusal| (recusal.topic_id, recusal))
        .collect();
    let division = division::load(c, evaluation)?;
    let mut assigned = Vec::new();
    let mut recused = Vec::new();
    for topic in topics {
        if let Some(recusal) = mine.get(&topic.id) {
            recused.push((topic, recusal.clone()));
            continue;
        }
        if topic.failed {
            continue;
        }
        for bid in bids.iter().filter(|bid| {
            bid.topic_id == Some(topic.id) && division::marks(&division, bid.id, reviewer)
        }) {
            let sheet = sheets.get(&bid.id.0);
            assigned.push(Assignment {
                bid: bid.clone(),
                topic: topic.title.clone(),
                state: sheet.map(|(_, state, ..)| *state),
                total: sheet.map_or(0, |(_, _, total, _)| *total),
                on_paper: sheet.is_some_and(|(.., paper)| paper.is_some()),
                open: seats::marks_again(reopened.as_ref(), bid.id, sheet.map(|(id, ..)| *id)),
            });
        }
    }
    Ok((assigned, recused))
}

/// The next bid without a handed-in sheet, after this one and then from the top.
pub fn next_of(assigned: &[Assignment], id: BidId) -> Option<BidId> {
    let open = |one: &&Assignment| one.bid.id != id && one.waits();
    assigned
        .iter()
        .skip_while(|one| one.bid.id != id)
        .find(open)
        .or_else(|| assigned.iter().find(open))
        .map(|one| one.bid.id)
}

/// The same for whoever just marked one.
pub fn next_after(c: &mut Conn, marking: &Marking) -> Result<Option<BidId>> {
    let (of, round) = (&marking.evaluation, marking.bid.round_id);
    let (assigned, _) = assignments(c, of, round, marking.reviewer)?;
    Ok(next_of(&assigned, marking.bid.id))
}

/// How far one reviewer is: counts only.
pub struct Progress {
    pub member: PanelMember,
    pub assigned: usize,
    pub submitted: usize,
    pub drafts: usize,
    /// Of the submitted ones, those entered from paper.
    pub on_paper: usize,
}

/// Who has scored how many of theirs.
pub fn progress(c: &mut Conn, evaluation: EvaluationId, round: RoundId) -> Result<Vec<Progress>> {
    let failed: HashSet<TopicId> = rounds::topics(c, round)?
        .into_iter()
        .filter(|topic| topic.failed)
        .map(|topic| topic.id)
        .collect();
    let bids = panel::bid_lines(c, round)?;
    let recused: HashSet<(UserId, TopicId)> = seats::recusals(c, evaluation)?
        .into_iter()
        .map(|recusal| (recusal.user_id, recusal.topic_id))
        .collect();
    let sheets = store::progress(c, evaluation)?;
    let members = seats::panel(c, evaluation)?;
    let division = division::load(c, evaluation)?;
    Ok(members
        .into_iter()
        .map(|member| {
            let own: HashSet<i64> = bids
                .iter()
                .filter(|bid| {
                    bid.topic_id.is_some_and(|topic| {
                        !failed.contains(&topic)
                            && !recused.contains(&(member.user_id, topic))
                            && division::marks(&division, bid.id, member.user_id)
                    })
                })
                .map(|bid| bid.id.0)
                .collect();
            let count = |wanted: fn(&store::Done) -> bool| {
                sheets
                    .iter()
                    .filter(|one| one.0 == member.user_id && own.contains(&one.1) && wanted(one))
                    .count()
            };
            Progress {
                assigned: own.len(),
                submitted: count(|one| one.2 != SheetState::Draft),
                drafts: count(|one| one.2 == SheetState::Draft),
                on_paper: count(|one| one.3.is_some()),
                member,
            }
        })
        .collect())
}

/// How many sheets each reviewer still owes, those who owe some: counts, never marks.
pub fn sheets_owed(c: &mut Conn, round: RoundId) -> Result<Vec<(UserId, usize)>> {
    let evaluation = seats::of_round(c, round)?.id;
    Ok(progress(c, evaluation, round)?
        .into_iter()
        .map(|line| {
            (
                line.member.user_id,
                line.assigned.saturating_sub(line.submitted),
            )
        })
        .filter(|(_, owed)| *owed > 0)
        .collect())
}
