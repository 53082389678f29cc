//! Pure rules: transitions, the four scores, the total, the grade, the cap.
//!
//! Every score is an exact [`Fraction`] of hundredths of a mark; each shown number is rounded half up once. The total
//! is computed from the exact scores and rounded once. Source: domain.md module 6.

use super::{AcceptanceAction, AcceptanceState, Choice};
use crate::clock::Instant;
use crate::error::Refusal;
use crate::numbers::rules::Fraction;
use crate::projects::Grade;

/// Attempts a project has: the first, and one after rectification.
pub const ATTEMPTS: i64 = 2;
/// 优秀 from this total on, hundredths.
pub const EXCELLENT: i64 = 9_000;
/// 良好 from this total on, hundredths.
pub const GOOD: i64 = 8_000;
/// 合格 from this total on, hundredths.
pub const QUALIFIED: i64 = 6_000;
/// Share of 优秀 among a round's projects, per cent.
pub const EXCELLENT_SHARE: i64 = 30;

/// Where an acceptance goes.
pub fn next(state: AcceptanceState, action: AcceptanceAction) -> Result<AcceptanceState, Refusal> {
    use AcceptanceAction as A;
    use AcceptanceState as S;
    match (state, action) {
        (
            S::Open,
            A::Score | A::IssueCodes | A::VoidCodes | A::Correct | A::ConfirmVoters | A::Vote,
        ) => Ok(S::Open),
        (S::Open, A::Close) => Ok(S::Closed),
        (S::Open, A::Abandon) => Ok(S::Abandoned),
        (S::Open, A::Decide) => Err(Refusal::new(
            "acceptance_open",
            "测评还没有截止，不能认定结果。",
        )
        .remedy("请党委党建部先截止测评。")),
        (S::Closed, A::Decide) => Ok(S::Decided),
        (S::Closed | S::Decided | S::Abandoned, A::Vote) => {
            Err(Refusal::new("voting_closed", "测评已经截止，不再收票。"))
        }
        (
            S::Closed,
            A::Score
            | A::IssueCodes
            | A::VoidCodes
            | A::Correct
            | A::ConfirmVoters
            | A::Close
            | A::Abandon,
        ) => Err(Refusal::new(
            "acceptance_closed",
            "测评已经截止，等待党委书记认定结果。",
        )),
        (
            S::Decided,
            A::Score
            | A::IssueCodes
            | A::VoidCodes
            | A::Correct
            | A::ConfirmVoters
            | A::Close
            | A::Abandon
            | A::Decide,
        ) => Err(Refusal::new(
            "acceptance_decided",
            "验收结果已经认定，不再变动。",
        )),
        (
            S::Abandoned,
            A::Score
            | A::IssueCodes
            | A::VoidCodes
            | A::Correct
            | A::ConfirmVoters
            | A::Close
            | A::Abandon
            | A::Decide,
        ) => Err(Refusal::new("acceptance_abandoned", "这次验收已经作废。")
            .remedy("请党委党建部在项目页面重新开始验收。")),
    }
}

/// No code is handed out before the supervisor has confirmed how many may vote.
pub fn confirmed(at: Option<Instant>) -> Result<(), Refusal> {
    match at {
        Some(_) => Ok(()),
        None => Err(Refusal::new(
            "voters_unconfirmed",
            "应到人数还没有经督导员核定，不能发放投票码。",
        )
        .remedy("请纪委督导员在验收页面对照花名册核定。")),
    }
}

/// What a ballot counts, in marks.
pub fn points(choice: Choice) -> i64 {
    match choice {
        Choice::Excellent => 100,
        Choice::Good => 85,
        Choice::Fair => 70,
        Choice::Poor => 50,
    }
}

/// The mean of the ballots, in hundredths; none without ballots.
pub fn appraisal(tallies: &[(Choice, i64)]) -> Option<Fraction> {
    let count: i64 = tallies.iter().map(|(_, votes)| votes).sum();
    let sum: i64 = tallies
        .iter()
        .map(|(choice, votes)| points(*choice) * votes)
        .sum();
    Fraction::from_ratio(i128::from(sum) * 100, i128::from(count))
}

/// The mean of all ratings 1 to 5 of all Likert questions, scaled to 20 to 100 and in hundredths; none without ratings.
pub fn questionnaire(counts: &[[i64; 5]]) -> Option<Fraction> {
    let count: i64 = counts.iter().flatten().sum();
    let sum: i64 = counts
        .iter()
        .flat_map(|question| question.iter().zip(1..))
        .map(|(votes, rating)| votes * rating)
        .sum();
    Fraction::from_ratio(i128::from(sum) * 2_000, i128::from(count))
}

/// One instrument: its weight in per cent and its score, if it has one.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub weight: i64,
    pub score: Option<Fraction>,
}

