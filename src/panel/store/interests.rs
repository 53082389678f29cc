//! Declared posts and relations, and everything else that ties a reviewer.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::clock::Instant;
use crate::db::schema::{
    declared_posts, declared_relations, evaluations, organizations, panel_members, user_roles,
    users,
};
use crate::db::{self, Conn, MultiBackend, changed};
use crate::error::Result;
use crate::ids::{DeclaredPostId, DeclaredRelationId, EvaluationId, OrganizationId, UserId};
use crate::panel::RelationKind;
use crate::people;
use crate::seats::Seat;
use crate::who::Role;

/// A post somebody holds, or held, at an organization besides their own.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = declared_posts)]
pub struct DeclaredPost {
    pub id: DeclaredPostId,
    pub user_id: UserId,
    pub organization_id: OrganizationId,
    pub post: String,
    pub from_on: NaiveDate,
    pub until_on: Option<NaiveDate>,
    pub entered_by: UserId,
    pub entered_at: Instant,
}

/// How somebody stands to an organization or to a person: never both, never neither.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = declared_relations)]
pub struct DeclaredRelation {
    pub id: DeclaredRelationId,
    pub user_id: UserId,
    pub kind: RelationKind,
    pub organization_id: Option<OrganizationId>,
    pub person_id: Option<UserId>,
    pub until_on: Option<NaiveDate>,
    pub entered_by: UserId,
    pub entered_at: Instant,
    pub withdrawn_by: Option<UserId>,
    pub withdrawn_at: Option<Instant>,
}

/// An organization with its short name and path.
pub type Place = (OrganizationId, String, String);

