//! The result as people read it: the ranking, each number opening to its sheets.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::lock::file_of;
use super::scene::{self, Scene};
use crate::auth::Actor;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::evaluation::excerpt::{self, Head};
use crate::evaluation::result_file::{End, Mean, ResolvedBy, Row, SheetInfo};
use crate::evaluation::rules::marks_text;
use crate::evaluation::store::{self, BidLine, MarkGiven, ResultRow, StoredResult};
use crate::evaluation::{Outcome, Proposal};
use crate::ids::{BidId, CriterionId, EvaluationId, RoundId, SheetId, TopicId};
use crate::marks::Mark;
use crate::rounds::{self, Lane, RoundState, Topic};

/// The result of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundResult {
    pub round_id: RoundId,
    pub evaluation_id: EvaluationId,
    pub title: String,
    pub state: RoundState,
    pub computed_at: DateTime<Utc>,
    /// SHA-256 of `result.json`.
    pub digest: String,
    pub threshold: Mark,
    /// Sheets dropped from the top and the bottom, and from how many sheets on.
    pub drop_highest: u32,
    pub drop_lowest: u32,
    pub trim_from: u32,
    pub criteria: Vec<RankedCriterion>,
    pub topics: Vec<RankedTopic>,
    pub decision: Option<ResultDecision>,
    pub publicity_from: Option<NaiveDate>,
    pub publicity_until: Option<NaiveDate>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RankedCriterion {
    pub id: CriterionId,
    pub name: String,
    pub full_marks: Mark,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RankedTopic {
    pub id: TopicId,
    pub title: String,
    pub lane: Lane,
    pub quota: i64,
    /// Too few bids: nothing was scored.
    pub failed: bool,
    /// Reviewers less the recused ones.
    pub eligible_reviewers: u32,
    pub recusals: Vec<ResultRecusal>,
    /// Best first.
    pub rows: Vec<RankedBid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ResultRecusal {
    pub alias: String,
    pub reason: String,
}

/// One bid in the ranking.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankedBid {
    pub bid_id: BidId,
    pub title: String,
    pub organization: String,
    /// None if it was not scored.
    pub rank: Option<u32>,
    pub total: Option<ExactMean>,
    /// In the order of the criteria.
    pub criteria: Vec<ExactMean>,
    pub sheets_valid: u32,
    pub sheets_kept: u32,
    /// `none`, `criterion`, `recorded` or `shared`.
    pub resolved_by: &'static str,
    pub resolved_by_criterion: Option<String>,
    pub proposal: Proposal,
    pub proposed_reserve: Option<u32>,
    pub outcome: Option<Outcome>,
    pub reserve_order: Option<i64>,
    /// Where the decision departs from the proposal.
    pub reason: Option<String>,
    /// Every sheet under its alias; a bidding organization sees those on its own bids. Left out of a ranking with
    /// more than 40 such bids: `?bid_id=` gives them for one.
    pub sheets: Vec<ResultSheet>,
}

/// A mean: exact as a fraction in lowest terms, in marks, and as shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExactMean {
    pub numerator: i64,
    pub denominator: i64,
    #[schema(example = "90.90")]
    pub shown: String,
}

impl From<&Mean> for ExactMean {
    fn from(mean: &Mean) -> Self {
        Self {
            numerator: mean.numerator,
            denominator: mean.denominator,
            shown: mean.shown.clone(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ResultSheet {
    pub id: SheetId,
    #[schema(example = "R1")]
    pub alias: String,
    pub submitted_at: String,
    pub total: Mark,
    #[schema(example = "90.90")]
    pub total_shown: String,
    /// `highest` or `lowest` if it was dropped.
    pub dropped: Option<&'static str>,
    pub marks: Vec<SheetMarkShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SheetMarkShown {
    pub criterion_id: CriterionId,
    pub criterion: String,
    pub mark: Mark,
    #[schema(example = "36.50")]
    pub shown: String,
    pub comment: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ResultDecision {
    pub minute_number: String,
    pub minute_date: NaiveDate,
    pub note: String,
    pub decided_at: DateTime<Utc>,
}

/// The stored file and who asks for it: visible to the committee and the panel from the lock on, to bidding
/// organizations once it is public.
pub fn stored(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<(Scene, StoredResult, bool)> {
    let scene = scene::scene(c, actor, round)?;
    let full = scene.may_read_result(c, actor)?;
    let stored = store::result(c, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    Ok((scene, stored, full))
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
    let decision = store::decision(c, round)?.map(|decision| ResultDecision {
        minute_number: decision.minute_number,
        minute_date: decision.minute_date,
        note: decision.note,
        decided_at: decision.decided_at.and_utc(),
    });
    let reader = Reader {
        pieces: &pieces,
        bids: bids.into_iter().map(|bid| (bid.id.0, bid)).collect(),
        comments,
    };
    let topics = rounds::topics(c, round)?
        .into_iter()
        .map(|topic| reader.topic(&topic))
        .collect();
    let shown = RoundResult {
        round_id: round,
        evaluation_id: scene.evaluation.id,
        title: scene.round.title.clone(),
        state: scene.round.state,
        computed_at: pieces.computed_at.and_utc(),
        digest: pieces.digest.clone(),
        threshold: Mark(pieces.head.rule.threshold_hundredths),
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
        publicity_from: scene.round.publicity_from,
        publicity_until: scene.round.publicity_until,
    };
    Ok((scene, shown))
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
    pieces: &'a Pieces,
    bids: HashMap<i64, BidLine>,
    comments: HashMap<i64, Vec<MarkGiven>>,
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
            sheets,
        }
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
