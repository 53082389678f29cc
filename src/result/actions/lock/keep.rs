//! Keeping a computed result: the file, its pieces and its rows.

use std::collections::HashSet;

use crate::audit;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{ResultId, ResultRowId, TopicId};
use crate::numbers::result_file::{ProposedOutcome, ResolvedBy, ResultFile};
use crate::numbers::{excerpt, fairness};
use crate::panel::scene::Scene;
use crate::result::store::{self, ResultRow, StoredResult};
use crate::result::{Outcome, Proposal};

/// Why a bid lost its place, as it is published.
pub const VOIDED: &str = "异议成立，取消资格。";

pub fn small<T>(n: T) -> u32
where
    u32: TryFrom<T>,
{
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Checks and ranks; our own file that does not hold is our fault.
pub fn complete(file: ResultFile) -> Result<ResultFile> {
    Ok(file.complete().map_err(|fault| anyhow::anyhow!(fault))?)
}

pub fn text_of(file: &ResultFile) -> Result<String> {
    Ok(file.to_json().map_err(|fault| anyhow::anyhow!(fault))?)
}

/// Reads a stored result back. It was checked before it was stored, so it is only parsed.
pub fn file_of(stored: &StoredResult) -> Result<ResultFile> {
    Ok(serde_json::from_str(&stored.body)?)
}

/// Writes the result and its rows, in the place of earlier ones; bids that an upheld objection voided stay void. Answers
/// the digest.
pub fn store_result(
    tx: &mut Tx,
    scene: &Scene,
    file: &ResultFile,
    failed: &[(TopicId, i64)],
) -> Result<String> {
    let now = tx.now();
    let evaluation = scene.evaluation.id;
    store::delete_result(tx, evaluation)?;
    let body = text_of(file)?;
    let digest = audit::sha256_hex(body.as_bytes());
    store::insert_result(
        tx,
        &StoredResult {
            id: ResultId::fresh(now),
            evaluation_id: evaluation,
            computed_at: now,
            body,
            digest: digest.clone(),
        },
        &serde_json::to_string(&excerpt::Head::of(file))?,
    )?;
    let sheets = excerpt::sheets(file);
    let normalized = fairness::normalized(file);
    // Whoever lost the place does not get it back by a new computation.
    let voided: HashSet<i64> = store::voided_bids(tx, scene.round.id)?
        .into_iter()
        .map(|bid| bid.0)
        .collect();
    let row = |topic_id: TopicId, subject_id: i64, place: i64| ResultRow {
        id: ResultRowId::fresh(now),
        evaluation_id: evaluation,
        topic_id,
        subject_id,
        place,
        rank: None,
        shown: None,
        sheets: 0,
        proposal: Proposal::NoQuorum,
        outcome: voided.contains(&subject_id).then_some(Outcome::Void),
        reserve_order: None,
        deviation_reason: voided.contains(&subject_id).then(|| VOIDED.to_owned()),
        normalized: None,
        shared: false,
        normalized_rank: None,
    };
    for topic in &file.ranking {
        let id = TopicId(topic.topic_id);
        let mut place = 0;
        let of = |bid: i64| normalized.get(&bid).copied();
        let mut by_normalized: Vec<i64> =
            topic.rows.iter().filter_map(|row| of(row.bid_id)).collect();
        by_normalized.sort_unstable();
        let better = |own: i64| {
            let others = by_normalized.partition_point(|other| *other <= own);
            i64::from(small(by_normalized.len() - others))
        };
        for ranked in &topic.rows {
            place += 1;
            let proposal = match ranked.proposed {
                _ if !ranked.quorum_met => Proposal::NoQuorum,
                ProposedOutcome::Winner => Proposal::Winner,
                ProposedOutcome::Reserve => Proposal::Reserve,
                ProposedOutcome::BelowThreshold => Proposal::BelowThreshold,
                ProposedOutcome::Tied => Proposal::Tied,
            };
            let counted = sheets.get(&ranked.bid_id).map_or(&[][..], Vec::as_slice);
            store::insert_row(
                tx,
                &ResultRow {
                    rank: Some(i64::from(ranked.rank)),
                    shown: Some(hundredths(&ranked.total.shown)),
                    sheets: i64::from(ranked.sheets),
                    proposal,
                    normalized: of(ranked.bid_id),
                    normalized_rank: of(ranked.bid_id).map(|own| better(own) + 1),
                    shared: ranked.resolved_by == ResolvedBy::Shared,
                    ..row(id, ranked.bid_id, place)
                },
                Some(&serde_json::to_string(ranked)?),
                Some(&serde_json::to_string(counted)?),
            )?;
        }
        for bid in &topic.unscored {
            place += 1;
            store::insert_row(tx, &row(id, *bid, place), None, None)?;
        }
    }
    for (place, (topic, bid)) in (1..).zip(failed) {
        store::insert_row(
            tx,
            &ResultRow {
                proposal: Proposal::FailedTopic,
                ..row(*topic, *bid, place)
            },
            None,
            None,
        )?;
    }
    Ok(digest)
}

/// `90.90` as 9090.
fn hundredths(shown: &str) -> i64 {
    shown.replace('.', "").parse().unwrap_or(0)
}
