//! Failed topics (流标): fewer valid bids than the minimum at the opening, and what becomes of them.
//!
//! A topic fails at the opening, or when scoring starts if bids were found void in between. Its bids are not scored.
//! Scoring goes on for the others at once: nobody waits for a decision that does not concern them. Until the round is
//! concluded the office has to decide each failed topic, with a reason that is published:
//!
//! | decision | when | then |
//! |---|---|---|
//! | `reopen` | always | a supplementary round (补充招标) is drafted from it, linked both ways |
//! | `joint` | two valid bids or more | their leads are asked; those that agree go on as one joint bid (联合攻关) |
//! | `close` | always | the topic ends here |
//!
//! A joint project nobody but one agrees to is undone: the topic waits for another decision. Where all topics failed
//! nothing is scored, and the office concludes the round once each is decided.

use crate::error::Refusal;
use crate::rounds::RoundState;

crate::text_enum! {
    /// What is decided on a failed topic.
    FailedDecision { Reopen = "reopen" "重新招标", Joint = "joint" "转为联合攻关", Close = "close" "终止" }
}

crate::text_enum! {
    /// What a bidder says to a joint project.
    JointAnswer { Agreed = "agreed" "同意", Declined = "declined" "不同意" }
}

/// Fewer valid bids than this, and the topic fails.
pub fn fails(valid_bids: i64, minimum: i64) -> bool {
    valid_bids < minimum.max(1)
}

/// Failed topics are decided from the opening to the round's conclusion.
pub fn may_decide(
    state: RoundState,
    decided: Option<FailedDecision>,
    valid_bids: i64,
    wanted: FailedDecision,
) -> Result<(), Refusal> {
    match state {
        RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized => {}
        RoundState::Draft | RoundState::Open | RoundState::Sealed => {
            return Err(
                Refusal::new("not_opened", "还没有开标，不知道哪些标的流标。")
                    .remedy("开标以后办理。"),
            );
        }
        RoundState::Concluded | RoundState::Cancelled => {
            return Err(Refusal::new(
                "wrong_state",
                format!("批次{}，流标的标的不能再改。", state.label()),
            ));
        }
    }
    if let Some(decided) = decided {
        return Err(Refusal::new(
            "already_decided",
            format!("这个标的已决定“{}”。", decided.label()),
        ));
    }
    if wanted == FailedDecision::Joint && valid_bids < 2 {
        return Err(Refusal::new(
            "joint_needs_two",
            format!("有效申报只有 {valid_bids} 份，联合攻关至少要两份。"),
        )
        .remedy("可以重新招标，或者终止。"));
    }
    Ok(())
}

/// Where the answers to a joint project have led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// Somebody has not answered yet.
    Waiting,
    /// All have answered, two or more agree: they go on.
    Agreed,
    /// All have answered, fewer than two agree.
    Undone,
}

pub fn joint(answers: &[Option<JointAnswer>]) -> Joint {
    if answers.iter().any(Option::is_none) {
        return Joint::Waiting;
    }
    let agreed = answers
        .iter()
        .filter(|answer| **answer == Some(JointAnswer::Agreed))
        .count();
    if agreed >= 2 {
        Joint::Agreed
    } else {
        Joint::Undone
    }
}

/// Why the round cannot be concluded while failed topics wait, if so.
pub fn settled(undecided: &[String], waiting: &[String]) -> Result<(), Refusal> {
    if !undecided.is_empty() {
        return Err(Refusal::new(
            "failed_topic_undecided",
            format!("流标的标的还没有决定：{}。", undecided.join("、")),
        )
        .remedy("请党建部逐个决定重新招标、转为联合攻关或者终止。"));
    }
    if !waiting.is_empty() {
        return Err(Refusal::new(
            "joint_unanswered",
            format!("联合攻关还有申报组织没有答复：{}。", waiting.join("、")),
        )
        .remedy("请有关支部书记答复。"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_fails_below_its_minimum_and_with_nothing_at_all() {
        for (valid, minimum, expected) in [
            (0, 0, true),
            (0, 1, true),
            (1, 1, false),
            (2, 3, true),
            (3, 3, false),
        ] {
            assert_eq!(fails(valid, minimum), expected, "{valid} of {minimum}");
        }
    }

    #[test]
    fn only_a_joint_project_needs_two_bids_and_nothing_is_decided_twice() {
        for wanted in FailedDecision::ALL {
            for valid in 0..3 {
                let refused = may_decide(RoundState::Scoring, None, valid, *wanted).err();
                let expected = *wanted == FailedDecision::Joint && valid < 2;
                assert_eq!(refused.is_some(), expected, "{wanted} {valid}");
            }
            let again = may_decide(RoundState::Opened, Some(FailedDecision::Close), 2, *wanted);
            assert_eq!(again.unwrap_err().code, "already_decided");
        }
    }

    #[test]
    fn failed_topics_are_decided_between_the_opening_and_the_conclusion() {
        let allowed: Vec<_> = RoundState::ALL
            .iter()
            .filter(|state| may_decide(**state, None, 0, FailedDecision::Close).is_ok())
            .map(|state| state.as_str())
            .collect();
        assert_eq!(
            allowed,
            ["opened", "scoring", "scored", "decided", "publicized"]
        );
    }

    #[test]
    fn two_of_those_asked_make_a_joint_project_once_all_have_answered() {
        let (yes, no) = (Some(JointAnswer::Agreed), Some(JointAnswer::Declined));
        for (answers, expected) in [
            (vec![None, yes, yes], Joint::Waiting),
            (vec![yes, yes], Joint::Agreed),
            (vec![yes, no, yes], Joint::Agreed),
            (vec![yes, no], Joint::Undone),
            (vec![no, no], Joint::Undone),
        ] {
            assert_eq!(joint(&answers), expected, "{answers:?}");
        }
    }
}
