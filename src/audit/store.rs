//! Queries of the audit trail.

mod rows;

use diesel::prelude::*;
use serde::{Serialize, Serializer};
use serde_json::Value;
use utoipa::ToSchema;

pub use rows::*;

use super::tree;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{audit_chains, audit_events, organizations};
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
    /// Root of the hash tree over all its events (RFC 9162), empty for an empty chain.
    #[serde(rename = "root", serialize_with = "as_root")]
    pub peaks: String,
}

fn as_root<S: Serializer>(peaks: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&tree::Peaks::read(peaks).shown())
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
    /// Random, and part of the digest, so that what is covered cannot be guessed from it. None in events of old times, and
    /// where the event is covered.
    pub salt: Option<String>,
    /// SHA-256 of the salt and of the rows that the event left behind, a line each; None in events of old times.
    pub left_digest: Option<String>,
    /// Its digest under the server's secret: nobody else writes events. None in events of old times.
    #[serde(skip)]
    pub seal: Option<String>,
    /// Nodes of the chain's hash tree that it completes.
    #[serde(skip)]
    pub nodes: Option<String>,
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

/// Takes the next place of a chain. The UPDATE orders writers.
pub fn take_place(c: &mut Conn, chain: ChainId) -> Result<ChainRow> {
    Ok(diesel::update(audit_chains::table.find(chain))
        .set(audit_chains::count.eq(audit_chains::count + 1))
        .returning(audit_chains::all_columns)
        .get_result(c)?)
}

/// The same of a committee's chain.
pub fn take_place_of(c: &mut Conn, committee: OrganizationId) -> Result<ChainRow> {
    let chain = audit_chains::table.filter(audit_chains::committee_id.eq(committee));
    Ok(diesel::update(chain)
        .set(audit_chains::count.eq(audit_chains::count + 1))
        .returning(audit_chains::all_columns)
        .get_result(c)?)
}

pub fn set_head(c: &mut Conn, chain: ChainId, head: &str, peaks: &str) -> Result<()> {
    diesel::update(audit_chains::table.find(chain))
        .set((audit_chains::head.eq(head), audit_chains::peaks.eq(peaks)))
        .execute(c)?;
    Ok(())
}

pub fn set_nodes(c: &mut Conn, event: AuditEventId, nodes: &str) -> Result<()> {
    diesel::update(audit_events::table.find(event))
        .set(audit_events::nodes.eq(nodes))
        .execute(c)?;
    Ok(())
}

/// Digest and nodes of a chain's events at these places.
pub fn nodes_at(
    c: &mut Conn,
    chain: ChainId,
    places: Vec<i64>,
) -> Result<Vec<(i64, String, Option<String>)>> {
    Ok(audit_events::table
        .filter(audit_events::chain_id.eq(chain))
        .filter(audit_events::seq.eq_any(places))
        .select((audit_events::seq, audit_events::digest, audit_events::nodes))
        .load(c)?)
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
    /// Chains of committees at or below these paths; None means every chain there is.
    pub below: Option<Vec<String>>,
    pub subject: Option<(String, Option<i64>)>,
    pub before: Option<i64>,
    pub limit: i64,
}

type InReach = Box<
    dyn BoxableExpression<
            audit_events::table,
            crate::db::MultiBackend,
            SqlType = diesel::sql_types::Bool,
        >,
>;

fn in_reach(paths: &[String]) -> InReach {
    let mut all: InReach = Box::new(audit_events::chain_id.ne(audit_events::chain_id));
    for path in paths {
        let chains = audit_chains::table
            .inner_join(organizations::table)
            .filter(organizations::path.like(format!("{path}%")))
            .select(audit_chains::id);
        all = Box::new(all.or(audit_events::chain_id.eq_any(chains)));
    }
    all
}

/// Newest first.
pub fn list(c: &mut Conn, filter: &EventFilter) -> Result<Vec<EventRow>> {
    let mut query = audit_events::table
        .select(EventRow::as_select())
        .order(audit_events::id.desc())
        .limit(filter.limit)
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(paths) = &filter.below {
        query = query.filter(in_reach(paths));
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

/// The same of whatever chain.
pub fn all_about(c: &mut Conn, kind: &str, verb: &str) -> Result<Vec<EventRow>> {
    Ok(audit_events::table
        .filter(audit_events::subject_kind.eq(kind.to_owned()))
        .filter(audit_events::subject_id.eq(0))
        .filter(audit_events::verb.eq(verb.to_owned()))
        .order(audit_events::id)
        .select(EventRow::as_select())
        .load(c)?)
}

/// How many events with this verb about a subject are younger than that, counted up to so many.
pub fn count_since(
    c: &mut Conn,
    (verb, kind, subject): (&str, &str, i64),
    since: Instant,
    most: i64,
) -> Result<usize> {
    let found: Vec<AuditEventId> = audit_events::table
        .filter(audit_events::subject_kind.eq(kind.to_owned()))
        .filter(audit_events::subject_id.eq(subject))
        .filter(audit_events::verb.eq(verb.to_owned()))
        .filter(audit_events::at.gt(since))
        .order(audit_events::id.desc())
        .limit(most)
        .select(audit_events::id)
        .load(c)?;
    Ok(found.len())
}

/// The newest event of these verbs about a subject, and the committee in whose chain it stands.
pub fn newest_about(
    c: &mut Conn,
    kind: &str,
    subject: i64,
    verbs: &[&str],
) -> Result<Option<(EventRow, Option<OrganizationId>)>> {
    Ok(audit_events::table
        .inner_join(audit_chains::table)
        .filter(audit_events::subject_kind.eq(kind.to_owned()))
        .filter(audit_events::subject_id.eq(subject))
        .filter(audit_events::verb.eq_any(verbs.to_vec()))
        .order(audit_events::id.desc())
        .select((EventRow::as_select(), audit_chains::committee_id))
        .first(c)
        .optional()?)
}

/// These events, and the committees in whose chains they stand; None for the system's.
pub fn events_and_owners(
    c: &mut Conn,
    ids: Vec<AuditEventId>,
) -> Result<Vec<(EventRow, Option<OrganizationId>)>> {
    Ok(audit_events::table
        .inner_join(audit_chains::table)
        .filter(audit_events::id.eq_any(ids))
        .select((EventRow::as_select(), audit_chains::committee_id))
        .load(c)?)
}

/// Subject and event of all with this verb about subjects of a kind, in the order of their chain.
pub fn ids_about(
    c: &mut Conn,
    verb: &str,
    kind: &str,
    subjects: &[i64],
) -> Result<Vec<(i64, AuditEventId)>> {
    Ok(audit_events::table
        .filter(audit_events::subject_kind.eq(kind.to_owned()))
        .filter(audit_events::subject_id.eq_any(subjects.to_vec()))
        .filter(audit_events::verb.eq(verb.to_owned()))
        .order(audit_events::seq)
        .select((audit_events::subject_id, audit_events::id))
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

/// Whether an event has this digest; each is looked at.
pub fn has_digest(c: &mut Conn, digest: &str) -> Result<bool> {
    Ok(audit_events::table
        .filter(audit_events::digest.eq(digest.to_owned()))
        .select(audit_events::id)
        .first::<AuditEventId>(c)
        .optional()?
        .is_some())
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
