//! Everything that ties reviewers to organizations.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{EvaluationId, OrganizationId, UserId};
use crate::panel::RelationKind;
use crate::panel::rules::conflict::{Interests, Tie, TieKind};
use crate::panel::store::{self, DeclaredRelation};
use crate::people;
use crate::seats::Reviewer;

/// A tie as signed: the organization and how one stands to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTie {
    pub organization_id: OrganizationId,
    pub kind: RelationKind,
}

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
    // Moved on, as the roster knows it.
    for was in people::former_posts(c, &ids)? {
        let kind = TieKind::Post {
            post: was.post,
            from: NaiveDate::MIN,
            until: Some(clock::local_date(was.until)),
        };
        add(was.user_id, kind, was.organization, was.path);
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
    // Registered by the other one of the two.
    for (user, kind, until, (_, name, path)) in store::relations_from_people(c, &ids)? {
        add(user, TieKind::Relation { kind, until }, name, path);
    }
    for (user, signed) in signed_ties(c, evaluation)? {
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

/// What each member of the panel declared when signing, the latest signature of each.
pub fn signed_ties(c: &mut Conn, evaluation: EvaluationId) -> Result<HashMap<UserId, Vec<Tie>>> {
    let mut latest: HashMap<UserId, Vec<SignedTie>> = HashMap::new();
    for row in store::declarations(c, evaluation)? {
        latest.insert(row.user_id, serde_json::from_str(&row.ties)?);
    }
    let named: Vec<OrganizationId> = latest
        .values()
        .flatten()
        .map(|tie| tie.organization_id)
        .collect();
    if named.is_empty() {
        return Ok(HashMap::new());
    }
    let names = people::names(c, &named)?;
    let paths = people::paths(c, &named)?;
    Ok(latest
        .into_iter()
        .map(|(user, ties)| {
            let ties = ties
                .into_iter()
                .filter_map(|tie| {
                    Some(Tie {
                        kind: TieKind::Signed { kind: tie.kind },
                        path: paths.get(&tie.organization_id)?.clone(),
                        organization: names.get(&tie.organization_id)?.clone(),
                    })
                })
                .collect();
            (user, ties)
        })
        .collect())
}
