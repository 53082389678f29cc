//! What is done with acceptances, one file a verb.

mod close;
mod decide;
mod open;
mod score;

pub use close::Close;
pub use decide::{Decide, excellent_used};
pub use open::{Open, candidates};
pub use score::Score;

use super::scene::AcceptanceScene;
use crate::verbs::{Offer, offer};

/// The buttons of an acceptance.
pub const OFFERS: &[Offer<AcceptanceScene>] = &[offer::<Close>(), offer::<Decide>()];
