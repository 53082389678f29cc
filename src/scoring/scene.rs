//! One's work, one's own sheet, and any sheet, as one person may know of them.

use serde_json::Value;

use crate::audit::{self, Chain, Event};
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{BidId, EvaluationId, RoundId, SheetId};
use crate::panel;
use crate::panel::scene::{self, Scene};
use crate::rounds;
use crate::scoring::actions::sheet::{self, Marking};
use crate::scoring::actions::sheets;
use crate::scoring::store::{self, ScoreSheet};
use crate::seats::{self, Criterion};
use crate::verbs;
use crate::who::Actor;

/// The round that is scored.
pub struct Scored(pub Scene);

impl verbs::Scene for Scored {
    type Id = RoundId;

    fn turn(tx: &mut Tx, id: &RoundId) -> Result<()> {
        rounds::turn(tx, *id).map(drop)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
        scene::scene(c, actor, *id).map(Self)
    }

    fn version(&self) -> i64 {
        self.0.round.version
    }
}

/// An evaluation, with what one does in it.
pub struct Work(pub Scene);

impl verbs::Scene for Work {
    type Id = EvaluationId;

    fn turn(tx: &mut Tx, id: &EvaluationId) -> Result<()> {
        let round = seats::find(tx, *id)?.round_id.ok_or(Error::NotFound)?;
        rounds::turn(tx, round).map(drop)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &EvaluationId) -> Result<Self> {
        scene::scene_of(c, actor, *id).map(Self)
    }

    fn version(&self) -> i64 {
        self.0.evaluation.version
    }
}

/// A bid in front of its reviewer, with their sheet once it is begun. Whoever does not mark the bid is refused here.
pub struct OwnSheet {
    pub marking: Marking,
    pub criteria: Vec<Criterion>,
    pub sheet: Option<ScoreSheet>,
}

impl verbs::Scene for OwnSheet {
    type Id = BidId;

    /// Handing in races with the lock.
    fn turn(tx: &mut Tx, id: &BidId) -> Result<()> {
        let round = panel::bid_to_mark(tx, *id)?.0.round_id;
        rounds::turn(tx, round).map(drop)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &BidId) -> Result<Self> {
        let (marking, criteria, sheet) = sheet::own(c, actor, *id)?;
        Ok(Self {
            marking,
            criteria,
            sheet,
        })
    }

    /// 0: not begun.
    fn version(&self) -> i64 {
        self.sheet.as_ref().map_or(0, |sheet| sheet.version)
    }
}

/// A sheet: its reviewer's own, or as the chair and the committee may know of it.
pub struct SheetScene {
    pub scene: Scene,
    pub sheet: ScoreSheet,
    pub own: bool,
}

impl SheetScene {
    /// For the trail, whatever else there is to say.
    pub fn detail(&self, mut more: Value) -> Value {
        if let Some(fields) = more.as_object_mut() {
            fields.insert("subject_id".to_owned(), self.sheet.subject_id.into());
        }
        more
    }
}

impl verbs::Scene for SheetScene {
    type Id = SheetId;

    fn turn(tx: &mut Tx, id: &SheetId) -> Result<()> {
        let round = store::round_of_sheet(tx, *id)?.ok_or(Error::NotFound)?;
        rounds::turn(tx, round).map(drop)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &SheetId) -> Result<Self> {
        let (scene, own) = sheets::known(c, actor, *id)?;
        let sheet = store::sheet_by_id(c, *id)?;
        Ok(Self { scene, sheet, own })
    }

    fn version(&self) -> i64 {
        self.sheet.version
    }
}

/// The event of something done with a sheet: never its marks.
pub fn event(verb: audit::Verb, scene: &Scene, sheet: &ScoreSheet) -> Event {
    let chain = Chain::Committee(scene.round.committee_id);
    Event::new(verb, chain, "score_sheet", sheet.id.0)
        .organization(scene.round.committee_id)
        .round(scene.round.id)
        .version(sheet.version)
}
