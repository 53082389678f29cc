//! Numbers: from marks to a ranking, and whether they may be trusted. Pure: no database, no clock, no other room.
//!
//! Owns the aggregation of sheets, ranks and ties ([`rules`]), the arithmetic of lots ([`lot`], [`lots`]), the statistics
//! of fairness ([`fairness`]), and `result.json`, the file from which anybody recomputes a result ([`result_file`]) with
//! what its readers need of it in pieces ([`excerpt`]).
//!
//! Invariants: marks are integers in hundredths; means are exact fractions, rounded half up once; the same inputs give the
//! same bytes; a ranking does not depend on the order of its inputs.

pub mod excerpt;
pub mod fairness;
pub mod lot;
pub mod lots;
pub mod result_file;
pub mod rules;

crate::text_enum! {
    /// How the sheets of a subject become its score.
    Aggregation { TrimmedMean = "trimmed_mean" "截尾平均", Mean = "mean" "平均", Median = "median" "中位数" }
}
