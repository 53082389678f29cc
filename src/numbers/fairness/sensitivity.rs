//! Would the winners change without any one reviewer, or with another way of counting?

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::BidId;
use crate::numbers::Aggregation;
use crate::numbers::result_file::{ResultFile, instant};
use crate::numbers::rules::{self, Entry, Outcome, Rule, Sheet};

crate::text_enum! {
    /// What is done otherwise.
    Change {
        WithoutReviewer = "without_reviewer" "不计一位评委",
        WithoutTrimming = "without_trimming" "不去最高分和最低分，取平均",
        TrimOne = "trim_one" "去一个最高、一个最低",
        TrimTwo = "trim_two" "去两个最高、两个最低",
        Median = "median" "取中位数",
    }
}

/// What would be proposed otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sensitivity {
    pub change: Change,
    /// Who is left out, with `without_reviewer`.
    pub alias: Option<String>,
    /// Whether the same bids would win.
    pub same_winners: bool,
    /// Bids that would win instead.
    pub would_win: Vec<BidId>,
    /// Bids that would no longer win.
    pub would_lose: Vec<BidId>,
}

pub fn sensitivity(file: &ResultFile) -> Vec<Sensitivity> {
    let world = World::of(file);
    let rule = file.rules();
    let now = world.winners(&rule, None);
    let compare = |change: Change, alias: Option<&String>, then: BTreeSet<i64>| Sensitivity {
        change,
        alias: alias.cloned(),
        same_winners: now == then,
        would_win: then.difference(&now).map(|bid| BidId(*bid)).collect(),
        would_lose: now.difference(&then).map(|bid| BidId(*bid)).collect(),
    };
    let mut found: Vec<Sensitivity> = file
        .reviewers
        .iter()
        .map(|alias| {
            let then = world.winners(&rule, Some(alias));
            compare(Change::WithoutReviewer, Some(alias), then)
        })
        .collect();
    let trimmed = |drops: u32| Rule {
        aggregation: Aggregation::TrimmedMean,
        drop_highest: drops,
        drop_lowest: drops,
        trim_from: 2 * drops + 1,
        ..rule.clone()
    };
    let with = |aggregation: Aggregation| Rule {
        aggregation,
        ..rule.clone()
    };
    for (change, other) in [
        (Change::WithoutTrimming, with(Aggregation::Mean)),
        (Change::TrimOne, trimmed(1)),
        (Change::TrimTwo, trimmed(2)),
        (Change::Median, with(Aggregation::Median)),
    ] {
        let drops = |rule: &Rule| world.sizes().map(|n| rule.drops(n)).collect::<Vec<_>>();
        // What the rule does anyway is no other way of counting.
        if drops(&other) != drops(&rule) {
            found.push(compare(change, None, world.winners(&other, None)));
        }
    }
    found
}

/// The sheets by bid, ready to be counted again and again.
struct World<'a> {
    file: &'a ResultFile,
    sheets: BTreeMap<i64, Vec<Sheet>>,
    orders: BTreeMap<i64, u32>,
}

impl<'a> World<'a> {
    fn of(file: &'a ResultFile) -> Self {
        let mut sheets: BTreeMap<i64, Vec<Sheet>> = BTreeMap::new();
        for sheet in &file.sheets {
            sheets.entry(sheet.bid_id).or_default().push(Sheet {
                id: sheet.id,
                reviewer: sheet.alias.clone(),
                submitted_at: instant(&sheet.submitted_at).unwrap_or_default(),
                marks: sheet
                    .marks
                    .iter()
                    .map(|mark| (mark.criterion_id, mark.mark_hundredths))
                    .collect(),
            });
        }
        let orders = file
            .tie_breaks
            .iter()
            .map(|tie| (tie.bid_id, tie.order))
            .collect();
        Self {
            file,
            sheets,
            orders,
        }
    }

    fn sizes(&self) -> impl Iterator<Item = usize> {
        self.sheets.values().map(Vec::len)
    }

    fn winners(&self, rule: &Rule, without: Option<&str>) -> BTreeSet<i64> {
        let mut winners = BTreeSet::new();
        for topic in &self.file.topics {
            let bids = self.file.bids.iter().filter(|bid| bid.topic_id == topic.id);
            let entries: Vec<Entry> = bids
                .filter_map(|bid| {
                    let all = self.sheets.get(&bid.id)?;
                    let score = match without {
                        None => rules::score_subject(rule, all),
                        Some(alias) => {
                            let mut left = all.clone();
                            left.retain(|sheet| sheet.reviewer != alias);
                            rules::score_subject(rule, &left)
                        }
                    }?;
                    Some(Entry {
                        subject: bid.id,
                        score,
                        tie_break: self.orders.get(&bid.id).copied(),
                    })
                })
                .collect();
            let ranked = rules::rank(&entries);
            winners.extend(
                rules::winners(&ranked, topic.quota, rule.threshold)
                    .into_iter()
                    .filter(|proposal| proposal.outcome == Outcome::Winner)
                    .map(|proposal| proposal.subject),
            );
        }
        winners
    }
}
