//! Keeping the showcase in the browser. What everybody sees is in `portal`.

mod case;
mod list;
mod replication;
mod site;

pub use case::{case, case_form, publish_case, save_case};
pub use list::list;
pub use replication::{adopt, adopt_form, confirm, replication, report};
pub use site::{delist_site, name_site, nominate_form, nominate_site, recheck_site, site};

use serde::{Deserialize, Serialize};
use validator::Validate;

/// A button without a field: the version it was drawn for.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct VersionForm {
    pub version: i64,
}
