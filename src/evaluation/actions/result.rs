//! The result as people read it: the ranking, each number opening to its sheets.

mod shown;

pub use shown::*;

use std::collections::{HashMap, HashSet};

use super::lock::file_of;
use super::minute;
use super::scene::{self, Scene};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::evaluation::excerpt::{self, Head};
use crate::evaluation::result_file::{
    self, End, ResolvedBy, ResultFile, Row, SheetInfo, TopicChange,
};
use crate::evaluation::rules::marks_text;
use crate::evaluation::store::{self, BidLine, MarkGiven, ResultRow, StoredResult};
use crate::ids::{
    BidId, CriterionId, EvaluationId, OrganizationId, RoundId, SheetId, SupersededId, TopicId,
};
use crate::marks::Mark;
use crate::rounds::{self, Topic};
use crate::who::Actor;

/// The stored file and who asks for it: visible to the committee and the panel from the lock on, to bidding
/// organizations once it is public.
pub fn stored(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<(Scene, StoredResult, bool)> {
    let scene = scene::scene(c, actor, round)?;
    let full = scene.may_read_result(c, actor)?;
    let stored = store::result(c, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    Ok((scene, stored, full))
}

/// An earlier result of a round, whole: for the committee and the panel, and once it was public for the bidding
/// organizations, too.
pub fn superseded(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    id: SupersededId,
) -> Result<store::Superseded> {
    let scene = scene::scene(c, actor, round)?;
    let earlier = store::superseded(c, scene.evaluation.id, id)?;
    let insider = scene.oversees(actor) || scene.seat.is_some();
    if insider || (earlier.published && store::bids_in_round(c, round, &actor.own_organizations())?)
    {
        return Ok(earlier);
    }
    Err(Error::NotFound)
}

/// Of how many bids the sheets are read along with the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheets {
    /// Of all if there are few enough to read in one go, else of none: each bid's are read by themselves.
    IfFew,
    /// Of this bid.
    Of(BidId),
}

/// So many bids are still read in one go with all their sheets.
const FEW: usize = 40;

/// The result as this person may read it.
pub fn read(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    sheets: Sheets,
) -> Result<(Scene, RoundResult)> {
    let scene = scene::scene(c, actor, round)?;
    let full = scene.may_read_result(c, actor)?;
    let evaluation = scene.evaluation.id;
    let own = actor.own_organizations();
    let bids = store::bid_lines(c, round)?;
    let mut open: Vec<i64> = bids
        .iter()
        .filter(|bid| full || own.contains(&bid.organization_id))
        .map(|bid| bid.id.0)
        .collect();
    match sheets {
        Sheets::IfFew if open.len() > FEW => open.clear(),
        Sheets::IfFew => {}
        Sheets::Of(only) => open.retain(|bid| *bid == only.0),
    }
    let pieces = Pieces::load(c, evaluation, &open)?;
    // Comments are no part of `result.json`: they are read from the sheets.
    let comments = store::sheets_on(c, evaluation, &open)?
        .into_iter()
        .map(|sheet| Ok((sheet.id.0, sheet.marks()?)))
        .collect::<Result<_>>()?;
    let papers = match scene.oversees(actor) {
        true => Some(store::sheets_on_paper(c, evaluation)?.into_iter().collect()),
        false => None,
    };
    let decided = store::decision(c, round)?;
    let earlier = store::superseded_heads(c, evaluation)?;
    let standing = decided.iter().map(|decision| decision.id);
    let before = earlier.iter().filter_map(|one| one.decision_id);
    let mut minutes = minute::files(c, standing.chain(before))?;
    let decision = decided.map(|decision| ResultDecision {
        minute_files: minutes.remove(&decision.id).unwrap_or_default(),
        minute_number: decision.minute_number,
        minute_date: decision.minute_date,
        note: decision.note,
        decided_at: decision.decided_at,
    });
    let changes = match earlier.is_empty() {
        true => Vec::new(),
        false => changes_of(c, evaluation)?,
    };
    let reader = Reader {
        full,
        own,
        pieces: &pieces,
        bids: bids.into_iter().map(|bid| (bid.id.0, bid)).collect(),
        comments,
        papers,
    };
    let superseded = earlier
        .into_iter()
        .filter(|one| full || one.published)
        .map(|one| SupersededShown {
            minute_number: one.minute_number(),
            minute_files: one
                .decision_id
                .and_then(|id| minutes.remove(&id))
                .unwrap_or_default(),
            id: one.id,
            digest: one.digest,
            computed_at: one.computed_at,
            reason: one.reason,
            superseded_at: one.superseded_at,
        })
        .collect();
    let topics = rounds::topics(c, round)?
        .into_iter()
        .map(|topic| reader.topic(&topic))
        .collect();
    let shown = RoundResult {
        round_id: round,
        evaluation_id: scene.evaluation.id,
        title: scene.round.title.clone(),
        state: scene.round.state,
        computed_at: pieces.computed_at,
        digest: pieces.digest.clone(),
        threshold: Mark(pieces.head.rule.threshold_hundredths),
        aggregation: pieces.head.rule.aggregation,
        rule_text: pieces.head.rule.sentence(),
        drop_highest: pieces.head.rule.trim.drop_highest,
        drop_lowest: pieces.head.rule.trim.drop_lowest,
        trim_from: pieces.head.rule.trim.from_sheets,
        criteria: pieces
            .head
            .criteria
            .iter()
            .map(|criterion| RankedCriterion {
                id: CriterionId(criterion.id),
                name: criterion.name.clone(),
                full_marks: Mark(criterion.full_marks_hundredths),
            })
            .collect(),
        topics,
        decision,
        superseded,
        changes,
        publicity_from: scene.round.publicity_from,
        publicity_until: scene.round.publicity_until,
    };
    Ok((scene, shown))
}

/// What the result that stands changes against the one before.
fn changes_of(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<TopicChange>> {
    let before = store::last_superseded(c, evaluation)?.ok_or(Error::NotFound)?;
    let stored = store::result(c, evaluation)?.ok_or(Error::NotFound)?;
    let before: ResultFile = serde_json::from_str(&before)?;
    Ok(result_file::changes(&before, &file_of(&stored)?))
}

/// What a ranking shows of the result, less comments.
struct Pieces {
    computed_at: Instant,
    digest: String,
    head: Head,
    /// Every bid's row, by topic and place, with its line in the ranking if it was scored.
    rows: Vec<(ResultRow, Option<Row>)>,
    /// Counted sheets by bid, of those whose sheets this reader sees.
    sheets: HashMap<i64, Vec<SheetInfo>>,
}

impl Pieces {
    fn load(c: &mut Conn, evaluation: EvaluationId, open: &[i64]) -> Result<Self> {
        let stored = store::head(c, evaluation)?.ok_or(Error::NotFound)?;
        let Some(head) = &stored.head else {
            return Self::from_file(c, evaluation, open);
        };
        let mut rows = Vec::new();
        for (row, line) in store::lines(c, evaluation)? {
            let line = line.map(|line| serde_json::from_str(&line)).transpose()?;
            rows.push((row, line));
        }
        let mut sheets = HashMap::new();
        for (bid, counted) in store::counted_sheets(c, evaluation, open)? {
            if let Some(counted) = counted {
                sheets.insert(bid, serde_json::from_str(&counted)?);
            }
        }
        Ok(Self {
            head: serde_json::from_str(head)?,
            computed_at: stored.computed_at,
            digest: stored.digest,
            rows,
            sheets,
        })
    }

    /// The same of a result that was stored without its pieces.
    fn from_file(c: &mut Conn, evaluation: EvaluationId, open: &[i64]) -> Result<Self> {
        let stored = store::result(c, evaluation)?.ok_or(Error::NotFound)?;
        let file = file_of(&stored)?;
        let lines = excerpt::lines(&file);
        let rows = store::rows(c, evaluation)?
            .into_iter()
            .map(|row| {
                let line = lines.get(&row.subject_id).map(|line| (*line).clone());
                (row, line)
            })
            .collect();
        let sheets = excerpt::sheets(&file)
            .into_iter()
            .filter(|(bid, _)| open.contains(bid))
            .map(|(bid, sheets)| (bid, sheets.into_iter().cloned().collect()))
            .collect();
        Ok(Self {
            head: Head::of(&file),
            computed_at: stored.computed_at,
            digest: stored.digest,
            rows,
            sheets,
        })
    }
}

struct Reader<'a> {
    /// Sees everybody's sheets.
    full: bool,
    /// Whose sheets this reader sees in any case.
    own: Vec<OrganizationId>,
    pieces: &'a Pieces,
    bids: HashMap<i64, BidLine>,
    comments: HashMap<i64, Vec<MarkGiven>>,
    /// Sheets entered from paper, for the committee.
    papers: Option<HashSet<SheetId>>,
}

impl Reader<'_> {
    fn topic(&self, topic: &Topic) -> RankedTopic {
        let head = &self.pieces.head;
        RankedTopic {
            id: topic.id,
            title: topic.title.clone(),
            lane: topic.lane,
            quota: topic.quota,
            failed: topic.failed,
            eligible_reviewers: head
                .eligible_reviewers
                .iter()
                .find(|(id, _)| *id == topic.id.0)
                .map_or(0, |(_, eligible)| *eligible),
            recusals: head
                .recusals
                .iter()
                .filter(|recusal| recusal.topic_id == topic.id.0)
                .map(|recusal| ResultRecusal {
                    alias: recusal.alias.clone(),
                    reason: recusal.reason.clone(),
                })
                .collect(),
            rows: self
                .pieces
                .rows
                .iter()
                .filter(|(row, _)| row.topic_id == topic.id)
                .map(|(row, ranked)| self.row(row, ranked.as_ref()))
                .collect(),
        }
    }

    fn row(&self, row: &ResultRow, ranked: Option<&Row>) -> RankedBid {
        let bid = self.bids.get(&row.subject_id);
        let sheets = match (ranked, self.pieces.sheets.get(&row.subject_id)) {
            (Some(ranked), Some(sheets)) => sheets
                .iter()
                .map(|sheet| self.sheet(sheet, ranked))
                .collect(),
            (Some(_) | None, _) => Vec::new(),
        };
        let normalized = row.normalized.filter(|_| self.full);
        RankedBid {
            bid_id: BidId(row.subject_id),
            title: bid.and_then(|bid| bid.title.clone()).unwrap_or_default(),
            organization: bid.map(|bid| bid.organization.clone()).unwrap_or_default(),
            rank: ranked.map(|ranked| ranked.rank),
            total: ranked.map(|ranked| ExactMean::from(&ranked.total)),
            criteria: ranked
                .map(|ranked| {
                    ranked
                        .criteria
                        .iter()
                        .map(|c| ExactMean::from(&c.mean))
                        .collect()
                })
                .unwrap_or_default(),
            sheets_valid: ranked.map_or(0, |ranked| ranked.sheets),
            sheets_kept: ranked.map_or(0, |ranked| ranked.kept),
            resolved_by: match ranked.map(|ranked| ranked.resolved_by) {
                Some(ResolvedBy::Criterion) => "criterion",
                Some(ResolvedBy::Recorded) => "recorded",
                Some(ResolvedBy::Shared) => "shared",
                Some(ResolvedBy::None) | None => "none",
            },
            resolved_by_criterion: ranked
                .and_then(|ranked| ranked.resolved_by_criterion)
                .map(|id| self.criterion(id)),
            proposal: row.proposal,
            proposed_reserve: ranked.and_then(|ranked| ranked.reserve),
            outcome: row.outcome,
            reserve_order: row.reserve_order,
            reason: row.deviation_reason.clone(),
            opens: self.full || bid.is_some_and(|bid| self.own.contains(&bid.organization_id)),
            normalized: normalized.map(signed),
            normalized_rank: normalized.map(|own| self.normalized_rank(row.topic_id, own)),
            sheets,
        }
    }

    fn normalized_rank(&self, topic: TopicId, own: i64) -> u32 {
        let better = self.pieces.rows.iter().filter(|(row, _)| {
            row.topic_id == topic && row.normalized.is_some_and(|other| other > own)
        });
        u32::try_from(better.count() + 1).unwrap_or(u32::MAX)
    }

    fn criterion(&self, id: i64) -> String {
        self.pieces
            .head
            .criteria
            .iter()
            .find(|criterion| criterion.id == id)
            .map(|criterion| criterion.name.clone())
            .unwrap_or_default()
    }

    fn sheet(&self, sheet: &SheetInfo, ranked: &Row) -> ResultSheet {
        let dropped = ranked
            .dropped
            .iter()
            .find(|dropped| dropped.sheet_id == sheet.id)
            .map(|dropped| match dropped.end {
                End::Highest => "highest",
                End::Lowest => "lowest",
            });
        let comment = |criterion: i64| {
            self.comments
                .get(&sheet.id)
                .and_then(|marks| marks.iter().find(|mark| mark.criterion_id.0 == criterion))
                .map(|mark| mark.comment.clone())
                .unwrap_or_default()
        };
        ResultSheet {
            id: SheetId(sheet.id),
            alias: sheet.alias.clone(),
            submitted_at: sheet.submitted_at.clone(),
            total: Mark(sheet.total_hundredths),
            total_shown: marks_text(sheet.total_hundredths),
            dropped,
            on_paper: self
                .papers
                .as_ref()
                .map(|papers| papers.contains(&SheetId(sheet.id))),
            marks: sheet
                .marks
                .iter()
                .map(|mark| SheetMarkShown {
                    criterion_id: CriterionId(mark.criterion_id),
                    criterion: self.criterion(mark.criterion_id),
                    mark: Mark(mark.mark_hundredths),
                    shown: marks_text(mark.mark_hundredths),
                    comment: comment(mark.criterion_id),
                })
                .collect(),
        }
    }
}

/// `+0.83`.
fn signed(hundredths: i64) -> String {
    let sign = if hundredths >= 0 { "+" } else { "" };
    format!("{sign}{}", marks_text(hundredths))
}
