//! How sheets are shown to those who follow scoring.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::audit::{self, Event};
use crate::clock::{Instant, show_instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{AttachmentId, BidId, SheetId, UserId};
use crate::marks::Mark;
use crate::scoring::actions::sheets::{self, KeptVersion, SheetLine, SheetRecord};
use crate::scoring::scene::{self, SheetScene};
use crate::scoring::shown::SheetMark;
use crate::scoring::store::{MarkGiven, Paper};
use crate::scoring::{SheetState, VersionKind};
use crate::seats::Veil;
use crate::verbs::Subject;
use crate::who::Actor;

/// A sheet in a list: who handed in what when, nothing of what it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetListed {
    pub id: SheetId,
    pub bid_id: BidId,
    pub bid_title: String,
    pub reviewer_id: UserId,
    pub reviewer: String,
    pub state: SheetState,
    pub submitted_at: Option<Instant>,
    /// Sent back or disputed, and not handed in again: the lock waits for it.
    pub sent_back: bool,
    /// It was entered from paper, and its reviewer says that it is not what was signed.
    pub disputed: bool,
    /// Why earlier versions of it are kept, the oldest first.
    pub kept: Vec<VersionKind>,
    /// What it says was entered by the office from a signed paper sheet.
    pub paper: Option<PaperShown>,
}

/// How a sheet came from paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperShown {
    pub entered_by: UserId,
    pub entered_by_name: String,
    pub entered_at: Instant,
    /// When its reviewer found it right.
    pub confirmed_at: Option<Instant>,
    /// Why it was entered again, for who reads what it says.
    pub reason: Option<String>,
    /// The scan, for who reads what it says: `GET /api/v1/attachments/{id}`.
    pub scan: Option<AttachmentId>,
}

impl PaperShown {
    /// `shown`: to who reads what the sheet says.
    pub fn of(paper: &Paper, shown: bool, veil: &Veil) -> Self {
        let row = &paper.row;
        Self {
            entered_by: row.entered_by,
            entered_by_name: paper.by.clone(),
            entered_at: row.entered_at,
            confirmed_at: row.confirmed_at,
            reason: row
                .reason
                .as_deref()
                .filter(|_| shown)
                .map(|reason| veil.text(reason)),
            scan: shown.then_some(row.attachment_id),
        }
    }

    /// For people.
    pub fn told(&self) -> Value {
        json!({
            "by": self.entered_by_name, "at": show_instant(self.entered_at),
            "confirmed": self.confirmed_at.map(show_instant),
            "reason": self.reason, "scan": self.scan,
        })
    }
}

impl SheetListed {
    /// Label and tone of where it stands.
    pub fn standing(&self) -> (&'static str, &'static str) {
        match (self.state, self.sent_back) {
            (_, true) if self.disputed => ("有异议", "amber"),
            (_, true) => ("已退回", "amber"),
            (SheetState::Draft, false) => ("草稿", ""),
            (SheetState::Submitted, false) => ("已提交", "green"),
            (SheetState::Locked, false) => ("已锁定", "green"),
        }
    }
}

impl SheetListed {
    pub fn of(line: SheetLine, veil: &Veil) -> Self {
        let head = line.head;
        Self {
            id: head.id,
            bid_id: BidId(head.subject_id),
            bid_title: head.named.title(veil),
            reviewer_id: head.reviewer_id,
            reviewer: head.reviewer,
            state: head.state,
            submitted_at: head.submitted_at,
            sent_back: line.waits.is_some(),
            disputed: line.waits == Some(VersionKind::Disputed),
            kept: line.kept,
            paper: line.paper.map(|paper| PaperShown::of(&paper, false, veil)),
        }
    }
}

/// A sheet with what it said earlier.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetShown {
    #[serde(flatten)]
    pub sheet: SheetListed,
    /// None unless it is one's own, one entered it from paper, or the evaluation is locked and the asker belongs to the
    /// committee.
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
    /// Of what was entered from paper, for who reads what it says.
    pub reason: Option<String>,
    pub made_at: Instant,
    pub submitted_at: Option<Instant>,
    /// When the sheet was handed in again; none while the lock waits for it.
    pub ended_at: Option<Instant>,
    /// Put back as it was.
    pub restored: bool,
    /// None as above.
    pub said: Option<SheetSaid>,
    /// It was entered from paper.
    pub paper: Option<PaperShown>,
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

impl SheetListed {
    fn with(mut self, paper: Option<&Paper>, shown: bool, veil: &Veil) -> Self {
        self.paper = paper.map(|paper| PaperShown::of(paper, shown, veil));
        self
    }
}

impl SheetShown {
    pub fn of(record: &SheetRecord) -> Result<Self> {
        let veil = &record.veil;
        let versions = record
            .versions
            .iter()
            .map(|kept| SheetVersionShown::of(kept, veil))
            .collect::<Result<Vec<_>>>()?;
        let sheet = &record.sheet;
        let kept = || record.versions.iter().map(|one| &one.version);
        Ok(Self {
            said: record
                .marks_shown
                .then(|| {
                    Ok::<_, crate::error::Error>(said(sheet.marks()?, sheet.total, &sheet.notes))
                })
                .transpose()?,
            version: sheet.version,
            sheet: SheetListed::of(
                SheetLine {
                    waits: kept()
                        .find(|one| one.ended_at.is_none())
                        .map(|one| one.kind),
                    kept: kept().rev().map(|one| one.kind).collect(),
                    head: record.head.clone(),
                    paper: None,
                },
                veil,
            )
            .with(record.paper.as_ref(), record.marks_shown, veil),
            versions,
        })
    }
}

impl SheetVersionShown {
    fn of(kept: &KeptVersion, veil: &Veil) -> Result<Self> {
        let (version, shown) = (&kept.version, kept.marks_shown);
        // What is said of an entry may repeat what it says.
        let told = shown || !matches!(version.kind, VersionKind::Corrected | VersionKind::Disputed);
        let marks: Vec<MarkGiven> = serde_json::from_str(&version.marks)?;
        Ok(Self {
            kind: version.kind,
            reason: told.then(|| veil.text(&version.reason)),
            made_at: version.made_at,
            submitted_at: version.submitted_at,
            ended_at: version.ended_at,
            restored: version.restored,
            said: shown.then(|| said(marks, version.total, &version.notes)),
            paper: kept
                .paper
                .as_ref()
                .map(|paper| PaperShown::of(paper, shown, veil)),
        })
    }
}

impl Subject for SheetScene {
    type Shown = SheetShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<SheetShown> {
        SheetShown::of(&sheets::read(c, actor, self.sheet.id)?)
    }

    /// Never its marks.
    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(verb, &self.scene, &self.sheet)
    }

    fn href(&self) -> String {
        format!("/score_sheets/{}", self.sheet.id)
    }
}
