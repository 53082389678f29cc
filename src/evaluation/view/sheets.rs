//! How sheets are shown to those who follow scoring.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::SheetMark;
use crate::error::Result;
use crate::evaluation::actions::sheets::{SheetLine, SheetRecord};
use crate::evaluation::store::{MarkGiven, SheetVersion};
use crate::evaluation::{SheetState, VersionKind};
use crate::ids::{BidId, SheetId, UserId};
use crate::marks::Mark;

/// A sheet in a list: who handed in what when, nothing of what it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetListed {
    pub id: SheetId,
    pub bid_id: BidId,
    pub bid_title: String,
    pub reviewer_id: UserId,
    pub reviewer: String,
    pub state: SheetState,
    pub submitted_at: Option<DateTime<Utc>>,
    /// Sent back, and not handed in again: the lock waits for it.
    pub sent_back: bool,
    /// Why earlier versions of it are kept, the oldest first.
    pub kept: Vec<VersionKind>,
}

impl From<SheetLine> for SheetListed {
    fn from(line: SheetLine) -> Self {
        let head = line.head;
        Self {
            id: head.id,
            bid_id: BidId(head.subject_id),
            bid_title: head.title.unwrap_or_default(),
            reviewer_id: head.reviewer_id,
            reviewer: head.reviewer,
            state: head.state,
            submitted_at: head.submitted_at.map(|at| at.and_utc()),
            sent_back: line.waits,
            kept: line.kept,
        }
    }
}

/// A sheet with what it said earlier.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetShown {
    #[serde(flatten)]
    pub sheet: SheetListed,
    /// None unless it is one's own, or the evaluation is locked and the asker belongs to the committee.
    pub said: Option<SheetSaid>,
    /// Earlier versions, the newest first.
    pub versions: Vec<SheetVersionShown>,
    pub version: i64,
}

/// What a sheet says.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetSaid {
    pub marks: Vec<SheetMark>,
    pub total: Mark,
    pub notes: String,
}

/// What a sheet said earlier, and why that is kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetVersionShown {
    pub kind: VersionKind,
    pub reason: String,
    pub made_at: DateTime<Utc>,
    pub submitted_at: Option<DateTime<Utc>>,
    /// When the sheet was handed in again; none while the lock waits for it.
    pub ended_at: Option<DateTime<Utc>>,
    /// Put back as it was.
    pub restored: bool,
    /// None as above.
    pub said: Option<SheetSaid>,
}

fn said(marks: Vec<MarkGiven>, total: i64, notes: &str) -> SheetSaid {
    SheetSaid {
        marks: marks
            .into_iter()
            .map(|given| SheetMark {
                criterion_id: given.criterion_id,
                mark: given.mark.map(Mark),
                comment: given.comment,
            })
            .collect(),
        total: Mark(total),
        notes: notes.to_owned(),
    }
}

impl SheetShown {
    pub fn of(record: &SheetRecord) -> Result<Self> {
        let versions = record
            .versions
            .iter()
            .map(|version| SheetVersionShown::of(version, record.marks_shown))
            .collect::<Result<Vec<_>>>()?;
        let sheet = &record.sheet;
        Ok(Self {
            said: record
                .marks_shown
                .then(|| {
                    Ok::<_, crate::error::Error>(said(sheet.marks()?, sheet.total, &sheet.notes))
                })
                .transpose()?,
            version: sheet.version,
            sheet: SheetListed::from(SheetLine {
                waits: record.versions.iter().any(|one| one.ended_at.is_none()),
                kept: record.versions.iter().rev().map(|one| one.kind).collect(),
                head: record.head.clone(),
            }),
            versions,
        })
    }
}

impl SheetVersionShown {
    fn of(version: &SheetVersion, shown: bool) -> Result<Self> {
        let marks: Vec<MarkGiven> = serde_json::from_str(&version.marks)?;
        Ok(Self {
            kind: version.kind,
            reason: version.reason.clone(),
            made_at: version.made_at.and_utc(),
            submitted_at: version.submitted_at.map(|at| at.and_utc()),
            ended_at: version.ended_at.map(|at| at.and_utc()),
            restored: version.restored,
            said: shown.then(|| said(marks, version.total, &version.notes)),
        })
    }
}
