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

use crate::error::Error;
use crate::web::{Page, Values};

/// A button without a field: the version it was drawn for.
#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct VersionForm {
    pub version: i64,
}

/// Whether somebody else changed it first.
fn is_stale(error: &Error) -> bool {
    matches!(error, Error::Conflict(refusal) if refusal.code == "version_conflict")
}

#[derive(Serialize)]
struct Line {
    label: &'static str,
    value: String,
    differs: bool,
}

#[derive(Serialize)]
struct Typed<'a> {
    name: &'a str,
    value: &'a str,
}

/// Somebody else changed it: both versions side by side, and a form to go on with one's own. `lines` are label, yours
/// and theirs.
fn conflict_page(
    what: &str,
    saved_at: Option<String>,
    lines: Vec<(&'static str, String, String)>,
    typed: &Values,
    version: i64,
    (action, back): (String, String),
) -> Page {
    let side = |yours: bool| -> Vec<Line> {
        let lines = lines.iter().map(|(label, mine, theirs)| Line {
            label,
            value: if yours { mine.clone() } else { theirs.clone() },
            differs: mine != theirs,
        });
        lines.collect()
    };
    let fields: Vec<Typed> = typed
        .iter()
        .filter(|(name, _)| *name != "version" && !name.contains('='))
        .map(|(name, value)| Typed { name, value })
        .collect();
    Page::new("shell/conflict.html")
        .with("what", &what)
        .with("theirs_by", &None::<String>)
        .with("theirs_at", &saved_at)
        .with("yours", &side(true))
        .with("theirs", &side(false))
        .with("action", &action)
        .with("version", &version)
        .with("fields", &fields)
        .with("back", &back)
        .with("replaced", &true)
        .status(409)
}
