//! A project about to be accepted, its acceptance, and a reviewer's sheet in it, as one person may know of them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::CodeKind;
use super::store::{self, Acceptance};
use crate::audit::{self, Chain, Event};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{self, AcceptanceId, ProjectId, UserId};
use crate::people;
use crate::projects::{self, Project};
use crate::scoring::{self, ScoreSheet};
use crate::seats;
use crate::verbs::Scene;
use crate::web::{Ask, ShownOnce};
use crate::who::Actor;

/// A project that may come to its acceptance.
pub struct Candidate {
    pub project: Project,
    pub committee_path: String,
}

impl Candidate {
    pub fn of(c: &mut Conn, project: Project) -> Result<Self> {
        Ok(Self {
            committee_path: people::organization(c, project.committee_id)?.path,
            project,
        })
    }
}

impl Scene for Candidate {
    type Id = ProjectId;

    fn load(c: &mut Conn, actor: &Actor, id: &ProjectId) -> Result<Self> {
        let project = projects::visible(c, actor, *id)?;
        Self::of(c, project)
    }

    fn version(&self) -> i64 {
        self.project.version
    }
}

/// An acceptance, known to whoever sees the project, and to the panel.
pub struct AcceptanceScene {
    pub acceptance: Acceptance,
    pub committee_path: String,
    /// On the panel.
    pub seated: bool,
}

impl Scene for AcceptanceScene {
    type Id = AcceptanceId;

    /// A vote that came first is counted, one that comes later finds the acceptance closed.
    fn turn(tx: &mut Tx, id: &AcceptanceId) -> Result<()> {
        store::take_turn(tx, *id, CodeKind::Ballot)?;
        store::take_turn(tx, *id, CodeKind::Questionnaire)?;
        Ok(())
    }

    fn load(c: &mut Conn, actor: &Actor, id: &AcceptanceId) -> Result<Self> {
        let person = actor.person()?;
        let acceptance = store::find(c, *id)?;
        let seated = seats::panel(c, acceptance.evaluation_id)?
            .iter()
            .any(|member| member.user_id == person.user_id);
        if !seated {
            projects::visible(c, actor, acceptance.project_id)?;
        }
        Ok(Self {
            committee_path: people::organization(c, acceptance.committee_id)?.path,
            acceptance,
            seated,
        })
    }

    fn version(&self) -> i64 {
        self.acceptance.version
    }
}

impl AcceptanceScene {
    /// Keeps what was put right, and why: told beside the result.
    pub(super) fn note(&self, tx: &mut Tx, actor: &Actor, said: &str, reason: &str) -> Result<()> {
        let now = tx.now();
        let note = store::Note {
            id: ids::fresh(now),
            acceptance_id: self.acceptance.id,
            said: said.to_owned(),
            reason: reason.to_owned(),
            actor_id: actor.user_id(),
            created_at: now,
        };
        store::insert_note(tx, &note)
    }
}

/// Codes that were handed out just now, and where they are shown once; or that were asked for.
#[derive(Debug, Clone)]
pub struct Slips {
    pub acceptance: AcceptanceId,
    pub kind: CodeKind,
    pub count: i64,
    /// What they are found by; None while a supervisor has not agreed to them.
    pub code: Option<String>,
}

/// What is laid down to be shown.
#[derive(Debug, Serialize, Deserialize)]
pub struct Laid {
    pub kind: CodeKind,
    pub codes: Vec<String>,
}

impl Slips {
    /// The codes, for who asked for them, this once.
    pub fn take(&self, shown: &ShownOnce, actor: &Actor) -> Result<Laid> {
        let code = self.code.as_deref().ok_or(Error::NotFound)?;
        read(shown.take(actor.person()?.user_id, code))
    }
}

/// What is laid down for who asks under this code, this once.
pub fn laid(ask: &Ask, code: &str) -> Result<Laid> {
    let (shown, to) = (&ask.app.shown_once, ask.actor.person()?.user_id);
    read(match ask.head {
        true => shown.look(to, code),
        false => shown.take(to, code),
    })
}

fn read(laid: Option<Arc<Zeroizing<String>>>) -> Result<Laid> {
    Ok(serde_json::from_str(&laid.ok_or(Error::NotFound)?)?)
}

/// An acceptance of which codes were handed out.
pub struct IssuedScene {
    pub on: AcceptanceScene,
    pub slips: Slips,
}

impl Scene for IssuedScene {
    type Id = Slips;

    fn load(c: &mut Conn, actor: &Actor, slips: &Slips) -> Result<Self> {
        Ok(Self {
            on: AcceptanceScene::load(c, actor, &slips.acceptance)?,
            slips: slips.clone(),
        })
    }

    fn version(&self) -> i64 {
        self.on.version()
    }
}

pub(super) fn event(verb: audit::Verb, acceptance: &Acceptance) -> Event {
    let chain = Chain::Committee(acceptance.committee_id);
    Event::new(verb, chain, "acceptance", acceptance.id.0)
        .organization(acceptance.committee_id)
        .version(acceptance.version)
}

/// One's own sheet of marks on site: the panel's alone.
pub struct SheetScene {
    pub acceptance: Acceptance,
    pub reviewer: UserId,
    /// None before the first saving.
    pub sheet: Option<ScoreSheet>,
}

impl Scene for SheetScene {
    type Id = AcceptanceId;

    fn load(c: &mut Conn, actor: &Actor, id: &AcceptanceId) -> Result<Self> {
        let on = AcceptanceScene::load(c, actor, id)?;
        if !on.seated {
            return Err(Error::Forbidden(
                Refusal::new(
                    "not_on_panel",
                    "实地评分由验收组成员办理，您不在这个验收组里。",
                )
                .remedy("需要调整时，请联系党委党建部。"),
            ));
        }
        let reviewer = actor.person()?.user_id;
        Ok(Self {
            sheet: scoring::sheets_of(c, on.acceptance.evaluation_id, id.0)?
                .into_iter()
                .find(|sheet| sheet.reviewer_id == reviewer),
            acceptance: on.acceptance,
            reviewer,
        })
    }

    fn version(&self) -> i64 {
        self.sheet.as_ref().map_or(0, |sheet| sheet.version)
    }
}
