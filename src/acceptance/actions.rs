//! What is done with an acceptance, one function a verb.

mod cast;
mod close;
mod codes;
mod decide;
mod open;
mod score;

pub use cast::{Asked, Cast, asked, cast};
pub use close::{close, close_refusal};
pub use codes::issue_codes;
pub use decide::{decide, decide_refusal, excellent_used};
pub use open::{candidates, open, open_refusal};
pub use score::{save_sheet, score_refusal};

use super::store::Acceptance;
use crate::audit::{Chain, Event, Verb};
use crate::db::Conn;
use crate::error::Result;
use crate::people;
use crate::who::{Actor, policy};

/// An acceptance is run by the committee's office.
fn may_run(c: &mut Conn, actor: &Actor, acceptance: &Acceptance) -> Result<()> {
    let committee = people::organization(c, acceptance.committee_id)?;
    policy::may_run(actor, &committee.path)
}

fn event(verb: Verb, acceptance: &Acceptance, version: i64) -> Event {
    Event::new(
        verb,
        Chain::Committee(acceptance.committee_id),
        "acceptance",
        acceptance.id.0,
    )
    .organization(acceptance.committee_id)
    .version(version)
}
