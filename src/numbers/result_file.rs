//! `result.json`: a published result with its inputs and its rule, so that anyone can recompute it (domain.md module
//! 3, interface.md). Pure: text in, text out.
//!
//! Names ending in `_hundredths` are integers in hundredths of a mark. A [`Mean`] is in marks: `909/10`, shown `90.90`.
//! Whoever writes a file fills in the inputs and calls [`ResultFile::complete`], which sorts, checks and ranks; the
//! same inputs then give the same bytes. Whoever reads one calls [`ResultFile::from_json`] and [`differences`].
//! `tests/recompute.py` does the same computation in another language.

mod changes;
mod check;
mod compare;
mod given;
mod lots;
mod ranking;
mod recompute;

pub use changes::{BidChange, Standing, TopicChange, changes};
pub use compare::differences;
pub use given::*;
pub use lots::{LotDraw, LotPart, Revealed};
pub use ranking::*;
pub use recompute::recompute;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

use crate::numbers::rules::Rule;

/// The version this program writes and reads.
pub const FORMAT_VERSION: u32 = 1;

/// Largest file read, bytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Largest id: 53 bits, so that every JSON reader keeps it exact.
pub const MAX_ID: i64 = (1 << 53) - 1;

/// Instants lie in 1970 to 9999, where RFC 3339 has four digits for the year.
const MAX_INSTANT: i64 = 253_402_300_799_999_999;

/// The whole file, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultFile {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The round.
    pub round: RoundInfo,
    /// How sheets become a ranking.
    pub rule: RuleInfo,
    /// What was marked, in the order of the tie ladder.
    pub criteria: Vec<CriterionInfo>,
    /// 标的, by id.
    pub topics: Vec<Topic>,
    /// The bids that were up for scoring, by id.
    pub bids: Vec<Bid>,
    /// Stable aliases of all reviewers of the panel, sorted.
    pub reviewers: Vec<String>,
    /// The counted sheets, by bid, then id.
    pub sheets: Vec<SheetInfo>,
    /// 回避, by topic, then alias.
    pub recusals: Vec<Recusal>,
    /// Recusals that two people lifted, by topic, then alias: they do not count, and are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifted_recusals: Vec<Recusal>,
    /// Who was to mark which bid, by bid, if the bids were divided among the panel; else everybody marks everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<Assignment>,
    /// Recorded votes and lots, by bid.
    pub tie_breaks: Vec<RecordedTieBreak>,
    /// How lots were drawn, by number, void draws included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<LotDraw>,
    /// The ranking, by topic; computed, never an input.
    #[serde(default)]
    pub ranking: Vec<TopicRanking>,
    /// What was decided, once it was.
    #[serde(default)]
    pub decision: Option<Decision>,
}

/// Microseconds UTC as [`SheetInfo::submitted_at`] wants them; `None` outside 1970 to 9999.
pub fn instant_text(micros: i64) -> Option<String> {
    if !(0..=MAX_INSTANT).contains(&micros) {
        return None;
    }
    Some(DateTime::from_timestamp_micros(micros)?.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// Microseconds of a canonical instant.
pub fn instant(text: &str) -> Option<i64> {
    let micros = DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros();
    instant_text(micros)
        .filter(|canonical| canonical == text)
        .map(|_| micros)
}

impl ResultFile {
    /// Reads and checks a file's inputs. The carried ranking is not believed: see [`differences`].
    pub fn from_json(json: &str) -> Result<Self, String> {
        if json.len() > MAX_BYTES {
            return Err(format!("结果文件超过 {} MB", MAX_BYTES / 1024 / 1024));
        }
        let file: Self =
            serde_json::from_str(json).map_err(|error| format!("结果文件无法读取：{error}"))?;
        file.check()?;
        Ok(file)
    }

    /// The file's text: the same value gives the same bytes. Ends with a line feed.
    pub fn to_json(&self) -> Result<String, String> {
        pretty(self)
    }

    /// Puts everything in order, checks it, adds up the sheets and fills in the ranking.
    pub fn complete(mut self) -> Result<Self, String> {
        self.topics.sort_by_key(|topic| topic.id);
        self.bids.sort_by_key(|bid| bid.id);
        self.reviewers.sort();
        self.sheets.sort_by_key(|sheet| (sheet.bid_id, sheet.id));
        let place: BTreeMap<i64, usize> = self
            .criteria
            .iter()
            .zip(0..)
            .map(|(c, place)| (c.id, place))
            .collect();
        for sheet in &mut self.sheets {
            sheet
                .marks
                .sort_by_key(|mark| (place.get(&mark.criterion_id).copied(), mark.criterion_id));
        }
        self.recusals
            .sort_by(|a, b| (a.topic_id, &a.alias).cmp(&(b.topic_id, &b.alias)));
        self.lifted_recusals
            .sort_by(|a, b| (a.topic_id, &a.alias).cmp(&(b.topic_id, &b.alias)));
        self.assignments.sort_by_key(|one| one.bid_id);
        self.tie_breaks.sort_by_key(|tie| tie.bid_id);
        self.lots.sort_by_key(|draw| draw.number);
        if let Some(decision) = &mut self.decision {
            decision.items.sort_by_key(|item| item.bid_id);
        }
        self.check()?;
        for sheet in &mut self.sheets {
            sheet.total_hundredths = sheet.marks.iter().map(|mark| mark.mark_hundredths).sum();
        }
        self.ranking = recompute(&self)?;
        Ok(self)
    }

    /// The rule with its criteria, as the arithmetic takes it.
    pub fn rules(&self) -> Rule {
        self.rule.rule(&self.criteria)
    }
}

fn pretty<T: Serialize + ?Sized>(value: &T) -> Result<String, String> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| format!("结果文件无法写出：{error}"))?;
    Ok(text + "\n")
}

/// The ranking as `biaogan evaluation recompute` prints it.
pub fn ranking_json(ranking: &[TopicRanking]) -> Result<String, String> {
    pretty(ranking)
}

pub fn bad_instant(sheet: &SheetInfo) -> String {
    format!(
        "评分表 {} 的提交时间“{}”不是规范写法",
        sheet.id, sheet.submitted_at
    )
}
