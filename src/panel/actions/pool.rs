//! The pool of reviewers that lots are drawn from.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::UserId;
use crate::panel::scene::Scene;
use crate::panel::store;
use crate::people::Sought;
use crate::seats;
use crate::who::Role;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PooledReviewer {
    pub user_id: UserId,
    pub name: String,
    pub organization: String,
    pub post: String,
    /// Why the lot passes by, if it does.
    pub barred: Option<&'static str>,
}

/// Those reviewers of this committee that are asked for. Who runs, supervises or decides the round does not sit in judgement of it.
pub fn pool(c: &mut Conn, scene: &Scene, sought: Sought) -> Result<Vec<PooledReviewer>> {
    let people = seats::sought(c, &scene.path, sought)?;
    let ids: Vec<UserId> = people.iter().map(|person| person.user_id).collect();
    let mut passed: HashMap<UserId, &'static str> = HashMap::new();
    for user in seats::declined(c, scene.evaluation.id)? {
        passed.insert(user, "已谢绝邀请");
    }
    for (role, why) in [
        (Role::CommitteeSecretary, "决定中标，不参加评审"),
        (Role::Supervisor, "监督本批次，不参加评审"),
        (Role::Office, "组织本批次，不参加评审"),
    ] {
        for user in store::holding(c, role, &ids)? {
            passed.insert(user, why);
        }
    }
    Ok(people
        .into_iter()
        .map(|person| PooledReviewer {
            user_id: person.user_id,
            barred: passed.get(&person.user_id).copied(),
            name: person.name,
            organization: person.organization,
            post: person.post,
        })
        .collect())
}
