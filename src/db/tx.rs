//! A write transaction.

use std::sync::Arc;

use super::after::Effects;
use super::heads::Head;
use super::vouched::{Left, Shapes};
use super::{Conn, dialect, schema};
use crate::clock::{Clock, Instant};
use crate::crypto::Key;
use crate::error::{Passing, Result};
use crate::ids::ChainId;

/// What the trail asks of every transaction.
pub struct Trail {
    /// At the end of each one that is to be committed: what it changed is vouched for.
    pub closing: fn(&mut Tx) -> Result<()>,
    /// What events are sealed with, so that nobody else writes any; None where the secret is not known.
    pub key: Option<Key>,
}

/// What every transaction shares.
pub(super) struct House {
    pub clock: Clock,
    pub shapes: Arc<Shapes>,
    pub trail: Trail,
}

/// A write transaction. Dereferences to the connection, so that stores take it as it is.
pub struct Tx<'a> {
    conn: &'a mut Conn,
    house: &'a House,
    now: Option<Instant>,
    effects: Effects,
    /// The database has ended the transaction by itself: nothing of it may be kept.
    gone: bool,
}

impl<'a> Tx<'a> {
    pub(super) fn new(conn: &'a mut Conn, house: &'a House) -> Self {
        Self {
            conn,
            house,
            now: None,
            effects: Effects::default(),
            gone: false,
        }
    }

    /// The instant of this command, read once, at first use: after the lock that orders it. On PostgreSQL an action
    /// that races with others (submission, opening) first touches the row that orders them, then asks for the time.
    pub fn now(&mut self) -> Instant {
        *self.now.get_or_insert_with(|| self.house.clock.now())
    }

    /// Sets the app's clock (demo only).
    pub(crate) fn clock(&self) -> &Clock {
        &self.house.clock
    }

    pub(crate) fn shapes(&self) -> &Arc<Shapes> {
        &self.house.shapes
    }

    pub(crate) fn trail_key(&self) -> Option<&'a Key> {
        self.house.trail.key.as_ref()
    }

    /// The rows that changed since this was last asked, as they are now.
    pub(crate) fn left(&mut self) -> Result<Vec<Left>> {
        self.house.shapes.take(self.conn)
    }

    /// The chain that the last event was recorded in, if one was.
    pub(crate) fn last_chain(&self) -> Option<ChainId> {
        self.effects.heads.last().map(|head| head.chain)
    }

    /// Runs a command's body, and says what has to be said of it before it may be committed.
    pub(super) fn run<T>(&mut self, body: impl Fn(&mut Self) -> Result<T>) -> Result<T> {
        let value = body(self)?;
        (self.house.trail.closing)(self)?;
        Ok(value)
    }

    /// Runs `body`; if it fails, everything it wrote is undone and the transaction can go on.
    pub fn savepoint<T>(&mut self, body: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.gone {
            return Err(Passing::not_kept("the database ended the transaction"));
        }
        let heads = self.effects.heads.len();
        let public_version = self.effects.public_version;
        let let_go = self.effects.let_go.len();
        dialect::begin_savepoint(self.conn)?;
        match body(self) {
            // A savepoint is there as long as its transaction is.
            Ok(value) => dialect::release_savepoint(self.conn)
                .inspect_err(|_| self.gone = true)
                .map(|()| value),
            Err(error) => {
                if let Err(undone) = dialect::rollback_savepoint(self.conn) {
                    log::warn!("the transaction is gone: {undone}");
                    self.gone = true;
                }
                self.effects.heads.truncate(heads);
                self.effects.public_version = public_version;
                self.effects.let_go.truncate(let_go);
                Err(error)
            }
        }
    }

    /// Whether the database has ended the transaction by itself.
    pub(super) fn is_gone(&self) -> bool {
        self.gone
    }

    /// Remembers a chain's new head, to be written to the heads file after the commit.
    pub(crate) fn note_head(&mut self, head: Head) {
        self.effects.heads.push(head);
    }

    /// Remembers a stored file that nobody needs once this has committed.
    pub(crate) fn let_go(&mut self, storage_key: String) {
        self.effects.let_go.push(storage_key);
    }

    /// What the changed rows were before lies nowhere on the disk soon after this has committed: on SQLite, whose log keeps
    /// earlier versions of its pages; the log of PostgreSQL is its administrator's.
    pub fn forget_before(&mut self) {
        self.effects.forget = true;
    }

    /// Says that published data changed: cached public pages are made anew.
    pub fn publish_change(&mut self) -> Result<()> {
        use diesel::prelude::*;
        use schema::public_version::dsl;
        let version = diesel::update(dsl::public_version)
            .set(dsl::version.eq(dsl::version + 1))
            .returning(dsl::version)
            .get_result::<i64>(self.conn)?;
        self.effects.public_version = Some(version);
        Ok(())
    }

    pub(super) fn into_effects(self) -> Effects {
        self.effects
    }
}

impl std::ops::Deref for Tx<'_> {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        self.conn
    }
}

impl std::ops::DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Conn {
        self.conn
    }
}
