//! What was tried with an account, as its owner is told of it until it is read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{AttemptId, UserId};
use crate::session::{self, FailedAttempt};
use crate::verbs::{Scene, Subject};
use crate::who::Actor;

/// So many are told of, the latest.
const MOST: i64 = 200;

/// Failed attempts that the owner of the account has not read yet, the latest first.
pub struct Tried {
    pub user: UserId,
    pub attempts: Vec<FailedAttempt>,
}

impl Scene for Tried {
    type Id = ();

    fn load(c: &mut Conn, actor: &Actor, (): &()) -> Result<Self> {
        let user = actor.person()?.user_id;
        let attempts = session::failed_of(c, user, MOST)?;
        Ok(Self { user, attempts })
    }

    fn version(&self) -> i64 {
        1
    }
}

impl Tried {
    pub fn addresses(&self) -> usize {
        let all: BTreeSet<&str> = self
            .attempts
            .iter()
            .map(|one| one.client.as_str())
            .collect();
        all.len()
    }

    pub fn locked(&self) -> bool {
        self.attempts.iter().any(|one| one.locked)
    }
}

/// A wrong password that somebody entered for one's own account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptShown {
    pub at: Instant,
    /// The address it came from; empty if it is not known.
    #[schema(example = "10.8.3.21")]
    pub address: String,
    /// From a browser that the account was logged into before.
    pub known_device: bool,
    /// It was the fifth in a row: nothing more was tried from there for thirty minutes.
    pub locked: bool,
}

/// What was tried with one's own account since it was last read: the latest two hundred.
#[derive(Debug, Serialize, ToSchema)]
pub struct TriedShown {
    pub items: Vec<AttemptShown>,
    /// How many addresses they came from.
    pub addresses: usize,
    /// The last of them, to be sent when they are read; none if nothing was tried.
    pub until: Option<AttemptId>,
}

impl Subject for Tried {
    type Shown = TriedShown;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<TriedShown> {
        let shown = |one: &FailedAttempt| AttemptShown {
            at: one.at,
            address: one.client.clone(),
            known_device: !one.device.is_empty(),
            locked: one.locked,
        };
        Ok(TriedShown {
            items: self.attempts.iter().map(shown).collect(),
            addresses: self.addresses(),
            until: self.attempts.first().map(|one| one.id),
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        Event::new(verb, Chain::System, "user", self.user.0)
    }

    fn href(&self) -> String {
        "/account/attempts".to_owned()
    }

    fn address(&self) -> String {
        "/api/v1/me/attempts".to_owned()
    }
}

/// Which of them were read.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadInput {
    /// Up to this one; what came after it is still told.
    pub until: AttemptId,
}
