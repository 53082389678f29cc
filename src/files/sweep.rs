//! What crashes leave behind: files that no row names, and bytes of discarded ones.

use std::path::Path;

use chrono::Duration;

use super::storage::{self, Hold};
use super::store;
use crate::clock::real_now;
use crate::db::Conn;
use crate::error::Result;

/// A stored file without a row is left alone for so long: its upload may be under way.
pub const AGE: Duration = Duration::hours(24);

/// Names asked about at a time.
const PART: usize = 500;

/// Removes stored files that no row needs and that were last written longer ago than this; answers how many. The folder
/// is looked at before the rows: what was stored in between has its row by then.
pub fn sweep(c: &mut Conn, files: &Path, age: Duration) -> Result<usize> {
    if Hold::is_there(files) {
        return Ok(0);
    }
    let old = storage::written_before(files, real_now() - age)?;
    let mut swept = 0;
    for part in old.chunks(PART) {
        let needed = store::needed(c, part.to_vec())?;
        for name in part.iter().filter(|name| !needed.contains(name)) {
            storage::remove(files, name);
            swept += 1;
        }
    }
    Ok(swept)
}
