//! The openers as shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::{self, Event};
use crate::bids;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::rounds::actions::openers::{self, Candidate};
use crate::rounds::scene::OpenersScene;
use crate::sealing::{self, OpenerShown};
use crate::verbs::Subject;
use crate::who::{Actor, Role};

/// Who opens a round's bids.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenersShown {
    /// So many of them open, a supervisor always among them; absent before publication.
    pub threshold: Option<i64>,
    pub openers: Vec<OpenerShown>,
    /// Who could be one: for the office.
    pub candidates: Vec<Candidate>,
    /// Submitted bids still sealed to a key that was replaced: for the office.
    pub not_sealed_again: i64,
}

impl Subject for OpenersScene {
    type Shown = OpenersShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<OpenersShown> {
        let on = &self.0;
        let id = on.round.id;
        let mut shown = OpenersShown {
            threshold: sealing::threshold(c, id)?,
            openers: sealing::openers(c, id)?,
            candidates: Vec::new(),
            not_sealed_again: 0,
        };
        if actor.holds(Role::Office, &on.committee_path) {
            shown.candidates = openers::candidates(c, on)?;
            shown.not_sealed_again = bids::not_sealed_again(c, id)?;
        }
        Ok(shown)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        self.0.event(verb)
    }

    fn href(&self) -> String {
        format!("/rounds/{}/openers", self.0.round.id)
    }
}
