//! Declared posts and relations of one person, as shown.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{DeclaredPostId, DeclaredRelationId, OrganizationId, UserId};
use crate::panel::RelationKind;
use crate::panel::store::{self, DeclaredRelation};
use crate::people::User;

/// Declared posts and relations of one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterestsShown {
    pub user_id: UserId,
    pub name: String,
    pub posts: Vec<PostShown>,
    pub relations: Vec<RelationShown>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PostShown {
    pub id: DeclaredPostId,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub post: String,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub entered_at: Instant,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RelationShown {
    pub id: DeclaredRelationId,
    pub kind: RelationKind,
    /// Of the person, if it is a relation to a person.
    pub organization: String,
    pub person: Option<String>,
    pub until_on: Option<NaiveDate>,
    pub entered_at: Instant,
}

impl InterestsShown {
    pub fn load(c: &mut Conn, user: &User) -> Result<Self> {
        let posts = store::posts(c, &[user.id])?
            .into_iter()
            .map(|(row, (organization_id, organization, _))| PostShown {
                id: row.id,
                organization_id,
                organization,
                post: row.post,
                from_on: row.from_on,
                until_on: row.until_on,
                entered_at: row.entered_at,
            })
            .collect();
        let relation = |row: DeclaredRelation, organization, person| RelationShown {
            id: row.id,
            kind: row.kind,
            organization,
            person,
            until_on: row.until_on,
            entered_at: row.entered_at,
        };
        let mut relations: Vec<_> = store::relations_to_organizations(c, &[user.id])?
            .into_iter()
            .map(|(row, (_, name, _))| relation(row, name, None))
            .chain(
                store::relations_to_people(c, &[user.id])?
                    .into_iter()
                    .map(|(row, person, (_, name, _))| relation(row, name, Some(person))),
            )
            .collect();
        relations.sort_by_key(|one| one.id);
        Ok(Self {
            user_id: user.id,
            name: user.name.clone(),
            posts,
            relations,
        })
    }
}
