//! A round in its evaluation, as what is judged: what is locked, decided, published and concluded.

use std::ops::{Deref, DerefMut};

use serde_json::Value;

use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::holidays;
use crate::ids::RoundId;
use crate::panel::scene::{self, Advanced};
use crate::rounds::{self, RoundState};
use crate::verbs::{Scene, Subject};
use crate::who::Actor;

pub struct Judged(pub scene::Scene);

impl Deref for Judged {
    type Target = scene::Scene;

    fn deref(&self) -> &scene::Scene {
        &self.0
    }
}

impl DerefMut for Judged {
    fn deref_mut(&mut self) -> &mut scene::Scene {
        &mut self.0
    }
}

impl Judged {
    /// Records what was done to it. The event is the evaluation's and bears its version, not the round's.
    pub fn record(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        verb: audit::Verb,
        detail: Value,
    ) -> Result<()> {
        audit::record(tx, actor, self.event(verb).detail(detail))
    }
}

impl Scene for Judged {
    type Id = RoundId;

    fn turn(tx: &mut Tx, id: &RoundId) -> Result<()> {
        rounds::turn(tx, *id).map(drop)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
        actor.person()?;
        scene::scene(c, actor, *id).map(Self)
    }

    fn version(&self) -> i64 {
        self.round.version
    }
}

impl Subject for Judged {
    type Shown = Advanced;

    /// While the result is published, with what its days may lack: a year in the table of holidays.
    fn shown(&self, c: &mut Conn, _: &Actor, _: Instant) -> Result<Advanced> {
        let from = self.round.publicity_from;
        let warning = match from.filter(|_| self.round.state == RoundState::Publicized) {
            Some(from) => holidays::reminder(c, from)?,
            None => None,
        };
        Ok(Advanced::of(self, warning))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(self, verb)
    }

    fn href(&self) -> String {
        format!("/rounds/{}", self.round.id)
    }
}
