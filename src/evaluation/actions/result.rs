//! The result as people read it: the ranking, each number opening to its sheets.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::lock::file_of;
use super::scene::{self, Scene};
use crate::auth::Actor;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::evaluation::result_file::{End, Mean, ResolvedBy, ResultFile, Row, SheetInfo};
use crate::evaluation::rules::marks_text;
use crate::evaluation::store::{self, BidLine, MarkGiven, ResultRow, StoredResult};
use crate::evaluation::{Outcome, Proposal, ScoreSheet};
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
    /// Every sheet under its alias; a bidding organization sees those on its own bids.
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
    /// Of all, as the API answers.
    All,
    /// Of all if there are few enough to read on one page, else of none: each bid's open on a page of their own.
    IfFew,
    /// Of this bid.
    Of(BidId),
}

/// So many bids are still read on one page with all their sheets.
const FEW: usize = 40;

/// The result as this person may read it.
pub fn read(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    sheets: Sheets,
) -> Result<(Scene, RoundResult)> {
    let (scene, stored, full) = stored(c, actor, round)?;
    let file = file_of(&stored)?;
    let own = actor.own_organizations();
    let bids = store::bid_lines(c, round)?;
    let wanted = |bid: BidId| match sheets {
        Sheets::All => true,
        Sheets::IfFew => bids.len() <= FEW,
        Sheets::Of(only) => bid == only,
    };
    let shown: HashSet<i64> = bids
        .iter()
        .filter(|bid| (full || own.contains(&bid.organization_id)) && wanted(bid.id))
        .map(|bid| bid.id.0)
        .collect();
    let comments = match sheets {
        Sheets::Of(bid) => comments(store::sheets_of(c, scene.evaluation.id, bid.0)?)?,
        Sheets::All | Sheets::IfFew if shown.is_empty() => HashMap::new(),
        Sheets::All | Sheets::IfFew => {
            comments(store::sheets_of_evaluation(c, scene.evaluation.id)?)?
        }
    };
    let mut by_bid: HashMap<i64, Vec<&SheetInfo>> = HashMap::new();
    for sheet in &file.sheets {
        by_bid.entry(sheet.bid_id).or_default().push(sheet);
    }
    let decision = store::decision(c, round)?.map(|decision| ResultDecision {
        minute_number: decision.minute_number,
        minute_date: decision.minute_date,
        note: decision.note,
        decided_at: decision.decided_at.and_utc(),
    });
    let reader = Reader {
        outcomes: store::rows(c, scene.evaluation.id)?
            .into_iter()
            .map(|row| (row.subject_id, row))
            .collect(),
        shown,
        bids: bids.into_iter().map(|bid| (bid.id.0, bid)).collect(),
        comments,
        sheets: by_bid,
        file: &file,
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
        computed_at: stored.computed_at.and_utc(),
        digest: stored.digest,
        threshold: Mark(file.rule.threshold_hundredths),
        drop_highest: file.rule.trim.drop_highest,
        drop_lowest: file.rule.trim.drop_lowest,
        trim_from: file.rule.trim.from_sheets,
        criteria: file
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

/// Comments are no part of `result.json`: they are read from the sheets.
fn comments(sheets: Vec<ScoreSheet>) -> Result<HashMap<i64, Vec<MarkGiven>>> {
    sheets
        .into_iter()
        .map(|sheet| Ok((sheet.id.0, sheet.marks()?)))
        .collect()
}

struct Reader<'a> {
    file: &'a ResultFile,
    outcomes: HashMap<i64, ResultRow>,
    bids: HashMap<i64, BidLine>,
    sheets: HashMap<i64, Vec<&'a SheetInfo>>,
    /// Bids whose sheets this reader sees.
    shown: HashSet<i64>,
    comments: HashMap<i64, Vec<MarkGiven>>,
}

impl Reader<'_> {
    fn topic(&self, topic: &Topic) -> RankedTopic {
        let ranking = self
            .file
            .ranking
            .iter()
            .find(|ranking| ranking.topic_id == topic.id.0);
        let ranked: HashMap<i64, &Row> = ranking
            .iter()
            .flat_map(|ranking| &ranking.rows)
            .map(|row| (row.bid_id, row))
            .collect();
        let mut rows: Vec<&ResultRow> = self
            .outcomes
            .values()
            .filter(|row| row.topic_id == topic.id)
            .collect();
        rows.sort_by_key(|row| row.place);
        RankedTopic {
            id: topic.id,
            title: topic.title.clone(),
            lane: topic.lane,
            quota: topic.quota,
            failed: topic.failed,
            eligible_reviewers: ranking.map_or(0, |ranking| ranking.eligible_reviewers),
            recusals: self
                .file
                .recusals
                .iter()
                .filter(|recusal| recusal.topic_id == topic.id.0)
                .map(|recusal| ResultRecusal {
                    alias: recusal.alias.clone(),
                    reason: recusal.reason.clone(),
                })
                .collect(),
            rows: rows
                .into_iter()
                .map(|row| self.row(row, ranked.get(&row.subject_id).copied()))
                .collect(),
        }
    }

    fn row(&self, row: &ResultRow, ranked: Option<&Row>) -> RankedBid {
        let bid = self.bids.get(&row.subject_id);
        let sheets = match (ranked, self.shown.contains(&row.subject_id)) {
            (Some(ranked), true) => self
                .sheets
                .get(&row.subject_id)
                .into_iter()
                .flatten()
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
        self.file
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
