//! Recording and reading.

use super::append::append;
use super::store::{self, EventRow};
use super::{Chain, Event, rows};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{ChainId, OrganizationId, UserId};
use crate::who::Actor;

/// Opens a committee's chain, in the transaction that makes the committee.
pub fn open_chain(tx: &mut Tx, committee: OrganizationId) -> Result<()> {
    let id = ChainId::fresh(tx.now());
    store::create_chain(tx, id, committee)
}

/// Appends one event to its chain, in the transaction of the change it tells of.
pub fn record(tx: &mut Tx, actor: &Actor, event: Event) -> Result<()> {
    record_as(tx, actor.user_id(), actor.name(), event)
}

/// The same for an actor without a session: a failed login, a visitor's objection.
pub fn record_as(tx: &mut Tx, actor: Option<UserId>, name: &str, event: Event) -> Result<()> {
    let chain = match event.chain {
        Chain::System => store::take_place(tx, store::SYSTEM_CHAIN)?,
        Chain::Committee(id) => store::take_place_of(tx, id)?,
    };
    let rows = rows::changed(tx)?;
    let chain = rows::tell_found(tx, chain, rows.found)?;
    append(tx, chain, rows.lines, (actor, name), event)
}

/// Refusals of one kind about one subject that are told of in an hour: nobody fills the trail by trying again and again.
const NEWS: i64 = 20;

/// Whether an event of a refusal tells something that the trail does not say often enough already.
pub fn is_news(tx: &mut Tx, event: &Event) -> Result<bool> {
    let since = tx.now() - chrono::Duration::hours(1);
    let about = (event.verb.as_str(), event.subject_kind, event.subject_id);
    let told = store::count_since(tx, about, since, NEWS)?;
    Ok(i64::try_from(told).is_ok_and(|told| told < NEWS))
}

/// The head digest of a committee's chain, for minutes and pages.
pub fn committee_head(c: &mut Conn, committee: OrganizationId) -> Result<String> {
    Ok(store::chain_of(c, committee)?
        .map(|chain| chain.head)
        .unwrap_or_default())
}

/// All heads, as shown to the public.
pub fn heads_shown(c: &mut Conn) -> Result<Vec<store::ChainRow>> {
    store::chains(c)
}

/// Events of one round with the given verb, oldest first.
pub fn of_round(
    c: &mut Conn,
    round: crate::ids::RoundId,
    verb: super::Verb,
) -> Result<Vec<EventRow>> {
    store::of_round(c, round, verb.as_str())
}
