//! Objections, as the committee knows of them and as anybody with a code does; and rounds, as anybody may object to them.

use serde_json::Value;

use super::store::{self, Objection};
use crate::audit::{self, Chain, Event};
use crate::crypto;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{BidId, ObjectionId, RoundId};
use crate::panel::{self, BidLine};
use crate::result::scene::Judged;
use crate::rounds::{self, Round};
use crate::seats::Veil;
use crate::verbs::Scene;
use crate::who::Actor;

pub(super) fn event(verb: audit::Verb, round: &Round, row: &Objection) -> Event {
    let chain = Chain::Committee(round.committee_id);
    Event::new(verb, chain, "objection", row.id.0)
        .organization(round.committee_id)
        .version(row.version)
        .round(round.id)
}

/// Names nobody: who objects is not in the trail.
pub(super) fn nameless(
    tx: &mut Tx,
    round: &Round,
    verb: audit::Verb,
    row: &Objection,
    detail: Value,
) -> Result<()> {
    audit::record_as(tx, None, "群众", event(verb, round, row).detail(detail))
}

/// An objection as office, secretary and supervisor know of it.
pub struct ObjectionScene {
    pub judged: Judged,
    pub row: Objection,
}

impl Scene for ObjectionScene {
    type Id = ObjectionId;

    fn turn(tx: &mut Tx, id: &ObjectionId) -> Result<()> {
        let round = store::objection(tx, *id)?.round_id;
        Judged::turn(tx, &round)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &ObjectionId) -> Result<Self> {
        actor.person()?;
        let row = store::objection(c, *id)?;
        let judged = Judged::load(c, actor, &row.round_id)?;
        if !judged.oversees(actor) {
            return Err(Error::NotFound);
        }
        Ok(Self { judged, row })
    }

    fn version(&self) -> i64 {
        self.row.version
    }
}

/// A round anybody may know of.
pub struct Objectable {
    pub round: Round,
    /// Everybody's: who is logged in reads it as nobody.
    pub veil: Veil,
}

impl Objectable {
    /// Bids that an objection may name, none before the opening: those chosen, and so many of those that hold the word.
    pub fn bids(
        &self,
        c: &mut Conn,
        chosen: &[BidId],
        word: &str,
        limit: usize,
    ) -> Result<Vec<BidLine>> {
        if self.round.opened_at.is_none() {
            return Ok(Vec::new());
        }
        let id = self.round.id;
        // Anybody reads this, and so the panel of a blind round, too: what is covered is not found either.
        if self.veil.lies() {
            let holds = |bid: &BidLine| {
                chosen.contains(&bid.id) || bid.named.title(&self.veil).contains(word)
            };
            let all = panel::bid_lines(c, id)?.into_iter();
            return Ok(all.filter(holds).take(limit).collect());
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        panel::bids_found(c, id, chosen, Some(word), limit)
    }
}

impl Scene for Objectable {
    type Id = RoundId;

    /// An objection is in before the round is concluded, or it is refused.
    fn turn(tx: &mut Tx, id: &RoundId) -> Result<()> {
        rounds::turn(tx, *id).map(drop)
    }

    fn load(c: &mut Conn, _: &Actor, id: &RoundId) -> Result<Self> {
        let round = rounds::find(c, *id)?;
        if round.published_at.is_none() {
            return Err(Error::NotFound);
        }
        let veil = Veil::of_all(c, *id)?;
        Ok(Self { round, veil })
    }

    fn version(&self) -> i64 {
        self.round.version
    }
}

/// An objection as whoever has its code sees it.
pub struct Followed {
    pub code: String,
    pub row: Objection,
    pub round: Round,
}

impl Scene for Followed {
    type Id = String;

    fn load(c: &mut Conn, _: &Actor, code: &String) -> Result<Self> {
        let row = store::objection_by_code(c, &crypto::code::digest_of("objection", code))?;
        Ok(Self {
            code: code.clone(),
            round: rounds::find(c, row.round_id)?,
            row,
        })
    }

    fn version(&self) -> i64 {
        self.row.version
    }
}

/// The same when it was just lodged: its code is told.
pub struct Lodged(pub Followed);

impl Scene for Lodged {
    type Id = String;

    fn load(c: &mut Conn, actor: &Actor, code: &String) -> Result<Self> {
        Followed::load(c, actor, code).map(Self)
    }

    fn version(&self) -> i64 {
        self.0.version()
    }
}
