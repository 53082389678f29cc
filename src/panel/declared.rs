//! What is declared of one person, as one person may know of it: read by few, written by fewer.

use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{DeclaredPostId, DeclaredRelationId, OrganizationId, UserId};
use crate::panel::shown::interests::InterestsShown;
use crate::panel::store::{self, DeclaredPost, DeclaredRelation};
use crate::people::{self, User};
use crate::verbs::{self, Subject};
use crate::who::{Actor, Role};

/// What is declared of one person, for those who read it.
pub struct Declared {
    pub user: User,
    committee: OrganizationId,
    /// Whether the asker may write it, too.
    writes: bool,
}

impl verbs::Scene for Declared {
    type Id = UserId;

    /// The person themself, the office and the supervisor over them or over a committee they review for, and the chair
    /// of a panel they sit on. Nobody else learns whether there is anything to read.
    fn load(c: &mut Conn, actor: &Actor, id: &UserId) -> Result<Self> {
        let own = actor.person()?.user_id;
        let user = people::user(c, *id)?;
        let writes = own == *id || reaches(c, actor, &user, &[Role::Office])?;
        if !writes
            && !reaches(c, actor, &user, &[Role::Supervisor])?
            && !store::chairs_over(c, own, *id)?
        {
            return Err(Error::NotFound);
        }
        Ok(Self {
            committee: people::organization(c, user.organization_id)?.committee_id,
            user,
            writes,
        })
    }

    fn version(&self) -> i64 {
        1
    }
}

impl Subject for Declared {
    type Shown = InterestsShown;

    fn shown(&self, c: &mut Conn, _: &Actor, _: Instant) -> Result<InterestsShown> {
        InterestsShown::load(c, &self.user)
    }

    /// Of the person's committee: which entry changed, never what it says.
    fn event(&self, verb: audit::Verb) -> Event {
        Event::new(
            verb,
            Chain::Committee(self.committee),
            "user",
            self.user.id.0,
        )
        .organization(self.user.organization_id)
    }

    fn href(&self) -> String {
        format!("/users/{}/interests", self.user.id)
    }
}

fn reaches(c: &mut Conn, actor: &Actor, user: &User, roles: &[Role]) -> Result<bool> {
    let held = actor.paths_of(roles);
    if held.is_empty() {
        return Ok(false);
    }
    let place = people::organization(c, user.organization_id)?.path;
    if held.iter().any(|path| place.starts_with(path)) {
        return Ok(true);
    }
    Ok(store::reviews_at(c, user.id)?.iter().any(|at| {
        held.iter()
            .any(|path| path.starts_with(at) || at.starts_with(path))
    }))
}

/// The person themself, or the office.
pub fn may_write(on: &Declared) -> Result<()> {
    if on.writes {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new(
            "interests_kept_by_person_or_office",
            "任职和关系由本人或党建部登记。",
        )
        .remedy("发现漏登的，请告知本人或党建部。"),
    ))
}

/// A person's post, or relation, that stands in an address below the person.
pub struct Entry<R> {
    pub declared: Declared,
    pub row: R,
}

/// A row of a person's.
pub trait OfPerson: Sized + 'static {
    type Id: Copy + Send + Sync + 'static;
    fn find(c: &mut Conn, user: UserId, id: Self::Id) -> Result<Self>;
}

impl OfPerson for DeclaredPost {
    type Id = DeclaredPostId;
    fn find(c: &mut Conn, user: UserId, id: DeclaredPostId) -> Result<Self> {
        store::post(c, user, id)
    }
}

impl OfPerson for DeclaredRelation {
    type Id = DeclaredRelationId;
    fn find(c: &mut Conn, user: UserId, id: DeclaredRelationId) -> Result<Self> {
        store::relation(c, user, id)
    }
}

impl<R: OfPerson> verbs::Scene for Entry<R> {
    type Id = (UserId, R::Id);

    fn load(c: &mut Conn, actor: &Actor, (user, id): &Self::Id) -> Result<Self> {
        let declared = Declared::load(c, actor, user)?;
        Ok(Self {
            declared,
            row: R::find(c, *user, *id)?,
        })
    }

    fn version(&self) -> i64 {
        1
    }
}
