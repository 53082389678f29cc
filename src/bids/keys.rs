//! Who holds the key of a bidding organization, and who may let others in.

use std::collections::HashSet;

use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::people::{self, Acting};
use crate::sealing;
use crate::todo::Todo;
use crate::who::{Actor, Role};

/// Days for which those who hold a key are told who was let in.
const TOLD_DAYS: i64 = 7;

/// Of one organization's people, who lets others in: the secretaries who hold its key; all who hold it, if no secretary
/// does.
pub fn consenting<'a>(
    acting: &'a [Acting],
    holding: &[(OrganizationId, UserId)],
) -> Vec<&'a Acting> {
    let (secretaries, others): (Vec<&Acting>, Vec<&Acting>) = acting
        .iter()
        .filter(|one| holding.contains(&(one.organization_id, one.user_id)))
        .partition(|one| one.role == Role::BranchSecretary);
    if secretaries.is_empty() {
        others
    } else {
        secretaries
    }
}

/// Who waits to be let in, for those who may; and who was let in lately, for all who hold the key.
pub fn todos(c: &mut Conn, actor: &Actor, now: Instant) -> Result<Vec<Todo>> {
    let own = actor.own_organizations();
    let Some(me) = actor.user_id().filter(|_| !own.is_empty()) else {
        return Ok(Vec::new());
    };
    let holding = sealing::holding(c, &own)?;
    let mine: Vec<OrganizationId> = own
        .into_iter()
        .filter(|organization| holding.contains(&(*organization, me)))
        .collect();
    if mine.is_empty() {
        return Ok(Vec::new());
    }
    let acting = people::acting(c, &mine)?;
    let mut todos = told(c, &acting, &mine, me, now)?;
    let ids: Vec<UserId> = acting.iter().map(|one| one.user_id).collect();
    let ready = sealing::with_keys(c, &ids)?;
    for organization in mine {
        let of = |one: &&Acting| one.organization_id == organization;
        let people: Vec<Acting> = acting.iter().filter(of).cloned().collect();
        let consenting = consenting(&people, &holding);
        if !consenting.iter().any(|one| one.user_id == me) {
            continue;
        }
        let mut named = HashSet::new();
        let waiting = people.iter().filter(|one| {
            ready.contains(&one.user_id)
                && !holding.contains(&(organization, one.user_id))
                && named.insert(one.user_id)
        });
        todos.extend(waiting.map(|one| {
            let role = one.role.label();
            Todo::new(
                format!("同意{}持有本组织密钥", one.name),
                format!(
                    "{role}，新任职或重设过口令。请先当面确认是本人；同意以前看不到已提交的申报书。"
                ),
                format!("/organizations/{organization}/keys"),
                "去办理",
            )
        }));
    }
    Ok(todos)
}

fn told(
    c: &mut Conn,
    acting: &[Acting],
    mine: &[OrganizationId],
    me: UserId,
    now: Instant,
) -> Result<Vec<Todo>> {
    let name = |id: UserId| {
        let found = acting.iter().find(|one| one.user_id == id);
        found.map(|one| one.name.as_str())
    };
    let since = now - chrono::Duration::days(TOLD_DAYS);
    let let_in = sealing::let_in(c, mine, since)?;
    let others = let_in
        .into_iter()
        .filter(|one| one.user_id != me && one.by != Some(me));
    Ok(others
        .filter_map(|one| {
            let by = one.by.and_then(name).unwrap_or("同事");
            Some(Todo::new(
                format!("知悉：{}持有了本组织密钥", name(one.user_id)?),
                format!("由{by}同意。不对的，请告诉书记或纪委督导员。"),
                format!("/organizations/{}/keys", one.organization_id),
                "看看",
            ))
        })
        .collect())
}
