//! What one result changes against an earlier one of the same round, topic by topic.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::numbers::result_file::{DecidedOutcome, DecisionItem, ResultFile, Row};
use crate::text::quoted;

/// A topic in which something changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TopicChange {
    pub topic_id: i64,
    pub title: String,
    /// Those whose rank, score or outcome changed, by id.
    pub bids: Vec<BidChange>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BidChange {
    pub bid_id: i64,
    pub title: String,
    pub organization: String,
    pub before: Standing,
    pub after: Standing,
}

/// Where a bid stood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Standing {
    pub rank: Option<u32>,
    #[schema(example = "90.90")]
    pub shown: Option<String>,
    /// In Chinese; None before the decision.
    #[schema(example = "备选第 1")]
    pub outcome: Option<String>,
}

impl Standing {
    fn of(row: Option<&Row>, item: Option<&DecisionItem>) -> Self {
        Self {
            rank: row.map(|row| row.rank),
            shown: row.map(|row| row.total.shown.clone()),
            outcome: item.map(|item| match (item.outcome, item.reserve) {
                (DecidedOutcome::Winner, _) => "中标".to_owned(),
                (DecidedOutcome::Reserve, order) => format!("备选第 {}", order.unwrap_or(1)),
                (DecidedOutcome::NotAwarded, _) => "未中标".to_owned(),
            }),
        }
    }

    /// `第 1，90.90 分，中标`.
    fn text(&self) -> String {
        let parts = [
            self.rank.map(|rank| format!("第 {rank}")),
            self.shown.as_ref().map(|shown| format!("{shown} 分")),
            self.outcome.clone(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            "没有得分".to_owned()
        } else {
            parts.join("，")
        }
    }
}

impl TopicChange {
    /// In one Chinese sentence, as a notice says it.
    pub fn sentence(&self) -> String {
        let bids: Vec<String> = self
            .bids
            .iter()
            .map(|bid| {
                format!(
                    "{}（{}）由{}改为{}",
                    quoted(&bid.title),
                    bid.organization,
                    bid.before.text(),
                    bid.after.text()
                )
            })
            .collect();
        format!("标的{}：{}。", quoted(&self.title), bids.join("；"))
    }
}

/// By topic, those without a change left out.
pub fn changes(before: &ResultFile, after: &ResultFile) -> Vec<TopicChange> {
    let (rows_before, rows_after) = (rows(before), rows(after));
    let (items_before, items_after) = (items(before), items(after));
    after
        .topics
        .iter()
        .filter_map(|topic| {
            let bids: Vec<BidChange> = after
                .bids
                .iter()
                .filter(|bid| bid.topic_id == topic.id)
                .filter_map(|bid| {
                    let was = Standing::of(
                        rows_before.get(&bid.id).copied(),
                        items_before.get(&bid.id).copied(),
                    );
                    let is = Standing::of(
                        rows_after.get(&bid.id).copied(),
                        items_after.get(&bid.id).copied(),
                    );
                    (was != is).then(|| BidChange {
                        bid_id: bid.id,
                        title: bid.title.clone(),
                        organization: bid.organization.clone(),
                        before: was,
                        after: is,
                    })
                })
                .collect();
            (!bids.is_empty()).then(|| TopicChange {
                topic_id: topic.id,
                title: topic.title.clone(),
                bids,
            })
        })
        .collect()
}

fn rows(file: &ResultFile) -> BTreeMap<i64, &Row> {
    let rows = file.ranking.iter().flat_map(|topic| &topic.rows);
    rows.map(|row| (row.bid_id, row)).collect()
}

fn items(file: &ResultFile) -> BTreeMap<i64, &DecisionItem> {
    let items = file.decision.iter().flat_map(|decision| &decision.items);
    items.map(|item| (item.bid_id, item)).collect()
}
