//! How objections are shown.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::{self, Event};
use crate::award::ObjectionState;
use crate::award::scene::{Followed, Lodged, ObjectionScene, event};
use crate::award::store::{Followup, Objection};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, RoundId};
use crate::seats::Veil;
use crate::verbs::Subject;
use crate::who::Actor;

/// What lodging an objection answers: the code is shown once and kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionLodged {
    #[schema(example = "K7QM-3WXP-AB2C")]
    pub code: String,
    /// The day by which it is answered.
    pub due_on: NaiveDate,
}

/// An objection as whoever has its code sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionFollowed {
    pub round_id: RoundId,
    pub round_title: String,
    pub bid_id: Option<BidId>,
    pub content: String,
    pub followups: Vec<Followup>,
    pub state: ObjectionState,
    pub lodged_at: Instant,
    pub due_on: NaiveDate,
    pub acknowledged_at: Option<Instant>,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
}

impl Subject for ObjectionScene {
    type Shown = Objection;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<Objection> {
        let veil = Veil::of(c, actor, self.row.round_id)?;
        Ok(self.row.clone().under(&veil))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        event(verb, &self.judged.round, &self.row)
    }

    fn href(&self) -> String {
        format!("/rounds/{}/objections", self.row.round_id)
    }
}

impl Subject for Followed {
    type Shown = ObjectionFollowed;

    fn shown(&self, c: &mut Conn, _: &Actor, _: Instant) -> Result<ObjectionFollowed> {
        let veil = Veil::of_all(c, self.row.round_id)?;
        let row = self.row.clone().under(&veil);
        Ok(ObjectionFollowed {
            round_id: row.round_id,
            round_title: self.round.title.clone(),
            bid_id: row.bid_id,
            followups: row.followups()?,
            content: row.content,
            state: row.state,
            lodged_at: row.lodged_at,
            due_on: row.due_on,
            acknowledged_at: row.acknowledged_at,
            answer: row.answer,
            answered_at: row.answered_at,
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        event(verb, &self.round, &self.row)
    }

    fn href(&self) -> String {
        format!("/objections/{}", self.code)
    }

    fn address(&self) -> String {
        format!("/api/v1/public/objections/{}", self.code)
    }
}

impl Subject for Lodged {
    type Shown = ObjectionLodged;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<ObjectionLodged> {
        Ok(ObjectionLodged {
            code: self.0.code.clone(),
            due_on: self.0.row.due_on,
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        self.0.event(verb)
    }

    fn href(&self) -> String {
        self.0.href()
    }

    fn address(&self) -> String {
        self.0.address()
    }
}
