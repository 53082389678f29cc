//! What is done with cases, sites and replications, one function a verb.

mod case;
mod replication;
mod site;

pub use case::{may_save, publish_case, publish_refusal, save_case, save_refusal, visible_case};
pub use replication::{adopt, adopters, confirm, origin, report, visible_replication};
pub use site::{
    delist_site, may_nominate, name_refusal, name_site, nominate_refusal, nominate_site,
    recheck_site, visible_site,
};

use crate::audit::{Chain, Event, Verb};
use crate::error::{Error, Refusal};
use crate::ids::OrganizationId;

fn event(
    verb: Verb,
    committee: OrganizationId,
    kind: &'static str,
    id: i64,
    organization: OrganizationId,
    version: i64,
) -> Event {
    Event::new(verb, Chain::Committee(committee), kind, id)
        .organization(organization)
        .version(version)
}

/// A rule's or a permission's "no" as data; anything else stays an error.
fn refusal_of(outcome: Result<(), Error>) -> Result<Option<Refusal>, Error> {
    match outcome {
        Ok(()) => Ok(None),
        Err(Error::Forbidden(refusal) | Error::Conflict(refusal)) => Ok(Some(refusal)),
        Err(other) => Err(other),
    }
}
