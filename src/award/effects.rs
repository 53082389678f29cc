//! What an upheld objection brings about: a bid loses its place, or bids are marked again.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::award::store::Objection;
use crate::award::written::write_decision;
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, TopicId};
use crate::panel;
use crate::panel::scene::Scene;
use crate::result::actions::lock;
use crate::result::{self, Outcome, Proposal};
use crate::rounds::{self, RoundState};
use crate::scoring;
use crate::seats::{self, EvaluationState, Veil};
use crate::text::quoted;

/// Effects need a decision to change.
fn decided(scene: &Scene) -> Result<()> {
    match scene.round.state {
        RoundState::Scored | RoundState::Decided | RoundState::Publicized => Ok(()),
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "no_decision_to_change",
            format!(
                "批次现在是“{}”，没有可以改变的决定。",
                scene.round.state.label()
            ),
        )
        .remedy("决定以后、办结以前，可以取消资格或退回重新评分；开标到评分之间请用废标。")
        .into()),
    }
}

/// Titles and organizations by bid: a decided round is locked, and its bidders are public.
fn titles(tx: &mut Tx, scene: &Scene) -> Result<HashMap<i64, String>> {
    Ok(panel::bid_lines(tx, scene.round.id)?
        .into_iter()
        .map(|bid| {
            let (named, veil) = (&bid.named, Veil::lifted());
            let (title, organization) = (named.title(veil), named.organization(veil));
            (bid.id.0, format!("{}（{organization}）", quoted(&title)))
        })
        .collect())
}

fn named(tx: &mut Tx, scene: &Scene, bid: BidId) -> Result<String> {
    Ok(titles(tx, scene)?.remove(&bid.0).unwrap_or_default())
}

/// Tells everybody; a notice of the result that stood until now points here.
fn post(tx: &mut Tx, scene: &Scene, title: &str, body: String) -> Result<()> {
    let id = rounds::announce(
        tx,
        rounds::Post {
            committee: scene.round.committee_id,
            round: Some(scene.round.id),
            kind: rounds::AnnouncementKind::Amendment,
            title: format!("{title}：{}", scene.round.title),
            body,
            ends_on: None,
        },
    )?;
    rounds::supersede_notices(tx, scene.round.id, id)
}

/// The bid loses its place; the secretary decides anew, and the next reserve is proposed in its stead.
pub fn void(tx: &mut Tx, scene: &Scene, objection: &Objection) -> Result<Value> {
    decided(scene)?;
    let Some(bid) = objection.bid_id else {
        return Err(Error::field(
            "effect",
            "这件异议没有指明申报书，不能取消资格。",
        ));
    };
    let rows = result::rows(tx, scene.evaluation.id)?;
    let Some(row) = rows.iter().find(|row| row.subject_id == bid.0) else {
        return Err(Error::field("effect", "结果里没有这份申报书。"));
    };
    if row.outcome == Some(Outcome::Void) || row.proposal == Proposal::FailedTopic {
        return Err(Error::field("effect", "这份申报书已没有资格可以取消。"));
    }
    let was = row.outcome;
    let published = scene.round.state == RoundState::Publicized;
    let reason = format!("异议成立，{}被取消资格。", named(tx, scene, bid)?);
    let superseded = result::supersede(tx, scene, Some(objection.id), reason.clone())?;
    for mut row in rows {
        if row.subject_id == bid.0 {
            row.outcome = Some(Outcome::Void);
            row.deviation_reason = Some(lock::VOIDED.to_owned());
        } else if row.outcome != Some(Outcome::Void) {
            row.outcome = None;
            row.deviation_reason = None;
        }
        row.reserve_order = None;
        result::set_outcome(tx, &row)?;
    }
    let digest = write_decision(tx, scene.evaluation.id, scene.round.id)?;
    rounds::advance(tx, &scene.round, RoundState::Scored)?;
    let effect = if published {
        "原公示的结果不再有效，由党委重新决定后重新公示。"
    } else {
        "由党委决定后公示。"
    };
    post(tx, scene, "重新决定公告", format!("{reason}{effect}"))?;
    Ok(
        json!({ "voided": bid, "was": was, "superseded_digest": superseded, "result_digest": digest }),
    )
}

/// Scoring is taken up again for some bids: their sheets may be changed, the lock and the decision are to be made anew.
pub fn rescore(
    tx: &mut Tx,
    mut scene: Scene,
    objection: &Objection,
    named: &[BidId],
) -> Result<Value> {
    decided(&scene)?;
    let bids = again(tx, &scene, objection, named)?;
    let reason = format!("异议成立，{} 份申报书重新评分。", bids.len());
    let superseded = result::supersede(tx, &scene, Some(objection.id), reason)?;
    result::delete_result(tx, scene.evaluation.id)?;
    scoring::reopen_sheets(tx, scene.evaluation.id, &bids)?;
    scene.evaluation.state = EvaluationState::Scoring;
    scene.evaluation.locked_at = None;
    scene.evaluation.reopened = Some(serde_json::to_string(&bids)?);
    seats::update(tx, &scene.evaluation)?;
    rounds::advance(tx, &scene.round, RoundState::Scoring)?;
    let text = format!(
        "异议成立，原结果撤销，下列 {} 份申报书退回评审委员会重新评分，由主任委员主持；其余申报书的评分不变。新的结果将重新公示。",
        bids.len()
    );
    let mut lines = vec![text];
    let titles = titles(tx, &scene)?;
    lines.extend(bids.iter().filter_map(|bid| titles.get(bid).cloned()));
    post(tx, &scene, "重新评分公告", lines.join("\n"))?;
    Ok(json!({
        "evaluation_id": scene.evaluation.id, "bid_ids": bids, "superseded_digest": superseded,
    }))
}

/// The bids that are marked again: those named, or those of the topic of the bid objected to, or all.
fn again(tx: &mut Tx, scene: &Scene, objection: &Objection, named: &[BidId]) -> Result<Vec<i64>> {
    let rows = result::rows(tx, scene.evaluation.id)?;
    let scored: Vec<(TopicId, i64)> = rows
        .iter()
        .filter(|row| row.proposal != Proposal::FailedTopic)
        .map(|row| (row.topic_id, row.subject_id))
        .collect();
    if named
        .iter()
        .any(|bid| !scored.iter().any(|(_, one)| *one == bid.0))
    {
        return Err(Error::field("bid_ids", "结果里没有其中的申报书。"));
    }
    let of = objection.bid_id.and_then(|bid| {
        let found = scored.iter().find(|(_, one)| *one == bid.0)?;
        Some(found.0)
    });
    Ok(scored
        .into_iter()
        .filter(|(topic, bid)| {
            if named.is_empty() {
                of.is_none_or(|of| of == *topic)
            } else {
                named.contains(&BidId(*bid))
            }
        })
        .map(|(_, bid)| bid)
        .collect())
}
