//! Queries of files.

use diesel::prelude::*;

use super::SubjectKind;
use super::storage::Stored;
use crate::clock::Instant;
use crate::db::Conn;
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
}

/// A file that a row names, and what lies on disk.
#[derive(Debug, Clone, Queryable)]
pub struct StoredFile {
    pub id: AttachmentId,
    pub storage_key: String,
    /// Bytes of its content; encrypted it takes a few more.
    pub size: i64,
    /// A file taken off need not lie there any longer.
    pub removed: bool,
    /// Bytes on disk; None for a file from before they were noted.
    pub stored_size: Option<i64>,
    /// SHA-256 of what lies on disk.
    pub stored_sha256: Option<String>,
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

/// Every file that a row names and, where it was noted, what lies on disk; the removed ones too.
pub fn stored_files(c: &mut Conn) -> Result<Vec<StoredFile>> {
    let rows = attachments::table
        .left_join(stored_files::table.on(stored_files::storage_key.eq(attachments::storage_key)))
        .order(attachments::id)
        .select((
            attachments::id,
            attachments::storage_key,
            attachments::size,
            attachments::removed_at.is_not_null(),
            stored_files::size.nullable(),
            stored_files::sha256.nullable(),
        ))
        .load(c)?;
    Ok(rows)
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

pub fn remove(c: &mut Conn, id: AttachmentId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        attachments::table
            .find(id)
            .filter(attachments::removed_at.is_null()),
    )
    .set(attachments::removed_at.eq(now))
    .execute(c)?)
}
