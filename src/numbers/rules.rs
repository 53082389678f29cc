//! Evaluation rules, pure: marks, trimming, means, ranking, proposed outcomes.
//!
//! Every mark, total, threshold and full mark is an `i64` in **hundredths of a mark** (9090 is 90.90 分); means are
//! exact [`Fraction`]s of hundredths and are rounded half up (四舍五入) once, at the end. There is no floating point.
//! Source of the rules: domain.md module 3 评审, decisions.md "Marks".

mod fraction;
mod mark;
mod rank;
mod rule;
mod score;
#[cfg(test)]
mod tests;

pub use fraction::Fraction;
pub use mark::{MARK_STEPS, MarkError, check_mark, comment_required, marks_text, plain_marks};
pub use rank::{
    Entry, LEAST_SHEETS, Outcome, Proposal, Ranked, TieBreak, quorum, quorum_met, rank, winners,
};
pub use rule::{Criterion, DEFAULT_THRESHOLD, DEFAULT_TRIM_FROM, FULL_MARKS, Rule, RuleError};
pub use score::{Dropped, Sheet, SubjectScore, score_subject};
