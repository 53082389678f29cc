//! Pure rules of going on as one.
//!
//! | state ↓ action → | change | agree, somebody waits | agree, the last | decline | withdraw |
//! |---|---|---|---|---|---|
//! | asked | asked | asked | merged | declined | withdrawn |
//! | merged, declined, withdrawn | – | – | – | – | – |

use super::JointState;
use crate::error::Refusal;
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, OrganizationId, RoundId};
use crate::rounds::RoundState;

/// Bids that may go on as one, the lead's among them.
pub const MOST: usize = 8;

/// Asked and answered between the opening and the start of scoring.
pub fn in_time(state: RoundState) -> Result<(), Refusal> {
    match state {
        RoundState::Opened => Ok(()),
        RoundState::Draft | RoundState::Open | RoundState::Sealed => {
            Err(Refusal::new("not_opened", "还没有开标，不能合为联合攻关。")
                .remedy("开标以后、开始评分以前办理。"))
        }
        RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "wrong_state",
            format!("批次{}，不能再合为联合攻关。", state.label()),
        )
        .remedy("联合攻关须在开始评分以前办妥。")),
    }
}

/// Only what is asked about may be changed, answered or withdrawn.
pub fn still_asked(state: JointState) -> Result<(), Refusal> {
    match state {
        JointState::Asked => Ok(()),
        JointState::Merged | JointState::Declined | JointState::Withdrawn => Err(Refusal::new(
            "merger_ended",
            format!("这项联合攻关{}，不能再办理。", state.label()),
        )),
    }
}

/// Two organizations or more: nobody is joint with themselves.
pub fn organizations(of: &[OrganizationId]) -> bool {
    of.iter().any(|one| Some(one) != of.first())
}

/// What the answers so far come to.
pub fn outcome(answers: &[Option<JointAnswer>]) -> JointState {
    if answers.contains(&Some(JointAnswer::Declined)) {
        JointState::Declined
    } else if answers.is_empty() || answers.contains(&None) {
        JointState::Asked
    } else {
        JointState::Merged
    }
}

/// What is agreed to, as bytes for its digest: round, lead, every bid with its own digest, the statement.
pub fn agreed_to(
    round: RoundId,
    lead: BidId,
    bids: &[(BidId, Option<String>)],
    statement: &str,
) -> String {
    let mut bids: Vec<_> = bids.to_vec();
    bids.sort();
    let bids: Vec<_> = bids
        .into_iter()
        .map(|(id, digest)| serde_json::json!({ "bid_id": id, "digest": digest }))
        .collect();
    serde_json::json!({ "round_id": round, "lead_bid_id": lead, "bids": bids, "statement": statement })
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use JointAnswer::{Agreed, Declined};

    #[test]
    fn all_must_agree_and_one_may_end_it() {
        let table: &[(&[Option<JointAnswer>], JointState)] = &[
            (&[], JointState::Asked),
            (&[None, None], JointState::Asked),
            (&[Some(Agreed), None], JointState::Asked),
            (&[Some(Agreed), Some(Agreed)], JointState::Merged),
            (&[None, Some(Declined)], JointState::Declined),
            (&[Some(Agreed), Some(Declined), None], JointState::Declined),
        ];
        for (answers, expected) in table {
            assert_eq!(outcome(answers), *expected, "{answers:?}");
        }
    }

    #[test]
    fn only_between_opening_and_scoring() {
        for state in RoundState::ALL {
            assert_eq!(
                in_time(*state).is_ok(),
                *state == RoundState::Opened,
                "{state}"
            );
        }
        for state in JointState::ALL {
            assert_eq!(
                still_asked(*state).is_ok(),
                *state == JointState::Asked,
                "{state}"
            );
        }
    }

    #[test]
    fn what_is_agreed_to_depends_on_all_of_it_but_not_on_the_order() {
        let bids = |one: &str| vec![(BidId(1), Some(one.to_owned())), (BidId(2), None)];
        let text = agreed_to(RoundId(9), BidId(1), &bids("a"), "甲做一，乙做二");
        let mut turned = bids("a");
        turned.reverse();
        assert_eq!(
            agreed_to(RoundId(9), BidId(1), &turned, "甲做一，乙做二"),
            text
        );
        assert_ne!(
            agreed_to(RoundId(9), BidId(1), &bids("b"), "甲做一，乙做二"),
            text
        );
        assert_ne!(
            agreed_to(RoundId(9), BidId(2), &bids("a"), "甲做一，乙做二"),
            text
        );
        assert_ne!(
            agreed_to(RoundId(9), BidId(1), &bids("a"), "甲做二，乙做一"),
            text
        );
    }

    #[test]
    fn one_organization_alone_is_not_joint() {
        assert!(!organizations(&[OrganizationId(1), OrganizationId(1)]));
        assert!(organizations(&[
            OrganizationId(1),
            OrganizationId(1),
            OrganizationId(2)
        ]));
    }
}
