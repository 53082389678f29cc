//! A committee's box, a complaint as the committee knows of it, and as whoever has its code does.

use super::store::{self, Complaint};
use crate::audit::{self, Chain, Event};
use crate::crypto::code;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{ComplaintId, OrganizationId};
use crate::people;
use crate::verbs::Scene;
use crate::who::{Actor, Role};

/// What a code of this room is told apart by.
pub(super) const KIND: &str = "complaint";

/// Who reads complaints of a committee.
pub(super) const READERS: &[Role] = &[Role::Office, Role::CommitteeSecretary, Role::Supervisor];

pub(super) fn event(verb: audit::Verb, row: &Complaint) -> Event {
    Event::new(verb, Chain::Committee(row.committee_id), KIND, row.id.0)
        .organization(row.committee_id)
        .version(row.version)
}

/// The box of the first committee. Whoever tells something does it as nobody, logged in or not.
pub struct BoxScene {
    pub committee: OrganizationId,
    pub name: String,
}

impl Scene for BoxScene {
    type Id = ();

    fn load(c: &mut Conn, _: &Actor, (): &()) -> Result<Self> {
        let committee = people::first_committee(c)?.ok_or(Error::NotFound)?;
        Ok(Self {
            name: people::organization(c, committee)?.name,
            committee,
        })
    }

    fn version(&self) -> i64 {
        1
    }
}

/// A complaint as its committee knows of it.
pub struct ComplaintScene {
    pub row: Complaint,
    /// Of the committee.
    pub path: String,
}

impl Scene for ComplaintScene {
    type Id = ComplaintId;

    fn load(c: &mut Conn, actor: &Actor, id: &ComplaintId) -> Result<Self> {
        actor.person()?;
        let row = store::find(c, *id)?;
        let path = people::organization(c, row.committee_id)?.path;
        if !actor.holds_any(READERS, &path) {
            return Err(Error::NotFound);
        }
        Ok(Self { row, path })
    }

    fn version(&self) -> i64 {
        self.row.version
    }
}

/// A complaint as whoever has its code reads it.
pub struct Followed {
    pub code: String,
    pub row: Complaint,
}

impl Scene for Followed {
    type Id = String;

    fn load(c: &mut Conn, _: &Actor, code: &String) -> Result<Self> {
        Ok(Self {
            row: store::by_code(c, &code::digest_of(KIND, code))?,
            code: code.clone(),
        })
    }

    fn version(&self) -> i64 {
        self.row.version
    }
}

/// The same when it was just told: its code is said.
pub struct Lodged(pub Followed);

impl Scene for Lodged {
    type Id = String;

    fn load(c: &mut Conn, actor: &Actor, code: &String) -> Result<Self> {
        Followed::load(c, actor, code).map(Self)
    }

    fn version(&self) -> i64 {
        self.0.version()
    }
}
