//! Recording and reading.

use super::store::{self, EventFilter, EventRow};
use super::{Chain, Event, digest};
use crate::auth::Actor;
use crate::db::heads::Head;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{AuditEventId, ChainId, OrganizationId, UserId};

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

/// A page of the trail as this actor may see it: audit administrators see everything, a supervisor the chains of the
/// committees in reach. Before a round's opening an event about a bid shows only verb and round.
pub fn visible_events(
    c: &mut Conn,
    actor: &Actor,
    mut filter: EventFilter,
) -> Result<Vec<EventRow>> {
    crate::auth::policy::may_read_audit(actor)?;
    if !actor.has(crate::auth::Role::AuditAdmin) {
        let paths = crate::people::organization_paths(c)?;
        filter.chains = Some(
            store::chains(c)?
                .into_iter()
                .filter(|chain| {
                    chain
                        .committee_id
                        .and_then(|id| paths.get(&id))
                        .is_some_and(|path| actor.holds(crate::auth::Role::Supervisor, path))
                })
                .map(|chain| chain.id)
                .collect(),
        );
    }
    let mut rows = store::list(c, &filter)?;
    let sealed = crate::rounds::unopened(c, rows.iter().filter_map(|row| row.round_id).collect())?;
    for row in &mut rows {
        // Who asks a question may be about to bid.
        let about_bid = ["bid", "attachment", "question"].contains(&row.subject_kind.as_str());
        if about_bid && row.round_id.is_some_and(|round| sealed.contains(&round)) {
            row.actor_id = None;
            row.actor_name = "(开标前不显示)".to_owned();
            row.organization_id = None;
            row.subject_id = 0;
            row.subject_version = 0;
            row.detail = "null".to_owned();
        }
    }
    Ok(rows)
}

/// Events of one round with the given verb, oldest first.
pub fn of_round(
    c: &mut Conn,
    round: crate::ids::RoundId,
    verb: super::Verb,
) -> Result<Vec<EventRow>> {
    store::of_round(c, round, verb.as_str())
}
