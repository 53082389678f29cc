//! `/organizations`.

use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{MOST, choices, choices_of, tree};
use crate::error::Result;
use crate::ids::OrganizationId;
use crate::people::scene::{Company, OrganizationScene};
use crate::people::verbs::{ChangeOrganization, CreateOrganization};
use crate::people::{Organization, OrganizationChange, OrganizationKind, visible};
use crate::verbs::{Scene, Verb};
use crate::web::{Ask, Page};
use crate::who::{Role, policy};

#[derive(Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// Show what is below this one.
    under: Option<OrganizationId>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    organization: Organization,
    indent: String,
    kind_label: &'static str,
    may_change: bool,
}

/// `GET /organizations`
pub fn list(ask: &mut Ask) -> Result<Page> {
    let query: Under = ask.query()?;
    let paths = match query.under {
        None => visible::organization_paths(ask.c, ask.actor)?,
        Some(id) => vec![visible::organization(ask.c, ask.actor, id)?.path],
    };
    let rows: Vec<Row> = tree(ask.c, paths)?
        .into_iter()
        .map(|(depth, row)| Row {
            indent: "　".repeat(depth),
            kind_label: row.kind.label(),
            may_change: policy::may_manage_accounts(ask.actor, &row.path).is_ok(),
            organization: row,
        })
        .collect();
    let whole = i64::try_from(rows.len()).is_ok_and(|count| count < MOST);
    Ok(Page::new("people/organizations.html")
        .with("rows", &rows)
        .with("whole", &whole)
        .with("may_create", &ask.actor.has(Role::SystemAdmin)))
}

/// `GET /organizations/new`
pub fn new(ask: &mut Ask) -> Result<Page> {
    let query: Under = ask.query()?;
    CreateOrganization::who(&Company, ask.actor)?;
    ask.again
        .fill(&serde_json::json!({ "parent_id": query.under }))?;
    let parents = choices(ask.c, ask.actor.paths_of(&[Role::SystemAdmin]))?;
    Ok(Page::new("people/organization_new.html")
        .with("parents", &parents)
        .with("kinds", &choices_of!(OrganizationKind)))
}

/// `GET /organizations/{id}/edit`
pub fn edit(ask: &mut Ask, id: OrganizationId) -> Result<Page> {
    let on = OrganizationScene::load(ask.c, ask.actor, &id)?;
    ChangeOrganization::who(&on, ask.actor)?;
    let row = on.row;
    ask.again.fill(&OrganizationChange {
        name: Some(row.name.clone()),
        short_name: Some(row.short_name.clone()),
        code: Some(row.code.clone()),
        position: Some(row.position),
        disabled: Some(row.disabled),
    })?;
    Ok(Page::new("people/organization_edit.html")
        .with("kind", row.kind.label())
        .with("organization", &row))
}
