//! Who sees which rounds.

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{OrganizationId, RoundId};
use crate::rounds::store::{self, Filter, Scope};
use crate::rounds::{Amendment, Round, RoundState};
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, Role, policy};

/// A round as this person may see it: drafts are seen by the office and the secretary of the committee or above it,
/// published rounds by everybody in its subtree.
pub fn visible(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Round> {
    policy::business_person(actor)?;
    let round = store::find(c, id)?;
    check_visible(c, actor, &round)?;
    Ok(round)
}

pub fn check_visible(c: &mut Conn, actor: &Actor, round: &Round) -> Result<()> {
    let person = actor.person()?;
    policy::business_person(actor)?;
    let path = super::committee_path(c, round)?;
    let runs = actor.holds_any(&[Role::Office, Role::CommitteeSecretary], &path);
    let reads = actor.holds_any(OVERSEERS, &path) || person.organization_path.starts_with(&path);
    if runs || (reads && round.published_at.is_some()) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// The rounds in this person's reach, newest first; `limit + 1` rows.
pub fn list(
    c: &mut Conn,
    actor: &Actor,
    states: Vec<RoundState>,
    year: Option<i64>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Round>> {
    policy::business_person(actor)?;
    let person = actor.person()?;
    let above: Vec<OrganizationId> = person
        .organization_path
        .split('/')
        .filter_map(|part| part.parse().ok())
        .collect();
    let run = store::committees_under(
        c,
        &actor.paths_of(&[Role::Office, Role::CommitteeSecretary]),
    )?;
    let mut published = store::committees_under(c, &actor.paths_of(&[Role::Supervisor]))?;
    published.extend(above);
    store::list(
        c,
        &Filter {
            scopes: vec![Scope::Run(run), Scope::Published(published)],
            states,
            year,
            before,
            limit: limit + 1,
        },
    )
}

pub fn amendments(c: &mut Conn, round: RoundId) -> Result<Vec<Amendment>> {
    store::amendments(c, round)
}
