//! What is done about shared topics, one file a verb.

mod propose;
mod withdraw;

pub use propose::Propose;
pub use withdraw::Withdraw;

use super::scene::SharesScene;
use crate::verbs::{Offer, offer};

/// The buttons of a topic that may be shared.
pub const OFFERS: &[Offer<SharesScene>] = &[offer::<Propose>(), offer::<Withdraw>()];
