//! The fairness report: made with each result, kept for good, read by the chair, the secretary and the supervisor.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{FairnessId, RoundId};
use crate::numbers::fairness::{self, Fairness, Kin};
use crate::numbers::result_file::ResultFile;
use crate::panel;
use crate::panel::scene::{self, Scene};
use crate::result::actions::{lock, ranking};
use crate::result::store::{self, FairnessReport};
use crate::seats;
use crate::who::{Actor, Role};

/// Makes the report of a result and keeps it; answers its digest.
pub fn keep(tx: &mut Tx, scene: &Scene, file: &ResultFile, result_digest: &str) -> Result<String> {
    let kin = kin(tx, scene)?;
    let body = serde_json::to_string(&fairness::report(file, result_digest, &kin))?;
    let digest = audit::sha256_hex(body.as_bytes());
    let now = tx.now();
    store::insert_fairness(
        tx,
        &FairnessReport {
            id: FairnessId::fresh(now),
            evaluation_id: scene.evaluation.id,
            result_digest: result_digest.to_owned(),
            body,
            digest: digest.clone(),
            computed_at: now,
        },
    )?;
    Ok(digest)
}

/// Whose bids stand near which reviewer: both under one organization below the committee. Where the reviewer is
/// recused there is no sheet to look at.
fn kin(c: &mut Conn, scene: &Scene) -> Result<Kin> {
    let bids = panel::bid_lines(c, scene.round.id)?;
    let members = seats::panel(c, scene.evaluation.id)?;
    let people = seats::people_by_id(c, members.iter().map(|member| member.user_id).collect())?;
    let mut kin = BTreeMap::new();
    for member in members {
        let Some(branch) = people
            .get(&member.user_id)
            .and_then(|person| branch(&scene.path, &person.path))
        else {
            continue;
        };
        let near: BTreeSet<i64> = bids
            .iter()
            .filter(|bid| branch_is(&scene.path, &bid.path, branch))
            .map(|bid| bid.id.0)
            .collect();
        kin.insert(member.alias, near);
    }
    Ok(kin)
}

/// The organization directly below the committee under which a path lies.
fn branch<'a>(committee: &str, path: &'a str) -> Option<&'a str> {
    path.strip_prefix(committee)?
        .split('/')
        .find(|part| !part.is_empty())
}

fn branch_is(committee: &str, path: &str, wanted: &str) -> bool {
    branch(committee, path) == Some(wanted)
}

/// A report as it was kept.
pub struct Kept {
    pub scene: Scene,
    pub report: Fairness,
    pub digest: String,
    pub computed_at: crate::clock::Instant,
    /// Whether it is the one the decision was taken with.
    pub decided_with: bool,
}

/// The report that stands, for those who may read it.
pub fn read(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Kept> {
    let scene = scene::scene(c, actor, id)?;
    let roles = [Role::CommitteeSecretary, Role::Supervisor];
    if !scene.chairs() && !actor.holds_any(&roles, &scene.path) {
        return Err(Error::Forbidden(
            Refusal::new(
                "role_required",
                "公正性分析只供主任委员、党委书记和纪委查看。",
            )
            .remedy("需要时请联系纪委督导员。"),
        ));
    }
    ranking::may_read(c, &scene, actor)?;
    let decided = store::decision(c, id)?.and_then(|decision| decision.fairness_digest);
    if let Some(row) = store::fairness(c, scene.evaluation.id)? {
        return Ok(Kept {
            scene,
            report: serde_json::from_str(&row.body)?,
            decided_with: decided.as_ref() == Some(&row.digest),
            digest: row.digest,
            computed_at: row.computed_at,
        });
    }
    // Results of before reports were kept: made anew each time.
    let stored = store::result(c, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let file = lock::file_of(&stored)?;
    let kin = kin(c, &scene)?;
    Ok(Kept {
        report: fairness::report(&file, &stored.digest, &kin),
        digest: String::new(),
        computed_at: stored.computed_at,
        decided_with: false,
        scene,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_whoever_shares_an_organization_below_the_committee() {
        assert_eq!(branch("/1/", "/1/5/9/"), Some("5"));
        assert_eq!(branch("/1/", "/1/5/"), Some("5"));
        assert_eq!(branch("/1/", "/1/"), None);
        assert_eq!(branch("/1/", "/2/5/"), None);
        assert!(branch_is("/1/", "/1/5/7/", "5"));
        assert!(!branch_is("/1/", "/1/55/", "5"));
    }
}
