//! One mark: its steps, when it needs a comment, and how it is written.

use std::fmt;

/// Steps in which marks may be given, in hundredths; the first (0.5) is the default.
pub const MARK_STEPS: [i64; 3] = [50, 10, 1];

/// Hundredths as people read them, always two decimals: 9090 is `90.90`.
pub fn marks_text(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

/// Whether a mark needs a comment: below 60 % or above 95 % of the full marks; both limits themselves need none.
pub fn comment_required(mark: i64, full: i64) -> bool {
    let (mark, full) = (i128::from(mark) * 100, i128::from(full));
    mark < full * 60 || mark > full * 95
}

/// Why a mark is refused. `Display` is the reason in Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkError {
    /// Below zero.
    Negative,
    /// Above these full marks, hundredths.
    AboveFull(i64),
    /// Not a multiple of this step, hundredths.
    OutOfStep(i64),
}

impl MarkError {
    /// Stable code for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Negative => "mark_negative",
            Self::AboveFull(_) => "mark_above_full",
            Self::OutOfStep(_) => "mark_out_of_step",
        }
    }
}

impl fmt::Display for MarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Negative => write!(f, "分数不能小于 0"),
            Self::AboveFull(full) => write!(f, "分数不能超过满分 {} 分", marks_text(*full)),
            Self::OutOfStep(step) => write!(f, "分数须以 {} 分为一档", marks_text(*step)),
        }
    }
}

impl std::error::Error for MarkError {}

/// Whether a mark may be given: 0 to the full marks, in steps (50, 10 or 1 hundredths). The full marks themselves may
/// always be given, also where they are no multiple of the step.
pub fn check_mark(mark: i64, full: i64, step: i64) -> Result<(), MarkError> {
    if mark < 0 {
        Err(MarkError::Negative)
    } else if mark > full {
        Err(MarkError::AboveFull(full))
    } else if mark == full || mark.checked_rem(step) == Some(0) {
        Ok(())
    } else {
        Err(MarkError::OutOfStep(step))
    }
}

/// `40` or `12.5`: full marks without needless zeros.
pub fn plain_marks(hundredths: i64) -> String {
    let text = marks_text(hundredths);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_marks_are_written_without_needless_zeros() {
        assert_eq!(plain_marks(4000), "40");
        assert_eq!(plain_marks(1250), "12.5");
    }
}