/// The weighted total. An instrument without a score (a questionnaire without a Likert question) gives its weight to
/// the others in proportion: the sum is divided by the weights that count. None if nothing counts.
pub fn total(parts: &[Part]) -> Option<Fraction> {
    let mut sum = Fraction::ZERO;
    let mut weights = 0i128;
    for part in parts {
        if let Some(score) = part.score {
            let weight = i128::from(part.weight);
            let product =
                Fraction::from_ratio(score.numerator().checked_mul(weight)?, score.denominator())?;
            sum = sum.checked_add(product)?;
            weights += weight;
        }
    }
    Fraction::from_ratio(sum.numerator(), sum.denominator().checked_mul(weights)?)
}

/// The grade of a total as shown.
pub fn grade(total: i64) -> Grade {
    match total {
        EXCELLENT.. => Grade::Excellent,
        GOOD.. => Grade::Good,
        QUALIFIED.. => Grade::Qualified,
        _ => Grade::Unqualified,
    }
}

/// How many projects of a round may be 优秀: 30 %, rounded down, but at least one.
pub fn excellent_cap(projects: i64) -> i64 {
    (projects * EXCELLENT_SHARE / 100).max(1)
}

/// The grade that is given. 优秀 beyond the cap must be lowered to 良好, with a reason; nothing else may differ from the
/// result.
pub fn given_grade(
    found: Grade,
    asked: Option<Grade>,
    excellent_before: i64,
    projects: i64,
    reason: bool,
) -> Result<Grade, Refusal> {
    let asked = asked.unwrap_or(found);
    let cap = excellent_cap(projects);
    if asked == found {
        if found == Grade::Excellent && excellent_before >= cap {
            return Err(Refusal::new(
                "excellent_cap",
                format!(
                    "本批次 {projects} 个项目，优秀最多 {cap} 个，已认定 {excellent_before} 个，名额已满。"
                ),
            )
            .remedy("请改为“良好”并写明理由。"));
        }
        return Ok(found);
    }
    if found == Grade::Excellent && asked == Grade::Good && excellent_before >= cap {
        if reason {
            return Ok(Grade::Good);
        }
        return Err(
            Refusal::new("reason_required", "把优秀改为良好须写明理由。").remedy("请填写意见。"),
        );
    }
    Err(Refusal::new(
        "grade_follows_total",
        format!("等级由得分决定，这个项目为“{}”。", found.label()),
    )
    .remedy("只有优秀名额已满时，可以把优秀改为良好。"))
}

/// What stands against closing, in words; empty if nothing does.
pub struct Missing {
    pub ballots: i64,
    pub answers: i64,
    pub sheets: i64,
}

/// Closing needs the turnout, the answers and two thirds of the sheets.
pub fn may_close(missing: &Missing) -> Result<(), Refusal> {
    let mut words = Vec::new();
    if missing.sheets > 0 {
        words.push(format!("实地评分表还差 {} 份", missing.sheets));
    }
    if missing.answers > 0 {
        words.push(format!("问卷还差 {} 份", missing.answers));
    }
    if missing.ballots > 0 {
        words.push(format!("民主测评票还差 {} 张", missing.ballots));
    }
    if words.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "turnout_too_low",
        format!("{}，还不能截止。", words.join("，")),
    )
    .remedy("请提醒有关人员尽快完成。"))
}

/// Ballots needed unless told: half of those eligible, rounded up.
pub fn half(eligible: i64) -> i64 {
    (eligible + 1) / 2
}

