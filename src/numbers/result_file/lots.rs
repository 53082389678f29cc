//! Lots between equals as the file carries them: what was committed to, what was revealed, the order that follows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::numbers::lots::{self, Inputs, Secret};
use crate::numbers::result_file::{RecordedTieBreak, ResultFile, TieBreakMethod};

/// One draw: finished, or declared void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotDraw {
    /// Which draw of the round, from 1 on; goes into the seed.
    pub number: u32,
    /// The bids that share a rank, ascending.
    pub bids: Vec<i64>,
    /// The chair's part, or that of the member who stands in for a recused chair.
    pub chair: Option<LotPart>,
    /// The supervisor's part.
    pub supervisor: Option<LotPart>,
    /// See [`lots::seed`]; none for a void draw.
    pub seed: Option<String>,
    /// The bids in the order of their lots; empty for a void draw.
    pub order: Vec<i64>,
    /// Why it was declared void, if it was: then it decides nothing.
    pub void: Option<String>,
}

/// One party's commitment, and what it was to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LotPart {
    /// See [`Secret::commitment`].
    pub commitment: String,
    /// UTC, RFC 3339 with six decimals.
    pub committed_at: String,
    /// None if it was never revealed.
    pub revealed: Option<Revealed>,
}

/// What was committed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revealed {
    pub salt: String,
    pub word: String,
    /// UTC, RFC 3339 with six decimals.
    pub at: String,
}

impl LotPart {
    fn secret(&self) -> Option<Secret<'_>> {
        self.revealed.as_ref().map(|revealed| Secret {
            salt: &revealed.salt,
            word: &revealed.word,
        })
    }
}

impl ResultFile {
    /// Every draw is of bids of one topic, what was revealed is what was committed to, and seed, order and recorded tie
    /// break follow from it.
    pub(super) fn check_lots(&self) -> Result<(), String> {
        let topic: BTreeMap<i64, i64> = self.bids.iter().map(|b| (b.id, b.topic_id)).collect();
        let recorded: BTreeMap<i64, &RecordedTieBreak> = self
            .tie_breaks
            .iter()
            .map(|tie| (tie.bid_id, tie))
            .collect();
        let mut before = 0;
        for draw in &self.lots {
            let wrong = |what: &str| Err(format!("第 {} 次抽签：{what}", draw.number));
            if draw.number <= before {
                return wrong("序号没有递增");
            }
            before = draw.number;
            let topics: Vec<_> = draw.bids.iter().map(|bid| topic.get(bid)).collect();
            if topics.len() < 2 || topics.windows(2).any(|two| two.first() != two.last()) {
                return wrong("申报书不在同一标的");
            }
            if topics.contains(&None) || !draw.bids.is_sorted_by(|a, b| a < b) {
                return wrong("申报书不在文件中，或没有由小到大排列");
            }
            for part in draw.chair.iter().chain(&draw.supervisor) {
                let held = part.secret().map(Secret::commitment);
                if held.is_some_and(|commitment| commitment != part.commitment) {
                    return wrong("揭示的内容与承诺不符");
                }
            }
            if draw.void.is_some() {
                if draw.seed.is_some() || !draw.order.is_empty() {
                    return wrong("已经作废，却有结果");
                }
                continue;
            }
            let secrets = draw
                .chair
                .as_ref()
                .and_then(LotPart::secret)
                .zip(draw.supervisor.as_ref().and_then(LotPart::secret));
            let Some((chair, supervisor)) = secrets else {
                return wrong("有一方没有揭示");
            };
            let seed = lots::seed(Inputs {
                round: self.round.id,
                number: draw.number.into(),
                bids: &draw.bids,
                chair,
                supervisor,
            });
            if draw.order != lots::order(&seed, &draw.bids) || draw.seed.as_ref() != Some(&seed) {
                return wrong("先后与揭示的内容算出的不符");
            }
            let follows = |(order, bid): (u32, &i64)| {
                recorded
                    .get(bid)
                    .is_some_and(|tie| tie.order == order && tie.method == TieBreakMethod::Lots)
            };
            if !(1..).zip(&draw.order).all(follows) {
                return wrong("记录的先后与抽签不符");
            }
        }
        Ok(())
    }
}
