//! Rulings on rounds that need all that stands below: what becomes of a failed topic, concluding a round with nothing
//! left to score, and last year's round copied with its panel.
//!
//! Owns no table. Pages and API are those of the round.
//!
//! Refused: deciding before the opening or twice, a joint project of fewer than two bids, closing a round while a topic
//! stands, an objection is open or a failed topic undecided.

mod award_joint;
mod close;
mod copy;
mod decide;

pub use award_joint::AwardJoint;
pub use close::Close;
pub use copy::Copy;
pub use decide::{Decide, FailedInput};
