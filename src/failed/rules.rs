//! Failed topics (流标): fewer bidding organizations than the minimum at the opening, and what becomes of them.
//!
//! A topic fails at the opening, or when scoring starts if bids were found void in between. Its bids are not scored.
//! Scoring goes on for the others at once: nobody waits for a decision that does not concern them. Until the round is
//! concluded the office has to decide each failed topic, with a reason that is published:
//!
//! | decision | when | then |
//! |---|---|---|
//! | `reopen` | always | a supplementary round (补充招标) is drafted from it, linked both ways |
//! | `joint` | two organizations or more | their leads are asked; those that agree go on as one joint bid (联合攻关) |
//! | `close` | always | the topic ends here |
//!
//! A joint project goes on only by a decision of the committee secretary, publicized like any award: nobody has scored it.
//! One nobody but one agrees to, or that is not decided for, is undone: the topic waits for another decision. Where all topics failed
//! nothing is scored, and the office concludes the round once each is decided.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::clock::show_date;
use crate::error::Refusal;
use crate::ids::OrganizationId;
use crate::rounds::RoundState;
use crate::text::quoted;

crate::text_enum! {
    /// What is decided on a failed topic.
    FailedDecision { Reopen = "reopen" "重新招标", Joint = "joint" "转为联合攻关", Close = "close" "终止" }
}

crate::text_enum! {
    /// What a bidder says to a joint project.
    JointAnswer { Agreed = "agreed" "同意", Declined = "declined" "不同意" }
}

/// Fewer organizations than this, and the topic fails: two bids of one are no competition.
pub fn fails(bidders: i64, minimum: i64) -> bool {
    bidders < minimum.max(1)
}

/// Failed topics are decided from the opening to the round's conclusion.
pub fn may_decide(
    state: RoundState,
    decided: Option<FailedDecision>,
    bidders: i64,
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
    if wanted == FailedDecision::Joint && bidders < 2 {
        return Err(Refusal::new(
            "joint_needs_two",
            format!("有效申报的组织只有 {bidders} 个，联合攻关至少要两个。"),
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
    /// All have answered, two organizations or more agree: they go on.
    Agreed,
    /// All have answered, fewer than two agree.
    Undone,
}

pub fn joint(answers: &[(OrganizationId, Option<JointAnswer>)]) -> Joint {
    if answers.iter().any(|(_, answer)| answer.is_none()) {
        return Joint::Waiting;
    }
    let agreed: BTreeSet<OrganizationId> = answers
        .iter()
        .filter(|(_, answer)| *answer == Some(JointAnswer::Agreed))
        .map(|(organization, _)| *organization)
        .collect();
    if agreed.len() >= 2 {
        Joint::Agreed
    } else {
        Joint::Undone
    }
}

/// A joint project is publicized like any award before anything follows from it.
pub fn publicity_over(topic: &str, until: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if today > until {
        return Ok(());
    }
    Err(Refusal::new(
        "publicity_running",
        format!("标的{}联合攻关的公示还没有结束，不能办结。", quoted(topic)),
    )
    .remedy(format!("公示至{}，次日起由党建部办结。", show_date(until))))
}

/// Why the round cannot be concluded while failed topics wait, if so.
pub fn settled(
    undecided: &[String],
    waiting: &[String],
    unawarded: &[String],
) -> Result<(), Refusal> {
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
    if !unawarded.is_empty() {
        return Err(Refusal::new(
            "joint_undecided",
            format!("联合攻关还没有党委的决定：{}。", unawarded.join("、")),
        )
        .remedy("没有经评审委员会评分的，须由党委书记在批次页面的“流标”一节作出决定并公示。"));
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
            let each: Vec<_> = (1..).map(OrganizationId).zip(answers.clone()).collect();
            assert_eq!(joint(&each), expected, "{answers:?}");
        }
        let one = OrganizationId(1);
        assert_eq!(joint(&[(one, yes), (one, yes)]), Joint::Undone);
    }
}
