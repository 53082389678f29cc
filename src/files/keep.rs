//! Keeping a received file and taking one off, for the command that has asked who may.

use super::store::{self, Attachment};
use super::{Received, SubjectKind, sealed};
use crate::db::{Tx, changed};
use crate::error::{Error, Result};
use crate::ids::{AttachmentId, OrganizationId, SheetId};
use crate::who::Actor;

/// How many files one subject may keep, those included that only an earlier version still needs.
const MOST: usize = 20;

/// What a file is added to.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub kind: SubjectKind,
    pub id: i64,
    pub organization: OrganizationId,
    /// Of a bid: the revision the file comes in.
    pub revision: Option<i64>,
}

/// Adds a file to a subject: the row as its readers know it, and as it is stored.
pub fn put(
    tx: &mut Tx,
    actor: &Actor,
    place: Place,
    file: &Received,
) -> Result<(Attachment, Attachment)> {
    let kept = store::kept(tx, place.kind, place.id)?;
    if kept.len() >= MOST {
        let removed = kept.iter().filter(|row| row.is_removed()).count();
        return Err(Error::field("file", too_many(removed)));
    }
    let row = Attachment {
        added_in: place.revision,
        ..fresh(tx, actor, place.kind, place.id, place.organization, file)?
    };
    let locked = sealed::lock(tx, actor, row.clone(), file)?;
    store::insert(tx, &locked, &file.stored)?;
    Ok((row, locked))
}

fn too_many(removed: usize) -> String {
    match removed {
        0 => format!("附件最多 {MOST} 个。"),
        _ => format!(
            "附件最多 {MOST} 个，其中 {removed} 个已移除、但已提交的版本里还有；重新提交或撤回以后可以再加。"
        ),
    }
}

/// Marks a file as removed, in this revision of a bid; somebody faster makes it stale.
pub fn take_off(tx: &mut Tx, id: AttachmentId, revision: Option<i64>) -> Result<()> {
    let now = tx.now();
    changed(store::remove(tx, id, revision, now)?)
}

/// No version needs this removed file any more: its bytes go once the transaction has committed.
pub fn discard(tx: &mut Tx, row: &Attachment) -> Result<()> {
    let now = tx.now();
    store::discard(tx, row.id, now)?;
    tx.let_go(row.storage_key.clone());
    Ok(())
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
        added_in: None,
        removed_in: None,
        discarded_at: None,
    })
}
