//! The ranking as one reader may see it.

use std::collections::{HashMap, HashSet};

use crate::ids::{BidId, CriterionId, OrganizationId, SheetId, TopicId};
use crate::marks::Mark;
use crate::numbers::result_file::{End, ResolvedBy, Row, SheetInfo};
use crate::numbers::rules::marks_text;
use crate::panel::BidLine;
use crate::result::actions::ranking::{
    ExactMean, Pieces, RankedBid, RankedTopic, ResultRecusal, ResultSheet, SheetMarkShown, Whole,
};
use crate::result::store::ResultRow;
use crate::rounds::Topic;
use crate::scoring::MarkGiven;
use crate::seats::Veil;
use crate::web::Cursor;

pub(super) struct Reader<'a> {
    /// Sees everybody's sheets.
    pub(super) full: bool,
    /// Whose sheets this reader sees in any case.
    pub(super) own: Vec<OrganizationId>,
    pub(super) pieces: &'a Pieces,
    pub(super) bids: HashMap<i64, BidLine>,
    pub(super) comments: HashMap<i64, Vec<MarkGiven>>,
    /// Sheets entered from paper, for the committee.
    pub(super) papers: Option<HashSet<SheetId>>,
    /// What there is in all.
    pub(super) whole: Whole,
    /// After which place the rows of a topic go on, if they do.
    pub(super) more: HashMap<TopicId, i64>,
}

impl Reader<'_> {
    pub(super) fn topic(&self, topic: &Topic) -> RankedTopic {
        let head = &self.pieces.head;
        let rows = self.pieces.rows.iter();
        let rows: Vec<RankedBid> = rows
            .filter(|(row, _)| row.topic_id == topic.id)
            .map(|(row, ranked)| self.row(row, ranked.as_ref()))
            .collect();
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
                    sheets_set_aside: recusal.sheets_set_aside,
                })
                .collect(),
            count: self.whole.count(topic.id),
            line: self.whole.line(topic.id),
            next_cursor: self.more.get(&topic.id).copied().map(Cursor::write),
            rows,
        }
    }

    fn row(&self, row: &ResultRow, ranked: Option<&Row>) -> RankedBid {
        // There is no result before the lock.
        let (bid, veil) = (self.bids.get(&row.subject_id), Veil::lifted());
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
            place: row.place,
            title: bid.map(|bid| bid.named.title(veil)).unwrap_or_default(),
            organization: bid
                .map(|bid| bid.named.organization(veil))
                .unwrap_or_default(),
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
            normalized_rank: normalized.and(row.normalized_rank),
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
