//! A person as they are shown.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::RoleGrant;
use super::store::{self, SetPassword, UserRow};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{OrganizationId, UserId};
use crate::who::Role;

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
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// How the name is read, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<RoleGrant>>,
    /// What one administrator asked for and another has to carry out; of one person alone, not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<ResetShown>,
}

crate::text_enum! {
    /// Whether a role is held.
    GrantState {
        Held = "held" "已授予",
        Waits = "waits" "待第二位管理员确认",
        /// Refused, or revoked.
        Refused = "refused" "没有授予",
    }
}

/// A role, and whether it is held.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GrantShown {
    #[serde(flatten)]
    pub grant: RoleGrant,
    pub state: GrantState,
}

/// A password that is to be set anew.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ResetShown {
    /// Always `waits`: there is nothing here once it is carried out or refused.
    #[schema(example = "waits")]
    pub state: &'static str,
    #[schema(example = "郑海涛")]
    pub asked_by: String,
    /// An administrator of the other role carries it out.
    pub asked_as: Option<Role>,
    pub asked_at: Instant,
    pub reason: String,
    /// Then it is over.
    pub until: Instant,
}

fn reset(c: &mut Conn, id: UserId, now: Instant) -> Result<Option<ResetShown>> {
    let Some(asked) = store::asked_reset(c, id, now)? else {
        return Ok(None);
    };
    let by = match asked.asked_by {
        Some(by) => store::user(c, by)?.name,
        None => String::new(),
    };
    Ok(Some(ResetShown {
        state: "waits",
        asked_by: by,
        asked_as: asked.asked_as,
        asked_at: asked.asked_at,
        until: asked.until(),
        reason: asked.reason,
    }))
}

/// A reset that was carried out, as it is told to the person and those around.
#[derive(Debug, Clone, Serialize)]
pub struct ResetTold {
    pub at: Option<Instant>,
    pub by: String,
}

/// Who asked for it and who carried it out.
pub fn by_whom(row: &SetPassword, names: &HashMap<UserId, String>) -> String {
    let name = |id: Option<UserId>| id.and_then(|id| names.get(&id)).map(String::as_str);
    match (name(row.asked_by), name(row.set_by)) {
        (Some(asked), Some(set)) => format!("{asked}申请，{set}办理"),
        (Some(one), None) | (None, Some(one)) => format!("{one}办理"),
        (None, None) => "在服务器上用命令行办理".to_owned(),
    }
}

/// Resets of the last thirty days.
pub fn resets(c: &mut Conn, id: UserId, now: Instant) -> Result<Vec<ResetTold>> {
    let rows = store::resets_of(c, id, now - chrono::Duration::days(30))?;
    let names = doers(c, rows.iter())?;
    let told = rows.iter().map(|row| ResetTold {
        at: row.set_at,
        by: by_whom(row, &names),
    });
    Ok(told.collect())
}

/// The names of who asked and who set.
pub fn doers<'a>(
    c: &mut Conn,
    rows: impl Iterator<Item = &'a SetPassword>,
) -> Result<HashMap<UserId, String>> {
    let ids: Vec<UserId> = rows
        .flat_map(|row| [row.asked_by, row.set_by])
        .flatten()
        .collect();
    store::user_names(c, &ids)
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
            phone: row.user.phone.filter(|_| accounts),
            mail: row.user.mail.filter(|_| accounts),
            reading: row.user.reading.filter(|_| accounts),
            disabled: accounts.then_some(row.user.disabled),
            reset: None,
        })
        .collect())
}

pub fn person(c: &mut Conn, row: &UserRow, accounts: bool, now: Instant) -> Result<UserShown> {
    let one = people(c, vec![row.clone()], accounts)?;
    let mut one = one.into_iter().next().ok_or(Error::NotFound)?;
    if accounts {
        one.reset = reset(c, one.id, now)?;
    }
    Ok(one)
}
