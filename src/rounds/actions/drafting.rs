//! What every draft made from another round needs: dates on working days, a title that fits.

use crate::rounds::Round;
use crate::rounds::input::RoundInput;
use crate::rounds::rules::schedule::Schedule;

pub fn schedule_of(round: &Round) -> Schedule {
    Schedule {
        opens_at: round.opens_at,
        deadline: round.deadline,
        opening_at: round.opening_at,
    }
}

/// A title of at most a hundred characters, whatever is put before or after it.
pub fn titled(title: &str, before: &str, after: &str) -> String {
    let room = 100 - before.chars().count() - after.chars().count();
    let title: String = title.chars().take(room).collect();
    format!("{before}{title}{after}")
}

pub fn set_dates(input: &mut RoundInput, dates: Schedule) {
    input.opens_at = dates.opens_at;
    input.deadline = dates.deadline;
    input.opening_at = dates.opening_at;
}
