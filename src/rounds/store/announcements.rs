//! Queries of announcements.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::announcements;
use crate::error::Result;
use crate::ids::{AnnouncementId, OrganizationId, RoundId};
use crate::rounds::AnnouncementKind;
use crate::text;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = announcements)]
pub struct Announcement {
    pub id: AnnouncementId,
    pub committee_id: OrganizationId,
    pub round_id: Option<RoundId>,
    pub kind: AnnouncementKind,
    pub title: String,
    pub body: String,
    pub posted_at: Instant,
    pub ends_on: Option<NaiveDate>,
    /// The announcement that took its place.
    pub superseded_by: Option<AnnouncementId>,
}

impl Announcement {
    /// What is searched of it.
    fn folded(&self) -> String {
        text::folded(&format!("{}\n{}", self.title, self.body))
    }
}

pub fn insert_announcement(c: &mut Conn, row: &Announcement) -> Result<()> {
    diesel::insert_into(announcements::table)
        .values((row, announcements::folded.eq(row.folded())))
        .execute(c)?;
    Ok(())
}

pub fn supersede_notices(c: &mut Conn, round: RoundId, by: AnnouncementId) -> Result<()> {
    diesel::update(
        announcements::table
            .filter(announcements::round_id.eq(round))
            .filter(announcements::kind.eq(AnnouncementKind::Publicity))
            .filter(announcements::id.ne(by)),
    )
    .set(announcements::superseded_by.eq(by))
    .execute(c)?;
    Ok(())
}
