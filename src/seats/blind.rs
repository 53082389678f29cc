//! Rounds without names: what one person, or anybody, reads of a round whose panel does not know who bids.
//!
//! A [`Veil`] is asked for once a request and round, and lies over everything that is said of the round and its bids until
//! the lock: it leaves organization and team out, calls files by numbers, and covers in every text what organizations of
//! the committee are or were called, be they bidding or not, and the people of those that bid. That it covers all
//! organizations' names tells nothing of who bids, and is the same before the first bid as after the last. What gives a
//! bidder away without naming anybody cannot be found by a program: the guide asks bidders to leave it out.
//!
//! Not covered is what was published before anybody could bid: titles, topics, guide and criteria.

use std::collections::HashMap;

use super::veil::{Mask, Veil};
use super::{blinded, store};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganizationId, RoundId};
use crate::people::{self, Called};
use crate::who::Actor;

impl Veil {
    pub fn of(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<Self> {
        match blinded(c, actor, &[round])?.first() {
            Some((_, path)) => Self::drawn(c, actor, round, path),
            None => Ok(Self::default()),
        }
    }

    /// As anybody reads it: for what is made for the panel or the public, whoever makes it.
    pub fn of_all(c: &mut Conn, round: RoundId) -> Result<Self> {
        Self::of(c, &Actor::Visitor, round)
    }

    fn drawn(c: &mut Conn, actor: &Actor, round: RoundId, path: &str) -> Result<Self> {
        let mask = mask_of(c, round, path)?;
        Ok(Self::under(mask, actor.own_organizations()))
    }
}

/// The veils over several rounds.
#[derive(Debug, Default)]
pub struct Veils(HashMap<RoundId, Veil>);

impl Veils {
    pub fn of(
        c: &mut Conn,
        actor: &Actor,
        rounds: impl IntoIterator<Item = RoundId>,
    ) -> Result<Self> {
        let mut rounds: Vec<RoundId> = rounds.into_iter().collect();
        rounds.sort_unstable();
        rounds.dedup();
        let mut all = HashMap::new();
        for (round, path) in blinded(c, actor, &rounds)? {
            all.insert(round, Veil::drawn(c, actor, round, &path)?);
        }
        Ok(Self(all))
    }

    pub fn over(&self, round: Option<RoundId>) -> &Veil {
        round
            .and_then(|round| self.0.get(&round))
            .unwrap_or(Veil::lifted())
    }
}

/// All names that must not be read in a round of the committee at this path. The committee's own are none of them, unless
/// it bids itself.
fn mask_of(c: &mut Conn, round: RoundId, path: &str) -> Result<Mask> {
    let bidding = store::bidding(c, round)?;
    let mut called = people::called_below(c, path)?;
    called.retain(|one| one.path != path || bidding.contains(&one.id));
    let above: Vec<&str> = called
        .iter()
        .filter(|one| bidding.contains(&one.id) && one.path != path)
        .map(|one| one.path.as_str())
        .collect();
    let around: Vec<OrganizationId> = called
        .iter()
        .filter(|one| one.path == path || above.iter().any(|path| one.path.starts_with(path)))
        .map(|one| one.id)
        .collect();
    let people = people::people_around(c, &around)?;
    let known: Vec<OrganizationId> = called.iter().map(|one| one.id).collect();
    let before = people::called_before(c, path)?
        .into_iter()
        .filter(|(id, ..)| known.contains(id))
        .flat_map(|(_, name, short_name, code)| [name, short_name, code]);
    let now = called.into_iter().flat_map(|one| {
        let Called {
            name,
            short_name,
            code,
            ..
        } = one;
        [name, short_name, code]
    });
    Mask::new(now.chain(before), people)
}
