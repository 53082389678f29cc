//! Pages of organizations, people and one's own account.

pub mod account;
pub mod organizations;
pub mod users;

use serde::Serialize;

use super::store::{self, OrganizationFilter};
use super::{Organization, OrganizationKind, rules};
use crate::db::Conn;
use crate::error::Result;
use crate::who::Role;

/// One choice of a select.
#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

/// Most organizations a select offers; a page shows as many of a tree at once.
const MOST: i64 = 500;

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

fn organization_choices(c: &mut Conn, paths: Vec<String>) -> Result<Vec<Choice>> {
    Ok(tree(c, paths)?
        .into_iter()
        .filter(|(_, row)| !row.disabled)
        .map(|(depth, row)| Choice {
            value: row.id.to_string(),
            label: format!("{}{}", "　".repeat(depth), row.short_name),
        })
        .collect())
}

fn role_choices() -> Vec<Choice> {
    Role::ALL
        .iter()
        .map(|role| Choice {
            value: role.as_str().to_owned(),
            label: role.label().to_owned(),
        })
        .collect()
}

fn kind_choices() -> Vec<Choice> {
    OrganizationKind::ALL
        .iter()
        .map(|kind| Choice {
            value: kind.as_str().to_owned(),
            label: kind.label().to_owned(),
        })
        .collect()
}
