//! What is done with rounds, one file a verb.

mod answer;
mod ask;
mod cancel;
mod change;
mod correct;
mod create;
mod extend;
mod publish;
mod renew_key;
mod share_again;

pub use answer::{Answer, QuestionAnswer};
pub use ask::{Ask, AskInput};
pub use cancel::Cancel;
pub use change::Change;
pub use correct::{Correct, CorrectionInput};
pub use create::{Create, create_from};
pub use extend::{Extend, ExtendInput};
pub use publish::Publish;
pub use renew_key::{RenewInput, RenewKey};
pub use share_again::{ShareAgain, ShareAgainInput};
