//! A round as one person may know of it: whole, its openers, one of its questions, one of its corrections.

use super::actions::event;
use super::rules::{self, Action};
use super::store::questions;
use super::view::RoundShown;
use super::view::openers::OpenersShown;
use super::view::questions::RoundQuestionShown;
use super::{Correction, Question, Round, RoundState, store};
use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{CorrectionId, RoundId, RoundQuestionId};
use crate::people;
use crate::verbs::{Scene, Subject};
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

impl Subject for RoundScene {
    type Shown = RoundShown;

    fn shown(&self, c: &mut Conn, _: &Actor, now: Instant) -> Result<RoundShown> {
        RoundShown::of(c, &self.round, now)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        event(verb, &self.round, self.round.version)
    }

    fn href(&self) -> String {
        format!("/rounds/{}", self.round.id)
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

impl Subject for OpenersScene {
    type Shown = OpenersShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<OpenersShown> {
        OpenersShown::of(c, actor, &self.0)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        self.0.event(verb)
    }

    fn href(&self) -> String {
        format!("/rounds/{}/openers", self.0.round.id)
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

impl Subject for QuestionScene {
    type Shown = RoundQuestionShown;

    fn shown(&self, _: &mut Conn, actor: &Actor, _: Instant) -> Result<RoundQuestionShown> {
        Ok(RoundQuestionShown::of(actor, self.question.clone()))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let (event, id) = (self.on.event(verb), self.question.id.0);
        match self.question.answered_at {
            Some(_) => event.subject("answer", id),
            None => event
                .subject("question", id)
                .organization(self.question.organization_id),
        }
    }

    fn href(&self) -> String {
        format!("/rounds/{}/questions", self.on.round.id)
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

impl Subject for CorrectionScene {
    type Shown = Correction;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Correction> {
        Ok(self.correction.clone())
    }

    fn event(&self, verb: audit::Verb) -> Event {
        self.on.event(verb)
    }

    fn href(&self) -> String {
        format!("/rounds/{}/questions", self.on.round.id)
    }

    fn address(&self) -> String {
        format!("/api/v1/rounds/{}/corrections", self.on.round.id)
    }
}
