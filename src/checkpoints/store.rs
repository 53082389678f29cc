//! Queries of signers and checkpoints.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::schema::{audit_signers, checkpoint_heads, checkpoints, users};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{ChainId, CheckpointId, SignerId, UserId};

/// A key that somebody signs checkpoints with.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_signers)]
pub struct Signer {
    pub id: SignerId,
    pub user_id: UserId,
    /// 32 bytes in hexadecimal.
    pub public_key: String,
    pub registered_at: Instant,
    pub ended_at: Option<Instant>,
}

#[derive(Insertable)]
#[diesel(table_name = checkpoints)]
pub struct NewCheckpoint {
    pub id: CheckpointId,
    pub signer_id: SignerId,
    pub received_at: Instant,
    pub body: String,
}

#[derive(Insertable)]
#[diesel(table_name = checkpoint_heads)]
pub struct Covered {
    pub checkpoint_id: CheckpointId,
    pub chain_id: ChainId,
    pub count: i64,
}

/// A checkpoint in a list.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct CheckpointLine {
    pub id: CheckpointId,
    /// When it was handed in.
    pub received_at: Instant,
    /// Whose key signed it.
    pub signer: String,
    /// 32 bytes in hexadecimal.
    pub public_key: String,
}

pub fn signer_of_key(c: &mut Conn, public_key: &str) -> Result<Option<Signer>> {
    Ok(audit_signers::table
        .filter(audit_signers::public_key.eq(public_key))
        .select(Signer::as_select())
        .first(c)
        .optional()?)
}

pub fn signer(c: &mut Conn, id: SignerId) -> Result<Signer> {
    Ok(audit_signers::table
        .find(id)
        .select(Signer::as_select())
        .first(c)?)
}

/// Keys of this person that are in use.
pub fn signers_of(c: &mut Conn, user: UserId) -> Result<Vec<Signer>> {
    Ok(audit_signers::table
        .filter(audit_signers::user_id.eq(user))
        .filter(audit_signers::ended_at.is_null())
        .order(audit_signers::id)
        .select(Signer::as_select())
        .load(c)?)
}

pub fn insert_signer(c: &mut Conn, row: &Signer) -> Result<()> {
    diesel::insert_into(audit_signers::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn end_signer(c: &mut Conn, id: SignerId, now: Instant) -> Result<()> {
    let rows = diesel::update(audit_signers::table.find(id))
        .filter(audit_signers::ended_at.is_null())
        .set(audit_signers::ended_at.eq(now))
        .execute(c)?;
    changed(rows)
}

pub fn insert(c: &mut Conn, row: &NewCheckpoint, heads: &[Covered]) -> Result<()> {
    diesel::insert_into(checkpoints::table)
        .values(row)
        .execute(c)?;
    for head in heads {
        diesel::insert_into(checkpoint_heads::table)
            .values(head)
            .execute(c)?;
    }
    Ok(())
}

/// Newest first.
pub fn list(c: &mut Conn, before: Option<CheckpointId>, limit: i64) -> Result<Vec<CheckpointLine>> {
    let mut query = checkpoints::table
        .inner_join(audit_signers::table.inner_join(users::table))
        .order(checkpoints::id.desc())
        .limit(limit)
        .select((
            checkpoints::id,
            checkpoints::received_at,
            users::name,
            audit_signers::public_key,
        ))
        .into_boxed::<crate::db::MultiBackend>();
    if let Some(before) = before {
        query = query.filter(checkpoints::id.lt(before));
    }
    Ok(query.load(c)?)
}

pub fn body(c: &mut Conn, id: CheckpointId) -> Result<String> {
    Ok(checkpoints::table
        .find(id)
        .select(checkpoints::body)
        .first(c)?)
}

/// The checkpoint that covers this place of a chain with the fewest events after it.
pub fn covering(c: &mut Conn, chain: ChainId, seq: i64) -> Result<Option<String>> {
    Ok(checkpoint_heads::table
        .inner_join(checkpoints::table)
        .filter(checkpoint_heads::chain_id.eq(chain))
        .filter(checkpoint_heads::count.ge(seq))
        .order((checkpoint_heads::count, checkpoint_heads::checkpoint_id))
        .select(checkpoints::body)
        .first(c)
        .optional()?)
}

/// All of them, one after the other.
pub fn after(c: &mut Conn, id: CheckpointId, limit: i64) -> Result<Vec<(CheckpointId, String)>> {
    Ok(checkpoints::table
        .filter(checkpoints::id.gt(id))
        .order(checkpoints::id)
        .limit(limit)
        .select((checkpoints::id, checkpoints::body))
        .load(c)?)
}
