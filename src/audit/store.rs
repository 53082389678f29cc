//! Queries of the audit trail.

use diesel::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{audit_chains, audit_events};
use crate::error::Result;
use crate::ids::{AuditEventId, ChainId, OrganizationId, RoundId, UserId};

/// A chain and its head, as anybody is shown it.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[schema(as = HeadShown)]
#[diesel(table_name = audit_chains)]
pub struct ChainRow {
    #[serde(rename = "chain_id")]
    pub id: ChainId,
    /// None for the system's chain.
    pub committee_id: Option<OrganizationId>,
    pub count: i64,
    /// SHA-256 of the last event, empty for an empty chain.
    #[serde(rename = "digest")]
    pub head: String,
}

/// One event of the trail, as it is shown to whoever may read it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[schema(as = EventShown)]
#[diesel(table_name = audit_events)]
pub struct EventRow {
    pub id: AuditEventId,
    pub chain_id: ChainId,
    /// Place in its chain, from 1 on.
    pub seq: i64,
    pub at: Instant,
    pub actor_id: Option<UserId>,
    pub actor_name: String,
    pub organization_id: Option<OrganizationId>,
    #[schema(example = "round.publish")]
    pub verb: String,
    pub subject_kind: String,
    pub subject_id: i64,
    pub subject_version: i64,
    pub round_id: Option<RoundId>,
    #[serde(serialize_with = "as_json")]
    #[schema(value_type = serde_json::Value)]
    pub detail: String,
    pub previous_digest: String,
    pub digest: String,
}

/// What is kept as text is shown as what it says.
fn as_json<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::from_str::<Value>(text)
        .unwrap_or_default()
        .serialize(serializer)
}

pub const SYSTEM_CHAIN: ChainId = ChainId(0);

/// Makes a committee's chain, with the committee.
pub fn create_chain(c: &mut Conn, id: ChainId, committee: OrganizationId) -> Result<()> {
    diesel::insert_into(audit_chains::table)
        .values((
            audit_chains::id.eq(id),
            audit_chains::committee_id.eq(Some(committee)),
            audit_chains::count.eq(0),
            audit_chains::head.eq(""),
        ))
        .execute(c)?;
    Ok(())
}

/// Takes the next place of a committee's chain, or of the system's. The UPDATE orders writers.
pub fn take_place(c: &mut Conn, committee: Option<OrganizationId>) -> Result<ChainRow> {
    let returned = audit_chains::all_columns;
    let row = match committee {
        Some(committee) => {
            diesel::update(audit_chains::table.filter(audit_chains::committee_id.eq(committee)))
                .set(audit_chains::count.eq(audit_chains::count + 1))
                .returning(returned)
                .get_result(c)?
        }
        None => diesel::update(audit_chains::table.filter(audit_chains::id.eq(SYSTEM_CHAIN)))
            .set(audit_chains::count.eq(audit_chains::count + 1))
            .returning(returned)
            .get_result(c)?,
    };
    Ok(row)
}

pub fn set_head(c: &mut Conn, chain: ChainId, head: &str) -> Result<()> {
    diesel::update(audit_chains::table.find(chain))
        .set(audit_chains::head.eq(head))
        .execute(c)?;
    Ok(())
}

pub fn insert_event(c: &mut Conn, row: &EventRow) -> Result<()> {
    diesel::insert_into(audit_events::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn chains(c: &mut Conn) -> Result<Vec<ChainRow>> {
    Ok(audit_chains::table
        .select(ChainRow::as_select())
        .order(audit_chains::id)
        .load(c)?)
}

pub fn chain_of(c: &mut Conn, committee: OrganizationId) -> Result<Option<ChainRow>> {
    Ok(audit_chains::table
        .filter(audit_chains::committee_id.eq(committee))
        .select(ChainRow::as_select())
        .first(c)
        .optional()?)
}

/// A page of one chain after the given place, in order.
pub fn events_after(c: &mut Conn, chain: ChainId, seq: i64, limit: i64) -> Result<Vec<EventRow>> {
    Ok(audit_events::table
        .filter(audit_events::chain_id.eq(chain))
        .filter(audit_events::seq.gt(seq))
        .order(audit_events::seq)
        .limit(limit)
        .select(EventRow::as_select())
        .load(c)?)
}

/// Filter of the trail's list.
#[derive(Debug, Default, Clone)]
pub struct EventFilter {
    /// None means every chain the asker may see.
    pub chains: Option<Vec<ChainId>>,
    pub subject: Option<(String, Option<i64>)>,
    pub before: Option<i64>,
    pub limit: i64,
}

/// Newest first.
pub fn list(c: &mut Conn, filter: &EventFilter) -> Result<Vec<EventRow>> {
    let mut query = audit_events::table
        .select(EventRow::as_select())
        .order(audit_events::id.desc())
        .limit(filter.limit)
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(chains) = &filter.chains {
        query = query.filter(audit_events::chain_id.eq_any(chains.clone()));
    }
    if let Some((kind, id)) = &filter.subject {
        query = query.filter(audit_events::subject_kind.eq(kind.clone()));
        if let Some(id) = id {
            query = query.filter(audit_events::subject_id.eq(*id));
        }
    }
    if let Some(before) = filter.before {
        query = query.filter(audit_events::id.lt(AuditEventId(before)));
    }
    Ok(query.load(c)?)
}

/// Events about one kind of subject with the given verb, oldest first.
pub fn about(c: &mut Conn, kind: &str, verb: &str) -> Result<Vec<EventRow>> {
    Ok(audit_events::table
        .filter(audit_events::chain_id.eq(SYSTEM_CHAIN))
        .filter(audit_events::subject_kind.eq(kind.to_owned()))
        .filter(audit_events::verb.eq(verb.to_owned()))
        .order(audit_events::id)
        .select(EventRow::as_select())
        .load(c)?)
}

pub fn event_at(c: &mut Conn, chain: ChainId, seq: i64) -> Result<Option<EventRow>> {
    Ok(audit_events::table
        .filter(audit_events::chain_id.eq(chain))
        .filter(audit_events::seq.eq(seq))
        .select(EventRow::as_select())
        .first(c)
        .optional()?)
}

/// How many rows the events table holds in all: an event of an unknown chain shows here.
pub fn count_all(c: &mut Conn) -> Result<i64> {
    Ok(audit_events::table.count().get_result(c)?)
}

/// Events of one round with the given verb, oldest first (the opening minute lists late attempts from them).
pub fn of_round(c: &mut Conn, round: RoundId, verb: &str) -> Result<Vec<EventRow>> {
    Ok(audit_events::table
        .filter(audit_events::round_id.eq(round))
        .filter(audit_events::verb.eq(verb.to_owned()))
        .order(audit_events::id)
        .select(EventRow::as_select())
        .load(c)?)
}
