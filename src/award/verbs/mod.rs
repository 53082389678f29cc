//! What is done from the decision to the conclusion, one file a verb.

mod acknowledge;
mod answer;
mod conclude;
mod decide;
mod follow_up;
mod lodge;
mod publicize;

pub use acknowledge::Acknowledge;
pub use answer::{Answer, ObjectionAnswer};
pub use conclude::Conclude;
pub use decide::{Decide, presets};
pub use follow_up::{FollowUp, FollowupInput};
pub use lodge::{Lodge, ObjectionInput};
pub use publicize::Publicize;

use super::scene::ObjectionScene;
use crate::result::scene::Judged;
use crate::verbs::{Offer, offer};

/// The buttons of an objection, and of a result.
pub const OF_OBJECTION: &[Offer<ObjectionScene>] = &[offer::<Acknowledge>(), offer::<Answer>()];
pub const OF_RESULT: &[Offer<Judged>] =
    &[offer::<Decide>(), offer::<Publicize>(), offer::<Conclude>()];
