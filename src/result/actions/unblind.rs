//! The first lock of a blind round makes public who bid what, which the opening's minute left out.

use crate::db::Tx;
use crate::error::Result;
use crate::panel;
use crate::panel::scene::Scene;
use crate::result::store;
use crate::rounds;
use crate::seats::Veil;

/// So many bids are named; beyond that the round's list shows them.
const LISTED: usize = 500;

pub fn publish_names(tx: &mut Tx, scene: &Scene) -> Result<()> {
    if !scene.evaluation.blind || store::last_superseded(tx, scene.evaluation.id)?.is_some() {
        return Ok(());
    }
    let bids = panel::bid_lines(tx, scene.round.id)?;
    let mut lines = vec![format!(
        "评分已锁定，现公布参加评审的 {} 份申报书的申报组织。各份的摘要见申报列表，可与开标记录核对。",
        bids.len()
    )];
    lines.extend(bids.iter().take(LISTED).map(|bid| {
        let (named, veil) = (&bid.named, Veil::lifted());
        format!("{}《{}》", named.organization(veil), named.title(veil))
    }));
    rounds::announce(
        tx,
        rounds::Post {
            committee: scene.round.committee_id,
            round: Some(scene.round.id),
            kind: rounds::AnnouncementKind::Opening,
            title: format!("申报组织公布：{}", scene.round.title),
            body: lines.join("\n"),
            ends_on: None,
        },
    )?;
    Ok(())
}
