//! What is wrong with the machine below, not with the request: told from our own faults in this one place.

use super::Error;

/// Why something could not be carried out although nothing is wrong with it: a cause of [`Error::Internal`].
#[derive(Debug)]
pub enum Passing {
    /// Nothing of it was kept.
    NotKept(String),
    /// The database did not say whether it was kept.
    Unknown(String),
}

impl Passing {
    pub fn not_kept(why: impl Into<String>) -> Error {
        Error::Internal(Self::NotKept(why.into()).into())
    }
}

impl std::fmt::Display for Passing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotKept(why) => write!(f, "not kept: {why}"),
            Self::Unknown(why) => write!(f, "kept or not: {why}"),
        }
    }
}

impl std::error::Error for Passing {}

/// What both databases say when the machine below them is at fault; neither gives diesel a code for it.
const PASSING: &[&str] = &[
    // SQLite
    "database or disk is full",
    "attempt to write a readonly database",
    "disk I/O error",
    "unable to open database file",
    "database is locked",
    "database table is locked",
    "locking protocol",
    "out of memory",
    // What it says after it has ended a transaction by itself.
    "no such savepoint",
    "no transaction is active",
    // PostgreSQL
    "No space left on device",
    "could not extend file",
    "could not write",
    "could not read",
    "could not open file",
    "could not fsync",
    "terminating connection",
    "the database system is",
    "server closed the connection",
    "connection to server",
    "could not receive data from server",
    "could not send data to server",
    "no connection to the server",
    "too many clients",
    "remaining connection slots",
    "canceling statement due to",
];

fn database_passes(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Theirs};
    if let Theirs::DatabaseError(DatabaseErrorKind::Unknown, info) = error {
        return PASSING.iter().any(|said| info.message().contains(said));
    }
    matches!(
        error,
        Theirs::DatabaseError(
            DatabaseErrorKind::ClosedConnection
                | DatabaseErrorKind::ReadOnlyTransaction
                | DatabaseErrorKind::UnableToSendCommand,
            _,
        ) | Theirs::BrokenTransactionManager
            | Theirs::RollbackErrorOnCommit { .. }
            | Theirs::NotInTransaction
    )
}

/// Nothing to write to, nothing to open with, or the disk itself.
fn io_passes(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    /// EIO, ENFILE, EMFILE, which have no kind of their own.
    const NUMBERS: [i32; 3] = [5, 23, 24];
    matches!(
        error.kind(),
        ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::PermissionDenied
            | ErrorKind::OutOfMemory
            | ErrorKind::TimedOut
            | ErrorKind::StaleNetworkFileHandle
            | ErrorKind::ResourceBusy
    ) || error
        .raw_os_error()
        .is_some_and(|number| NUMBERS.contains(&number))
}

pub(super) fn passes(cause: &anyhow::Error) -> bool {
    cause.chain().any(|cause| {
        cause.is::<Passing>()
            || cause.downcast_ref().is_some_and(io_passes)
            || cause.downcast_ref().is_some_and(database_passes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: diesel::result::DatabaseErrorKind, said: &str) -> Error {
        diesel::result::Error::DatabaseError(kind, Box::new(said.to_owned())).into()
    }

    #[test]
    fn what_passes_is_503_and_what_is_our_fault_500() {
        use diesel::result::DatabaseErrorKind::{ClosedConnection, Unknown};
        let io = |number| Error::from(std::io::Error::from_raw_os_error(number));
        let wrapped =
            anyhow::Error::from(std::io::Error::from_raw_os_error(28)).context("cannot write");
        for error in [
            of(Unknown, "database or disk is full"),
            of(Unknown, "attempt to write a readonly database"),
            of(Unknown, "FATAL: the database system is starting up"),
            of(ClosedConnection, "gone"),
            diesel::result::Error::BrokenTransactionManager.into(),
            io(5),
            io(24),
            io(28),
            io(30),
            wrapped.into(),
            Passing::not_kept("the queue"),
        ] {
            assert_eq!(error.status(), 503, "{error}");
            assert_eq!(error.refusal().code, "unavailable", "{error}");
            assert_eq!(error.retry_after(), Some(5), "{error}");
        }
        for error in [
            of(Unknown, "syntax error at or near \"FORM\""),
            of(Unknown, "no such table: users"),
            io(2),
            anyhow::anyhow!("a rule of ours").into(),
        ] {
            assert_eq!(error.status(), 500, "{error}");
            assert_eq!(error.retry_after(), None, "{error}");
        }
        let unknown = Error::Internal(Passing::Unknown("cut".to_owned()).into());
        assert_eq!(
            (unknown.status().as_u16(), unknown.refusal().code),
            (503, "outcome_unknown")
        );
    }
}
