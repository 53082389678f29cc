//! The chair records the order found among bids that share a rank.

use std::collections::BTreeSet;

use serde_json::json;

use super::lock::{complete, file_of, small, store_result};
use super::panel;
use super::result::{RankedBid, RoundResult};
use super::scene::{self, Scene};
use crate::audit::{self, Verb};
use crate::auth::Actor;
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::evaluation::Proposal;
use crate::evaluation::input::{TieInput, TieMethod};
use crate::evaluation::result_file::{RecordedTieBreak, ResolvedBy, ResultFile, TieBreakMethod};
use crate::evaluation::store;
use crate::ids::{RoundId, TopicId};
use crate::rounds::RoundState;

/// Groups of bids that share a rank, by topic.
pub fn groups(file: &ResultFile) -> Vec<Vec<i64>> {
    let mut groups = Vec::new();
    for topic in &file.ranking {
        let ranks: BTreeSet<u32> = topic
            .rows
            .iter()
            .filter(|row| row.resolved_by == ResolvedBy::Shared)
            .map(|row| row.rank)
            .collect();
        for rank in ranks {
            groups.push(
                topic
                    .rows
                    .iter()
                    .filter(|row| row.rank == rank)
                    .map(|row| row.bid_id)
                    .collect(),
            );
        }
    }
    groups
}

/// The same in the result as shown.
pub fn shared(shown: &RoundResult) -> Vec<Vec<&RankedBid>> {
    let mut groups = Vec::new();
    for topic in &shown.topics {
        let ranks: BTreeSet<u32> = topic
            .rows
            .iter()
            .filter(|row| row.resolved_by == "shared")
            .filter_map(|row| row.rank)
            .collect();
        for rank in ranks {
            let rows = topic.rows.iter().filter(|row| row.rank == Some(rank));
            groups.push(rows.collect::<Vec<_>>());
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Records the order and ranks anew.
pub fn record_tie(tx: &mut Tx, actor: &Actor, round: RoundId, input: &TieInput) -> Result<Scene> {
    let scene = scene::command(tx, actor, round)?;
    scene.may_chair(actor)?;
    if scene.round.state != RoundState::Scored {
        return Err(Refusal::new(
            "wrong_state",
            format!(
                "批次现在是“{}”，不能记录同分排序。",
                scene.round.state.label()
            ),
        )
        .remedy("评分锁定以后、党委决定以前，由主任委员记录。")
        .into());
    }
    let stored = store::result(tx, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let mut file = file_of(&stored)?;
    let given: BTreeSet<i64> = input.bid_ids.iter().map(|bid| bid.0).collect();
    if given.len() != input.bid_ids.len() {
        return Err(Error::field("bid_ids", "同一份申报书列了两次。"));
    }
    if !groups(&file)
        .iter()
        .any(|group| group.iter().copied().collect::<BTreeSet<_>>() == given)
    {
        return Err(Error::field(
            "bid_ids",
            "须恰好列出同一名次上并列的全部申报书。",
        ));
    }
    let method = match input.method {
        TieMethod::Vote => TieBreakMethod::Vote,
        TieMethod::Lots => TieBreakMethod::Lots,
    };
    file.tie_breaks.retain(|tie| !given.contains(&tie.bid_id));
    file.tie_breaks.extend(
        (1usize..)
            .zip(&input.bid_ids)
            .map(|(order, bid)| RecordedTieBreak {
                bid_id: bid.0,
                order: small(order),
                method,
            }),
    );
    let file = complete(file)?;
    let failed: Vec<(TopicId, i64)> = store::rows(tx, scene.evaluation.id)?
        .into_iter()
        .filter(|row| row.proposal == Proposal::FailedTopic)
        .map(|row| (row.topic_id, row.subject_id))
        .collect();
    let digest = store_result(tx, &scene, &file, &failed)?;
    let fairness_digest = super::fairness::keep(tx, &scene, &file, &digest)?;
    audit::record(
        tx,
        actor,
        panel::event(&scene, Verb::TieRecorded).detail(json!({
            "bid_ids": input.bid_ids,
            "method": input.method,
            "reason": input.reason.trim(),
            "result_digest": digest,
            "fairness_digest": fairness_digest,
        })),
    )?;
    Ok(scene)
}
