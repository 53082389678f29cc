//! Which committees an organization leaves. Pure.

use crate::error::Refusal;
use crate::ids::OrganizationId;
use crate::text::quoted;

/// The code of what has to end first.
pub const RUNNING: &str = "still_running";

/// Organizations over the one path that are not over the other.
pub fn left(from: &str, to: &str) -> Vec<OrganizationId> {
    let over = |path: &str| -> Vec<OrganizationId> {
        let ids = path.split('/').filter_map(|id| id.parse().ok());
        ids.map(OrganizationId).collect()
    };
    let stays = over(to);
    let mut left = over(from);
    left.retain(|id| !stays.contains(id));
    left
}

pub fn bids_run(round: &str) -> Refusal {
    let reason = format!("在{}中还有它或它下级的申报没有办结。", quoted(round));
    Refusal::new(RUNNING, reason).remedy("请等这个批次办结或取消以后再办理。")
}

pub fn contract_runs(number: &str) -> Refusal {
    let reason = format!("它或它下级的合同{number}还没有办结。");
    Refusal::new(RUNNING, reason).remedy("请等合同办结或终止以后再办理。")
}

pub fn contract_waits(number: &str) -> Refusal {
    let reason = format!("它的合同{number}还没有签完。");
    Refusal::new(RUNNING, reason).remedy("请双方先签署，或由党建部终止这份合同。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_the_one_place_alone_is_left() {
        let ids = |ids: &[i64]| -> Vec<_> { ids.iter().map(|id| OrganizationId(*id)).collect() };
        assert_eq!(left("/1/5/7/", "/1/6/"), ids(&[5, 7]));
        assert_eq!(left("/1/5/", "/1/5/8/"), ids(&[]));
        assert_eq!(left("/1/", "/2/"), ids(&[1]));
    }
}
