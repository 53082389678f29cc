//! Files: what a row names lies on the disk.

use std::path::Path;

use crate::bids;
use crate::db::Conn;
use crate::error::Result;
use crate::files::{self, SubjectKind};
use crate::ids::BidId;

/// Every file that a version needs is there, as long as it was; one of a submission is told as such.
pub fn stored(c: &mut Conn, folder: &Path) -> Result<Vec<String>> {
    let lost = files::lost(c, folder)?;
    let of_bids: Vec<BidId> = lost
        .iter()
        .filter(|(row, _)| row.subject_kind == SubjectKind::Bid)
        .map(|(row, _)| BidId(row.subject_id))
        .collect();
    let bids = bids::by_ids(c, &of_bids)?;
    Ok(lost
        .into_iter()
        .map(|(row, harm)| {
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
            format!("{kind} {subject}: file {}{name}{version} is {harm}", row.id)
        })
        .collect())
}
