//! Recording and reading.

use super::store::{self, EventRow};
use super::{Chain, Event, digest};
use crate::db::heads::Head;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{AuditEventId, ChainId, OrganizationId, UserId};
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
    let committee = match event.chain {
        Chain::System => None,
        Chain::Committee(id) => Some(id),
    };
    let chain = store::take_place(tx, committee)?;
    let now = tx.now();
    let mut row = EventRow {
        id: AuditEventId::fresh(now),
        chain_id: chain.id,
        seq: chain.count,
        at: now,
        actor_id: actor,
        actor_name: name.to_owned(),
        organization_id: event.organization,
        verb: event.verb.as_str().to_owned(),
        subject_kind: event.subject_kind.to_owned(),
        subject_id: event.subject_id,
        subject_version: event.subject_version,
        round_id: event.round,
        detail: event.detail.to_string(),
        previous_digest: chain.head,
        digest: String::new(),
    };
    row.digest = digest::of(&row);
    store::insert_event(tx, &row)?;
    store::set_head(tx, row.chain_id, &row.digest)?;
    tx.note_head(Head {
        chain: row.chain_id,
        count: row.seq,
        digest: row.digest,
    });
    Ok(())
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
