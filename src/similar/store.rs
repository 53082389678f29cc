//! Queries of signatures, searches and pairs.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::{PairDecision, PairKind};
use crate::clock::Instant;
use crate::db::schema::{similar_pairs, similar_parts, similar_searches, similar_signings};
use crate::db::{Conn, changed};
use crate::error::{Error, Result};
use crate::ids::{
    BidId, OrganizationId, RoundId, SimilarPairId, SimilarSigningId, TopicId, UserId,
};

/// A round whose bids have signatures.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = similar_signings)]
pub struct Signing {
    pub round_id: RoundId,
    pub signing_id: SimilarSigningId,
    pub committee_id: OrganizationId,
    pub bids: i64,
    pub parts: i64,
    /// Of the bids' ids: other bids need other signatures.
    pub digest: String,
    pub made_at: Instant,
}

/// Signatures of some bids of a round, in the order of their ids.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = similar_parts)]
pub struct Part {
    pub signing_id: SimilarSigningId,
    pub part: i64,
    pub round_id: RoundId,
    pub signatures: Vec<u8>,
    /// Keys of fields that are compared alone.
    pub fields: Vec<u8>,
}

/// What the last search did.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = similar_searches)]
#[schema(as = SearchShown)]
pub struct Search {
    pub round_id: RoundId,
    /// Bids compared.
    pub bids: i64,
    /// With so many of earlier rounds.
    #[serde(rename = "earlier_bids")]
    pub earlier: i64,
    /// Pairs known afterwards.
    pub pairs: i64,
    /// Grams that did not count.
    #[serde(skip)]
    pub common: Vec<u8>,
    #[serde(skip)]
    pub searched_by: UserId,
    pub searched_at: Instant,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = similar_pairs)]
#[schema(as = PairRow)]
pub struct Pair {
    pub id: SimilarPairId,
    #[serde(skip)]
    pub round_id: RoundId,
    /// In the order shown.
    #[serde(skip)]
    pub position: i64,
    pub kind: PairKind,
    /// Of the round.
    #[serde(skip)]
    pub bid_id: BidId,
    /// Of the same round or of an earlier one.
    #[serde(skip)]
    pub other_id: BidId,
    #[serde(skip)]
    pub topic_id: Option<TopicId>,
    /// None of an earlier round's bid.
    #[serde(skip)]
    pub other_topic_id: Option<TopicId>,
    /// Hundredths of a per cent of what both say together, 0 to 10,000.
    #[serde(rename = "score")]
    #[schema(minimum = 0, maximum = 10_000)]
    pub jaccard: i64,
    /// The same of the shorter one alone.
    #[schema(minimum = 0, maximum = 10_000)]
    pub contained: i64,
    pub decision: PairDecision,
    pub reason: String,
    #[serde(skip)]
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Instant>,
    pub version: i64,
    #[serde(skip)]
    pub found_at: Instant,
}

pub fn insert_part(c: &mut Conn, part: &Part) -> Result<()> {
    diesel::insert_into(similar_parts::table)
        .values(part)
        .execute(c)?;
    Ok(())
}

/// Takes the place of the round's last signing, if all parts are there.
pub fn put_signing(c: &mut Conn, signing: &Signing) -> Result<()> {
    let parts: i64 = similar_parts::table
        .filter(similar_parts::signing_id.eq(signing.signing_id))
        .count()
        .get_result(c)?;
    if parts != signing.parts {
        return Err(Error::stale());
    }
    diesel::delete(similar_signings::table.find(signing.round_id)).execute(c)?;
    diesel::delete(
        similar_parts::table
            .filter(similar_parts::round_id.eq(signing.round_id))
            .filter(similar_parts::signing_id.ne(signing.signing_id)),
    )
    .execute(c)?;
    diesel::insert_into(similar_signings::table)
        .values(signing)
        .execute(c)?;
    Ok(())
}

pub fn signings(c: &mut Conn, committee: OrganizationId) -> Result<Vec<Signing>> {
    Ok(similar_signings::table
        .filter(similar_signings::committee_id.eq(committee))
        .select(Signing::as_select())
        .load(c)?)
}

