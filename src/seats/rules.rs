//! What a panel must be. Pure.

use crate::error::Refusal;
use crate::seats::PANEL_MINIMUM;

/// A panel is odd, of at least five, with one chair.
pub fn fault(members: usize, chairs: usize) -> Option<Refusal> {
    let remedy = "请党建部调整评审委员会名单。";
    if members < PANEL_MINIMUM || members.is_multiple_of(2) {
        return Some(
            Refusal::new(
                "panel_size",
                format!("评审委员会须为 {PANEL_MINIMUM} 人以上的单数，现为 {members} 人。"),
            )
            .remedy(remedy),
        );
    }
    if chairs != 1 {
        return Some(
            Refusal::new(
                "panel_chair",
                format!("评审委员会须有一名主任委员，现为 {chairs} 名。"),
            )
            .remedy(remedy),
        );
    }
    None
}
