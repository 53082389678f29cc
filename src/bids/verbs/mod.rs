//! What is done with bids, one file a verb. Voiding one stands in [`crate::joint`], for what it does to joint ones.

mod copy;
mod create;
mod grant_key;
mod restore;
mod save;
mod seal_again;
mod submit;
mod withdraw;

pub use copy::{Copy, CopyInput};
pub use create::{BidInput, Create};
pub use grant_key::{GrantKey, GrantKeyInput};
pub use restore::{Restore, RestoreInput};
pub use save::Save;
pub use seal_again::SealAgain;
pub use submit::Submit;
pub use withdraw::Withdraw;

use super::scene::BidScene;
use crate::verbs::{Offer, offer};

/// The buttons of a bid.
pub const OFFERS: &[Offer<BidScene>] = &[offer::<Submit>(), offer::<Withdraw>()];
