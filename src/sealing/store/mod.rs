//! Queries of keys.

mod organizations;

pub use organizations::*;

use diesel::prelude::*;

use super::OpenerSeat;
use crate::clock::Instant;
use crate::db::dialect::{self, Kind};
use crate::db::schema::{
    bid_keys, box_key_shares, box_keys, round_key_shares, round_keys, user_keys, users,
};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::{AcceptanceId, BidId, KeyId, RoundId, ShareId, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = user_keys)]
pub struct UserKey {
    pub user_id: UserId,
    pub public_key: Vec<u8>,
    pub locked_key: Vec<u8>,
    pub salt: Vec<u8>,
    pub cost: String,
    pub made_at: Instant,
}

pub fn user_key(c: &mut Conn, user: UserId) -> Result<Option<UserKey>> {
    Ok(user_keys::table
        .find(user)
        .select(UserKey::as_select())
        .first(c)
        .optional()?)
}

pub fn user_keys_of(c: &mut Conn, users: &[UserId]) -> Result<Vec<UserKey>> {
    db::in_parts(users, |some| {
        Ok(user_keys::table
            .filter(user_keys::user_id.eq_any(some))
            .order(user_keys::user_id)
            .select(UserKey::as_select())
            .load(c)?)
    })
}

pub fn put_user_key(c: &mut Conn, key: &UserKey) -> Result<()> {
    let updated = diesel::update(user_keys::table.find(key.user_id))
        .set(key)
        .execute(c)?;
    if updated == 0 {
        diesel::insert_into(user_keys::table)
            .values(key)
            .execute(c)?;
    }
    Ok(())
}

pub fn remove_user_key(c: &mut Conn, user: UserId) -> Result<()> {
    diesel::delete(user_keys::table.find(user)).execute(c)?;
    Ok(())
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = round_keys)]
pub struct RoundKey {
    pub id: KeyId,
    pub round_id: RoundId,
    pub public_key: Vec<u8>,
    /// So many openers open.
    pub threshold: i64,
    /// Why it was made: at publication, or because the one before is lost.
    pub reason: String,
    pub made_at: Instant,
    pub retired_at: Option<Instant>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = round_key_shares)]
pub struct KeyShare {
    pub id: ShareId,
    pub key_id: KeyId,
    pub user_id: UserId,
    pub seat: OpenerSeat,
    /// The holder's public key at that time: if they have another now, the share opens no more.
    pub holder_key: Vec<u8>,
    pub sealed_share: Vec<u8>,
    pub given_at: Instant,
    pub retired_at: Option<Instant>,
}

pub fn current_round_key(c: &mut Conn, round: RoundId) -> Result<Option<RoundKey>> {
    Ok(round_keys::table
        .filter(round_keys::round_id.eq(round))
        .filter(round_keys::retired_at.is_null())
        .select(RoundKey::as_select())
        .first(c)
        .optional()?)
}

/// Keys that the round had before its present one.
pub fn retired_round_keys(c: &mut Conn, round: RoundId) -> Result<Vec<RoundKey>> {
    Ok(round_keys::table
        .filter(round_keys::round_id.eq(round))
        .filter(round_keys::retired_at.is_not_null())
        .order(round_keys::id)
        .select(RoundKey::as_select())
        .load(c)?)
}

pub fn insert_round_key(c: &mut Conn, key: &RoundKey) -> Result<()> {
    diesel::insert_into(round_keys::table)
        .values(key)
        .execute(c)?;
    Ok(())
}

pub fn set_threshold(c: &mut Conn, key: KeyId, threshold: i64) -> Result<()> {
    diesel::update(round_keys::table.find(key))
        .set(round_keys::threshold.eq(threshold))
        .execute(c)?;
    Ok(())
}

pub fn retire_round_key(c: &mut Conn, key: KeyId, now: Instant) -> Result<()> {
    diesel::update(round_keys::table.find(key))
        .set(round_keys::retired_at.eq(Some(now)))
        .execute(c)?;
    Ok(())
}

pub fn insert_share(c: &mut Conn, share: &KeyShare) -> Result<()> {
    diesel::insert_into(round_key_shares::table)
        .values(share)
        .execute(c)?;
    Ok(())
}

/// The shares of a key that is followed by another: no longer given out, still there.
pub fn end_shares(c: &mut Conn, key: KeyId, now: Instant) -> Result<()> {
    diesel::update(
        round_key_shares::table
            .filter(round_key_shares::key_id.eq(key))
            .filter(round_key_shares::retired_at.is_null()),
    )
    .set(round_key_shares::retired_at.eq(Some(now)))
    .execute(c)?;
    Ok(())
}

/// Retired shares whose bytes are still there.
pub fn kept_shares(c: &mut Conn, key: KeyId) -> Result<Vec<KeyShare>> {
    Ok(round_key_shares::table
        .filter(round_key_shares::key_id.eq(key))
        .filter(round_key_shares::retired_at.is_not_null())
        .filter(round_key_shares::sealed_share.ne(Vec::<u8>::new()))
        .order(round_key_shares::id)
        .select(KeyShare::as_select())
        .load(c)?)
}

