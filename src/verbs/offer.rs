//! Buttons: whether a verb would be done by this person now, and if not, why and what would change it.

use std::collections::BTreeMap;

use super::{Scene, Verb};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::who::Actor;

/// A verb's name to null if the asker may do it now, else to the reason.
pub type May = BTreeMap<&'static str, Option<Refusal>>;

/// A verb of a scene, asked but not done.
pub struct Offer<S> {
    pub name: &'static str,
    ask: fn(&mut Conn, &S, &Actor, Instant) -> Result<()>,
}

/// The button of a verb.
pub const fn offer<V: Verb>() -> Offer<V::On> {
    Offer {
        name: V::NAME,
        ask: asked::<V>,
    }
}

/// `who`, then `when`: what the command asks, too.
pub(super) fn asked<V: Verb>(c: &mut Conn, on: &V::On, actor: &Actor, now: Instant) -> Result<()> {
    V::who(on, actor)?;
    V::when(c, on, actor, now).map(|_| ())
}

/// Why a verb would not be done, or nothing.
pub fn refusal<V: Verb>(
    c: &mut Conn,
    on: &V::On,
    actor: &Actor,
    now: Instant,
) -> Result<Option<Refusal>> {
    refused(asked::<V>(c, on, actor, now))
}

/// Why something was refused, or nothing.
pub fn refused<T>(outcome: Result<T>) -> Result<Option<Refusal>> {
    match outcome {
        Ok(_) => Ok(None),
        Err(fault @ (Error::Internal(_) | Error::Busy)) => Err(fault),
        Err(refused) => Ok(Some(refused.refusal())),
    }
}

/// All of them at once.
pub fn may<S: Scene>(
    c: &mut Conn,
    on: &S,
    actor: &Actor,
    now: Instant,
    offers: &[Offer<S>],
) -> Result<May> {
    let mut all = May::new();
    for offer in offers {
        all.insert(offer.name, refused((offer.ask)(c, on, actor, now))?);
    }
    Ok(all)
}
