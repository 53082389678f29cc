//! Files of bids: key, name and digest go with the bid's key.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::store::{self, Attachment};
use super::{Received, SubjectKind};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::BidId;
use crate::sealing::{self, BidSecret, FileKey};
use crate::who::Actor;

/// What only a bid's readers may know of its file.
#[derive(Serialize, Deserialize)]
struct Facts {
    name: String,
    sha256: String,
}

/// A new file's columns: under the bid's key for a bid, under the server's for anything else.
pub(super) fn lock(
    tx: &mut Tx,
    actor: &Actor,
    row: Attachment,
    file: &Received,
) -> Result<Attachment> {
    if row.subject_kind != SubjectKind::Bid {
        return Ok(Attachment {
            file_key: Some(file.key.under_server(actor.server_keys()?)?),
            ..row
        });
    }
    let secret = sealing::secret_to_write(tx, actor, BidId(row.subject_id))?;
    let facts = serde_json::to_vec(&Facts {
        name: row.name,
        sha256: row.sha256,
    })?;
    Ok(Attachment {
        name: String::new(),
        sha256: String::new(),
        file_key: Some(file.key.under_bid(&secret)?),
        sealed_facts: Some(file.key.encrypt_facts(&facts)?),
        ..row
    })
}

/// A row of a bid's file with its name and digest, as the bid's key shows them.
fn shown(row: Attachment, secret: &BidSecret) -> Result<Attachment> {
    let (Some(locked), Some(facts)) = (&row.file_key, &row.sealed_facts) else {
        return Ok(row);
    };
    let facts = FileKey::of_bid(secret, locked)?.decrypt_facts(facts)?;
    let Facts { name, sha256 } = serde_json::from_slice(&facts)?;
    Ok(Attachment {
        name,
        sha256,
        ..row
    })
}

/// Rows of a bid's files with names and digests, for who has its key.
pub fn named(rows: Vec<Attachment>, secret: &BidSecret) -> Result<Vec<Attachment>> {
    rows.into_iter().map(|row| shown(row, secret)).collect()
}

/// The key of a bid's file; None for a file of old times, which lies plain.
pub fn key_of(row: &Attachment, secret: &BidSecret) -> Result<Option<FileKey>> {
    let locked = row.file_key.as_deref();
    locked
        .map(|locked| FileKey::of_bid(secret, locked))
        .transpose()
}

/// A submission has a key of its own: the files go under it.
pub fn move_to_key(tx: &mut Tx, bid: BidId, earlier: &BidSecret, secret: &BidSecret) -> Result<()> {
    for row in store::ever_of_subject(tx, SubjectKind::Bid, bid.0)? {
        if let Some(locked) = &row.file_key {
            let key = FileKey::of_bid(earlier, locked)?.under_bid(secret)?;
            store::put_key(tx, row.id, &key)?;
        }
    }
    Ok(())
}

/// Names and digests as they stand in their columns from the opening on, for [`reveal`].
pub fn rows<'a>(named: impl Iterator<Item = &'a Attachment>) -> Result<String> {
    let rows = named.map(|row| json!({ "id": row.id, "name": row.name, "sha256": row.sha256 }));
    Ok(serde_json::to_string(&rows.collect::<Vec<_>>())?)
}

/// At the opening: names and digests of the files that were submitted go into their columns.
pub fn reveal(tx: &mut Tx, rows: &str) -> Result<()> {
    store::put_facts(tx, rows)
}

/// A file as this person reads it, with the key of its bytes; None for a file of old times.
pub fn open(c: &mut Conn, actor: &Actor, row: Attachment) -> Result<(Attachment, Option<FileKey>)> {
    let Some(locked) = row.file_key.clone() else {
        return Ok((row, None));
    };
    if row.subject_kind != SubjectKind::Bid {
        let key = FileKey::of_server(actor.server_keys()?, &locked)?;
        return Ok((row, Some(key)));
    }
    let secret =
        sealing::secret_of(c, actor, BidId(row.subject_id))?.ok_or_else(sealing::locked)?;
    let key = FileKey::of_bid(&secret, &locked)?;
    Ok((shown(row, &secret)?, Some(key)))
}
