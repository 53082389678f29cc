//! Bids: counted, sealed, what their digests say.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::{BidState, JointState};
use crate::audit::sha256_hex;
use crate::crypto::is_ciphertext;
use crate::db::Conn;
use crate::db::schema::{bid_keys, bids, merger_bids, mergers, round_keys, rounds, topics};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};
use crate::rounds::Lane;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[(
    "rounds",
    &[
        counters,
        seals,
        sealed_at_rest,
        digests,
        topics_of_bids,
        lanes,
    ],
)];

/// A round's counter is the number of its submitted bids.
fn counters(c: &mut Conn) -> Result<Vec<String>> {
    let counted: HashMap<RoundId, i64> = bids::table
        .filter(bids::state.eq_any([
            BidState::Submitted,
            BidState::Opened,
            BidState::Void,
            BidState::Merged,
        ]))
        .group_by(bids::round_id)
        .select((bids::round_id, diesel::dsl::count(bids::id)))
        .load::<(RoundId, i64)>(c)?
        .into_iter()
        .collect();
    let rows: Vec<(RoundId, i64)> = rounds::table
        .select((rounds::id, rounds::bid_count))
        .load(c)?;
    Ok(rows
        .into_iter()
        .filter_map(|(round, kept)| {
            let found = counted.get(&round).copied().unwrap_or(0);
            (found != kept)
                .then(|| format!("round {round} counts {kept} submitted bids, there are {found}"))
        })
        .collect())
}

/// Until the opening no bid is opened and nothing of a bid's content stands in a column.
fn seals(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<BidId> = bids::table
        .inner_join(rounds::table)
        .filter(rounds::opened_at.is_null())
        .filter(
            bids::title
                .is_not_null()
                .or(bids::topic_id.is_not_null())
                .or(bids::leader_name.is_not_null())
                .or(bids::budget_total.is_not_null())
                .or(bids::state.eq_any([BidState::Opened, BidState::Merged])),
        )
        .select(bids::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|bid| format!("bid {bid} shows content before its round was opened"))
        .collect())
}

/// In a round with a key, what is submitted lies encrypted, under a key the server does not have.
fn sealed_at_rest(c: &mut Conn) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut after = BidId(0);
    loop {
        let page: Vec<(BidId, Vec<u8>, Option<Vec<u8>>)> = bids::table
            .inner_join(rounds::table)
            .filter(rounds::opened_at.is_null())
            .filter(exists(
                round_keys::table.filter(round_keys::round_id.eq(rounds::id)),
            ))
            .filter(bids::id.gt(after))
            .filter(bids::state.eq(BidState::Submitted))
            .order(bids::id)
            .limit(500)
            .select((bids::id, bids::draft, bids::sealed))
            .load(c)?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = last.0;
        let ids: Vec<BidId> = page.iter().map(|(id, _, _)| *id).collect();
        let kept: Vec<BidId> = bid_keys::table
            .filter(bid_keys::bid_id.eq_any(ids))
            .filter(bid_keys::by_server.is_null())
            .filter(bid_keys::by_round.is_not_null())
            .select(bid_keys::bid_id)
            .load(c)?;
        for (bid, draft, sealed) in page {
            let encrypted = is_ciphertext(&draft) && sealed.is_some_and(|s| is_ciphertext(&s));
            if !encrypted || !kept.contains(&bid) {
                found.push(format!("bid {bid} is submitted but not sealed"));
            }
        }
    }
}

/// An opened bid is the one its digest was given for.
fn digests(c: &mut Conn) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut after = BidId(0);
    loop {
        let page: Vec<(BidId, Option<Vec<u8>>, Option<String>)> = bids::table
            .filter(bids::id.gt(after))
            .filter(bids::state.eq_any([BidState::Opened, BidState::Merged]))
            .order(bids::id)
            .limit(500)
            .select((bids::id, bids::sealed, bids::digest))
            .load(c)?;
        let Some(last) = page.last() else {
            return Ok(found);
        };
        after = last.0;
        for (bid, sealed, digest) in page {
            match (sealed, digest) {
                (Some(sealed), Some(digest)) if sha256_hex(&sealed) == digest => {}
                (Some(_), Some(_)) => {
                    found.push(format!("bid {bid} is not what its digest was given for"));
                }
                _ => found.push(format!("bid {bid} is submitted without content or digest")),
            }
        }
    }
}

/// An opened bid competes for a topic of its own round.
fn topics_of_bids(c: &mut Conn) -> Result<Vec<String>> {
    let opened: Vec<(BidId, RoundId, Option<RoundId>)> = bids::table
        .left_join(topics::table)
        .filter(bids::state.eq_any([BidState::Opened, BidState::Merged]))
        .filter(
            topics::round_id
                .is_null()
                .or(topics::round_id.assume_not_null().ne(bids::round_id)),
        )
        .select((bids::id, bids::round_id, topics::round_id.nullable()))
        .load(c)?;
    Ok(opened
        .into_iter()
        .map(|(bid, round, _)| format!("bid {bid} has no topic of its round {round}"))
        .collect())
}

/// No organization handed in more in a lane than its round allows. What went into a joint bid counts where it was handed
/// in, what was found void too.
fn lanes(c: &mut Conn) -> Result<Vec<String>> {
    type Handed = (RoundId, OrganizationId, Option<TopicId>);
    let limits: HashMap<TopicId, (Lane, i64)> = topics::table
        .inner_join(rounds::table)
        .select((topics::id, (topics::lane, rounds::bids_per_lane)))
        .load::<(TopicId, (Lane, i64))>(c)?
        .into_iter()
        .collect();
    let mut handed: Vec<Handed> = bids::table
        .filter(bids::state.eq_any([BidState::Opened, BidState::Void]))
        .select((bids::round_id, bids::organization_id, bids::topic_id))
        .load(c)?;
    let merged: Vec<Handed> = merger_bids::table
        .inner_join(mergers::table)
        .inner_join(bids::table)
        .filter(mergers::state.eq(JointState::Merged))
        .filter(bids::state.eq(BidState::Merged))
        .select((
            bids::round_id,
            bids::organization_id,
            merger_bids::topic_id.nullable(),
        ))
        .load(c)?;
    handed.extend(merged);
    let mut counted: HashMap<_, (i64, i64)> = HashMap::new();
    for (round, organization, topic) in handed {
        // What was void at the opening has no topic.
        if let Some((topic, (lane, limit))) = topic.and_then(|id| Some((id, *limits.get(&id)?))) {
            let lane = (lane == Lane::Commissioned).then_some(topic);
            let found = counted.entry((round, organization, lane)).or_default();
            *found = (limit, found.1 + 1);
        }
    }
    let over = counted
        .into_iter()
        .filter(|(_, (limit, count))| count > limit);
    Ok(over
        .map(|((round, organization, _), (limit, count))| {
            format!(
                "organization {organization} handed in {count} bids in a lane of round {round}, which allows {limit}"
            )
        })
        .collect())
}
