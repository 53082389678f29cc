//! What is done with contracts, one file a verb.

mod amend;
mod draft;
mod sign;
mod terminate;

pub use amend::{Amend, AmendInput, PlanChange};
pub use draft::{Draft, Drafting, draft_for_bid, draft_refusal};
pub use sign::{Sign, SignInput};
pub use terminate::{Terminate, TerminateInput};

use super::scene::ContractScene;
use crate::verbs::{Offer, offer};

/// The buttons of a contract.
pub const OFFERS: &[Offer<ContractScene>] =
    &[offer::<Sign>(), offer::<Amend>(), offer::<Terminate>()];
