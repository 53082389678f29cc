//! A person as they are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::RoleGrant;
use super::store::{self, UserRow};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{OrganizationId, UserId};

/// A person. What concerns the account is there for system and security administrators alone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UserShown {
    pub id: UserId,
    #[schema(example = "贾永强")]
    pub name: String,
    #[schema(example = "TX0015")]
    pub staff_number: String,
    #[schema(example = "运维党支部书记")]
    pub post: String,
    pub organization_id: OrganizationId,
    #[schema(example = "运维党支部")]
    pub organization: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleGrant>>,
}

/// People with their roles: two queries, however many they are.
pub fn people(c: &mut Conn, rows: Vec<UserRow>, accounts: bool) -> Result<Vec<UserShown>> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.user.id).collect();
    let grants = if accounts {
        store::grants_of(c, &ids)?
    } else {
        Vec::new()
    };
    let of = |id: UserId| {
        grants
            .iter()
            .filter(move |grant| grant.user_id == id)
            .cloned()
    };
    Ok(rows
        .into_iter()
        .map(|row| UserShown {
            roles: accounts.then(|| of(row.user.id).collect()),
            id: row.user.id,
            name: row.user.name,
            staff_number: row.user.staff_number,
            post: row.user.post,
            organization_id: row.user.organization_id,
            organization: row.organization,
            username: row.user.username.filter(|_| accounts),
            disabled: accounts.then_some(row.user.disabled),
        })
        .collect())
}

pub fn person(c: &mut Conn, row: &UserRow, accounts: bool) -> Result<UserShown> {
    let one = people(c, vec![row.clone()], accounts)?;
    one.into_iter().next().ok_or(Error::NotFound)
}
