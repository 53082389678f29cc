//! Queries of complaints.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::ComplaintState;
use crate::clock::Instant;
use crate::db::schema::{complaints, organizations};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{ComplaintId, OrganizationId, UserId};
use crate::people;
use crate::todo::MOST;

/// A complaint as the committee reads it, and as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = complaints)]
#[schema(as = ComplaintShown)]
pub struct Complaint {
    pub id: ComplaintId,
    pub committee_id: OrganizationId,
    /// Empty: without a name.
    pub name: String,
    /// May be empty.
    pub contact: String,
    pub content: String,
    /// SHA-256 of the code; the code itself is nowhere.
    #[serde(skip)]
    pub code_digest: String,
    pub state: ComplaintState,
    pub lodged_at: Instant,
    pub due_on: NaiveDate,
    pub answer: Option<String>,
    #[serde(skip)]
    pub answered_by: Option<UserId>,
    pub answered_at: Option<Instant>,
    pub version: i64,
}

pub fn find(c: &mut Conn, id: ComplaintId) -> Result<Complaint> {
    Ok(complaints::table
        .find(id)
        .select(Complaint::as_select())
        .first(c)?)
}

pub fn by_code(c: &mut Conn, code_digest: &str) -> Result<Complaint> {
    Ok(complaints::table
        .filter(complaints::code_digest.eq(code_digest))
        .select(Complaint::as_select())
        .first(c)?)
}

/// Which are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of the committees at or below these paths.
    pub paths: Vec<String>,
    pub state: Option<ComplaintState>,
    /// Only ids below this one.
    pub before: Option<i64>,
    pub limit: i64,
}

/// Newest first.
pub fn list(c: &mut Conn, filter: &Filter) -> Result<Vec<Complaint>> {
    let mut query = complaints::table
        .inner_join(organizations::table)
        .filter(people::below(&filter.paths))
        .into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(complaints::state.eq(state));
    }
    if let Some(before) = filter.before {
        query = query.filter(complaints::id.lt(ComplaintId(before)));
    }
    Ok(query
        .order(complaints::id.desc())
        .limit(filter.limit)
        .select(Complaint::as_select())
        .load(c)?)
}

/// Unanswered, the most urgent first, each with whether it is this person's to answer: all under the paths of the office,
/// under the supervised ones those due before today.
pub fn waiting(
    c: &mut Conn,
    office: &[String],
    supervised: &[String],
    today: NaiveDate,
) -> Result<Vec<(ComplaintId, NaiveDate, String)>> {
    let late = people::below(supervised).and(complaints::due_on.lt(today));
    Ok(complaints::table
        .inner_join(organizations::table)
        .filter(complaints::state.eq(ComplaintState::Lodged))
        .filter(people::below(office).or(late))
        .order((complaints::due_on, complaints::id))
        .limit(MOST)
        .select((complaints::id, complaints::due_on, organizations::path))
        .load(c)?)
}

/// How many came to a committee, how many of them are answered, and how many are past their day.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = ComplaintCounts)]
pub struct Counts {
    pub lodged: i64,
    pub answered: i64,
    /// Unanswered, and due before today.
    pub late: i64,
}

pub fn counts(c: &mut Conn, committee: OrganizationId, today: NaiveDate) -> Result<Counts> {
    let of = complaints::table.filter(complaints::committee_id.eq(committee));
    let waits = of.filter(complaints::state.eq(ComplaintState::Lodged));
    let open: i64 = waits.count().get_result(c)?;
    let late = waits.filter(complaints::due_on.lt(today));
    let lodged: i64 = of.count().get_result(c)?;
    Ok(Counts {
        lodged,
        answered: lodged - open,
        late: late.count().get_result(c)?,
    })
}

/// Days by which complaints are to be answered that are not.
pub fn due(c: &mut Conn) -> Result<Vec<NaiveDate>> {
    Ok(complaints::table
        .filter(complaints::state.eq(ComplaintState::Lodged))
        .select(complaints::due_on)
        .distinct()
        .load(c)?)
}

pub fn insert(c: &mut Conn, row: &Complaint) -> Result<()> {
    diesel::insert_into(complaints::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// If nobody was faster.
pub fn update(c: &mut Conn, row: &Complaint) -> Result<()> {
    let rows = diesel::update(
        complaints::table
            .find(row.id)
            .filter(complaints::version.eq(row.version)),
    )
    .set((
        complaints::state.eq(row.state),
        complaints::answer.eq(&row.answer),
        complaints::answered_by.eq(row.answered_by),
        complaints::answered_at.eq(row.answered_at),
        complaints::version.eq(row.version + 1),
    ))
    .execute(c)?;
    changed(rows)
}
