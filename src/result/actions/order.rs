//! An order among bids that share a rank, in the result: found by vote or lot, or carried over from the result before.

use crate::db::Tx;
use crate::error::Result;
use crate::ids::TopicId;
use crate::numbers::result_file::{RecordedTieBreak, ResultFile, TieBreakMethod};
use crate::panel::scene::Scene;
use crate::result::actions::lock::{complete, small, store_result};
use crate::result::actions::tie::groups;
use crate::result::actions::{fairness, lots};
use crate::result::{Proposal, store};
use crate::scoring;

/// Puts an order into the result and ranks anew; answers the digests of the result and of its fairness report.
pub fn put(
    tx: &mut Tx,
    scene: &Scene,
    mut file: ResultFile,
    order: &[i64],
    method: TieBreakMethod,
) -> Result<(String, String)> {
    file.tie_breaks.retain(|tie| !order.contains(&tie.bid_id));
    file.tie_breaks
        .extend((1usize..).zip(order).map(|(order, bid)| RecordedTieBreak {
            bid_id: *bid,
            order: small(order),
            method,
        }));
    file.lots = lots::published(tx, scene.evaluation.id, &file)?;
    let file = complete(file)?;
    let failed: Vec<(TopicId, i64)> = store::rows(tx, scene.evaluation.id)?
        .into_iter()
        .filter(|row| row.proposal == Proposal::FailedTopic)
        .map(|row| (row.topic_id, row.subject_id))
        .collect();
    let digest = store_result(tx, scene, &file, &failed)?;
    let fairness_digest = fairness::keep(tx, scene, &file, &digest)?;
    Ok((digest, fairness_digest))
}

/// After a new lock: an order found before stands where exactly the same bids share the rank, and none of them was marked
/// again. Nobody draws twice because of another topic.
pub fn carry_over(tx: &mut Tx, scene: &Scene, file: ResultFile) -> Result<ResultFile> {
    let Some(before) = store::last_superseded(tx, scene.evaluation.id)? else {
        return Ok(file);
    };
    let before: ResultFile = serde_json::from_str(&before)?;
    let unordered = complete(ResultFile {
        tie_breaks: Vec::new(),
        lots: Vec::new(),
        ..before.clone()
    })?;
    let then = groups(&unordered.ranking);
    let marked = scoring::marked_again(tx, &scene.evaluation)?;
    let mut tie_breaks = Vec::new();
    for group in groups(&file.ranking) {
        let again = marked
            .as_ref()
            .is_none_or(|marked| group.bids.iter().any(|bid| marked.contains(bid)));
        if !again && then.contains(&group) {
            let orders = before.tie_breaks.iter();
            tie_breaks.extend(
                orders
                    .filter(|tie| group.bids.contains(&tie.bid_id))
                    .cloned(),
            );
        }
    }
    let mut file = ResultFile { tie_breaks, ..file };
    file.lots = lots::published(tx, scene.evaluation.id, &file)?;
    complete(file)
}
