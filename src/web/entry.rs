//! From a request to a room and back: pages, readings, and verbs by both doors.

use std::sync::Arc;

use actix_web::web::Payload;
use actix_web::{HttpRequest, HttpResponse};

use super::App;
use super::ask::{Again, Ask, Job, Maker, only_head};
use super::call::{self, Asked, Body};
use super::doc::Doc;
use super::forms::{self, Form, Values, taken};
use super::listed;
use super::once;
use super::respond::{Reply, see_other};
use super::shell::Page;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldErrors, Result};
use crate::session::{self, Who};
use crate::who::Actor;
use serde::de::DeserializeOwned;
use validator::Validate;

/// What came with a command, read only after the right to it was asked.
pub struct Sent {
    pub words: Words,
    /// The version it was made on, if it names one.
    pub version: Option<i64>,
}

pub enum Words {
    Json(Body),
    Form(Vec<(String, String)>),
}

impl Sent {
    /// Nobody empties a field of a form to leave it as it is.
    pub fn filled(&self, fields: &[&str]) -> Result<()> {
        let Words::Form(pairs) = &self.words else {
            return Ok(());
        };
        let blank = |name: &str| {
            let mut given = pairs.iter().filter(|(field, _)| field == name);
            given.any(|(_, value)| value.trim().is_empty())
        };
        let missing = fields.iter().filter(|name| blank(name));
        let faults: FieldErrors = missing
            .map(|name| ((*name).to_owned(), vec!["请填写这一项。".to_owned()]))
            .collect();
        if faults.is_empty() {
            return Ok(());
        }
        Err(Error::Invalid(faults))
    }

    /// The same rules at both doors.
    pub fn read<T: DeserializeOwned + Validate>(&self) -> Result<T> {
        match &self.words {
            Words::Json(body) => body.read(),
            Words::Form(pairs) => forms::parse_pairs(pairs),
        }
    }

    /// The version it was made on: of the header or the form, else of the words themselves.
    pub fn named(&self) -> Option<i64> {
        self.version.or_else(|| match &self.words {
            Words::Json(body) => body.version(),
            Words::Form(_) => None,
        })
    }
}

/// What a command did, for either door.
pub struct Outcome {
    /// For a program; None where nobody asked for it.
    pub reply: Option<Reply>,
    /// For a person: a sentence, and where to go on.
    pub said: String,
    pub to: String,
}

/// A verb with its type forgotten.
pub trait Command: Send + Sync {
    fn name(&self) -> &'static str;
    /// Anybody may come, without login.
    fn open(&self) -> bool;
    /// The password is entered again before it is done.
    fn asks_password(&self) -> bool;
    fn doc(&self) -> Doc;
    /// Reads the address.
    fn at(&self, req: &HttpRequest) -> Result<Box<dyn Ready>>;
}

/// A button, asked but not pressed.
pub struct Offered {
    /// The version of the subject it would be done on.
    pub version: i64,
    /// Why it would not be done, if it would not.
    pub refusal: Result<()>,
}

/// A verb on the subject that the address names.
pub trait Ready: Send + Sync {
    /// Reads what was sent. A program's words are read first of all, their shape is public; a person's are read last,
    /// after the right to say them was asked.
    fn read(&mut self, sent: &Sent) -> Result<()>;
    /// What its button says to this person now; the subject as they know it must be there.
    fn offered(&self, c: &mut Conn, actor: &Actor, now: Instant, sent: &Sent) -> Result<Offered>;
    /// Whether this person may do it at all; answers the password that was entered.
    fn would(&self, c: &mut Conn, actor: &Actor, sent: &Sent) -> Result<String>;
    fn run(&self, tx: &mut Tx, actor: &Actor, sent: &Sent) -> Result<Outcome>;
}

/// A page: one blocking job loads the actor, runs the queries and renders.
pub(super) async fn page(
    app: &App,
    req: &HttpRequest,
    who: Who,
    job: Job<Page>,
    person: bool,
    as_file: bool,
) -> Result<HttpResponse> {
    let files = match as_file {
        true => listed::files(req),
        false => Vec::new(),
    };
    let with_files: Job<Page> = Box::new(move |ask| Ok(Page { files, ..job(ask)? }));
    shown(app, req, who, with_files, person, Again::default()).await
}

