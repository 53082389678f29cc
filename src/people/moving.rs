//! Where organizations stand once one is moved under another, or merged into it: paths, committees, roles, people.

use std::collections::HashMap;

use super::rules::{self, Post};
use super::store::{self, Organization, RoleGrant, User};
use super::verbs::{give, rewrite};
use super::{OrganizationKind, RoleInput};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{OrganizationId, RoleGrantId, UserId};
use crate::who::Actor;

/// Where each organization stands afterwards, of those for which that changes: its path and its committee.
#[derive(Debug, Default)]
pub struct Places(HashMap<OrganizationId, (String, OrganizationId)>);

/// Whether an organization may go on under another.
pub fn may_stand(row: &Organization, above: &Organization) -> Result<()> {
    if above.path.starts_with(&row.path) {
        return Err(Error::field("parent_id", "不能移到它自己或它的下级下面。"));
    }
    if above.disabled {
        return Err(Error::field("parent_id", "上级组织已停用。"));
    }
    if !rules::may_hold(above.kind, row.kind) {
        let fault = format!("{}下不能设{}。", above.kind.label(), row.kind.label());
        return Err(Error::field("parent_id", fault));
    }
    Ok(())
}

impl Places {
    /// With all that stands below an organization, under another.
    pub fn under(&mut self, c: &mut Conn, row: &Organization, above: &Organization) -> Result<()> {
        let own = row.kind == OrganizationKind::Committee;
        for (id, path, committee) in store::subtree(c, &row.path)? {
            let rest = path.strip_prefix(&row.path).unwrap_or_default();
            let committee = match own || committee != row.committee_id {
                true => committee,
                false => above.committee_id,
            };
            self.0
                .insert(id, (format!("{}{}/{rest}", above.path, row.id), committee));
        }
        Ok(())
    }

    /// What was held at one organization is held at another.
    pub fn instead(&mut self, of: OrganizationId, at: &Organization) {
        self.0.insert(of, (at.path.clone(), at.committee_id));
    }

    /// Refuses where somebody would hold roles that nobody holds together.
    pub fn roles_fit(&self, c: &mut Conn) -> Result<()> {
        let ids: Vec<OrganizationId> = self.0.keys().copied().collect();
        let users = store::holders_at(c, &ids)?;
        let grants = store::grants_of(c, &users)?;
        let post = |grant: &RoleGrant| match self.0.get(&grant.organization_id) {
            Some((path, committee)) => (grant.role, *committee, path.clone()),
            None => (
                grant.role,
                grant.committee_id,
                grant.organization_path.clone(),
            ),
        };
        let mut held: HashMap<UserId, Vec<_>> = HashMap::new();
        for grant in &grants {
            held.entry(grant.user_id).or_default().push(post(grant));
        }
        for (user, posts) in &held {
            for (nth, one) in posts.iter().enumerate() {
                let clash = posts
                    .iter()
                    .skip(nth + 1)
                    .find_map(|other| rules::incompatible(as_post(one), as_post(other)));
                if let Some(refusal) = clash {
                    let name = store::user(c, *user)?.name;
                    let reason = format!("{name}：{}", refusal.reason);
                    return Err(Refusal::new(refusal.code, reason)
                        .remedy("请安全管理员先收回其中一个角色。")
                        .into());
                }
            }
        }
        Ok(())
    }

    /// Writes them.
    pub fn write(&self, tx: &mut Tx) -> Result<()> {
        let now = tx.now();
        for (id, (path, committee)) in &self.0 {
            store::put_place(tx, *id, path, *committee, now)?;
        }
        // Who stands where is seen on public pages.
        tx.publish_change()
    }
}

fn as_post((role, committee, path): &(crate::who::Role, OrganizationId, String)) -> Post<'_> {
    Post {
        role: *role,
        committee: *committee,
        path,
    }
}

/// It stands under another from now on; last among its siblings unless told.
pub fn put_under(
    tx: &mut Tx,
    row: &Organization,
    above: &Organization,
    position: Option<i64>,
) -> Result<()> {
    let position = match position {
        Some(position) => position,
        None => store::last_position(tx, Some(above.id))? + 1,
    };
    store::put_parent(tx, row.id, above.id, position)
}

/// People and roles of an organization go on in another; what they were called and where they stood is kept.
pub fn hand_over(
    tx: &mut Tx,
    actor: &Actor,
    from: &Organization,
    to: &Organization,
) -> Result<(usize, usize)> {
    let now = tx.now();
    let people = store::members(tx, from.id)?;
    for was in &people {
        let next = User {
            organization_id: to.id,
            ..was.clone()
        };
        rewrite(tx, was, next)?;
    }
    let grants = store::grants_at(tx, from.id)?;
    for grant in &grants {
        store::revoke_grant(tx, grant.id, now)?;
        let held = store::grants_of(tx, &[grant.user_id])?;
        let already = |one: &RoleGrant| one.role == grant.role && one.organization_id == to.id;
        if !held.iter().any(already) {
            let wanted = RoleInput {
                role: grant.role,
                organization_id: to.id,
            };
            give(tx, actor, RoleGrantId::fresh(now), grant.user_id, &wanted)?;
        }
    }
    if let Some(by) = actor.user_id() {
        store::answer_pending_at(tx, from.id, by, now)?;
    }
    Ok((people.len(), grants.len()))
}
