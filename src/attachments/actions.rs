//! Adding, removing and reading files. Whoever may change a subject may add to it; whoever may read it may read them.

use serde_json::json;

use crate::audit::{self, Chain, Event, Verb};
use crate::award::minute;
use crate::bids;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::files::{self, Attachment, Received, SubjectKind};
use crate::ids::{AttachmentId, DecisionId, OrganizationId};
use crate::projects;
use crate::scoring::actions::paper;
use crate::sealing::FileKey;
use crate::who::{Actor, policy};

/// Where a file's event goes.
struct Place {
    committee: OrganizationId,
    organization: OrganizationId,
}

/// Who may change the subject's files now.
fn changeable(c: &mut Conn, actor: &Actor, kind: SubjectKind, id: i64) -> Result<Place> {
    match kind {
        SubjectKind::Bid => {
            let (bid, round) = bids::visible(c, actor, crate::ids::BidId(id))?;
            policy::may_act_for(actor, bid.organization_id)?;
            if bid.state.is_readable() || round.opened_at.is_some() {
                return Err(Refusal::new("already_opened", "已经开标，附件不能再改。")
                    .remedy("需要补充说明时，请联系党建部。")
                    .into());
            }
            Ok(Place {
                committee: round.committee_id,
                organization: bid.organization_id,
            })
        }
        SubjectKind::Step => {
            let (step, project) = projects::visible_step(c, actor, crate::ids::StepId(id))?;
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
        SubjectKind::Acceptance | SubjectKind::Sheet => Err(Error::NotFound),
    }
}

pub fn add(
    tx: &mut Tx,
    actor: &Actor,
    kind: SubjectKind,
    id: i64,
    file: &Received,
) -> Result<Attachment> {
    let place = changeable(tx, actor, kind, id)?;
    let (row, locked) = files::put(tx, actor, kind, id, place.organization, file)?;
    note(tx, actor, Verb::AttachmentAdded, &locked, &place)?;
    Ok(row)
}

/// Nothing is deleted: the row stays, marked; so does the file.
pub fn remove(tx: &mut Tx, actor: &Actor, id: AttachmentId) -> Result<Attachment> {
    let row = files::find(tx, id)?;
    if row.subject_kind == SubjectKind::Decision {
        minute::may_remove(tx, actor, DecisionId(row.subject_id))?;
    }
    let place = changeable(tx, actor, row.subject_kind, row.subject_id)?;
    files::take_off(tx, id)?;
    note(tx, actor, Verb::AttachmentRemoved, &row, &place)?;
    Ok(row)
}

/// Files of a bid are part of its draft: like a saved text they are no event of their own, or the public count of events
/// would tell how many a rival attached. The submission's digest covers them.
fn note(tx: &mut Tx, actor: &Actor, verb: Verb, row: &Attachment, place: &Place) -> Result<()> {
    if row.subject_kind == SubjectKind::Bid {
        return Ok(());
    }
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
    let row = visible(c, actor, id)?;
    let covered = match row.subject_kind {
        SubjectKind::Bid => {
            let bid = bids::find(c, crate::ids::BidId(row.subject_id))?;
            bids::blind::covers(c, actor, &bid)?
        }
        SubjectKind::Step
        | SubjectKind::Decision
        | SubjectKind::Acceptance
        | SubjectKind::Sheet => false,
    };
    let (row, key) = files::open(c, actor, row)?;
    Ok((if covered { bids::blind::file(row) } else { row }, key))
}

/// A file as this person may know of it.
pub fn visible(c: &mut Conn, actor: &Actor, id: AttachmentId) -> Result<Attachment> {
    let row = files::find(c, id)?;
    match row.subject_kind {
        SubjectKind::Bid => {
            let (bid, _) = bids::visible(c, actor, crate::ids::BidId(row.subject_id))?;
            // What was added after the last submission belongs to the draft, which only its own people read.
            if !actor.acts_for(bid.organization_id) {
                let sealed = bids::sealed_of(&bid)?.ok_or(Error::NotFound)?;
                if !sealed
                    .attachments
                    .iter()
                    .any(|file| file.sha256 == row.sha256)
                {
                    return Err(Error::NotFound);
                }
            }
        }
        SubjectKind::Step => {
            projects::visible_step(c, actor, crate::ids::StepId(row.subject_id))?;
        }
        SubjectKind::Decision => minute::may_read(c, actor, DecisionId(row.subject_id))?,
        SubjectKind::Sheet => paper::may_read_scan(c, actor, row.id)?,
        SubjectKind::Acceptance => return Err(Error::NotFound),
    }
    Ok(row)
}
