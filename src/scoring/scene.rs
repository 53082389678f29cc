//! One's work, one's own sheet, and any sheet, as one person may know of them.

use serde_json::Value;

use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{BidId, EvaluationId, RoundId, SheetId};
use crate::panel;
use crate::panel::scene::{self, Advanced, Scene};
use crate::rounds;
use crate::scoring::actions::sheet::{self, Marking};
use crate::scoring::actions::sheets;
use crate::scoring::shown::sheets::SheetShown;
use crate::scoring::shown::{EvaluationShown, SheetSaved};
use crate::scoring::store::{self, ScoreSheet};
use crate::seats::{self, Criterion};
use crate::verbs::{self, Subject};
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

impl Subject for Scored {
    type Shown = Advanced;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Advanced> {
        Ok(Advanced::of(&self.0, None))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(&self.0, verb)
    }

    fn href(&self) -> String {
        format!("/evaluations/{}", self.0.evaluation.id)
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

impl Subject for Work {
    type Shown = EvaluationShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<EvaluationShown> {
        EvaluationShown::load(c, actor, &self.0)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(&self.0, verb)
    }

    fn href(&self) -> String {
        format!("/evaluations/{}", self.0.evaluation.id)
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

impl Subject for OwnSheet {
    type Shown = SheetSaved;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<SheetSaved> {
        self.sheet
            .as_ref()
            .map(SheetSaved::of)
            .ok_or(Error::NotFound)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let evaluation = &self.marking.evaluation;
        let sheet = self.sheet.as_ref().map_or(0, |sheet| sheet.id.0);
        Event::new(
            verb,
            Chain::Committee(evaluation.committee_id),
            "score_sheet",
            sheet,
        )
        .organization(evaluation.committee_id)
    }

    fn href(&self) -> String {
        format!("/bids/{}/score", self.marking.bid.id)
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

impl Subject for SheetScene {
    type Shown = SheetShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<SheetShown> {
        SheetShown::of(&sheets::read(c, actor, self.sheet.id)?)
    }

    /// Never its marks.
    fn event(&self, verb: audit::Verb) -> Event {
        event(verb, &self.scene, &self.sheet)
    }

    fn href(&self) -> String {
        format!("/score_sheets/{}", self.sheet.id)
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
