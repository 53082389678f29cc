//! Rounds made by dice.

use std::collections::{BTreeMap, BTreeSet};

use crate::numbers::result_file::{
    Bid, FORMAT_VERSION, Lane, MarkInfo, RoundInfo, RuleInfo, SheetInfo, Topic, criteria_of,
    instant_text,
};
use crate::numbers::rules::{Criterion, Rule};

use super::super::*;

/// SplitMix64: the same rounds on every machine.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.next() % sides
    }

    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal.
    pub(super) fn normal(&mut self) -> f64 {
        let (a, b) = (self.unit().max(1e-12), self.unit());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
}

/// Who gave which bid how many marks; bids belong to organizations.
#[derive(Clone)]
pub(super) struct Marks {
    pub(super) organizations: Vec<String>,
    /// By reviewer, then bid; none where recused.
    pub(super) totals: Vec<Vec<Option<f64>>>,
}

pub(super) const NAMES: [&str; 4] = ["方案优劣", "工作业绩", "信誉", "实施能力"];

pub(super) const FULL: [i64; 4] = [4000, 2000, 1500, 2500];

impl Marks {
    pub(super) fn file(&self) -> ResultFile {
        let criteria = (1..)
            .zip(NAMES.iter().zip(FULL))
            .map(|(id, (name, full_marks))| Criterion {
                id,
                name: (*name).to_owned(),
                full_marks,
            })
            .collect();
        let rule = Rule::with_criteria(criteria);
        let mut sheets = Vec::new();
        for (r, totals) in self.totals.iter().enumerate() {
            for (b, total) in totals.iter().enumerate() {
                let Some(total) = total else { continue };
                let share = (total / 100.0).clamp(0.0, 1.0);
                sheets.push(SheetInfo {
                    id: (r * 1000 + b + 1) as i64,
                    alias: format!("R{}", r + 1),
                    bid_id: b as i64 + 1,
                    submitted_at: instant_text(1_772_326_800_000_000).unwrap(),
                    marks: (1..)
                        .zip(FULL)
                        .map(|(criterion_id, full)| MarkInfo {
                            criterion_id,
                            mark_hundredths: (full as f64 * share / 50.0).round() as i64 * 50,
                        })
                        .collect(),
                    total_hundredths: 0,
                });
            }
        }
        ResultFile {
            format_version: FORMAT_VERSION,
            round: RoundInfo {
                id: 1,
                year: 2026,
                title: "模拟".to_owned(),
            },
            rule: RuleInfo::of(&rule),
            criteria: criteria_of(&rule),
            topics: vec![Topic {
                id: 1,
                title: "标的".to_owned(),
                quota: 3,
                lane: Lane::Commissioned,
            }],
            bids: (1..)
                .zip(&self.organizations)
                .map(|(id, organization)| Bid {
                    id,
                    topic_id: 1,
                    title: format!("项目{id}"),
                    organization: organization.clone(),
                })
                .collect(),
            reviewers: (1..=self.totals.len()).map(|r| format!("R{r}")).collect(),
            sheets,
            recusals: Vec::new(),
            tie_breaks: Vec::new(),
            lots: Vec::new(),
            assignments: Vec::new(),
            lifted_recusals: Vec::new(),
            ranking: Vec::new(),
            decision: None,
        }
        .complete()
        .unwrap()
    }

    pub(super) fn report(&self) -> Fairness {
        report(&self.file(), "", &Kin::new())
    }

    /// Kinds by alias.
    pub(super) fn named(&self) -> BTreeMap<String, BTreeSet<&'static str>> {
        let mut named: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
        for found in self.report().findings {
            let kinds = named.entry(found.alias).or_default();
            kinds.insert(found.kind.as_str());
        }
        named
    }

    pub(super) fn harsh(&mut self, reviewer: usize) {
        for total in self.totals[reviewer].iter_mut().flatten() {
            *total -= 12.0;
        }
    }

    /// Eighteen marks for one organization.
    pub(super) fn biased(&mut self, reviewer: usize, organization: &str) {
        for (of, total) in self.organizations.iter().zip(&mut self.totals[reviewer]) {
            if of == organization
                && let Some(total) = total
            {
                *total = (*total + 18.0).min(100.0);
            }
        }
    }

    /// Whatever comes to mind.
    pub(super) fn careless(&mut self, reviewer: usize, dice: &mut Dice) {
        for total in self.totals[reviewer].iter_mut().flatten() {
            *total = 70.0 + 20.0 * dice.unit();
        }
    }

    pub(super) fn same(&mut self, reviewer: usize, marks: f64) {
        for total in self.totals[reviewer].iter_mut().flatten() {
            *total = marks;
        }
    }
}

/// Seven or nine reviewers, 16 to 40 bids of organizations with one to three each; worth 78 ± 6, leniency ± 1.5, chance
/// ± 2.5 marks.
pub(super) fn clean(seed: u64) -> (Marks, Dice) {
    let mut dice = Dice(seed);
    let reviewers = 7 + 2 * dice.roll(2) as usize;
    let bids = 16 + dice.roll(25) as usize;
    let mut organizations = Vec::new();
    let mut number = 0;
    while organizations.len() < bids {
        number += 1;
        for _ in 0..=dice.roll(3) {
            organizations.push(format!("支部{number}"));
        }
    }
    organizations.truncate(bids);
    let worth: Vec<f64> = (0..bids).map(|_| 76.0 + 6.0 * dice.normal()).collect();
    let totals = (0..reviewers)
        .map(|_| {
            let leniency = 1.5 * dice.normal();
            worth
                .iter()
                .map(|worth| {
                    let total = worth + leniency + 2.5 * dice.normal();
                    (dice.roll(20) > 0).then(|| total.clamp(0.0, 100.0))
                })
                .collect()
        })
        .collect();
    (
        Marks {
            organizations,
            totals,
        },
        dice,
    )
}

/// The organization of which this reviewer marked most bids that leave room above.
pub(super) fn target(marks: &Marks, reviewer: usize) -> Option<String> {
    let room = |b: usize| {
        let given: Vec<f64> = marks.totals.iter().filter_map(|t| t[b]).collect();
        statistics::mean(&given) < 80.0 && marks.totals[reviewer][b].is_some()
    };
    let mut bids: BTreeMap<&String, usize> = BTreeMap::new();
    for (b, name) in marks.organizations.iter().enumerate() {
        *bids.entry(name).or_default() += usize::from(room(b));
    }
    let (name, count) = bids.into_iter().max_by_key(|(_, count)| *count)?;
    (count >= 2).then(|| name.clone())
}
