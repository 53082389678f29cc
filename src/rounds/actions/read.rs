//! Who sees which rounds.

use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganizationId, RoundId};
use crate::rounds::scene::RoundScene;
use crate::rounds::store::{self, Filter, RoundLine, Scope};
use crate::rounds::{Amendment, Round, RoundState};
use crate::verbs::Scene;
use crate::who::{Actor, Role, policy};

/// A round as this person may see it; to everybody else there is no such round.
pub fn visible(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Round> {
    actor.person()?;
    RoundScene::load(c, actor, &id).map(|on| on.round)
}

/// The organizations a path leads through.
fn on_the_way(path: &str) -> impl Iterator<Item = OrganizationId> + '_ {
    path.split('/').filter_map(|part| part.parse().ok())
}

/// The rounds in this person's reach, newest first.
pub fn list(c: &mut Conn, actor: &Actor, filter: &Filter, now: Instant) -> Result<Vec<RoundLine>> {
    policy::business_person(actor)?;
    let scope = Scope {
        run: actor.paths_of(&[Role::Office, Role::CommitteeSecretary]),
        read: actor.paths_of(&[Role::Supervisor]),
        of: on_the_way(&actor.person()?.organization_path).collect(),
    };
    store::list(c, &scope, filter, now)
}

/// The open rounds that this person may draft a bid for, the next deadline first.
pub fn open_to_bids(
    c: &mut Conn,
    actor: &Actor,
    limit: i64,
    now: Instant,
) -> Result<Vec<RoundLine>> {
    let own = actor.grants().iter();
    let own = own.filter(|grant| matches!(grant.role, Role::Applicant | Role::BranchSecretary));
    let scope = Scope {
        of: own.flat_map(|grant| on_the_way(&grant.path)).collect(),
        ..Scope::default()
    };
    let filter = Filter {
        states: vec![RoundState::Open],
        soonest: true,
        limit,
        ..Filter::default()
    };
    store::list(c, &scope, &filter, now)
}

pub fn amendments(c: &mut Conn, round: RoundId) -> Result<Vec<Amendment>> {
    store::amendments(c, round)
}
