//! A round as one person may know of it: whole, its openers, one of its questions, one of its corrections.

use super::rules::{self, Action};
use super::store::questions;
use super::{Correction, Question, Round, RoundState, store};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{CorrectionId, RoundId, RoundQuestionId};
use crate::people;
use crate::verbs::Scene;
use crate::who::policy::{self, OVERSEERS};
use crate::who::{Actor, Role};

pub struct RoundScene {
    pub round: Round,
    /// Roles are held against it.
    pub committee_path: String,
}

impl RoundScene {
    pub fn of(c: &mut Conn, round: Round) -> Result<Self> {
        let committee_path = people::organization(c, round.committee_id)?.path;
        Ok(Self {
            round,
            committee_path,
        })
    }

    /// The office of the committee, or above it.
    pub fn by_office(&self, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &self.committee_path)
    }

    pub fn next(&self, action: Action, now: Instant) -> Result<RoundState> {
        Ok(rules::next(self.round.state_at(now), action)?)
    }

    /// Questions and corrections, until the deadline.
    pub fn takes_questions(&self, now: Instant) -> Result<()> {
        Ok(rules::takes_questions(
            self.round.state_at(now),
            self.round.deadline,
        )?)
    }

    /// Drafts are seen by the office and the secretary of the committee or above it, published rounds by everybody in
    /// its subtree.
    fn is_seen_by(&self, actor: &Actor) -> Result<bool> {
        let (person, path) = (actor.person()?, &self.committee_path);
        let runs = actor.holds_any(&[Role::Office, Role::CommitteeSecretary], path);
        let reads = actor.holds_any(OVERSEERS, path) || person.organization_path.starts_with(path);
        Ok(runs || (reads && self.round.published_at.is_some()))
    }
}

impl Scene for RoundScene {
    type Id = RoundId;

    fn turn(tx: &mut Tx, id: &RoundId) -> Result<()> {
        store::turn(tx, *id).map(|_| ())
    }

    fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
        let system = matches!(actor, Actor::System);
        if !system {
            policy::business_person(actor)?;
        }
        let round = store::find(c, *id)?;
        let on = Self::of(c, round)?;
        if system || on.is_seen_by(actor)? {
            Ok(on)
        } else {
            Err(Error::NotFound)
        }
    }

    fn version(&self) -> i64 {
        self.round.version
    }
}

/// Who opens the round's bids.
pub struct OpenersScene(pub RoundScene);

impl Scene for OpenersScene {
    type Id = RoundId;

    fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
        RoundScene::load(c, actor, id).map(Self)
    }

    fn version(&self) -> i64 {
        self.0.version()
    }
}

/// A question (答疑). Who asked is told to nobody but those who asked, by the trail neither.
pub struct QuestionScene {
    pub question: Question,
    pub on: RoundScene,
}

impl Scene for QuestionScene {
    type Id = RoundQuestionId;

    fn turn(tx: &mut Tx, id: &RoundQuestionId) -> Result<()> {
        let question = questions::question(tx, *id)?;
        RoundScene::turn(tx, &question.round_id)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &RoundQuestionId) -> Result<Self> {
        let question = questions::question(c, *id)?;
        let on = RoundScene::load(c, actor, &question.round_id)?;
        Ok(Self { question, on })
    }

    fn version(&self) -> i64 {
        1 + i64::from(self.question.answered_at.is_some())
    }
}

/// A dated correction (更正公告).
pub struct CorrectionScene {
    pub correction: Correction,
    pub on: RoundScene,
}

impl Scene for CorrectionScene {
    type Id = CorrectionId;

    fn load(c: &mut Conn, actor: &Actor, id: &CorrectionId) -> Result<Self> {
        let correction = questions::correction(c, *id)?;
        let on = RoundScene::load(c, actor, &correction.round_id)?;
        Ok(Self { correction, on })
    }

    fn version(&self) -> i64 {
        self.on.version()
    }
}