pub fn insert_post(c: &mut Conn, row: &DeclaredPost) -> Result<()> {
    diesel::insert_into(declared_posts::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn insert_relation(c: &mut Conn, row: &DeclaredRelation) -> Result<()> {
    diesel::insert_into(declared_relations::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn end_post(
    c: &mut Conn,
    user: UserId,
    id: DeclaredPostId,
    until: NaiveDate,
) -> Result<DeclaredPost> {
    let rows = diesel::update(
        declared_posts::table
            .find(id)
            .filter(declared_posts::user_id.eq(user))
            .filter(declared_posts::until_on.is_null()),
    )
    .set(declared_posts::until_on.eq(Some(until)))
    .execute(c)?;
    changed(rows)?;
    post(c, user, id)
}

pub fn post(c: &mut Conn, user: UserId, id: DeclaredPostId) -> Result<DeclaredPost> {
    Ok(declared_posts::table
        .find(id)
        .filter(declared_posts::user_id.eq(user))
        .select(DeclaredPost::as_select())
        .first(c)?)
}

pub fn relation(c: &mut Conn, user: UserId, id: DeclaredRelationId) -> Result<DeclaredRelation> {
    Ok(declared_relations::table
        .find(id)
        .filter(declared_relations::user_id.eq(user))
        .select(DeclaredRelation::as_select())
        .first(c)?)
}

pub fn withdraw_relation(
    c: &mut Conn,
    id: DeclaredRelationId,
    by: UserId,
    at: Instant,
) -> Result<()> {
    let rows = diesel::update(
        declared_relations::table
            .find(id)
            .filter(declared_relations::withdrawn_at.is_null()),
    )
    .set((
        declared_relations::withdrawn_by.eq(Some(by)),
        declared_relations::withdrawn_at.eq(Some(at)),
    ))
    .execute(c)?;
    changed(rows)
}

/// Posts of these people with where they are, oldest entry first.
pub fn posts(c: &mut Conn, users: &[UserId]) -> Result<Vec<(DeclaredPost, Place)>> {
    db::in_parts(users, |some| {
        Ok(declared_posts::table
            .inner_join(organizations::table)
            .filter(declared_posts::user_id.eq_any(some))
            .order(declared_posts::id)
            .select((
                DeclaredPost::as_select(),
                (
                    organizations::id,
                    organizations::short_name,
                    organizations::path,
                ),
            ))
            .load(c)?)
    })
}

/// Standing relations of these people to organizations.
pub fn relations_to_organizations(
    c: &mut Conn,
    users: &[UserId],
) -> Result<Vec<(DeclaredRelation, Place)>> {
    db::in_parts(users, |some| {
        Ok(declared_relations::table
            .inner_join(organizations::table)
            .filter(declared_relations::user_id.eq_any(some))
            .filter(declared_relations::withdrawn_at.is_null())
            .order(declared_relations::id)
            .select((
                DeclaredRelation::as_select(),
                (
                    organizations::id,
                    organizations::short_name,
                    organizations::path,
                ),
            ))
            .load(c)?)
    })
}

/// Standing relations of these people to persons: the person's name and organization.
pub fn relations_to_people(
    c: &mut Conn,
    people: &[UserId],
) -> Result<Vec<(DeclaredRelation, String, Place)>> {
    db::in_parts(people, |some| {
        Ok(declared_relations::table
            .inner_join(users::table.on(declared_relations::person_id.eq(users::id.nullable())))
            .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
            .filter(declared_relations::user_id.eq_any(some))
            .filter(declared_relations::withdrawn_at.is_null())
            .order(declared_relations::id)
            .select((
                DeclaredRelation::as_select(),
                users::name,
                (
                    organizations::id,
                    organizations::short_name,
                    organizations::path,
                ),
            ))
            .load(c)?)
    })
}

/// A relation that somebody else registered to one of these people: its kind, last day and where the other belongs.
pub type RelationFrom = (UserId, RelationKind, Option<NaiveDate>, Place);

/// Standing relations to these people, registered by others.
pub fn relations_from_people(c: &mut Conn, people: &[UserId]) -> Result<Vec<RelationFrom>> {
    let rows: Vec<(Option<UserId>, RelationKind, Option<NaiveDate>, Place)> =
        db::in_parts(people, |some| {
            Ok(declared_relations::table
                .inner_join(users::table.on(declared_relations::user_id.eq(users::id)))
                .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
                .filter(declared_relations::person_id.eq_any(some))
                .filter(declared_relations::withdrawn_at.is_null())
                .order(declared_relations::id)
                .select((
                    declared_relations::person_id,
                    declared_relations::kind,
                    declared_relations::until_on,
                    (
                        organizations::id,
                        organizations::short_name,
                        organizations::path,
                    ),
                ))
                .load(c)?)
        })?;
    let known = |(user, kind, until, place)| Some((user?, kind, until, place));
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Organizations for which these people draft or sign, by role.
pub fn acting_for(c: &mut Conn, people: &[UserId]) -> Result<Vec<(UserId, Place)>> {
    db::in_parts(people, |some| {
        Ok(user_roles::table
            .inner_join(organizations::table)
            .filter(user_roles::user_id.eq_any(some))
            .filter(user_roles::role.eq_any(vec![Role::Applicant, Role::BranchSecretary]))
            .filter(user_roles::revoked_at.is_null())
            .order(user_roles::id)
            .select((
                user_roles::user_id,
                (
                    organizations::id,
                    organizations::short_name,
                    organizations::path,
                ),
            ))
            .load(c)?)
    })
}

/// Paths at which this person holds the reviewer's role.
pub fn reviews_at(c: &mut Conn, user: UserId) -> Result<Vec<String>> {
    Ok(user_roles::table
        .inner_join(organizations::table)
        .filter(user_roles::user_id.eq(user))
        .filter(user_roles::role.eq(Role::Reviewer))
        .filter(user_roles::revoked_at.is_null())
        .select(organizations::path)
        .load(c)?)
}

/// Whether `chair` chairs a panel of a round on which the other sits.
pub fn chairs_over(c: &mut Conn, chair: UserId, other: UserId) -> Result<bool> {
    let chaired: Vec<EvaluationId> = panel_members::table
        .inner_join(evaluations::table)
        .filter(panel_members::user_id.eq(chair))
        .filter(panel_members::seat.eq(Seat::Chair))
        .filter(panel_members::removed_at.is_null())
        .filter(evaluations::round_id.is_not_null())
        .select(evaluations::id)
        .load(c)?;
    Ok(diesel::select(diesel::dsl::exists(
        panel_members::table
            .filter(panel_members::evaluation_id.eq_any(chaired))
            .filter(panel_members::user_id.eq(other))
            .filter(panel_members::removed_at.is_null()),
    ))
    .get_result(c)?)
}

/// How many organizations below the committee may bid.
pub fn count_bidders(c: &mut Conn, committee_path: &str) -> Result<i64> {
    Ok(organizations::table
        .filter(people::beneath(committee_path))
        .filter(organizations::path.ne(committee_path))
        .filter(organizations::disabled.eq(false))
        .count()
        .get_result(c)?)
}

/// Organizations below the committee that may bid and that a tie to one of these paths touches: at, below or above it. A
/// tie to the committee, or above it, touches none.
pub fn touched(c: &mut Conn, committee_path: &str, tied: &[&str]) -> Result<Vec<Place>> {
    let tied = tied
        .iter()
        .filter(|path| !committee_path.starts_with(**path));
    let above = tied.clone().flat_map(|path| people::path_and_above(path));
    let mut touched: Box<
        dyn BoxableExpression<organizations::table, MultiBackend, SqlType = Bool>,
    > = Box::new(organizations::path.eq_any(above.collect::<Vec<_>>()));
    for path in tied {
        touched = Box::new(touched.or(people::beneath(path)));
    }
    Ok(organizations::table
        .filter(touched)
        .filter(people::below(&[committee_path.to_owned()]))
        .filter(organizations::path.ne(committee_path))
        .filter(organizations::disabled.eq(false))
        .order((organizations::position, organizations::id))
        .select((
            organizations::id,
            organizations::short_name,
            organizations::path,
        ))
        .load(c)?)
}