/// A retired share's bytes are gone: it could still open.
pub fn retire_shares(c: &mut Conn, key: KeyId, now: Instant) -> Result<()> {
    let kept = round_key_shares::sealed_share.ne(Vec::<u8>::new());
    diesel::update(
        round_key_shares::table
            .filter(round_key_shares::key_id.eq(key))
            .filter(kept),
    )
    .set((
        round_key_shares::retired_at.eq(Some(now)),
        round_key_shares::sealed_share.eq(Vec::<u8>::new()),
    ))
    .execute(c)?;
    Ok(())
}

/// Live shares with their holders' names.
pub fn shares(c: &mut Conn, key: KeyId) -> Result<Vec<(KeyShare, String, Option<String>)>> {
    Ok(round_key_shares::table
        .inner_join(users::table)
        .filter(round_key_shares::key_id.eq(key))
        .filter(round_key_shares::retired_at.is_null())
        .order(round_key_shares::id)
        .select((KeyShare::as_select(), users::name, users::username))
        .load(c)?)
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = box_keys)]
pub struct BoxKeyRow {
    pub id: KeyId,
    pub acceptance_id: AcceptanceId,
    pub public_key: Vec<u8>,
    pub threshold: i64,
    pub made_at: Instant,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = box_key_shares)]
pub struct BoxShare {
    pub id: ShareId,
    pub key_id: KeyId,
    pub user_id: UserId,
    pub seat: OpenerSeat,
    pub holder_key: Vec<u8>,
    pub sealed_share: Vec<u8>,
    pub given_at: Instant,
}

pub fn box_key(c: &mut Conn, acceptance: AcceptanceId) -> Result<Option<BoxKeyRow>> {
    Ok(box_keys::table
        .filter(box_keys::acceptance_id.eq(acceptance))
        .select(BoxKeyRow::as_select())
        .first(c)
        .optional()?)
}

pub fn insert_box_key(c: &mut Conn, key: &BoxKeyRow) -> Result<()> {
    diesel::insert_into(box_keys::table)
        .values(key)
        .execute(c)?;
    Ok(())
}

pub fn insert_box_share(c: &mut Conn, share: &BoxShare) -> Result<()> {
    diesel::insert_into(box_key_shares::table)
        .values(share)
        .execute(c)?;
    Ok(())
}

/// Shares with their holders' names.
pub fn box_shares(c: &mut Conn, key: KeyId) -> Result<Vec<(BoxShare, String, Option<String>)>> {
    Ok(box_key_shares::table
        .inner_join(users::table)
        .filter(box_key_shares::key_id.eq(key))
        .order(box_key_shares::id)
        .select((BoxShare::as_select(), users::name, users::username))
        .load(c)?)
}

pub fn delete_box_shares(c: &mut Conn, key: KeyId) -> Result<()> {
    diesel::delete(box_key_shares::table.filter(box_key_shares::key_id.eq(key))).execute(c)?;
    Ok(())
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = bid_keys, treat_none_as_null = true)]
pub struct BidKey {
    pub bid_id: BidId,
    /// After the opening, and of a draft that nobody has a key to read with.
    pub by_server: Option<Vec<u8>>,
    pub by_round: Option<Vec<u8>>,
    pub round_key_id: Option<KeyId>,
    pub by_organization: Option<Vec<u8>>,
    pub organization_key_id: Option<KeyId>,
    /// Of a draft, for who began it without holding the organization's key.
    pub by_author: Option<Vec<u8>>,
    pub author_id: Option<UserId>,
}

impl BidKey {
    /// That opens to nobody yet.
    pub fn of(bid_id: BidId) -> Self {
        Self {
            bid_id,
            by_server: None,
            by_round: None,
            round_key_id: None,
            by_organization: None,
            organization_key_id: None,
            by_author: None,
            author_id: None,
        }
    }
}

pub fn bid_key(c: &mut Conn, bid: BidId) -> Result<Option<BidKey>> {
    Ok(bid_keys::table
        .find(bid)
        .select(BidKey::as_select())
        .first(c)
        .optional()?)
}

pub fn bid_keys_of(c: &mut Conn, bids: &[BidId]) -> Result<Vec<BidKey>> {
    db::in_parts(bids, |some| {
        Ok(bid_keys::table
            .filter(bid_keys::bid_id.eq_any(some))
            .order(bid_keys::bid_id)
            .select(BidKey::as_select())
            .load(c)?)
    })
}

/// Hexadecimal `by_server` of many bids, by `id`.
pub fn keep_rows(c: &mut Conn, rows: &str) -> Result<()> {
    let columns = [("by_server", Kind::Bytes)];
    dialect::update_rows(c, ("bid_keys", "bid_id"), &columns, rows, None).map(|_| ())
}

pub fn put_bid_key(c: &mut Conn, key: &BidKey) -> Result<()> {
    let updated = diesel::update(bid_keys::table.find(key.bid_id))
        .set(key)
        .execute(c)?;
    if updated == 0 {
        diesel::insert_into(bid_keys::table)
            .values(key)
            .execute(c)?;
    }
    Ok(())
}
