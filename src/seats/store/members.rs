//! Queries of panel members.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::{evaluations, organizations, panel_invitations, panel_members, users};
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{EvaluationId, OrganizationId, PanelMemberId, RoundId, UserId};
use crate::seats::{InvitationState, Seat};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = panel_members)]
pub struct PanelMember {
    pub id: PanelMemberId,
    pub evaluation_id: EvaluationId,
    pub user_id: UserId,
    pub seat: Seat,
    /// R1, R2 …: stable, also when somebody leaves.
    pub alias: String,
    pub undertaking_at: Option<Instant>,
    pub removed_at: Option<Instant>,
}

/// Somebody with where they belong.
#[derive(Debug, Clone, Queryable)]
pub struct Reviewer {
    pub user_id: UserId,
    pub name: String,
    pub post: String,
    pub organization_id: OrganizationId,
    pub organization: String,
    pub path: String,
}

fn number(alias: &str) -> i64 {
    alias.trim_start_matches('R').parse().unwrap_or(i64::MAX)
}

/// The members now, R1 first.
pub fn panel(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<PanelMember>> {
    let mut rows = all_members(c, evaluation)?;
    rows.retain(|row| row.removed_at.is_none());
    Ok(rows)
}

/// The members now and those who left.
pub fn all_members(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<PanelMember>> {
    let mut rows: Vec<PanelMember> = panel_members::table
        .filter(panel_members::evaluation_id.eq(evaluation))
        .select(PanelMember::as_select())
        .load(c)?;
    rows.sort_by_key(|row| number(&row.alias));
    Ok(rows)
}

pub fn seat(c: &mut Conn, evaluation: EvaluationId, user: UserId) -> Result<Option<PanelMember>> {
    Ok(panel_members::table
        .filter(panel_members::evaluation_id.eq(evaluation))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .select(PanelMember::as_select())
        .first(c)
        .optional()?)
}

pub fn seat_in_round(c: &mut Conn, round: RoundId, user: UserId) -> Result<Option<PanelMember>> {
    Ok(panel_members::table
        .inner_join(evaluations::table)
        .filter(evaluations::round_id.eq(round))
        .filter(panel_members::user_id.eq(user))
        .filter(panel_members::removed_at.is_null())
        .select(PanelMember::as_select())
        .first(c)
        .optional()?)
}

/// Names and organizations of these people.
pub fn people(c: &mut Conn, ids: &[UserId]) -> Result<Vec<Reviewer>> {
    db::in_parts(ids, |some| {
        Ok(users::table
            .inner_join(organizations::table)
            .filter(users::id.eq_any(some))
            .select((
                users::id,
                users::name,
                users::post,
                organizations::id,
                organizations::short_name,
                organizations::path,
            ))
            .load(c)?)
    })
}

pub fn insert_member(c: &mut Conn, row: &PanelMember) -> Result<()> {
    diesel::insert_into(panel_members::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn remove_member(c: &mut Conn, id: PanelMemberId, at: Instant) -> Result<()> {
    let rows = diesel::update(panel_members::table.find(id))
        .set(panel_members::removed_at.eq(Some(at)))
        .execute(c)?;
    changed(rows)
}

/// Seats somebody again who left, or in another seat.
pub fn set_seat(c: &mut Conn, id: PanelMemberId, seat: Seat) -> Result<()> {
    let rows = diesel::update(panel_members::table.find(id))
        .set((
            panel_members::seat.eq(seat),
            panel_members::removed_at.eq(None::<Instant>),
        ))
        .execute(c)?;
    changed(rows)
}

pub fn sign_undertaking(c: &mut Conn, id: PanelMemberId, at: Instant) -> Result<()> {
    let rows = diesel::update(
        panel_members::table
            .find(id)
            .filter(panel_members::undertaking_at.is_null()),
    )
    .set(panel_members::undertaking_at.eq(Some(at)))
    .execute(c)?;
    changed(rows)
}

/// Seated members who declined: their seats wait for substitutes.
pub fn declined(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<UserId>> {
    Ok(panel_invitations::table
        .inner_join(panel_members::table)
        .filter(panel_members::evaluation_id.eq(evaluation))
        .filter(panel_members::removed_at.is_null())
        .filter(panel_invitations::state.eq(InvitationState::Declined))
        .select(panel_members::user_id)
        .load(c)?)
}
