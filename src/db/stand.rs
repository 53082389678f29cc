//! How far a command has come on PostgreSQL, between who carries it out and who waits for it: what nobody waits for is not
//! committed, and what is being committed is not said to be lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::error::{Error, Passing};

const OPEN: u8 = 0;
const WITHDRAWN: u8 = 1;
const COMMITTING: u8 = 2;

#[derive(Clone, Default)]
pub(super) struct Stand(Arc<AtomicU8>);

impl Stand {
    fn go(&self, to: u8) -> bool {
        let gone = self
            .0
            .compare_exchange(OPEN, to, Ordering::SeqCst, Ordering::SeqCst);
        gone.is_ok() || gone == Err(to)
    }

    /// True if nothing will be kept of it.
    pub fn withdraw(&self) -> bool {
        self.go(WITHDRAWN)
    }

    /// True if it may be committed.
    pub fn commit(&self) -> bool {
        self.go(COMMITTING)
    }
}

/// A commit whose answer did not come may stand.
pub(super) fn unknown(error: Error) -> Error {
    if error.passes() {
        Error::Internal(Passing::Unknown(error.to_string()).into())
    } else {
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_withdrawn_is_not_committed_and_the_other_way_round() {
        let one = Stand::default();
        assert!(one.withdraw() && !one.commit() && one.withdraw());
        let other = Stand::default();
        assert!(other.commit() && !other.withdraw() && other.commit());
    }
}