/// Sheets needed of a panel: two thirds, rounded up.
pub fn sheets_needed(members: i64) -> i64 {
    (members * 2 + 2) / 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transition() {
        let mut table = String::new();
        for state in AcceptanceState::ALL {
            for action in AcceptanceAction::ALL {
                let cell = next(*state, *action)
                    .map_or_else(|refusal| refusal.code, AcceptanceState::as_str);
                table.push_str(&format!("{state} {action} {cell}\n"));
            }
        }
        assert_eq!(
            table,
            "open score open\nopen issue_codes open\nopen void_codes open\nopen correct open\n\
             open confirm_voters open\nopen vote open\n\
             open close closed\nopen abandon abandoned\nopen decide acceptance_open\n\
             closed score acceptance_closed\nclosed issue_codes acceptance_closed\nclosed void_codes acceptance_closed\n\
             closed correct acceptance_closed\nclosed confirm_voters acceptance_closed\nclosed vote voting_closed\nclosed close acceptance_closed\n\
             closed abandon acceptance_closed\nclosed decide decided\n\
             decided score acceptance_decided\ndecided issue_codes acceptance_decided\n\
             decided void_codes acceptance_decided\ndecided correct acceptance_decided\ndecided confirm_voters acceptance_decided\ndecided vote voting_closed\n\
             decided close acceptance_decided\ndecided abandon acceptance_decided\ndecided decide acceptance_decided\n\
             abandoned score acceptance_abandoned\nabandoned issue_codes acceptance_abandoned\n\
             abandoned void_codes acceptance_abandoned\nabandoned correct acceptance_abandoned\nabandoned confirm_voters acceptance_abandoned\n\
             abandoned vote voting_closed\nabandoned close acceptance_abandoned\n\
             abandoned abandon acceptance_abandoned\nabandoned decide acceptance_abandoned\n"
        );
    }

    fn whole(hundredths: i64) -> Option<Fraction> {
        Fraction::from_ratio(i128::from(hundredths), 1)
    }

    #[test]
    fn ballots_and_ratings_are_means() {
        let tallies = [
            (Choice::Excellent, 12),
            (Choice::Good, 3),
            (Choice::Fair, 0),
            (Choice::Poor, 0),
        ];
        assert_eq!(appraisal(&tallies).unwrap().round_half_up(), 9_700);
        assert!(appraisal(&[(Choice::Poor, 0)]).is_none());
        assert_eq!(
            questionnaire(&[[0, 0, 0, 0, 3]]).unwrap().round_half_up(),
            10_000
        );
        assert_eq!(
            questionnaire(&[[1, 0, 0, 0, 0]]).unwrap().round_half_up(),
            2_000
        );
        // (4 + 4 + 5) / 3 × 20 = 86.666…
        assert_eq!(
            questionnaire(&[[0, 0, 0, 2, 1]]).unwrap().round_half_up(),
            8_667
        );
        assert!(questionnaire(&[]).is_none());
    }

    #[test]
    fn the_total_is_rounded_once_and_a_missing_part_gives_its_weight_away() {
        let part = |weight, score| Part { weight, score };
        let all = [
            part(50, whole(9_000)),
            part(20, whole(8_000)),
            part(20, whole(9_700)),
            part(10, whole(10_000)),
        ];
        assert_eq!(total(&all).unwrap().round_half_up(), 9_040);
        let without = [
            part(50, whole(9_000)),
            part(20, None),
            part(20, whole(9_700)),
            part(10, whole(10_000)),
        ];
        // (4500 + 1940 + 1000) / 80 × 100
        assert_eq!(total(&without).unwrap().round_half_up(), 9_300);
        // Thirds are not rounded on the way: 2/3 + 2/3 of a hundredth at equal weights stay 2/3.
        let third = Fraction::from_ratio(2, 3);
        assert_eq!(
            total(&[part(50, third), part(50, third)]).unwrap(),
            third.unwrap()
        );
        assert!(total(&[part(50, None)]).is_none());
    }

    #[test]
    fn grades_begin_at_their_limits() {
        for (total, expected) in [
            (9_000, Grade::Excellent),
            (8_999, Grade::Good),
            (8_000, Grade::Good),
            (7_999, Grade::Qualified),
            (6_000, Grade::Qualified),
            (5_999, Grade::Unqualified),
        ] {
            assert_eq!(grade(total), expected, "{total}");
        }
    }

    #[test]
    fn the_share_of_excellent_is_capped() {
        assert_eq!([1, 3, 6, 7, 10].map(excellent_cap), [1, 1, 1, 2, 3]);
        let code = |asked, before, reason| {
            given_grade(Grade::Excellent, asked, before, 7, reason)
                .map_or_else(|refusal| refusal.code, Grade::as_str)
        };
        assert_eq!(code(None, 1, false), "excellent");
        assert_eq!(code(None, 2, true), "excellent_cap");
        assert_eq!(code(Some(Grade::Good), 2, false), "reason_required");
        assert_eq!(code(Some(Grade::Good), 2, true), "good");
        assert_eq!(code(Some(Grade::Good), 1, true), "grade_follows_total");
        assert_eq!(code(Some(Grade::Qualified), 0, true), "grade_follows_total");
        let raised = given_grade(Grade::Good, Some(Grade::Excellent), 0, 7, true);
        assert_eq!(raised.unwrap_err().code, "grade_follows_total");
    }

    /// A third of the steps in time is no 33.33: what is exactly 89.995 is shown as 90.00 and is 优秀.
    #[test]
    fn the_total_is_rounded_once() {
        let part = |weight, score| Part { weight, score };
        let parts = [
            part(90, Fraction::from_ratio(2_599_850, 270)),
            part(10, Fraction::from_ratio(10_000, 3)),
        ];
        let total = total(&parts).unwrap().round_half_up();
        assert_eq!((total, grade(total)), (9_000, Grade::Excellent));
    }

    #[test]
    fn closing_names_what_is_missing() {
        let refusal = may_close(&Missing {
            ballots: 3,
            answers: 0,
            sheets: 1,
        })
        .unwrap_err();
        assert_eq!(
            refusal.reason,
            "实地评分表还差 1 份，民主测评票还差 3 张，还不能截止。"
        );
        assert!(
            may_close(&Missing {
                ballots: 0,
                answers: -2,
                sheets: 0
            })
            .is_ok()
        );
        assert_eq!([3, 5, 7].map(sheets_needed), [2, 4, 5]);
    }
}
