//! What the office sees while it enters paper sheets: whose are missing, never what others say.

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BidId, EvaluationId, SheetId, UserId};
use crate::panel::scene::{self, Scene};
use crate::scoring::actions::paper::{Entry, closed, may_change, may_enter, not_entered, standing};
use crate::scoring::actions::sheets;
use crate::scoring::actions::work::{Assignment, Share};
use crate::scoring::store::{self, ScoreSheet};
use crate::seats::{self, Criterion, Veil};
use crate::who::Actor;

/// Where paper sheets are entered.
pub struct Desk {
    pub scene: Scene,
    /// The panel's: what is entered was printed for it.
    pub veil: Veil,
    pub criteria: Vec<Criterion>,
    /// Members who signed the undertaking, with their names.
    pub reviewers: Vec<(UserId, String)>,
    /// A part of what the chosen one has not handed in.
    pub bids: Vec<Assignment>,
    /// Which of them is to be entered.
    pub chosen: Option<Assignment>,
    /// How many there are in all.
    pub waiting: usize,
}

/// Bids offered to choose from.
const OFFERED: i64 = 50;

pub fn desk(
    c: &mut Conn,
    actor: &Actor,
    id: EvaluationId,
    reviewer: Option<UserId>,
    bid: Option<BidId>,
    word: &str,
) -> Result<Desk> {
    let scene = may_begin(c, actor, id)?;
    let mut members = seats::panel(c, id)?;
    members.retain(|member| member.undertaking_at.is_some());
    let people = seats::people_by_id(c, members.iter().map(|member| member.user_id).collect())?;
    let reviewers: Vec<(UserId, String)> = members
        .iter()
        .filter_map(|member| Some((member.user_id, people.get(&member.user_id)?.name.clone())))
        .collect();
    let known = reviewer.filter(|user| reviewers.iter().any(|(one, _)| one == user));
    let (mut bids, mut chosen, mut waiting) = (Vec::new(), None, 0);
    if let Some(user) = known {
        let share = Share::load(c, &scene.evaluation, scene.round.id, user)?;
        waiting = share.left(c)?;
        bids = share.waiting(c, word, OFFERED)?;
        if let Some(bid) = bid {
            chosen = share.among(c, &[bid])?.into_iter().find(Assignment::waits);
        }
    }
    Ok(Desk {
        waiting,
        chosen,
        criteria: seats::criteria(c, id)?,
        veil: Veil::of_all(c, scene.round.id)?,
        scene,
        reviewers,
        bids,
    })
}

/// Whether this person may enter sheets now: asked before a file is taken.
pub fn may_begin(c: &mut Conn, actor: &Actor, id: EvaluationId) -> Result<Scene> {
    let scene = scene::scene_of(c, actor, id)?;
    may_enter(&scene, actor)?;
    match closed(&scene) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(scene),
    }
}

/// An entry that may be entered again.
pub struct Again {
    pub scene: Scene,
    pub criteria: Vec<Criterion>,
    pub sheet: ScoreSheet,
    pub entry: Entry,
    /// Whether this person typed in what stands: only then it is shown, and only then the scan may stay.
    pub typed: bool,
}

impl Again {
    /// What was entered, for who typed it in.
    pub fn entered(&self) -> Result<Option<(Vec<store::MarkGiven>, String)>> {
        if !self.typed {
            return Ok(None);
        }
        Ok(Some(match &self.entry.disputed {
            Some(version) => (serde_json::from_str(&version.marks)?, version.notes.clone()),
            None => (self.sheet.marks()?, self.sheet.notes.clone()),
        }))
    }
}

/// The same for one that was entered: also asked before a file is taken.
pub fn again(c: &mut Conn, actor: &Actor, id: SheetId) -> Result<Again> {
    let (scene, _) = sheets::known(c, actor, id)?;
    may_enter(&scene, actor)?;
    if let Some(refusal) = closed(&scene) {
        return Err(refusal.into());
    }
    let sheet = store::sheet_by_id(c, id)?;
    let entry = standing(c, id)?.ok_or_else(not_entered)?;
    may_change(&scene, &sheet)?;
    Ok(Again {
        criteria: seats::criteria(c, scene.evaluation.id)?,
        typed: actor.user_id() == Some(entry.paper.entered_by),
        scene,
        sheet,
        entry,
    })
}

/// Whether the office may enter this sheet again: for the button.
pub fn may_correct(c: &mut Conn, actor: &Actor, id: SheetId) -> Result<bool> {
    match again(c, actor, id) {
        Ok(_) => Ok(true),
        Err(Error::Forbidden(_) | Error::Conflict(_) | Error::Unauthorized(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
