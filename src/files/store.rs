//! Queries of files.

use diesel::prelude::*;

use super::SubjectKind;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::dialect::{self, Kind};
use crate::db::schema::{attachments, stored_files};
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

/// Bytes and SHA-256 of a stored file as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub size: i64,
    pub sha256: String,
}

/// A file whose bytes are kept.
#[derive(Debug, Clone)]
pub struct StoredFile {
    pub row: Attachment,
    /// What lay on disk when it was stored; None for a file from before that was noted.
    pub noted: Option<Stored>,
}

pub fn insert(c: &mut Conn, row: &Attachment, stored: &Stored) -> Result<()> {
    diesel::insert_into(attachments::table)
        .values(row)
        .execute(c)?;
    diesel::insert_into(stored_files::table)
        .values((
            stored_files::storage_key.eq(&row.storage_key),
            stored_files::size.eq(stored.size),
            stored_files::sha256.eq(&stored.sha256),
        ))
        .execute(c)?;
    Ok(())
}

/// Every file whose bytes are kept and, where it was noted, what lay on disk.
pub fn stored_files(c: &mut Conn) -> Result<Vec<StoredFile>> {
    let rows: Vec<(Attachment, Option<i64>, Option<String>)> = attachments::table
        .left_join(stored_files::table.on(stored_files::storage_key.eq(attachments::storage_key)))
        .filter(attachments::discarded_at.is_null())
        .order(attachments::id)
        .select((
            Attachment::as_select(),
            stored_files::size.nullable(),
            stored_files::sha256.nullable(),
        ))
        .load(c)?;
    let stored = |(row, size, sha256): (Attachment, Option<i64>, Option<String>)| StoredFile {
        row,
        noted: size
            .zip(sha256)
            .map(|(size, sha256)| Stored { size, sha256 }),
    };
    Ok(rows.into_iter().map(stored).collect())
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

/// The same of several subjects.
pub fn kept_of(c: &mut Conn, kind: SubjectKind, ids: Vec<i64>) -> Result<Vec<Attachment>> {
    Ok(attachments::table
        .filter(attachments::subject_kind.eq(kind))
        .filter(attachments::subject_id.eq_any(ids))
        .filter(attachments::discarded_at.is_null())
        .order(attachments::id)
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

/// `name` and `sha256` of many files, by `id`.
pub fn put_facts(c: &mut Conn, rows: &str) -> Result<()> {
    let columns = [("name", Kind::Text), ("sha256", Kind::Text)];
    dialect::update_rows(c, ("attachments", "id"), &columns, rows, None).map(|_| ())
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
