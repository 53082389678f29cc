//! The files of a bid: they belong to its versions. What is drafted changes until the deadline, each time as a revision of
//! its own; what was submitted stays what it was, and its bytes are kept as long as a version needs them.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::rules::Sealed;
use super::scene::BidScene;
use super::{Bid, actions, sealed_of, store};
use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::files::{self, Attachment, Expected, Place, Received, SubjectKind};
use crate::ids::{AttachmentId, BidId, RevisionId, UserId};
use crate::sealing::{self, BidSecret};
use crate::seats::{Veil, Veiled};
use crate::verbs::Scene;
use crate::who::Actor;

/// A file of a bid, and which versions have it.
#[derive(Debug, Clone)]
pub struct BidFile {
    pub file: Attachment,
    pub uploaded_by: Veiled<UserId>,
    /// It is part of what is being written; false too for whoever does not read that.
    pub drafted: bool,
    /// It is part of what was submitted.
    pub submitted: bool,
}

fn is_submitted(bid: &Bid, file: &Attachment) -> bool {
    bid.submitted_revision
        .is_some_and(|revision| file.is_in(revision))
}

fn kept(c: &mut Conn, bid: &Bid) -> Result<Vec<Attachment>> {
    files::kept(c, SubjectKind::Bid, bid.id.0)
}

/// A bid's files as this person may read them: its own people those that are drafted and those that were submitted,
/// everybody else what was submitted, once it is opened, under the veil the bid is read under.
pub fn files_for(c: &mut Conn, actor: &Actor, bid: &Bid, veil: &Veil) -> Result<Vec<BidFile>> {
    if !actor.acts_for(bid.organization_id) {
        return submitted(c, bid, veil);
    }
    let Some(secret) = sealing::secret_of(c, actor, bid.id)? else {
        return Ok(Vec::new());
    };
    let rows = files::named(kept(c, bid)?, &secret)?.into_iter();
    Ok(rows
        .map(|file| BidFile {
            drafted: !file.is_removed(),
            submitted: is_submitted(bid, &file),
            uploaded_by: Veiled::Seen(file.uploaded_by),
            file,
        })
        .filter(|one| one.drafted || one.submitted)
        .collect())
}

fn submitted(c: &mut Conn, bid: &Bid, veil: &Veil) -> Result<Vec<BidFile>> {
    let Some(sealed) = sealed_of(bid)? else {
        return Ok(Vec::new());
    };
    let rows = kept(c, bid)?.into_iter().filter(|row| sealed.names(row));
    Ok(rows
        .map(|row| BidFile {
            uploaded_by: veil.veiled(row.uploaded_by),
            file: Attachment {
                name: veil.file(&row),
                ..row
            },
            drafted: false,
            submitted: true,
        })
        .collect())
}

/// Whether this person may read this file of a bid that they may read.
pub fn may_read(actor: &Actor, bid: &Bid, file: &Attachment) -> Result<()> {
    let may = if actor.acts_for(bid.organization_id) {
        !file.is_removed() || is_submitted(bid, file)
    } else {
        sealed_of(bid)?.is_some_and(|sealed| sealed.names(file))
    };
    if may { Ok(()) } else { Err(Error::NotFound) }
}

/// Whether the drafted files are others than the submitted ones.
pub fn differ(c: &mut Conn, bid: &Bid) -> Result<bool> {
    Ok(kept(c, bid)?
        .iter()
        .any(|file| is_submitted(bid, file) == file.is_removed()))
}

/// The bid, in its turn, as somebody may change its files now.
fn changeable(tx: &mut Tx, actor: &Actor, id: BidId) -> Result<BidScene> {
    match BidScene::turn(tx, &id) {
        Ok(()) | Err(Error::NotFound) => {}
        Err(fault) => return Err(fault),
    }
    let on = BidScene::load(tx, actor, &id)?;
    on.by_drafters(actor)?;
    let now = tx.now();
    on.takes_files(now)?;
    Ok(on)
}

