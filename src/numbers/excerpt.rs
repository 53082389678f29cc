//! What a ranking's readers need of `result.json`, in pieces: a head, a line a bid, and the counted sheets of a bid.
//!
//! The pieces are stored beside the file when it is computed, so that reading a ranking parses as much as it shows. They
//! say nothing that the file does not say; the file is what its digest was given for. Pure.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::numbers::result_file::{CriterionInfo, Recusal, ResultFile, Row, RuleInfo, SheetInfo};

/// What all bids have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub rule: RuleInfo,
    pub criteria: Vec<CriterionInfo>,
    /// Topic to reviewers less the recused ones.
    pub eligible_reviewers: Vec<(i64, u32)>,
    pub recusals: Vec<Recusal>,
}

impl Head {
    pub fn of(file: &ResultFile) -> Self {
        Self {
            rule: file.rule.clone(),
            criteria: file.criteria.clone(),
            eligible_reviewers: file
                .ranking
                .iter()
                .map(|topic| (topic.topic_id, topic.eligible_reviewers))
                .collect(),
            recusals: file.recusals.clone(),
        }
    }
}

/// Lines by bid; bids without a counted sheet have none.
pub fn lines(file: &ResultFile) -> HashMap<i64, &Row> {
    file.ranking
        .iter()
        .flat_map(|topic| &topic.rows)
        .map(|row| (row.bid_id, row))
        .collect()
}

/// Counted sheets by bid.
pub fn sheets(file: &ResultFile) -> HashMap<i64, Vec<&SheetInfo>> {
    let mut sheets: HashMap<i64, Vec<&SheetInfo>> = HashMap::new();
    for sheet in &file.sheets {
        sheets.entry(sheet.bid_id).or_default().push(sheet);
    }
    sheets
}
