//! A draft's history, and what it still lacks: for its own people alone.

use serde::Serialize;
use utoipa::ToSchema;

use crate::bids::attached::{self, VersionFile};
use crate::bids::content::{self, BidContent};
use crate::bids::difference::{self, Piece, TextChange};
use crate::bids::fields::{self, Names};
use crate::bids::scene::{BidScene, RevisionScene};
use crate::bids::{Bid, rules, store};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BidId, UserId};
use crate::people;
use crate::rounds;
use crate::sealing;
use crate::verbs::Scene;
use crate::who::Actor;

/// A bid of one's own organization; to everybody else its history does not exist.
pub fn own(c: &mut Conn, actor: &Actor, id: BidId) -> Result<BidScene> {
    let on = BidScene::load(c, actor, &id)?;
    on.by_drafters(actor).map_err(|_| Error::NotFound)?;
    Ok(on)
}

/// Who saved the last revision, with their name.
pub fn last_saved_by(c: &mut Conn, bid: &Bid) -> Result<(UserId, String)> {
    let by = store::saver(c, bid.id, bid.draft_revision)?;
    let name = people::user_names(c, &[by])?.remove(&by);
    Ok((by, name.unwrap_or_default()))
}

/// What the files are called among the fields.
const FILES: &str = "附件";

/// A line of the history.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionLine {
    pub revision: i64,
    pub saved_by: UserId,
    pub saved_by_name: String,
    pub saved_at: Instant,
    /// When it was submitted, if it was.
    pub submitted_at: Option<Instant>,
    /// Names of the fields that differ from the revision before; null if this session has no key of the organization.
    #[schema(example = json!(["破什么难题"]))]
    pub changed: Option<Vec<String>>,
}

/// Revisions before the given one, newest first; `limit + 1` rows, as a [`crate::web::Listing`] wants them.
pub fn page(
    c: &mut Conn,
    actor: &Actor,
    bid: &Bid,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<RevisionLine>> {
    // One more than is shown, for the last one's difference.
    let rows = store::revisions_before(c, bid.id, before, limit + 2)?;
    let secret = sealing::secret_of(c, actor, bid.id)?;
    let files = match &secret {
        Some(secret) => attached::ever(c, secret, bid.id)?,
        None => Vec::new(),
    };
    let said = match secret {
        Some(secret) => {
            let read =
                |row: &store::Revision| BidContent::from_bytes(&secret.decrypt(&row.content)?);
            let contents: Vec<_> = rows.iter().map(read).collect::<Result<_>>()?;
            let names = Names::of(c, bid.round_id, &contents)?;
            let said = contents.iter().map(|content| fields::of(content, &names));
            Some(said.collect::<Vec<_>>())
        }
        None => None,
    };
    let savers: Vec<UserId> = rows.iter().map(|row| row.saved_by).collect();
    let savers = people::user_names(c, &savers)?;
    let nothing = fields::of(&BidContent::default(), &Names::default());
    let shown = usize::try_from(limit + 1).unwrap_or(usize::MAX);
    Ok(rows
        .into_iter()
        .enumerate()
        .take(shown)
        .map(|(nth, row)| RevisionLine {
            changed: said.as_ref().and_then(|said| {
                let new = said.get(nth)?;
                let old = said.get(nth + 1).unwrap_or(&nothing);
                let mut changed = fields::differing(old, new);
                if files.iter().any(|file| file.changed_in(row.revision)) {
                    changed.push(FILES.to_owned());
                }
                Some(changed)
            }),
            submitted_at: row.submitted_at,
            revision: row.revision,
            saved_by: row.saved_by,
            saved_by_name: savers.get(&row.saved_by).cloned().unwrap_or_default(),
            saved_at: row.saved_at,
        })
        .collect())
}

/// A field that changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldChange {
    #[schema(example = "破什么难题")]
    pub field: String,
    pub pieces: Vec<Piece>,
}

