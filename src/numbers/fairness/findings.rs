//! What stands out, with the limits beyond which it is named. A limit has two sides: it must matter (so many marks) and
//! it must be more than chance explains (so many times the usual distance).
//!
//! Measured on fresh rounds like those in `planted.rs`: of 3,000 panels without fault, 32 (1.07 %) had somebody named; of
//! 1,000 with a harsh, a biased and a careless reviewer planted, the harsh one was named in 999, the biased in 999, the
//! careless in 991, and somebody else in 6.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{BidId, SheetId};
use crate::numbers::fairness::fit::Fit;
use crate::numbers::fairness::statistics::{mean, median, normal_point, robust_spread, spread};
use crate::numbers::fairness::{Kin, Outlier, in_marks};
use crate::numbers::result_file::{MarkInfo, ResultFile};
use crate::text::quoted;

/// A leniency this far from the others', hundredths, and this many times the others' own differences.
const LENIENCY: f64 = 600.0;

const LENIENCY_TIMES: f64 = 2.5;

/// And so many times what the number of sheets leaves open.
const LENIENCY_SURE: f64 = 4.0;

/// A favour or disfavour of one organization: hundredths, least distance, and the chance shared by all pairs.
const FAVOUR: f64 = 700.0;

const FAVOUR_TIMES: f64 = 4.5;

const FAVOUR_CHANCE: f64 = 0.001;

/// A favour of near organizations as a whole; asked once a reviewer.
const NEAR: f64 = 400.0;

const NEAR_TIMES: f64 = 3.5;

/// The same total on this share of at least so many sheets, where the others tell bids apart by this much, hundredths.
const SAME_SHARE: f64 = 0.8;

const SAME_SHEETS: usize = 4;

const TELLING: f64 = 200.0;

/// Differences this small a share of the others', on so many sheets.
const FLAT: f64 = 0.25;

const FLAT_SHEETS: usize = 6;

/// A correlation with the others below this, and so much below the other reviewers' (Fisher's z), on so many sheets.
const LOOSE: f64 = 0.55;

const LOOSE_TIMES: f64 = 3.0;

const LOOSE_SHEETS: usize = 8;

/// Whose other marks follow the others' this closely favours somebody and is not careless.
const CLOSE: f64 = 0.6;

/// A sheet is pointed out at this distance, hundredths and times the usual one.
const OUTLIER: f64 = 1_000.0;

const OUTLIER_TIMES: f64 = 4.0;

crate::text_enum! {
    /// What stands out about a reviewer.
    FindingKind {
        Harsh = "harsh" "整体偏严",
        Lenient = "lenient" "整体偏宽",
        Favours = "favours" "对某组织偏高",
        Disfavours = "disfavours" "对某组织偏低",
        OwnUnit = "own_unit" "对关联单位偏高",
        SameMarks = "same_marks" "打分雷同",
        Unrelated = "unrelated" "与其他评委无关",
    }
}

/// Something to look at: a reason to open the sheets, not a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    pub kind: FindingKind,
    #[schema(example = "R2")]
    pub alias: String,
    /// Whom it concerns, with `favours` and `disfavours`.
    pub organization: Option<String>,
    /// Sheets it rests on.
    pub sheets: usize,
    /// In one Chinese sentence, with the number it rests on and what is usual.
    pub text: String,
}

pub fn findings(file: &ResultFile, fit: &Fit, kin: &Kin) -> Vec<Finding> {
    let organization: BTreeMap<i64, &str> = file
        .bids
        .iter()
        .map(|bid| (bid.id, bid.organization.as_str()))
        .collect();
    let favours = favours(fit, &organization);
    let mut found = Vec::new();
    for alias in fit.aliases() {
        found.extend(strictness(fit, alias));
        // Bids of an organization that is favoured say nothing about the rest of a reviewer's marks.
        let set_apart: BTreeSet<i64> = organization
            .iter()
            .filter(|(_, name)| {
                let named = |one: &&Finding| {
                    one.alias == alias && one.organization.as_deref() == Some(**name)
                };
                favours.iter().any(|one| named(&one))
            })
            .map(|(bid, _)| *bid)
            .collect();
        let careless = same_marks(fit, alias).or_else(|| unrelated(fit, alias, &set_apart));
        // Marks that follow nothing favour nobody in particular.
        if careless.is_none() {
            found.extend(favours.iter().filter(|one| one.alias == alias).cloned());
            found.extend(own_unit(fit, alias, kin));
        }
        found.extend(careless);
    }
    found
}