/// A part with its signatures and its fields.
pub type Read = (i64, Vec<u8>, Vec<u8>);

/// Signatures after a part, some parts at a time.
pub fn parts_after(
    c: &mut Conn,
    signing: SimilarSigningId,
    after: i64,
    limit: i64,
) -> Result<Vec<Read>> {
    Ok(similar_parts::table
        .filter(similar_parts::signing_id.eq(signing))
        .filter(similar_parts::part.gt(after))
        .order(similar_parts::part)
        .limit(limit)
        .select((
            similar_parts::part,
            similar_parts::signatures,
            similar_parts::fields,
        ))
        .load(c)?)
}

pub fn search(c: &mut Conn, round: RoundId) -> Result<Option<Search>> {
    Ok(similar_searches::table
        .find(round)
        .select(Search::as_select())
        .first(c)
        .optional()?)
}

pub fn put_search(c: &mut Conn, row: &Search) -> Result<()> {
    diesel::delete(similar_searches::table.find(row.round_id)).execute(c)?;
    diesel::insert_into(similar_searches::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn insert_pair(c: &mut Conn, row: &Pair) -> Result<()> {
    diesel::insert_into(similar_pairs::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// Which pairs of a round are known, by their bids, and the last position.
pub fn known(c: &mut Conn, round: RoundId) -> Result<Vec<(BidId, BidId, i64)>> {
    Ok(similar_pairs::table
        .filter(similar_pairs::round_id.eq(round))
        .order(similar_pairs::position)
        .select((
            similar_pairs::bid_id,
            similar_pairs::other_id,
            similar_pairs::position,
        ))
        .load(c)?)
}

pub fn pair(c: &mut Conn, id: SimilarPairId) -> Result<Pair> {
    Ok(similar_pairs::table
        .find(id)
        .select(Pair::as_select())
        .first(c)?)
}

/// The pairs of a round both of whose bids are among these.
pub fn among(c: &mut Conn, round: RoundId, bids: &[BidId]) -> Result<Vec<Pair>> {
    Ok(similar_pairs::table
        .filter(similar_pairs::round_id.eq(round))
        .filter(similar_pairs::bid_id.eq_any(bids.to_vec()))
        .filter(similar_pairs::other_id.eq_any(bids.to_vec()))
        .order(similar_pairs::position)
        .select(Pair::as_select())
        .load(c)?)
}

/// Pairs after a position, but not of these topics; in order.
pub fn pairs(
    c: &mut Conn,
    round: RoundId,
    except: &[TopicId],
    after: i64,
    limit: i64,
) -> Result<Vec<Pair>> {
    let mut query = similar_pairs::table
        .filter(similar_pairs::round_id.eq(round))
        .filter(similar_pairs::position.gt(after))
        .order(similar_pairs::position)
        .limit(limit)
        .select(Pair::as_select())
        .into_boxed::<crate::db::MultiBackend>();
    if !except.is_empty() {
        query = query
            .filter(
                similar_pairs::topic_id
                    .is_null()
                    .or(similar_pairs::topic_id.ne_all(except.to_vec())),
            )
            .filter(
                similar_pairs::other_topic_id
                    .is_null()
                    .or(similar_pairs::other_topic_id.ne_all(except.to_vec())),
            );
    }
    Ok(query.load(c)?)
}

/// Writes a decision if nobody was faster.
pub fn decide(
    c: &mut Conn,
    pair: &Pair,
    decision: PairDecision,
    reason: &str,
    by: Option<UserId>,
    now: Instant,
) -> Result<()> {
    let rows = diesel::update(
        similar_pairs::table
            .find(pair.id)
            .filter(similar_pairs::version.eq(pair.version)),
    )
    .set((
        similar_pairs::decision.eq(decision),
        similar_pairs::reason.eq(reason),
        similar_pairs::decided_by.eq(by),
        similar_pairs::decided_at.eq(Some(now)),
        similar_pairs::version.eq(pair.version + 1),
    ))
    .execute(c)?;
    changed(rows)
}
