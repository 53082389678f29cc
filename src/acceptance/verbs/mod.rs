//! What is done with acceptances, one file a verb.

mod abandon;
mod agree_codes;
mod close;
mod confirm_voters;
mod correct;
mod decide;
mod issue_codes;
mod open;
mod score;
mod void_codes;

pub use abandon::Abandon;
pub use agree_codes::AgreeCodes;
pub use close::Close;
pub use confirm_voters::ConfirmVoters;
pub use correct::Correct;
pub use decide::{Decide, excellent_used};
pub use issue_codes::IssueCodes;
pub use open::{Open, candidates};
pub use score::Score;
pub use void_codes::VoidCodes;

use super::scene::AcceptanceScene;
use crate::verbs::{Offer, offer};

/// The buttons of an acceptance.
pub const OFFERS: &[Offer<AcceptanceScene>] = &[
    offer::<ConfirmVoters>(),
    offer::<IssueCodes>(),
    offer::<AgreeCodes>(),
    offer::<Correct>(),
    offer::<VoidCodes>(),
    offer::<Abandon>(),
    offer::<Close>(),
    offer::<Decide>(),
];
