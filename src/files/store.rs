//! Queries of files.

use diesel::prelude::*;

use super::SubjectKind;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::attachments;
use crate::error::Result;
use crate::ids::{AttachmentId, OrganizationId, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments)]
pub struct Attachment {
    pub id: AttachmentId,
    pub subject_kind: SubjectKind,
    pub subject_id: i64,
    pub organization_id: OrganizationId,
    /// For people; never a path.
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
    pub storage_key: String,
    pub uploaded_by: UserId,
    pub uploaded_at: Instant,
    pub removed_at: Option<Instant>,
    /// The file's key, under its bid's key or the server's; None for a file of old times, which lies plain.
    pub file_key: Option<Vec<u8>>,
    /// Name and SHA-256 of a bid's file, for its readers only: the columns are empty until the opening.
    pub sealed_facts: Option<Vec<u8>>,
    /// Of a bid's file: the revision of the bid it came in, and the one it went in.
    pub added_in: Option<i64>,
    pub removed_in: Option<i64>,
    /// No version needs it: its bytes are gone, or go as soon as the transaction has committed.
    pub discarded_at: Option<Instant>,
}

impl Attachment {
    /// It was taken off what is being written.
    pub fn is_removed(&self) -> bool {
        self.removed_at.is_some()
    }

    /// Whether this revision of its bid has it.
    pub fn is_in(&self, revision: i64) -> bool {
        self.added_in.is_none_or(|came| came <= revision)
            && self.removed_in.is_none_or(|went| went > revision)
    }
}

pub fn insert(c: &mut Conn, row: &Attachment) -> Result<()> {
    diesel::insert_into(attachments::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn find(c: &mut Conn, id: AttachmentId) -> Result<Attachment> {
    Ok(attachments::table
        .find(id)
        .filter(attachments::removed_at.is_null())
        .select(Attachment::as_select())
        .first(c)?)
}

pub fn of_subject(c: &mut Conn, kind: SubjectKind, id: i64) -> Result<Vec<Attachment>> {
    Ok(attachments::table
        .filter(attachments::subject_kind.eq(kind))
        .filter(attachments::subject_id.eq(id))
        .filter(attachments::removed_at.is_null())
        .order(attachments::id)
        .select(Attachment::as_select())
        .load(c)?)
}

pub fn of_subjects(c: &mut Conn, kind: SubjectKind, ids: Vec<i64>) -> Result<Vec<Attachment>> {
    Ok(attachments::table
        .filter(attachments::subject_kind.eq(kind))
        .filter(attachments::subject_id.eq_any(ids))
        .filter(attachments::removed_at.is_null())
        .order(attachments::id)
        .select(Attachment::as_select())
        .load(c)?)
}

/// A file whose bytes are kept, removed or not.
pub fn find_kept(c: &mut Conn, id: AttachmentId) -> Result<Attachment> {
    Ok(attachments::table
        .find(id)
        .filter(attachments::discarded_at.is_null())
        .select(Attachment::as_select())
        .first(c)?)
}

/// A subject's files whose bytes are kept: a version may still need what was removed.
pub fn kept(c: &mut Conn, kind: SubjectKind, id: i64) -> Result<Vec<Attachment>> {
    Ok(attachments::table
        .filter(attachments::subject_kind.eq(kind))
        .filter(attachments::subject_id.eq(id))
        .filter(attachments::discarded_at.is_null())
        .order(attachments::id)
        .select(Attachment::as_select())
        .load(c)?)
}

/// Files whose bytes are kept after this one, a part at a time.
pub fn kept_after(c: &mut Conn, after: AttachmentId, limit: i64) -> Result<Vec<Attachment>> {
    Ok(attachments::table
        .filter(attachments::id.gt(after))
        .filter(attachments::discarded_at.is_null())
        .order(attachments::id)
        .limit(limit)
        .select(Attachment::as_select())
        .load(c)?)
}

/// Which of these stored files belong to something.
pub fn needed(c: &mut Conn, storage_keys: Vec<String>) -> Result<Vec<String>> {
    Ok(attachments::table
        .filter(attachments::storage_key.eq_any(storage_keys))
        .filter(attachments::discarded_at.is_null())
        .select(attachments::storage_key)
        .load(c)?)
}

/// All of a subject's files, the removed ones too.
pub fn ever_of_subject(c: &mut Conn, kind: SubjectKind, id: i64) -> Result<Vec<Attachment>> {
    Ok(attachments::table
        .filter(attachments::subject_kind.eq(kind))
        .filter(attachments::subject_id.eq(id))
        .order(attachments::id)
        .select(Attachment::as_select())
        .load(c)?)
}

pub fn put_key(c: &mut Conn, id: AttachmentId, file_key: &[u8]) -> Result<()> {
    diesel::update(attachments::table.find(id))
        .set(attachments::file_key.eq(Some(file_key)))
        .execute(c)?;
    Ok(())
}

pub fn put_facts(c: &mut Conn, id: AttachmentId, name: &str, sha256: &str) -> Result<()> {
    diesel::update(attachments::table.find(id))
        .set((attachments::name.eq(name), attachments::sha256.eq(sha256)))
        .execute(c)?;
    Ok(())
}

pub fn remove(
    c: &mut Conn,
    id: AttachmentId,
    revision: Option<i64>,
    now: Instant,
) -> Result<usize> {
    Ok(diesel::update(
        attachments::table
            .find(id)
            .filter(attachments::removed_at.is_null()),
    )
    .set((
        attachments::removed_at.eq(now),
        attachments::removed_in.eq(revision),
    ))
    .execute(c)?)
}

pub fn discard(c: &mut Conn, id: AttachmentId, now: Instant) -> Result<()> {
    diesel::update(attachments::table.find(id))
        .set(attachments::discarded_at.eq(now))
        .execute(c)?;
    Ok(())
}