#[expect(clippy::cast_precision_loss, reason = "counts of sheets")]
fn root(count: usize) -> f64 {
    (count.max(1) as f64).sqrt()
}

fn strictness(fit: &Fit, alias: &str) -> Option<Finding> {
    let others: Vec<f64> = fit
        .aliases()
        .filter(|other| *other != alias)
        .map(|other| fit.leniency(other))
        .collect();
    let away = fit.leniency(alias) - median(&others);
    let sheets = fit.rests(alias).len();
    let stands_out = others.len() >= 2
        && away.abs() >= LENIENCY
        && away.abs() >= LENIENCY_TIMES * robust_spread(&others)
        && away.abs() >= LENIENCY_SURE * fit.noise_of(alias) / root(sheets);
    stands_out.then(|| {
        let (kind, word) = if away < 0.0 {
            (FindingKind::Harsh, "低")
        } else {
            (FindingKind::Lenient, "高")
        };
        Finding {
            kind,
            alias: alias.to_owned(),
            organization: None,
            sheets,
            text: format!(
                "{sheets} 份评分通常比其他评委{word} {} 分，其他评委之间一般相差 {} 分。",
                in_marks(away.abs()),
                in_marks(robust_spread(&others))
            ),
        }
    })
}

/// Every reviewer against every organization.
fn favours(fit: &Fit, organization: &BTreeMap<i64, &str>) -> Vec<Finding> {
    let mut pairs: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for alias in fit.aliases() {
        for given in fit.given(alias) {
            if let (Some(name), Some(rest)) = (organization.get(&given.bid), given.rest) {
                pairs.entry((alias, name)).or_default().push(rest);
            }
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of pairs")]
    let limit = FAVOUR_TIMES.max(normal_point(
        FAVOUR_CHANCE / 2.0 / pairs.len().max(1) as f64,
    ));
    let mut found = Vec::new();
    for ((alias, name), rests) in pairs {
        let away = mean(&rests);
        if away.abs() < FAVOUR {
            continue;
        }
        let elsewhere: Vec<f64> = fit
            .given(alias)
            .iter()
            .filter(|given| organization.get(&given.bid) != Some(&name))
            .filter_map(|given| given.rest)
            .collect();
        let usual = fit.noise_among(&elsewhere);
        if away.abs() < limit * usual / root(rests.len()) {
            continue;
        }
        let (kind, word) = if away > 0.0 {
            (FindingKind::Favours, "高")
        } else {
            (FindingKind::Disfavours, "低")
        };
        found.push(Finding {
            kind,
            alias: alias.to_owned(),
            organization: Some(name.to_owned()),
            sheets: rests.len(),
            text: format!(
                "扣除本人宽严后，给{}的 {} 份评分比其他评委{word} {} 分，一般相差 {} 分。",
                quoted(name),
                rests.len(),
                in_marks(away.abs()),
                in_marks(usual)
            ),
        });
    }
    found
}

/// The rests of the bids near a reviewer.
pub fn near(fit: &Fit, alias: &str, kin: &Kin) -> Vec<f64> {
    let none = BTreeSet::new();
    let near = kin.get(alias).unwrap_or(&none);
    fit.given(alias)
        .iter()
        .filter(|given| near.contains(&given.bid))
        .filter_map(|given| given.rest)
        .collect()
}

fn own_unit(fit: &Fit, alias: &str, kin: &Kin) -> Option<Finding> {
    let rests = near(fit, alias, kin);
    let away = mean(&rests);
    let unit = fit.noise_of(alias) / root(rests.len());
    (rests.len() >= 2 && away >= NEAR && away >= NEAR_TIMES * unit).then(|| Finding {
        kind: FindingKind::OwnUnit,
        alias: alias.to_owned(),
        organization: None,
        sheets: rests.len(),
        text: format!(
            "扣除本人宽严后，给同一上级单位所属组织的 {} 份评分比其他评委高 {} 分，一般相差 {} 分。",
            rests.len(),
            in_marks(away),
            in_marks(fit.noise_of(alias))
        ),
    })
}

/// How far apart the others' totals lie, typically.
fn others_spread(fit: &Fit, alias: &str) -> f64 {
    let spreads: Vec<f64> = fit
        .aliases()
        .filter(|other| *other != alias)
        .map(|other| spread(&fit.totals(other)))
        .collect();
    median(&spreads)
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "counts of sheets; totals are whole hundredths"
)]
fn same_marks(fit: &Fit, alias: &str) -> Option<Finding> {
    let totals = fit.totals(alias);
    let telling = others_spread(fit, alias);
    if totals.len() < SAME_SHEETS || telling < TELLING {
        return None;
    }
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for total in &totals {
        *counts.entry(*total as i64).or_default() += 1;
    }
    let (total, most) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    let own = spread(&totals);
    let text = if most as f64 >= SAME_SHARE * totals.len() as f64 {
        format!(
            "{} 份评分中有 {most} 份都是 {} 分，其他评委的打分一般拉开 {} 分。",
            totals.len(),
            in_marks(total as f64),
            in_marks(telling)
        )
    } else if totals.len() >= FLAT_SHEETS && own < FLAT * telling {
        format!(
            "{} 份评分只拉开 {} 分，其他评委一般拉开 {} 分。",
            totals.len(),
            in_marks(own),
            in_marks(telling)
        )
    } else {
        return None;
    };
    Some(Finding {
        kind: FindingKind::SameMarks,
        alias: alias.to_owned(),
        organization: None,
        sheets: totals.len(),
        text,
    })
}

/// `set_apart` are bids of organizations found to be favoured: if the reviewer marks all others as usual, it is the
/// favour that lowers the correlation.
fn unrelated(fit: &Fit, alias: &str, set_apart: &BTreeSet<i64>) -> Option<Finding> {
    let sheets = fit.rests(alias).len();
    if sheets < LOOSE_SHEETS {
        return None;
    }
    let elsewhere = fit.correlation_without(alias, set_apart);
    if !set_apart.is_empty() && elsewhere.is_some_and(|r| r >= CLOSE) {
        return None;
    }
    let z = |r: f64| r.clamp(-0.999, 0.999).atanh();
    let own = fit.correlation(alias)?;
    let others: Vec<f64> = fit
        .aliases()
        .filter(|other| *other != alias)
        .filter_map(|other| fit.correlation(other))
        .collect();
    let usual = median(&others);
    let apart = (z(usual) - z(own)) * root(sheets.saturating_sub(3));
    (others.len() >= 2 && own < LOOSE && apart >= LOOSE_TIMES).then(|| Finding {
        kind: FindingKind::Unrelated,
        alias: alias.to_owned(),
        organization: None,
        sheets,
        text: format!(
            "{sheets} 份评分与其他评委的相关系数为 {own:.2}，其他评委一般为 {usual:.2}。"
        ),
    })
}

/// Sheets far from what the others gave, the farthest first.
pub fn outliers(file: &ResultFile, fit: &Fit) -> Vec<Outlier> {
    let mut found = Vec::new();
    for alias in fit.aliases() {
        for given in fit.given(alias) {
            let (Some(others), Some(rest)) = (given.others, given.rest) else {
                continue;
            };
            if rest.abs() < OUTLIER || rest.abs() < OUTLIER_TIMES * fit.noise {
                continue;
            }
            let shown = Outlier {
                sheet_id: SheetId(given.sheet),
                bid_id: BidId(given.bid),
                alias: alias.to_owned(),
                total: in_marks(given.total),
                others: in_marks(others),
                distance: format!("{}{}", if rest > 0.0 { "+" } else { "" }, in_marks(rest)),
                criterion: farthest(file, given.sheet, given.bid),
            };
            found.push((rest.abs(), shown));
        }
    }
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    found.into_iter().map(|(_, outlier)| outlier).collect()
}

/// The criterion in which a sheet lies farthest from the others on the same bid.
#[expect(clippy::cast_precision_loss, reason = "marks are at most 10000")]
fn farthest(file: &ResultFile, sheet: i64, bid: i64) -> String {
    let of = |marks: &[MarkInfo], criterion: i64| {
        marks
            .iter()
            .find(|mark| mark.criterion_id == criterion)
            .map_or(0.0, |mark| mark.mark_hundredths as f64)
    };
    let on_bid = || file.sheets.iter().filter(|other| other.bid_id == bid);
    let Some(own) = on_bid().find(|other| other.id == sheet) else {
        return String::new();
    };
    let distance = |criterion: i64, full: i64| {
        let others: Vec<f64> = on_bid()
            .filter(|other| other.id != sheet)
            .map(|other| of(&other.marks, criterion))
            .collect();
        (of(&own.marks, criterion) - median(&others)).abs() / full as f64
    };
    file.criteria
        .iter()
        .max_by(|a, b| {
            distance(a.id, a.full_marks_hundredths)
                .total_cmp(&distance(b.id, b.full_marks_hundredths))
        })
        .map(|criterion| criterion.name.clone())
        .unwrap_or_default()
}
