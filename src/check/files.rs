//! Files: what a row names lies on the disk, as it was stored.

use std::path::Path;

use crate::bids;
use crate::db::{Conn, Db};
use crate::error::Result;
use crate::files::{self, StoredFile, SubjectKind};
use crate::ids::BidId;

/// Every file that a version needs is there, as it was; one of a submission is told as such. A file that was discarded
/// while this looked is none of them.
pub fn stored(db: &Db, folder: &Path) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for file in db.snapshot_now(files::stored_files)? {
        if let Some(fault) = file.fault(folder)
            && db.read_now(|c| files::is_kept(c, &file))?
        {
            faults.push((file, fault));
        }
    }
    db.read_now(|c| told(c, faults))
}

/// The same where nobody discards anything.
pub fn at_rest(c: &mut Conn, folder: &Path) -> Result<Vec<String>> {
    let stored = files::stored_files(c)?.into_iter();
    let faults = stored
        .filter_map(|file| file.fault(folder).map(|fault| (file, fault)))
        .collect();
    told(c, faults)
}

fn told(c: &mut Conn, faults: Vec<(StoredFile, String)>) -> Result<Vec<String>> {
    let of_bids: Vec<BidId> = faults
        .iter()
        .filter(|(file, _)| file.row.subject_kind == SubjectKind::Bid)
        .map(|(file, _)| BidId(file.row.subject_id))
        .collect();
    let bids = bids::by_ids(c, &of_bids)?;
    Ok(faults
        .into_iter()
        .map(|(StoredFile { row, .. }, fault)| {
            let (kind, subject) = (row.subject_kind, row.subject_id);
            let submitted = kind == SubjectKind::Bid
                && bids.iter().any(|bid| {
                    bid.id.0 == subject && bid.submitted_revision.is_some_and(|r| row.is_in(r))
                });
            let version = if submitted {
                " of its submitted version"
            } else {
                ""
            };
            let name = match row.name.as_str() {
                "" => String::new(),
                name => format!(" “{name}”"),
            };
            format!(
                "files: {kind} {subject}: file {} ({}){name}{version} {fault}",
                row.id, row.storage_key
            )
        })
        .collect())
}
