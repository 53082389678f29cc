//! Keeping the showcase in the browser. What everybody sees is in `portal`.

mod case;
mod list;
mod replication;
mod site;

pub use case::{case, case_form};
pub use list::list;
pub use replication::{adopt, replication};
pub use site::{nominate, site};
