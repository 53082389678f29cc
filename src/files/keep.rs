//! Keeping a received file and taking one off, for the command that has asked who may.

use super::store::{self, Attachment};
use super::{Received, SubjectKind, sealed};
use crate::db::{Tx, changed};
use crate::error::{Error, Result};
use crate::ids::{AttachmentId, OrganizationId, SheetId};
use crate::who::Actor;

/// How many files one subject may have.
const MOST: usize = 20;

/// Adds a file to a subject: the row as its readers know it, and as it is stored.
pub fn put(
    tx: &mut Tx,
    actor: &Actor,
    kind: SubjectKind,
    id: i64,
    organization: OrganizationId,
    file: &Received,
) -> Result<(Attachment, Attachment)> {
    if store::of_subject(tx, kind, id)?.len() >= MOST {
        return Err(Error::field("file", "附件最多 20 个。"));
    }
    let row = fresh(tx, actor, kind, id, organization, file)?;
    let locked = sealed::lock(tx, actor, row.clone(), file)?;
    store::insert(tx, &locked, &file.stored)?;
    Ok((row, locked))
}

/// Marks a file as removed; somebody faster makes it stale.
pub fn take_off(tx: &mut Tx, id: AttachmentId) -> Result<()> {
    let now = tx.now();
    changed(store::remove(tx, id, now)?)
}

/// Keeps the scan of a score sheet for the command that enters it, which says who may and records what was done. Its
/// name is ours: whatever it was called may name a bidder or a reviewer.
pub fn keep_scan(
    tx: &mut Tx,
    actor: &Actor,
    sheet: SheetId,
    organization: OrganizationId,
    file: &Received,
) -> Result<Attachment> {
    let ending = match file.media_type {
        "application/pdf" => "pdf",
        "image/png" => "png",
        _ => "jpg",
    };
    let row = Attachment {
        name: format!("{}.{ending}", SubjectKind::Sheet.label()),
        ..fresh(tx, actor, SubjectKind::Sheet, sheet.0, organization, file)?
    };
    let locked = sealed::lock(tx, actor, row.clone(), file)?;
    store::insert(tx, &locked, &file.stored)?;
    Ok(row)
}

fn fresh(
    tx: &mut Tx,
    actor: &Actor,
    kind: SubjectKind,
    id: i64,
    organization: OrganizationId,
    file: &Received,
) -> Result<Attachment> {
    let now = tx.now();
    Ok(Attachment {
        id: AttachmentId::fresh(now),
        subject_kind: kind,
        subject_id: id,
        organization_id: organization,
        name: file.name.clone(),
        media_type: file.media_type.to_owned(),
        size: file.size,
        sha256: file.sha256.clone(),
        storage_key: file.storage_key.clone(),
        uploaded_by: actor.person()?.user_id,
        uploaded_at: now,
        removed_at: None,
        file_key: None,
        sealed_facts: None,
    })
}
