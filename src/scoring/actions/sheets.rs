//! Sheets as the chair and the committee follow them: who handed in what when, never what it says before the lock.

use std::collections::HashMap;

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{EvaluationId, SheetId, SheetVersionId};
use crate::panel::scene::{self, Scene};
use crate::scoring::VersionKind;
use crate::scoring::store::{
    self, Paper, PaperSheet, ScoreSheet, SheetFilter, SheetHead, SheetVersion,
};
use crate::seats::{EvaluationState, Veil};
use crate::who::Actor;

/// A sheet in a list.
pub struct SheetLine {
    pub head: SheetHead,
    /// Sent back or disputed, and not handed in again.
    pub waits: Option<VersionKind>,
    /// Why earlier versions of it are kept, the oldest first.
    pub kept: Vec<VersionKind>,
    /// What it says was entered from paper.
    pub paper: Option<Paper>,
}

/// A page of an evaluation's sheets, `limit + 1` of them: for the chair and the committee.
pub fn list(
    c: &mut Conn,
    actor: &Actor,
    evaluation: EvaluationId,
    filter: &SheetFilter,
) -> Result<(Scene, Veil, Vec<SheetLine>)> {
    let scene = scene::scene_of(c, actor, evaluation)?;
    if !scene.watches(actor) {
        return Err(Error::NotFound);
    }
    let heads = store::sheet_heads(c, scene.evaluation.id, filter)?;
    let ids: Vec<SheetId> = heads.iter().map(|head| head.id).collect();
    let mut kept: HashMap<SheetId, (Option<VersionKind>, Vec<VersionKind>)> = HashMap::new();
    for (sheet, kind, ended) in store::version_marks(c, &ids)? {
        let (waits, kinds) = kept.entry(sheet).or_default();
        if ended.is_none() {
            *waits = Some(kind);
        }
        kinds.push(kind);
    }
    let mut papers: HashMap<SheetId, Paper> = store::papers(c, &ids)?
        .into_iter()
        .filter(|paper| paper.row.version_id.is_none())
        .map(|paper| (paper.row.sheet_id, paper))
        .collect();
    let lines = heads
        .into_iter()
        .map(|head| {
            let (waits, kept) = kept.remove(&head.id).unwrap_or_default();
            SheetLine {
                paper: papers.remove(&head.id),
                head,
                waits,
                kept,
            }
        })
        .collect();
    let veil = Veil::of(c, actor, scene.round.id)?;
    Ok((scene, veil, lines))
}

/// A sheet with what it said earlier.
pub struct SheetRecord {
    pub scene: Scene,
    pub veil: Veil,
    pub head: SheetHead,
    pub sheet: ScoreSheet,
    /// Newest first.
    pub versions: Vec<KeptVersion>,
    /// What it says was entered from paper.
    pub paper: Option<Paper>,
    /// Whether this reader sees the marks: see [`reads`].
    pub marks_shown: bool,
    pub own: bool,
}

/// What a sheet said earlier.
pub struct KeptVersion {
    pub version: SheetVersion,
    pub paper: Option<Paper>,
    pub marks_shown: bool,
}

/// Whether this person reads what a sheet, or an earlier version of it, says: one's own always, the committee those of
/// a locked evaluation, and who entered it from paper what they typed in. The chair, who knows the reviewers by name,
/// never: after the lock the result shows all sheets by alias.
pub fn reads(scene: &Scene, actor: &Actor, own: bool, paper: Option<&PaperSheet>) -> bool {
    let locked = scene.evaluation.state == EvaluationState::Locked;
    let typed = scene.seat.is_none()
        && scene.runs(actor)
        && paper.is_some_and(|paper| actor.user_id() == Some(paper.entered_by));
    own || typed || (locked && scene.oversees(actor))
}

/// One sheet: its reviewer's own, or as the chair and the committee may see it.
pub fn read(c: &mut Conn, actor: &Actor, id: SheetId) -> Result<SheetRecord> {
    let (scene, own) = known(c, actor, id)?;
    let sheet = store::sheet_by_id(c, id)?;
    let filter = SheetFilter {
        reviewer: Some(sheet.reviewer_id),
        bid: Some(sheet.subject_id),
        after: None,
        limit: 1,
    };
    let head = store::sheet_heads(c, sheet.evaluation_id, &filter)?
        .into_iter()
        .next()
        .ok_or(Error::NotFound)?;
    let mut papers: HashMap<Option<SheetVersionId>, Paper> = store::papers(c, &[id])?
        .into_iter()
        .map(|paper| (paper.row.version_id, paper))
        .collect();
    let shown = |paper: Option<&Paper>| reads(&scene, actor, own, paper.map(|paper| &paper.row));
    let versions = store::versions(c, id)?
        .into_iter()
        .map(|version| {
            let paper = papers.remove(&Some(version.id));
            KeptVersion {
                marks_shown: shown(paper.as_ref()),
                version,
                paper,
            }
        })
        .collect();
    let paper = papers.remove(&None);
    Ok(SheetRecord {
        marks_shown: shown(paper.as_ref()),
        versions,
        paper,
        veil: Veil::of(c, actor, scene.round.id)?,
        scene,
        head,
        sheet,
        own,
    })
}

/// The scene of a sheet this person may know of, and whether it is their own.
pub fn known(c: &mut Conn, actor: &Actor, id: SheetId) -> Result<(Scene, bool)> {
    let round = store::round_of_sheet(c, id)?.ok_or(Error::NotFound)?;
    let scene = scene::scene(c, actor, round)?;
    let sheet = store::sheet_by_id(c, id)?;
    let own = actor.user_id() == Some(sheet.reviewer_id) && scene.seat.is_some();
    if !own && !scene.watches(actor) {
        return Err(Error::NotFound);
    }
    Ok((scene, own))
}

/// What was entered from paper for a sheet and stands.
pub fn on_paper(c: &mut Conn, sheet: SheetId) -> Result<Option<Paper>> {
    let papers = store::papers(c, &[sheet])?;
    Ok(papers
        .into_iter()
        .find(|paper| paper.row.version_id.is_none()))
}

/// What a sheet waits for, if it was sent back.
pub fn sent_back(c: &mut Conn, sheet: SheetId) -> Result<Option<SheetVersion>> {
    store::open_version(c, sheet)
}
