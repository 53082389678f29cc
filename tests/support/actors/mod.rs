//! People and what they do: each verb is one call of the API, by the person who says it.
//!
//! ```ignore
//! let (yunwei, secretary) = (app.actor("yunwei"), app.actor("yunwei.sj"));
//! let bid = yunwei.drafts(&round, 0).done();
//! yunwei.submits(&bid).refused(403, "role_required");
//! secretary.submits(&bid).done();
//! ```
//!
//! A verb answers what the service answered and never moves the clock: what waits for its hour is
//! [`TestRound`](super::rounds::TestRound)'s to walk.

mod acceptance;
mod delivery;
mod evaluation;
mod showcase;
mod tender;

use serde_json::{Value, json};

use super::{Answer, Client, TestApp};

pub use acceptance::acceptance_body;
pub use delivery::{BEFORE_ACCEPTANCE, END_OF_TERM};
pub use showcase::{case_text, site_body};

/// Somebody of the company, or nobody in particular.
pub struct Actor<'a> {
    pub app: &'a TestApp,
    pub username: String,
    client: Client,
}

impl TestApp {
    /// Somebody of the seed company, by their username.
    pub fn actor(&self, username: &str) -> Actor<'_> {
        Actor {
            app: self,
            username: username.to_owned(),
            client: self.api(username),
        }
    }

    /// Somebody from the street, or with a slip of paper.
    pub fn passer_by(&self) -> Actor<'_> {
        Actor {
            app: self,
            username: "visitor".to_owned(),
            client: self.client(),
        }
    }
}

impl Actor<'_> {
    pub fn id(&self) -> i64 {
        self.reads("/me").id()
    }

    /// What this person reads there, which they may.
    #[track_caller]
    pub fn reads(&self, path: &str) -> Answer {
        self.looks_at(path).expect(200)
    }

    /// What this person gets to see there, if anything.
    pub fn looks_at(&self, path: &str) -> Answer {
        self.client.get(&format!("/api/v1{path}"))
    }

    /// Anything that has no verb of its own.
    pub fn does(&self, path: &str, body: Value) -> Answer {
        self.client.post(&format!("/api/v1{path}"), body)
    }

    /// Writes on the version read just now.
    fn writes(&self, path: &str, body: Value) -> Answer {
        let read = self.looks_at(path);
        if read.status != 200 {
            return read;
        }
        self.client
            .put(&format!("/api/v1{path}"), read.version(), body)
    }

    /// A verb that needs no words.
    fn plainly(&self, path: &str) -> Answer {
        self.does(path, json!({}))
    }
}

/// What a verb is done to: an id, or anything that has one.
pub trait Subject {
    fn subject_id(&self) -> i64;
}

impl Subject for i64 {
    fn subject_id(&self) -> i64 {
        *self
    }
}

impl Subject for Value {
    #[track_caller]
    fn subject_id(&self) -> i64 {
        self["id"]
            .as_i64()
            .unwrap_or_else(|| panic!("no id in {self}"))
    }
}

impl Subject for Answer {
    #[track_caller]
    fn subject_id(&self) -> i64 {
        self.id()
    }
}

impl<T: Subject> Subject for &T {
    fn subject_id(&self) -> i64 {
        (*self).subject_id()
    }
}
