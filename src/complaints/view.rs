//! How complaints are shown.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::ComplaintState;
use super::scene::{ComplaintScene, Followed, Lodged, event};
use super::store::Complaint;
use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::verbs::Subject;
use crate::who::Actor;

/// What telling something answers: the code is shown once and kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintLodged {
    #[schema(example = "K7QM-3WXP-AB2C")]
    pub code: String,
    /// The day by which it is answered.
    pub due_on: NaiveDate,
}

/// A complaint as whoever has its code reads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComplaintFollowed {
    pub content: String,
    pub state: ComplaintState,
    pub lodged_at: Instant,
    pub due_on: NaiveDate,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
}

impl Subject for ComplaintScene {
    type Shown = Complaint;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Complaint> {
        Ok(self.row.clone())
    }

    fn event(&self, verb: audit::Verb) -> Event {
        event(verb, &self.row)
    }

    fn href(&self) -> String {
        "/complaints".to_owned()
    }
}

impl Subject for Followed {
    type Shown = ComplaintFollowed;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<ComplaintFollowed> {
        let row = self.row.clone();
        Ok(ComplaintFollowed {
            content: row.content,
            state: row.state,
            lodged_at: row.lodged_at,
            due_on: row.due_on,
            answer: row.answer,
            answered_at: row.answered_at,
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        event(verb, &self.row)
    }

    fn href(&self) -> String {
        format!("/box/{}", self.code)
    }

    fn address(&self) -> String {
        format!("/api/v1/public/complaints/{}", self.code)
    }
}

impl Subject for Lodged {
    type Shown = ComplaintLodged;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<ComplaintLodged> {
        Ok(ComplaintLodged {
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
