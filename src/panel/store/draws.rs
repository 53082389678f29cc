//! Draws by lot, substitutes, invitations and replacements.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::{
    draws, panel_invitations, panel_members, panel_replacements, panel_substitutes, score_sheets,
    user_roles,
};
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{
    DrawId, EvaluationId, InvitationId, PanelMemberId, ReplacementId, SubstituteId, UserId,
};
use crate::panel::DrawPurpose;
use crate::seats::InvitationState;
use crate::who::Role;

/// A draw by lot: prepared by the office, completed by the supervisor. Nothing of it ever changes afterwards.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = draws)]
pub struct Draw {
    pub id: DrawId,
    pub evaluation_id: EvaluationId,
    pub purpose: DrawPurpose,
    pub number: i64,
    /// JSON of ids, ascending.
    pub pool: String,
    /// Seats by lot; 0 for an order of presentation.
    pub seats: i64,
    pub alternates: i64,
    /// Seated in the chair without lot.
    pub chair_id: Option<UserId>,
    /// JSON of who was left out of the pool, with the reason.
    pub excluded: String,
    /// Why it was drawn again; empty for the first draw.
    pub reason: String,
    /// Shown once the draw is completed.
    pub secret: String,
    pub commitment: String,
    pub prepared_by: UserId,
    pub prepared_at: Instant,
    pub nonce: Option<String>,
    pub audit_head: Option<String>,
    pub seed: Option<String>,
    /// JSON of ids in the order of their lots.
    pub outcome: Option<String>,
    pub drawn_by: Option<UserId>,
    pub drawn_at: Option<Instant>,
}

impl Draw {
    pub fn pool(&self) -> Result<Vec<i64>> {
        Ok(serde_json::from_str(&self.pool)?)
    }

    pub fn outcome(&self) -> Result<Option<Vec<i64>>> {
        Ok(self
            .outcome
            .as_deref()
            .map(serde_json::from_str)
            .transpose()?)
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = panel_substitutes)]
pub struct Substitute {
    pub id: SubstituteId,
    pub evaluation_id: EvaluationId,
    pub user_id: UserId,
    pub position: i64,
    pub draw_id: Option<DrawId>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = panel_invitations)]
pub struct Invitation {
    pub id: InvitationId,
    pub member_id: PanelMemberId,
    pub state: InvitationState,
    pub sent_by: UserId,
    pub sent_at: Instant,
    pub answered_at: Option<Instant>,
    /// Of declining.
    pub reason: String,
}

/// Somebody left the panel and somebody else took the seat.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = panel_replacements)]
pub struct Replacement {
    pub id: ReplacementId,
    pub evaluation_id: EvaluationId,
    pub out_member_id: PanelMemberId,
    pub in_member_id: PanelMemberId,
    pub reason: String,
    /// Sheets of the one who left: kept, never counted.
    pub sheets_set_aside: i64,
    /// Whether scoring had begun.
    pub scoring: bool,
    pub by_user_id: UserId,
    pub at: Instant,
}

/// Of one purpose, the latest first.
pub fn draws(c: &mut Conn, evaluation: EvaluationId, purpose: DrawPurpose) -> Result<Vec<Draw>> {
    Ok(draws::table
        .filter(draws::evaluation_id.eq(evaluation))
        .filter(draws::purpose.eq(purpose))
        .order(draws::number.desc())
        .select(Draw::as_select())
        .load(c)?)
}

pub fn insert_draw(c: &mut Conn, row: &Draw) -> Result<()> {
    diesel::insert_into(draws::table).values(row).execute(c)?;
    Ok(())
}

pub fn complete_draw(c: &mut Conn, row: &Draw) -> Result<()> {
    let rows = diesel::update(draws::table.find(row.id).filter(draws::drawn_at.is_null()))
        .set((
            draws::nonce.eq(row.nonce.clone()),
            draws::audit_head.eq(row.audit_head.clone()),
            draws::seed.eq(row.seed.clone()),
            draws::outcome.eq(row.outcome.clone()),
            draws::drawn_by.eq(row.drawn_by),
            draws::drawn_at.eq(row.drawn_at),
        ))
        .execute(c)?;
    changed(rows)
}

/// In their order.
pub fn substitutes(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Substitute>> {
    Ok(panel_substitutes::table
        .filter(panel_substitutes::evaluation_id.eq(evaluation))
        .order(panel_substitutes::position)
        .select(Substitute::as_select())
        .load(c)?)
}

pub fn set_substitutes(c: &mut Conn, evaluation: EvaluationId, rows: &[Substitute]) -> Result<()> {
    diesel::delete(
        panel_substitutes::table.filter(panel_substitutes::evaluation_id.eq(evaluation)),
    )
    .execute(c)?;
    for row in rows {
        diesel::insert_into(panel_substitutes::table)
            .values(row)
            .execute(c)?;
    }
    Ok(())
}

pub fn remove_substitute(c: &mut Conn, evaluation: EvaluationId, user: UserId) -> Result<()> {
    diesel::delete(
        panel_substitutes::table
            .filter(panel_substitutes::evaluation_id.eq(evaluation))
            .filter(panel_substitutes::user_id.eq(user)),
    )
    .execute(c)?;
    Ok(())
}

/// Invitations of seats of this evaluation, given up ones too.
pub fn invitations(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Invitation>> {
    Ok(panel_invitations::table
        .inner_join(panel_members::table)
        .filter(panel_members::evaluation_id.eq(evaluation))
        .order(panel_invitations::id)
        .select(Invitation::as_select())
        .load(c)?)
}

pub fn invitation(c: &mut Conn, member: PanelMemberId) -> Result<Option<Invitation>> {
    Ok(panel_invitations::table
        .filter(panel_invitations::member_id.eq(member))
        .select(Invitation::as_select())
        .first(c)
        .optional()?)
}

pub fn insert_invitation(c: &mut Conn, row: &Invitation) -> Result<()> {
    diesel::insert_into(panel_invitations::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn answer_invitation(
    c: &mut Conn,
    id: InvitationId,
    state: InvitationState,
    reason: &str,
    at: Option<Instant>,
) -> Result<()> {
    let rows = diesel::update(panel_invitations::table.find(id))
        .set((
            panel_invitations::state.eq(state),
            panel_invitations::reason.eq(reason),
            panel_invitations::answered_at.eq(at),
        ))
        .execute(c)?;
    changed(rows)
}

pub fn insert_replacement(c: &mut Conn, row: &Replacement) -> Result<()> {
    diesel::insert_into(panel_replacements::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// Oldest first.
pub fn replacements(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Replacement>> {
    Ok(panel_replacements::table
        .filter(panel_replacements::evaluation_id.eq(evaluation))
        .order(panel_replacements::id)
        .select(Replacement::as_select())
        .load(c)?)
}

/// Sheets this reviewer has begun or handed in.
pub fn sheets_begun(c: &mut Conn, evaluation: EvaluationId, reviewer: UserId) -> Result<i64> {
    Ok(score_sheets::table
        .filter(score_sheets::evaluation_id.eq(evaluation))
        .filter(score_sheets::reviewer_id.eq(reviewer))
        .count()
        .get_result(c)?)
}

/// Who of these people holds this role anywhere.
pub fn holding(c: &mut Conn, role: Role, users: &[UserId]) -> Result<Vec<UserId>> {
    db::in_parts(users, |some| {
        Ok(user_roles::table
            .filter(user_roles::role.eq(role))
            .filter(user_roles::user_id.eq_any(some))
            .filter(user_roles::revoked_at.is_null())
            .select(user_roles::user_id)
            .distinct()
            .load(c)?)
    })
}
