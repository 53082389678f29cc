//! A round in its evaluation, as what is judged: what is locked, decided, published and concluded.

use std::ops::{Deref, DerefMut};

use serde_json::Value;

use crate::audit;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{RoundId, TieLotsId};
use crate::panel::scene;
use crate::result::actions::lots::Drawing;
use crate::result::store;
use crate::rounds;
use crate::seats;
use crate::verbs::Scene;
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
        audit::record(tx, actor, scene::event(self, verb).detail(detail))
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

/// The same, shown as its ranking.
pub struct Ranked(pub Judged);

/// The same, shown as its draws of lots.
pub struct Lots(pub Judged);

/// Both stand and are ordered as the round they belong to.
macro_rules! judged {
    ($scene:ident) => {
        impl Scene for $scene {
            type Id = RoundId;

            fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
                Judged::load(c, actor, id).map(Self)
            }

            fn version(&self) -> i64 {
                self.0.version()
            }
        }
    };
}

judged!(Ranked);
judged!(Lots);

/// One draw of lots, with what the two have put into it.
pub struct DrawScene {
    pub judged: Judged,
    pub drawing: Drawing,
}

fn round_of(c: &mut Conn, id: TieLotsId) -> Result<RoundId> {
    let evaluation = store::tie_lots_of(c, id)?.evaluation_id;
    let round = seats::find(c, evaluation)?.round_id;
    round.ok_or(Error::NotFound)
}

impl Scene for DrawScene {
    type Id = TieLotsId;

    fn turn(tx: &mut Tx, id: &TieLotsId) -> Result<()> {
        let round = round_of(tx, *id)?;
        Judged::turn(tx, &round)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &TieLotsId) -> Result<Self> {
        actor.person()?;
        let round = round_of(c, *id)?;
        let judged = Judged::load(c, actor, &round)?;
        let lots = store::tie_lots_of(c, *id)?;
        let mut parts = store::lot_parts(c, vec![*id])?;
        let parts = parts.remove(id).unwrap_or_default();
        let drawing = Drawing { lots, parts };
        Ok(Self { judged, drawing })
    }

    fn version(&self) -> i64 {
        self.judged.version()
    }
}
