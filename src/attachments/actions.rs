//! Adding, removing and reading files. Whoever may change a subject may add to it; whoever may read it may read them.

use serde_json::json;

use crate::audit::{self, Chain, Event, Verb};
use crate::award::minute;
use crate::bids::{self, Seen};
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::files::{self, Attachment, Received, SubjectKind};
use crate::ids::{AttachmentId, BidId, DecisionId, OrganizationId, StepId};
use crate::projects;
use crate::scoring::actions::paper;
use crate::sealing::FileKey;
use crate::seats::Veil;
use crate::who::{Actor, policy};

/// Where a file's event goes. Files of a bid belong to its versions: [`bids::attached`] has them.
struct Place {
    committee: OrganizationId,
    organization: OrganizationId,
}

/// Who may change the subject's files now.
fn changeable(c: &mut Conn, actor: &Actor, kind: SubjectKind, id: i64) -> Result<Place> {
    match kind {
        SubjectKind::Step => {
            let (step, project) = projects::visible_step(c, actor, StepId(id))?;
            policy::may_act_for(actor, project.organization_id)?;
            projects::may_save_step(&step)?;
            Ok(Place {
                committee: project.committee_id,
                organization: project.organization_id,
            })
        }
        SubjectKind::Decision => {
            let committee = minute::may_attach(c, actor, DecisionId(id))?;
            Ok(Place {
                committee,
                organization: committee,
            })
        }
        // A scan belongs to what was entered from it and never changes.
        SubjectKind::Bid | SubjectKind::Acceptance | SubjectKind::Sheet => Err(Error::NotFound),
    }
}

pub fn add(
    tx: &mut Tx,
    actor: &Actor,
    kind: SubjectKind,
    id: i64,
    file: &Received,
) -> Result<Attachment> {
    if kind == SubjectKind::Bid {
        return bids::attached::add(tx, actor, BidId(id), file);
    }
    let place = changeable(tx, actor, kind, id)?;
    let onto = files::Place {
        kind,
        id,
        organization: place.organization,
        revision: None,
    };
    let (row, locked) = files::put(tx, actor, onto, file)?;
    note(tx, actor, Verb::AttachmentAdded, &locked, &place)?;
    Ok(row)
}

/// The row stays, marked; the bytes go once no version needs them.
pub fn remove(tx: &mut Tx, actor: &Actor, id: AttachmentId) -> Result<Attachment> {
    let row = files::find(tx, id)?;
    if row.subject_kind == SubjectKind::Bid {
        bids::attached::take_off(tx, actor, BidId(row.subject_id), &row)?;
        return Ok(row);
    }
    if row.subject_kind == SubjectKind::Decision {
        minute::may_remove(tx, actor, DecisionId(row.subject_id))?;
    }
    let place = changeable(tx, actor, row.subject_kind, row.subject_id)?;
    files::take_off(tx, id, None)?;
    files::discard(tx, &row)?;
    note(tx, actor, Verb::AttachmentRemoved, &row, &place)?;
    Ok(row)
}

fn note(tx: &mut Tx, actor: &Actor, verb: Verb, row: &Attachment, place: &Place) -> Result<()> {
    let event = Event::new(
        verb,
        Chain::Committee(place.committee),
        "attachment",
        row.id.0,
    )
    .organization(place.organization)
    .detail(
        json!({ "subject": row.subject_kind, "subject_id": row.subject_id, "sha256": row.sha256 }),
    );
    audit::record(tx, actor, event)
}

/// A file as this person may read it, with the key of its bytes; None for a file of old times, which lies plain.
pub fn readable(
    c: &mut Conn,
    actor: &Actor,
    id: AttachmentId,
) -> Result<(Attachment, Option<FileKey>)> {
    let (row, veil) = visible(c, actor, id)?;
    let (row, key) = files::open(c, actor, row)?;
    let name = veil.file(&row);
    Ok((Attachment { name, ..row }, key))
}

/// A file as this person may know of it, with the veil over its name.
pub fn visible(c: &mut Conn, actor: &Actor, id: AttachmentId) -> Result<(Attachment, Veil)> {
    let row = files::find_kept(c, id)?;
    if row.is_removed() && row.subject_kind != SubjectKind::Bid {
        return Err(Error::NotFound);
    }
    let veil = match row.subject_kind {
        SubjectKind::Bid => {
            let Seen { bid, veil, .. } = bids::visible(c, actor, BidId(row.subject_id))?;
            bids::attached::may_read(actor, &bid, &row)?;
            veil
        }
        SubjectKind::Step => {
            projects::visible_step(c, actor, StepId(row.subject_id))?;
            Veil::default()
        }
        SubjectKind::Decision => {
            minute::may_read(c, actor, DecisionId(row.subject_id))?;
            Veil::default()
        }
        SubjectKind::Sheet => {
            let round = paper::may_read_scan(c, actor, row.id)?;
            Veil::of(c, actor, round)?
        }
        SubjectKind::Acceptance => return Err(Error::NotFound),
    };
    Ok((row, veil))
}
