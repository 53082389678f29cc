//! Names that are nobody's are answered as accounts are: after so many tries they are locked for as long, so that the
//! answers tell nobody which names there are. Kept in this process's memory alone.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use chrono::Duration;

use crate::clock::Instant;
use crate::text::key;

/// Failures in a row after which an account is locked.
pub const FAILURES: i64 = 5;
/// Minutes an account stays locked.
pub const LOCK_MINUTES: i64 = 30;
/// Names that are remembered at the most; then those that were not tried lately are forgotten.
const MOST: usize = 10_000;

struct Tried {
    count: i64,
    locked_until: Option<Instant>,
    last: Instant,
}

static TRIED: LazyLock<Mutex<HashMap<String, Tried>>> = LazyLock::new(Mutex::default);

/// Counts a try at a name that is nobody's; false while it is locked.
pub fn may_try(name: &str, now: Instant) -> bool {
    let mut all = TRIED.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= MOST {
        all.retain(|_, tried| tried.last + Duration::minutes(LOCK_MINUTES) > now);
    }
    if all.len() >= MOST {
        all.clear();
    }
    let tried = all.entry(key(name)).or_insert(Tried {
        count: 0,
        locked_until: None,
        last: now,
    });
    tried.last = now;
    match tried.locked_until {
        Some(until) if until > now => return false,
        Some(_) => (tried.count, tried.locked_until) = (0, None),
        None => {}
    }
    tried.count += 1;
    if tried.count >= FAILURES {
        tried.locked_until = Some(now + Duration::minutes(LOCK_MINUTES));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nobodys_is_locked_as_an_account_is() {
        let start: Instant = "2026-03-02T01:00:00Z".parse().unwrap();
        let at = |minutes| start + Duration::minutes(minutes);
        for nth in 0..5 {
            assert!(may_try("Nobody of the tests", at(nth)));
        }
        assert!(!may_try("nobody of the TESTS", at(5)));
        assert!(!may_try("nobody of the tests", at(33)));
        assert!(may_try("another of the tests", at(33)));
        for nth in 0..5 {
            assert!(may_try("nobody of the tests", at(34 + nth)));
        }
        assert!(!may_try("nobody of the tests", at(39)));
    }
}