async fn shown(
    app: &App,
    req: &HttpRequest,
    who: Who,
    job: Job<Page>,
    person: bool,
    again: Again,
) -> Result<HttpResponse> {
    let asked = app.clone();
    let (path, query) = (req.path().to_owned(), req.query_string().to_owned());
    let head = only_head(req);
    app.page(req, who, move |c, actor, now| {
        if person {
            actor.person()?;
        }
        let mut ask = Ask {
            c,
            actor,
            now,
            app: &asked,
            path: &path,
            query: &query,
            head,
            again,
        };
        let page = job(&mut ask)?;
        Ok(ask.again.onto(page))
    })
    .await
}

/// A page with the form on it that its handler read itself: all that was typed is there but the passwords.
pub async fn shown_again(
    app: &App,
    req: &HttpRequest,
    who: Who,
    page: Job<Page>,
    mut again: Again,
) -> Result<HttpResponse> {
    forget_passwords(&mut again.values);
    shown(app, req, who, page, false, again).await
}

impl App {
    /// The end of a form that its handler read itself: on, with the sentence, or shown again with what is wrong.
    pub async fn form_done<T>(
        &self,
        req: &HttpRequest,
        form: Form<T>,
        outcome: Result<(String, String)>,
        shown_on: impl FnOnce(&mut Ask) -> Result<Page> + Send + 'static,
    ) -> Result<HttpResponse> {
        match outcome {
            Ok((to, said)) => Ok(see_other(to, &said)),
            Err(Error::Invalid(errors)) => {
                let again = Again::typed(form.values, errors);
                shown_again(self, req, form.who, Box::new(shown_on), again).await
            }
            Err(refused) => Err(refused),
        }
    }
}

pub(super) async fn read(
    app: &App,
    req: &HttpRequest,
    who: Who,
    job: Job<Reply>,
    person: bool,
) -> Result<HttpResponse> {
    let asked = app.clone();
    let (path, query) = (req.path().to_owned(), req.query_string().to_owned());
    let head = only_head(req);
    app.api(who, move |c, actor, now| {
        if person {
            actor.person()?;
        }
        job(&mut Ask {
            c,
            actor,
            now,
            app: &asked,
            path: &path,
            query: &query,
            head,
            again: Again::default(),
        })
    })
    .await
}

/// A verb by JSON; a repeated `Idempotency-Key` answers what the first call answered.
pub(super) async fn call(
    app: &App,
    req: &HttpRequest,
    payload: Payload,
    who: Who,
    verb: &dyn Command,
) -> Result<HttpResponse> {
    if verb.open() {
        app.limits.post(req)?;
    }
    let bytes = call::read_body(&mut payload.into_inner()).await?;
    let key = call::idempotency_key(req)?.filter(|_| !verb.open());
    let who = doer(verb, who);
    let version = call::if_match(req)?.0;
    let digest = call::digest(req, &bytes);
    let mut ready = verb.at(req)?;
    let sent = Sent {
        words: Words::Json(Body::new(req, bytes)),
        version,
    };
    ready.read(&sent)?;
    let asked = Asked::by_call(key, digest);
    let (ready, sent) = match enter_password(app, &who, verb, ready, sent).await {
        Ok(entered) => entered,
        Err(refused) => {
            let done = app.answered(&who, &asked).await?;
            return done.map(Reply::into_response).ok_or(refused);
        }
    };
    let reply = app
        .once(&who, asked, move |tx, actor| {
            let outcome = ready.run(tx, actor, &sent)?;
            Ok(outcome.reply.unwrap_or_else(Reply::no_content))
        })
        .await?;
    Ok(reply.into_response())
}

