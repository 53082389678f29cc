//! Pure rules of sharing a topic.

use std::collections::HashSet;

use super::SharesState;
use crate::error::{FieldErrors, Refusal};
use crate::ids::{BidId, TopicId};
use crate::rounds::RoundState;

/// A proposal the decision is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    pub topic_id: TopicId,
    pub reason: String,
    /// Each with its part of the work.
    pub shares: Vec<(BidId, String)>,
}

impl Shared {
    /// Whether exactly those who share win.
    pub fn adopted_by(&self, winners: &[BidId]) -> bool {
        winners.len() == self.shares.len()
            && self.shares.iter().all(|(bid, _)| winners.contains(bid))
    }

    /// What is published of this bid's part.
    pub fn part_of(&self, bid: BidId) -> Option<String> {
        let (_, scope) = self.shares.iter().find(|(of, _)| *of == bid)?;
        Some(format!("合力推进，承担：{scope}。{}", self.reason))
    }
}

/// Proposed between the opening and the decision.
pub fn in_time(state: RoundState) -> Result<(), Refusal> {
    match state {
        RoundState::Opened | RoundState::Scoring | RoundState::Scored => Ok(()),
        RoundState::Draft | RoundState::Open | RoundState::Sealed => {
            Err(Refusal::new("not_opened", "还没有开标，不能提出合力推进。")
                .remedy("开标以后、党委决定以前办理。"))
        }
        RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "wrong_state",
            format!("批次{}，不能再提出合力推进。", state.label()),
        )
        .remedy("合力推进须在党委决定以前提出。")),
    }
}

/// A proposal once decided on stays as it was.
pub fn may_replace(state: Option<SharesState>) -> bool {
    !matches!(state, Some(SharesState::Adopted))
}

/// One winner's part.
pub struct Part<'a> {
    /// Its place among what was sent.
    pub line: usize,
    pub bid: BidId,
    pub scope: &'a str,
    /// 分.
    pub budget: i64,
}

/// Shares of one topic.
const MOST: usize = 8;

/// Everything that is wrong with the shares, by field: only bids `valid` on the topic share, within the `money` it has,
/// if that is limited.
pub fn check(parts: &[Part], valid: &HashSet<BidId>, money: Option<i64>) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let mut add = |field: String, text: String| errors.entry(field).or_default().push(text);
    if parts.len() < 2 {
        add("shares".to_owned(), "合力推进至少要两份申报书。".to_owned());
    }
    if parts.len() > MOST {
        add("shares".to_owned(), "合力推进最多八份申报书。".to_owned());
    }
    for (n, part) in parts.iter().enumerate() {
        let line = part.line;
        if !valid.contains(&part.bid) {
            add(
                format!("shares[{line}][bid_id]"),
                "这份申报书不在这个标的之内，或者已经无效。".to_owned(),
            );
        }
        if parts.iter().take(n).any(|other| other.bid == part.bid) {
            add(
                format!("shares[{line}][bid_id]"),
                "同一份申报书列了两次。".to_owned(),
            );
        }
    }
    let total = parts
        .iter()
        .fold(0i64, |sum, part| sum.saturating_add(part.budget));
    if let Some(money) = money
        && total > money
    {
        add(
            "shares".to_owned(),
            format!(
                "经费合计 {} 元，超过这个标的的 {} 元（上限乘名额）。",
                crate::money::show_yuan(total),
                crate::money::show_yuan(money)
            ),
        );
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(line: usize, bid: i64, budget: i64) -> Part<'static> {
        Part {
            line,
            bid: BidId(bid),
            scope: "试点",
            budget,
        }
    }

    #[test]
    fn shares_are_of_two_valid_bids_within_the_topics_money() {
        let valid = HashSet::from([BidId(1), BidId(2)]);
        let fields = |parts: &[Part], money| {
            let errors = check(parts, &valid, money);
            errors.into_keys().collect::<Vec<_>>()
        };
        assert!(fields(&[part(0, 1, 6), part(1, 2, 4)], Some(10)).is_empty());
        assert!(fields(&[part(0, 1, 600), part(1, 2, 4)], None).is_empty());
        assert_eq!(
            fields(&[part(0, 1, 6), part(1, 2, 5)], Some(10)),
            ["shares"]
        );
        assert_eq!(fields(&[part(0, 1, 1)], None), ["shares"]);
        assert_eq!(
            fields(&[part(0, 1, 1), part(1, 1, 1)], None),
            ["shares[1][bid_id]"]
        );
        assert_eq!(
            fields(&[part(0, 1, 1), part(3, 3, 1)], None),
            ["shares[3][bid_id]"]
        );
    }

    #[test]
    fn it_is_adopted_by_all_of_them_and_nobody_else() {
        let shared = Shared {
            topic_id: TopicId(1),
            reason: "各有所长".to_owned(),
            shares: vec![(BidId(1), "线路".to_owned()), (BidId(2), "宣传".to_owned())],
        };
        assert!(shared.adopted_by(&[BidId(2), BidId(1)]));
        for winners in [
            &[][..],
            &[BidId(1)],
            &[BidId(1), BidId(3)],
            &[BidId(1), BidId(2), BidId(3)],
        ] {
            assert!(!shared.adopted_by(winners), "{winners:?}");
        }
        assert_eq!(
            shared.part_of(BidId(2)).unwrap(),
            "合力推进，承担：宣传。各有所长"
        );
        assert_eq!(shared.part_of(BidId(3)), None);
    }

    #[test]
    fn proposed_between_opening_and_decision() {
        let open = [RoundState::Opened, RoundState::Scoring, RoundState::Scored];
        for state in RoundState::ALL {
            assert_eq!(in_time(*state).is_ok(), open.contains(state), "{state}");
        }
    }
}
