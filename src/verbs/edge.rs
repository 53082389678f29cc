//! A verb at the edge: its type is forgotten, and form and JSON call are made of it.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::Method;

use super::offer::asked;
use super::{Expects, Given, Scene, Subject, Verb, run};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::web::ask::Maker;
use crate::web::entry::{Command, Offered, Outcome, Ready, Sent, Words};
use crate::web::face::{Face, names};
use crate::web::route::{self, Route};
use crate::web::{Doc, Page, Reply};
use crate::who::Actor;

struct Edge<V: Verb> {
    at: fn(&HttpRequest) -> Result<On<V>>,
    is: PhantomData<fn() -> V>,
}

enum On<V: Verb> {
    Address(<V::On as Scene>::Id),
    Input(fn(&V::Input) -> <V::On as Scene>::Id),
}

/// A verb on a subject that what is sent names, not the address: `POST /api/v1/sites {"project_id": …}`.
pub trait Within: Verb {
    fn within(input: &Self::Input) -> <Self::On as Scene>::Id;
}

impl<V: Verb> Command for Edge<V> {
    fn name(&self) -> &'static str {
        V::NAME
    }

    fn open(&self) -> bool {
        V::OPEN
    }

    fn asks_password(&self) -> bool {
        V::PASSWORD
    }

    fn doc(&self) -> Doc {
        described::<V>()
    }

    fn at(&self, req: &HttpRequest) -> Result<Box<dyn Ready>> {
        Ok(Box::new(At::<V> {
            on: (self.at)(req)?,
            input: None,
        }))
    }
}

/// A verb that was asked for, with what was sent once it is read.
struct At<V: Verb> {
    on: On<V>,
    input: Option<V::Input>,
}

impl<V: Verb> At<V> {
    fn id(&self, input: Option<&V::Input>, sent: &Sent) -> Result<<V::On as Scene>::Id> {
        Ok(match (&self.on, input) {
            (On::Address(id), _) => id.clone(),
            (On::Input(within), Some(input)) => within(input),
            (On::Input(within), None) => within(&sent.read()?),
        })
    }
}

impl<V: Verb> Ready for At<V> {
    fn read(&mut self, sent: &Sent) -> Result<()> {
        let input: V::Input = sent.read()?;
        if V::EXPECTS == Expects::Version && sent.version.or(V::version(&input)).is_none() {
            return Err(Error::PreconditionRequired);
        }
        self.input = Some(input);
        Ok(())
    }

    fn offered(&self, c: &mut Conn, actor: &Actor, now: Instant, sent: &Sent) -> Result<Offered> {
        let id = self.id(self.input.as_ref(), sent)?;
        let on = V::On::load(c, actor, &id)?;
        Ok(Offered {
            version: on.version(),
            refusal: asked::<V>(c, &on, actor, now),
        })
    }

    fn would(&self, c: &mut Conn, actor: &Actor, sent: &Sent) -> Result<String> {
        let id = self.id(self.input.as_ref(), sent)?;
        let on = V::On::load(c, actor, &id)?;
        V::who(&on, actor)?;
        let read;
        let input = match &self.input {
            Some(input) => input,
            None => {
                read = sent.read()?;
                &read
            }
        };
        Ok(V::password(input).to_owned())
    }

    fn run(&self, tx: &mut Tx, actor: &Actor, sent: &Sent) -> Result<Outcome> {
        let id = self.id(self.input.as_ref(), sent)?;
        let given = match &self.input {
            Some(input) => Given::Read(input, sent.version.or(V::version(input))),
            None => Given::Sent(sent),
        };
        let ran = run::<V>(tx, actor, &id, &given)?;
        let reply = match &sent.words {
            Words::Json(_) => Some(reply::<V>(tx, actor, &ran.scene)?),
            Words::Form(_) => None,
        };
        Ok(Outcome {
            reply,
            said: ran.said,
            to: ran.to,
        })
    }
}

/// A verb's entry in the API's document.
pub fn described<V: Verb>() -> Doc {
    let doc = if V::STATUS == 204 {
        Doc::nothing(V::SAYS)
    } else {
        Doc::of::<<V::Gives as Subject>::Shown>(V::SAYS).status(V::STATUS)
    };
    let doc = doc
        .body::<V::Input>()
        .refuses(403, V::FORBIDS)
        .refuses(409, V::REFUSES)
        .refuses(409, &["version_conflict"]);
    if V::EXPECTS == Expects::Version {
        return doc.refuses(428, &["if_match_required"]);
    }
    doc
}

/// What a program is answered when it is done.
pub fn reply<V: Verb>(tx: &mut Tx, actor: &Actor, scene: &V::Gives) -> Result<Reply> {
    if V::STATUS == 204 {
        return Ok(Reply::no_content());
    }
    let now = tx.now();
    let shown = scene.shown(tx, actor, now)?;
    let mut reply = Reply::ok(&shown)?.version(scene.version());
    reply.status = if scene.waits() { 202 } else { V::STATUS };
    if V::STATUS == 201 {
        reply.location = Some(scene.address());
    }
    Ok(reply)
}

fn edge<V: Verb>() -> Arc<dyn Command> {
    Arc::new(Edge::<V> {
        at: |req| names(req).map(On::Address),
        is: PhantomData,
    })
}

fn edge_within<V: Within>() -> Arc<dyn Command> {
    Arc::new(Edge::<V> {
        at: |_| Ok(On::Input(V::within)),
        is: PhantomData,
    })
}

/// Where a refused form is shown again.
pub enum Place {
    /// The refusal has a page of its own.
    Nowhere,
    On(Maker<Page>),
}

impl Place {
    /// The page that holds the form.
    pub fn on<P>(face: impl Face<P, Page>) -> Self {
        Self::On(face.maker())
    }
}

impl Place {
    fn maker(self) -> Option<Maker<Page>> {
        match self {
            Self::Nowhere => None,
            Self::On(maker) => Some(maker),
        }
    }
}

/// A verb by form alone.
pub fn form<V: Verb>(path: &'static str, place: Place) -> Route {
    route::form(path, vec![edge::<V>()], place.maker())
}

/// Two verbs by one form with a button for each: `name="act"`, and the verb's name as its value.
pub fn form_either<V: Verb, W: Verb>(path: &'static str, place: Place) -> Route {
    route::form(path, vec![edge::<V>(), edge::<W>()], place.maker())
}

/// The same where the form names the subject.
pub fn form_within<V: Within>(path: &'static str, place: Place) -> Route {
    route::form(path, vec![edge_within::<V>()], place.maker())
}

/// A `POST` whose body names the subject.
pub fn call_within<V: Within>(path: &'static str) -> Route {
    route::call(Method::POST, path, edge_within::<V>())
}

/// A verb by JSON alone.
pub fn call<V: Verb>(method: Method, path: &'static str) -> Route {
    route::call(method, path, edge::<V>())
}

/// A verb by both doors: `POST {path}` and `POST /api/v1{path}`. `path` is the API's, with its prefix.
pub fn verb<V: Verb>(path: &'static str, place: Place) -> [Route; 2] {
    let page = path.strip_prefix("/api/v1").unwrap_or(path);
    [form::<V>(page, place), call::<V>(Method::POST, path)]
}