/// Field by field what differs between two contents of a round.
pub fn between(old: &BidContent, new: &BidContent, names: &Names) -> Vec<FieldChange> {
    fields::of(old, names)
        .into_iter()
        .zip(fields::of(new, names))
        .filter(|(old, new)| old.text != new.text)
        .map(|(old, new)| FieldChange {
            pieces: difference::pieces(&old.text, &new.text),
            field: new.label,
        })
        .filter(|change| {
            change
                .pieces
                .iter()
                .any(|piece| piece.change != TextChange::Kept)
        })
        .collect()
}

/// A revision whole, and how it differs from another.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevisionShown {
    pub revision: i64,
    /// Null: the first one, which differs from nothing.
    pub against: Option<i64>,
    pub content: BidContent,
    /// The files it had; the bytes of those that no version needs any more are gone.
    pub files: Vec<VersionFile>,
    pub changes: Vec<FieldChange>,
}

/// Which files came and went between two revisions; None if they are the same.
fn files_between(old: &[VersionFile], new: &[VersionFile]) -> Option<FieldChange> {
    let is_in = |all: &[VersionFile], file: &VersionFile| all.iter().any(|one| one.id == file.id);
    let line = |change, file: &VersionFile| Piece {
        change,
        text: format!("{}\n", file.name),
    };
    let gone = old.iter().filter(|file| !is_in(new, file));
    let come = new.iter().filter(|file| !is_in(old, file));
    let pieces: Vec<Piece> = gone
        .map(|file| line(TextChange::Removed, file))
        .chain(come.map(|file| line(TextChange::Added, file)))
        .collect();
    (!pieces.is_empty()).then(|| FieldChange {
        field: FILES.to_owned(),
        pieces,
    })
}

/// A revision against another, or against the one before it.
pub fn compared(
    c: &mut Conn,
    actor: &Actor,
    on: &RevisionScene,
    against: Option<i64>,
) -> Result<RevisionShown> {
    let (bid, content) = (&on.on.bid, on.content(c, actor)?);
    let against = match against {
        Some(asked) => Some(asked),
        None => store::revision_number_before(c, bid.id, on.revision)?,
    };
    let old = match against {
        Some(against) => RevisionScene::load(c, actor, &(bid.id, against))?.content(c, actor)?,
        None => BidContent::default(),
    };
    let names = Names::of(c, bid.round_id, [&old, &content])?;
    let secret = sealing::secret_of(c, actor, bid.id)?.ok_or_else(sealing::locked)?;
    let ever = attached::ever(c, &secret, bid.id)?;
    let files_of = |revision: i64| -> Vec<VersionFile> {
        let found = ever.iter().filter(|file| file.is_in(revision));
        found.cloned().collect()
    };
    let files = files_of(on.revision);
    let mut changes = between(&old, &content, &names);
    changes.extend(files_between(
        &against.map(files_of).unwrap_or_default(),
        &files,
    ));
    Ok(RevisionShown {
        revision: on.revision,
        changes,
        against,
        content,
        files,
    })
}

/// A required field that is missing or wrong.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Lacking {
    /// As the API and the form name it.
    #[schema(example = "targets[0][name]")]
    pub field: String,
    #[schema(example = "目标第 1 项")]
    pub label: String,
    pub reason: String,
}

/// What a submission would be refused for, field by field.
pub fn completeness(c: &mut Conn, actor: &Actor, on: &BidScene) -> Result<Vec<Lacking>> {
    let bid = &on.bid;
    let content = super::content_of(c, actor, bid, &on.veil)?.ok_or_else(sealing::locked)?;
    if bid.state.is_readable() {
        return Ok(Vec::new());
    }
    Ok(lacking(&content, &rounds::topics(c, bid.round_id)?))
}

/// The same of a content at hand, in the form's order.
pub fn lacking(content: &BidContent, topics: &[rounds::Topic]) -> Vec<Lacking> {
    let mut found: Vec<Lacking> = rules::missing(content, topics)
        .into_iter()
        .flat_map(|(field, reasons)| {
            reasons.into_iter().map(move |reason| Lacking {
                label: content::label_of(&field),
                field: field.clone(),
                reason,
            })
        })
        .collect();
    found.sort_by_key(|one| content::place_of(&one.field));
    found
}
