//! Whether this node's clock can be believed: deadlines and openings go by it.

use std::sync::{Mutex, PoisonError};

use chrono::Duration;

use crate::clock::{self, Instant};

/// How far nodes may be apart from their database, and a clock behind what it said before.
const APART: Duration = Duration::seconds(2);
/// How far a clock may have moved otherwise than time has passed: a correction is less, a wrong hour is more.
const JUMP: Duration = Duration::seconds(60);

pub(super) struct Timekeeping {
    /// When it began, by the clock and by what nobody can set.
    began: (Instant, std::time::Instant),
    fault: Mutex<Option<String>>,
}

impl Timekeeping {
    pub fn begin() -> Self {
        Self {
            began: (clock::real_now(), std::time::Instant::now()),
            fault: Mutex::default(),
        }
    }

    /// Why writes are refused, if they are.
    pub fn fault(&self) -> Option<String> {
        self.fault
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Looks again. `theirs` is the database's clock, where it has one; `newest` when the last event was recorded by a
    /// clock like this one.
    pub fn look(&self, theirs: Option<Instant>, newest: Option<Instant>) {
        let (at, since) = self.began;
        let passed = Duration::from_std(since.elapsed()).unwrap_or_default();
        let found = fault(clock::real_now(), at + passed, theirs, newest);
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = &found
            && fault.is_none()
        {
            log::error!("writes are refused: {found}");
        }
        *fault = found;
    }
}

fn fault(
    now: Instant,
    expected: Instant,
    theirs: Option<Instant>,
    newest: Option<Instant>,
) -> Option<String> {
    if theirs.is_some_and(|theirs| (theirs - now).abs() > APART) {
        return Some("this node's clock differs from the database's by more than 2 s".to_owned());
    }
    if let Some(newest) = newest
        && newest - now > APART
    {
        return Some(format!(
            "this node's clock is behind the newest event, which is of {newest}: set it right"
        ));
    }
    let jump = now - expected;
    (jump.abs() > JUMP).then(|| {
        format!(
            "this node's clock jumped by {} s since the service began: set it right, or begin anew if it is right now",
            jump.num_seconds()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumps_or_lags_is_seen() {
        let now: Instant = "2026-03-02T01:00:00Z".parse().unwrap();
        let hour = Duration::minutes(90);
        let second = Duration::seconds(1);
        for (expected, theirs, newest) in [
            (now, None, None),
            (now - second * 50, None, Some(now - hour)),
            (now, Some(now + second), Some(now + second)),
        ] {
            assert_eq!(fault(now, expected, theirs, newest), None);
        }
        for (expected, theirs, newest, words) in [
            (now - hour, None, None, "jumped by 5400 s"),
            (now + hour, None, None, "jumped by -5400 s"),
            (
                now,
                Some(now - second * 3),
                None,
                "differs from the database's",
            ),
            (now, None, Some(now + hour), "behind the newest event"),
        ] {
            let found = fault(now, expected, theirs, newest).unwrap();
            assert!(found.contains(words), "{found}");
        }
    }
}
