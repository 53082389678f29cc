//! Everything that ties reviewers to organizations.

use std::collections::HashMap;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, UserId};
use crate::panel::actions::declare;
use crate::panel::rules::conflict::{Interests, Tie, TieKind};
use crate::panel::store::{self, DeclaredRelation};
use crate::seats::Reviewer;

/// What is public within the committee, and what they declared
/// when signing for this evaluation.
pub fn interests(
    c: &mut Conn,
    evaluation: EvaluationId,
    reviewers: &[Reviewer],
) -> Result<Vec<Interests>> {
    let ids: Vec<UserId> = reviewers.iter().map(|one| one.user_id).collect();
    let mut ties: HashMap<UserId, Vec<Tie>> = HashMap::new();
    let mut add = |user: UserId, kind: TieKind, organization: String, path: String| {
        ties.entry(user).or_default().push(Tie {
            kind,
            path,
            organization,
        });
    };
    for one in reviewers {
        add(
            one.user_id,
            TieKind::Own,
            one.organization.clone(),
            one.path.clone(),
        );
    }
    for (user, (_, name, path)) in store::acting_for(c, &ids)? {
        add(user, TieKind::Acts, name, path);
    }
    for (post, (_, name, path)) in store::posts(c, &ids)? {
        let kind = TieKind::Post {
            post: post.post,
            from: post.from_on,
            until: post.until_on,
        };
        add(post.user_id, kind, name, path);
    }
    let mut relation = |row: &DeclaredRelation, name: String, path: String| {
        let kind = TieKind::Relation {
            kind: row.kind,
            until: row.until_on,
        };
        add(row.user_id, kind, name, path);
    };
    for (row, (_, name, path)) in store::relations_to_organizations(c, &ids)? {
        relation(&row, name, path);
    }
    for (row, _, (_, name, path)) in store::relations_to_people(c, &ids)? {
        relation(&row, name, path);
    }
    for (user, signed) in declare::signed_ties(c, evaluation)? {
        ties.entry(user).or_default().extend(signed);
    }
    Ok(ids
        .into_iter()
        .map(|user_id| Interests {
            user_id,
            ties: ties.remove(&user_id).unwrap_or_default(),
        })
        .collect())
}
