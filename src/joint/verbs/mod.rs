//! What is done about joint bids, one file a verb.

mod answer;
mod change;
mod propose;
mod withdraw;

pub use answer::{Answer, JointAnswerInput};
pub use change::{Change, JointStatementInput};
pub use propose::{JointBidInput, Propose};
pub use withdraw::{Withdraw, WithdrawInput};

use super::scene::JointScene;
use crate::verbs::{Offer, offer};

/// The buttons of a joint bid.
pub const OFFERS: &[Offer<JointScene>] =
    &[offer::<Answer>(), offer::<Change>(), offer::<Withdraw>()];
