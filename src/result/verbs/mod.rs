//! What is done with the result, one file a verb.

mod commit_lot;
mod lock;
mod record_tie;
mod reveal_lot;
mod void_lots;

pub use commit_lot::{CommitLot, LotInput};
pub use lock::Lock;
pub use record_tie::{RecordTie, TieInput, TieMethod};
pub use reveal_lot::{RevealInput, RevealLot};
pub use void_lots::{VoidLots, VoidLotsInput};

use super::scene::DrawScene;
use crate::verbs::{Offer, offer};

/// The buttons of a draw of lots.
pub const OF_DRAW: &[Offer<DrawScene>] = &[offer::<RevealLot>(), offer::<VoidLots>()];
