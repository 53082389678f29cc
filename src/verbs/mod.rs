//! A verb is a value on a scene: one file says what is sent, who may do it, when, and what it writes.
//!
//! A [`Scene`] is a subject as one person may know of it. A [`Verb`] is one thing done to it. Everything else is made from
//! the two: the form and the JSON call ([`verb`]), the button with its reason ([`Offer`]), the entry in the OpenAPI
//! document, the role × verb table. So a button and its command cannot differ: both ask `who` and `when`.
//!
//! [`run`] fixes the order for ever: the repeated call is answered before anything else, then
//! `turn → load → who → version → when → read → perform → record`. What a program sends is read before all of it: the
//! shape of a body is public, and a body of the wrong shape is told so whatever it is sent to.
//!
//! Handlers that are no such verb (ceremonies with several people's passwords, ballots, uploads, autosave) keep their own
//! code; each room's doc names its own.

pub mod ceremony;
mod edge;
mod offer;
pub mod prelude;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

pub use edge::{
    Place, Within, call, call_within, described, form, form_either, form_within, reply, verb,
};
pub use offer::{May, Offer, may, offer, refusal, refused};

use crate::audit::{self, Event};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::web::entry::Sent;
use crate::web::{Ask, Reply};
use crate::who::Actor;

/// A subject as one person may know of it, with what its verbs ask about.
pub trait Scene: Sized + 'static {
    /// What the address names.
    type Id: Clone + Send + Sync + 'static;

    /// Touches the row that orders its writers; the clock is read after it.
    fn turn(_tx: &mut Tx, _id: &Self::Id) -> Result<()> {
        Ok(())
    }

    /// The subject, or [`Error::NotFound`] if this person may not know of it.
    fn load(c: &mut Conn, actor: &Actor, id: &Self::Id) -> Result<Self>;

    /// Goes up by one with each change; what an edit names to be sure of what it changes.
    fn version(&self) -> i64;
}

/// A scene that is shown, and recorded when something was done to it.
pub trait Subject: Scene {
    /// What programs and pages are shown.
    type Shown: Serialize + ToSchema;

    fn shown(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<Self::Shown>;

    /// What a verb on it is recorded as: chain, subject, round.
    fn event(&self, verb: audit::Verb) -> Event;

    /// What was asked for is not done yet: somebody else has to agree, and a program is answered 202.
    fn waits(&self) -> bool {
        false
    }

    /// The page people go on with.
    fn href(&self) -> String;

    /// Its address in the API.
    fn address(&self) -> String {
        format!("/api/v1{}", self.href())
    }
}

/// Whether the version is named that a verb is done on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expects {
    /// It changes content: without `If-Match` it is refused.
    Version,
    /// A version that is named must hold; it need not be named.
    Either,
}

/// What can be sent with a verb: the same type by form and by JSON.
pub trait Input: DeserializeOwned + Validate + ToSchema + Clone + Send + Sync + 'static {}
impl<T: DeserializeOwned + Validate + ToSchema + Clone + Send + Sync + 'static> Input for T {}

/// One thing done to a subject.
pub trait Verb: 'static {
    type On: Scene<Id: DeserializeOwned>;
    /// What is shown afterwards: mostly the subject again; of a verb that makes something, that.
    type Gives: Subject;
    type Input: Input;
    /// What [`Verb::when`] found out and [`Verb::perform`] needs.
    type Ready;

    /// Its name on the subject, in code and addresses: `terminate`.
    const NAME: &'static str;
    /// One sentence for the document of the API.
    const SAYS: &'static str;
    /// What it is recorded as; None where [`Verb::perform`] records several things itself.
    const EVENT: Option<audit::Verb>;
    const EXPECTS: Expects = Expects::Either;
    /// 200 unless something is made; 204 where nothing is left to be shown.
    const STATUS: u16 = 200;
    /// Codes of its own refusals: 403 of `who`, 409 of `when` and `perform`.
    const FORBIDS: &'static [&'static str] = &[];
    const REFUSES: &'static [&'static str] = &[];
    /// Anybody may do it, without login; who is logged in does it as nobody, too.
    const OPEN: bool = false;
    /// The password is entered again.
    const PASSWORD: bool = false;
    /// Fields that a form has to fill though a program may leave them out, for what is left out stays.
    const FILLED: &'static [&'static str] = &[];

    /// Whether this person may, whatever the state. Pure: the role × verb table is made from it.
    fn who(on: &Self::On, actor: &Actor) -> Result<()>;

    /// Whether state and facts allow it now.
    fn when(c: &mut Conn, on: &Self::On, actor: &Actor, now: Instant) -> Result<Self::Ready>;

    /// The password in the input, where [`Verb::PASSWORD`] asks for one.
    fn password(_input: &Self::Input) -> &str {
        ""
    }

    /// The version named in the body, where a program may name it there.
    fn version(_input: &Self::Input) -> Option<i64> {
        None
    }

    /// Writes it. What it refuses here depends on what was sent.
    fn perform(
        tx: &mut Tx,
        on: Self::On,
        ready: Self::Ready,
        actor: &Actor,
        input: &Self::Input,
    ) -> Result<Done<Self>>;
}

