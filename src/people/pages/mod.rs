//! Pages of organizations, people and one's own account.

pub mod account;
pub mod organizations;
pub mod users;

use serde_json::{Value, json};

use super::store::{self, OrganizationFilter};
use super::{Organization, rules};
use crate::db::Conn;
use crate::error::Result;

/// A page shows as many of a tree at once as a select offers.
const MOST: i64 = super::OFFERED;

/// Organizations below these paths in the order of the tree, indented by depth.
fn tree(c: &mut Conn, paths: Vec<String>) -> Result<Vec<(usize, Organization)>> {
    let filter = OrganizationFilter {
        paths,
        parent: None,
        kind: None,
        after: None,
        limit: MOST,
    };
    Ok(rules::in_order(store::organizations(c, &filter)?))
}

/// As a select offers them.
fn choices(c: &mut Conn, paths: Vec<String>) -> Result<Vec<Value>> {
    let offered = tree(c, paths)?.into_iter().filter(|(_, row)| !row.disabled);
    Ok(offered
        .map(|(depth, row)| {
            json!({ "value": row.id, "label": format!("{}{}", "　".repeat(depth), row.short_name) })
        })
        .collect())
}

/// The values of an enum as a select offers them.
macro_rules! choices_of {
    ($kind:ty) => {
        <$kind>::ALL
            .iter()
            .map(|one| serde_json::json!({ "value": one, "label": one.label() }))
            .collect::<Vec<_>>()
    };
}
use choices_of;