/// A verb by form: what is refused for its words is shown again with them.
pub(super) async fn form(
    app: &App,
    req: &HttpRequest,
    payload: Payload,
    who: Who,
    verbs: &[Arc<dyn Command>],
    shown_on: Option<&Maker<Page>>,
) -> Result<HttpResponse> {
    if verbs.iter().all(|verb| verb.open()) {
        app.limits.post(req)?;
    }
    let body = call::read_body(&mut payload.into_inner()).await?;
    let mut pairs = forms::pairs(&body);
    forms::sound_names(&pairs)?;
    let verb = pressed(verbs, &mut pairs)?;
    let token = taken(&mut pairs, "csrf");
    let key = taken(&mut pairs, once::FIELD);
    let asked = Asked::by_form(req, key, &pairs);
    forms::check_csrf(req, &who, token.as_deref())?;
    let version: Option<i64> =
        taken(&mut pairs, "version").and_then(|version| version.trim().parse().ok());
    let add = taken(&mut pairs, "add");
    let find = taken(&mut pairs, FIND);
    let mut again = Again {
        verb: verb.name(),
        values: forms::values(&pairs),
        add: add.clone(),
        ..Again::default()
    };
    if let Some(version) = version {
        again
            .values
            .insert("version".to_owned(), version.to_string());
    }
    again
        .values
        .extend(find.map(|text| (FIND.to_owned(), text)));
    if let (Some(_), Some(maker)) = (&add, shown_on) {
        return shown(app, req, who, maker(req)?, !verb.open(), again).await;
    }
    let sent = Sent {
        words: Words::Form(pairs),
        version,
    };
    let doer = doer(verb, who.clone());
    let refused = match attempt(app, req, &doer, verb, sent, asked).await {
        Ok((to, said)) => return Ok(see_other(to, &said)),
        Err(refused) => refused,
    };
    match (refused, shown_on) {
        (Error::Invalid(errors), Some(maker)) => {
            again.errors = errors;
            forget_passwords(&mut again.values);
            shown(app, req, who, maker(req)?, !verb.open(), again).await
        }
        (Error::Conflict(stale), Some(maker)) if stale.code == "version_conflict" => {
            again.conflict = Some(stale);
            forget_passwords(&mut again.values);
            shown(app, req, who, maker(req)?, !verb.open(), again).await
        }
        (refused, _) => Err(refused),
    }
}

/// What a form that offers the first of many looks for; no part of what it says.
const FIND: &str = "find";

/// The verb whose button was pressed: of several, `act` names it; the first, if no button was.
fn pressed<'a>(
    verbs: &'a [Arc<dyn Command>],
    pairs: &mut Vec<(String, String)>,
) -> Result<&'a dyn Command> {
    let act = (verbs.len() > 1).then(|| taken(pairs, "act")).flatten();
    verbs
        .iter()
        .find(|verb| act.as_ref().is_none_or(|act| act == verb.name()))
        .map(Arc::as_ref)
        .ok_or_else(|| Error::field("act", "没有这个按钮。"))
}

/// Whoever does what anybody may do is nobody to the service: no account, no repeated reply, no trace of a login.
fn doer(verb: &dyn Command, who: Who) -> Who {
    if verb.open() { Who::visitor() } else { who }
}

/// Field errors are kept, passwords are not.
fn forget_passwords(values: &mut Values) {
    values.retain(|name, _| {
        let field = name.split('=').next().unwrap_or(name);
        !field.trim_end_matches(']').ends_with("password")
    });
}

async fn attempt(
    app: &App,
    req: &HttpRequest,
    who: &Who,
    verb: &dyn Command,
    sent: Sent,
    asked: Asked,
) -> Result<(String, String)> {
    let ready = verb.at(req)?;
    let (ready, sent) = match enter_password(app, who, verb, ready, sent).await {
        Ok(entered) => entered,
        Err(refused) => return app.form_answered(who, &asked).await?.ok_or(refused),
    };
    app.form_command(who, asked, move |tx, actor| {
        let outcome = ready.run(tx, actor, &sent)?;
        Ok((outcome.to, outcome.said))
    })
    .await
}

/// Where the verb asks for the password again: who may not do it is refused before their password is looked at.
async fn enter_password(
    app: &App,
    who: &Who,
    verb: &dyn Command,
    ready: Box<dyn Ready>,
    sent: Sent,
) -> Result<(Box<dyn Ready>, Sent)> {
    if !verb.asks_password() {
        return Ok((ready, sent));
    }
    let asked = who.clone();
    let (ready, sent, password) = app
        .db
        .read(move |c| {
            let actor = session::resolve(c, &asked)?;
            let password = ready.would(c, &actor, &sent)?;
            Ok((ready, sent, password))
        })
        .await?;
    session::check_password(&app.db, who, password).await?;
    Ok((ready, sent))
}