/// What a verb did.
pub struct Done<V: Verb + ?Sized> {
    id: <V::Gives as Scene>::Id,
    detail: Value,
    said: String,
    to: Option<String>,
}

impl<V: Verb + ?Sized> Done<V> {
    /// `id` is of what is shown afterwards.
    pub fn of(id: <V::Gives as Scene>::Id, said: impl Into<String>) -> Self {
        Self {
            id,
            detail: Value::Null,
            said: said.into(),
            to: None,
        }
    }

    /// Facts for the trail; never a sealed bid's content.
    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }

    /// Where a person goes on, if not to the page of what is shown.
    #[must_use]
    pub fn to(mut self, to: impl Into<String>) -> Self {
        self.to = Some(to.into());
        self
    }
}

/// What was sent, read or still to be read.
pub enum Given<'a, I> {
    Sent(&'a Sent),
    /// By the program itself, and the version it was made on.
    Read(&'a I, Option<i64>),
}

/// What [`run`] leaves.
pub struct Ran<S> {
    pub scene: S,
    pub said: String,
    pub to: String,
}

/// Does a verb, in the transaction of its event.
pub fn run<V: Verb>(
    tx: &mut Tx,
    actor: &Actor,
    id: &<V::On as Scene>::Id,
    given: &Given<V::Input>,
) -> Result<Ran<V::Gives>> {
    match V::On::turn(tx, id) {
        // What there is not is told by `load`, to whoever may ask about it at all.
        Ok(()) | Err(Error::NotFound) => {}
        Err(fault) => return Err(fault),
    }
    let on = V::On::load(tx, actor, id)?;
    V::who(&on, actor)?;
    expect(
        V::EXPECTS,
        on.version(),
        match given {
            Given::Sent(sent) => sent.named(),
            Given::Read(_, version) => *version,
        },
        matches!(given, Given::Sent(_)),
    )?;
    let now = tx.now();
    let ready = V::when(tx, &on, actor, now)?;
    let sent;
    let input = match given {
        Given::Sent(words) => {
            words.filled(V::FILLED)?;
            sent = words.read()?;
            &sent
        }
        Given::Read(input, _) => *input,
    };
    let done = V::perform(tx, on, ready, actor, input)?;
    let scene = V::Gives::load(tx, actor, &done.id)?;
    if let Some(verb) = V::EVENT {
        let event = scene.event(verb).version(scene.version());
        audit::record(tx, actor, event.detail(done.detail))?;
    }
    Ok(Ran {
        said: done.said,
        to: done.to.unwrap_or_else(|| scene.href()),
        scene,
    })
}

/// A subject as the API reads it.
pub fn reading<S: Subject>(ask: &mut Ask, id: S::Id) -> Result<Reply> {
    let on = S::load(ask.c, ask.actor, &id)?;
    let shown = on.shown(ask.c, ask.actor, ask.now)?;
    Ok(Reply::ok(&shown)?.version(on.version()))
}

/// Does a verb with words that were read already: loading a seed, and other programs of our own.
pub fn perform<V: Verb>(
    tx: &mut Tx,
    actor: &Actor,
    id: &<V::On as Scene>::Id,
    input: &V::Input,
) -> Result<V::Gives> {
    run::<V>(tx, actor, id, &Given::Read(input, None)).map(|ran| ran.scene)
}

fn expect(expects: Expects, is: i64, named: Option<i64>, from_outside: bool) -> Result<()> {
    match (expects, named) {
        (_, Some(version)) if version != is => Err(Error::stale()),
        (Expects::Version, None) if from_outside => Err(Error::PreconditionRequired),
        (_, _) => Ok(()),
    }
}
