//! What is done with the steps of a project, one file a verb.

mod pass;
mod save;
mod send_back;
mod submit;

pub use pass::{Pass, PassInput};
pub use save::{EvidenceDraft, Save};
pub use send_back::{ReturnInput, SendBack};
pub use submit::{EvidenceInput, Submit};

use super::scene::StepScene;
use crate::verbs::{Offer, offer};

/// The buttons of a step.
pub const OFFERS: &[Offer<StepScene>] = &[
    offer::<Save>(),
    offer::<Submit>(),
    offer::<Pass>(),
    offer::<SendBack>(),
];

/// Why an organization cannot work on a step.
const CLOSED: &[&str] = &[
    "step_waiting",
    "already_submitted",
    "step_passed",
    "already_accepted",
    "project_ended",
];