/// Adds a file to what is drafted.
pub fn add(tx: &mut Tx, actor: &Actor, id: BidId, file: &Received) -> Result<Attachment> {
    let on = changeable(tx, actor, id)?;
    let revision = one_more(tx, actor, &on.bid)?;
    let place = Place {
        kind: SubjectKind::Bid,
        id: id.0,
        organization: on.bid.organization_id,
        revision: Some(revision),
    };
    let (row, _) = files::put(tx, actor, place, file)?;
    note(tx, actor, Verb::AttachmentAdded, &on, row.id, revision)?;
    Ok(row)
}

/// Takes a file off what is drafted. What was submitted keeps it until it is submitted anew or withdrawn.
pub fn take_off(tx: &mut Tx, actor: &Actor, id: BidId, file: &Attachment) -> Result<()> {
    let on = changeable(tx, actor, id)?;
    let revision = one_more(tx, actor, &on.bid)?;
    files::take_off(tx, file.id, Some(revision))?;
    discard_removed(tx, &on.bid)?;
    note(tx, actor, Verb::AttachmentRemoved, &on, file.id, revision)
}

/// A revision with the same words: the files are others.
fn one_more(tx: &mut Tx, actor: &Actor, bid: &Bid) -> Result<i64> {
    let (now, user) = (tx.now(), actor.person()?.user_id);
    let revision = bid.draft_revision + 1;
    store::count_revision(tx, bid)?;
    let id = RevisionId::fresh(now);
    store::insert_revision(tx, id, bid.id, revision, &bid.draft, user, now)?;
    Ok(revision)
}

/// What was removed and is not submitted either is needed by no version any more.
pub fn discard_removed(tx: &mut Tx, bid: &Bid) -> Result<()> {
    for file in kept(tx, bid)? {
        if file.is_removed() && !is_submitted(bid, &file) {
            files::discard(tx, &file)?;
        }
    }
    Ok(())
}

/// Neither name nor digest: nothing of a sealed bid's content stands in the trail.
fn note(
    tx: &mut Tx,
    actor: &Actor,
    verb: Verb,
    on: &BidScene,
    file: AttachmentId,
    revision: i64,
) -> Result<()> {
    let event = actions::event(verb, &on.bid, &on.round, on.bid.version)
        .subject("attachment", file.0)
        .detail(json!({
            "subject": SubjectKind::Bid, "subject_id": on.bid.id, "revision": revision,
        }));
    audit::record(tx, actor, event)
}

/// A file as a version of a bid had it; its bytes may be gone since.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VersionFile {
    pub id: AttachmentId,
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
    #[serde(skip)]
    added_in: i64,
    #[serde(skip)]
    removed_in: i64,
}

impl VersionFile {
    pub fn is_in(&self, revision: i64) -> bool {
        self.added_in <= revision && self.removed_in > revision
    }

    /// Whether the files of this revision are others than those of the one before.
    pub fn changed_in(&self, revision: i64) -> bool {
        self.added_in == revision || self.removed_in == revision
    }
}

/// Every file the bid ever had, for who has its key.
pub fn ever(c: &mut Conn, secret: &BidSecret, bid: BidId) -> Result<Vec<VersionFile>> {
    let rows = files::named(files::ever(c, SubjectKind::Bid, bid.0)?, secret)?;
    Ok(rows
        .into_iter()
        .map(|row| VersionFile {
            id: row.id,
            name: row.name,
            size: row.size,
            sha256: row.sha256,
            added_in: row.added_in.unwrap_or(0),
            removed_in: row.removed_in.unwrap_or(i64::MAX),
        })
        .collect())
}

/// At the opening: every file that an intact bid names, with what its bytes are read with. `rows` are the bid's files under
/// their names.
pub fn expected(
    bid: BidId,
    said: &Sealed,
    rows: &[Attachment],
    secret: Option<&BidSecret>,
) -> Result<Vec<Expected>> {
    let expected = said.attachments.iter().map(|named| {
        let row = rows.iter().find(|row| named.is(row.id, &row.sha256));
        let key = |row| secret.map_or(Ok(None), |secret| files::key_of(row, secret));
        Ok(Expected {
            bid,
            found: row
                .map(|row| Ok::<_, Error>((row.clone(), key(row)?)))
                .transpose()?,
            name: named.name.clone(),
            sha256: named.sha256.clone(),
        })
    });
    expected.collect()
}
