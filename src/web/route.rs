//! Routes as values: method, path, who may come in, and what is done there with its type forgotten, so that the machinery
//! around a request is compiled once and not for each handler.
//!
//! | made by | for |
//! |---|---|
//! | [`page`] | a page of somebody logged in |
//! | [`open_page`] | a page for anybody, in the asker's own frame |
//! | [`public`] | what depends on published data and the clock alone: kept in the cache |
//! | [`read`] | an API reading |
//! | [`list`], [`listed`] | an API reading that lists, and the page of a list: also as a file |
//! | [`tabled_read`], [`tabled`] | what is no list, but can be read as a table: also as a file |
//! | [`command`] | a verb by form or by JSON (see [`crate::verbs`]) |
//! | [`own`] | a handler that does its own reading: uploads, downloads, login |

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder};
use serde::Serialize;

use super::ask::Maker;
use super::cache::Public;
use super::doc::Doc;
use super::entry::{self, Command};
use super::face::Face;
use super::paging::Listing;
use super::respond::Reply;
use super::shell::Page;
use super::{credentials, listed, refused_readings};
use crate::error::{Error, Result};
use crate::tables::{Sheet, Table};
use crate::web::App;

/// Who gets past the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Somebody logged in.
    Person,
    /// Exists in `demo` alone.
    Demo,
}

pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    /// Its entry in the OpenAPI document, if it belongs there.
    pub doc: Option<Doc>,
    /// The verb it carries out; of a form with several buttons, one for each.
    pub verbs: Vec<Arc<dyn Command>>,
    /// A list that `?format=` gives as a file.
    pub as_file: bool,
    handler: actix_web::Route,
}

impl Route {
    #[must_use]
    pub fn doc(mut self, doc: Doc) -> Self {
        self.doc = Some(if self.as_file { doc.or_file() } else { doc });
        self
    }

    /// Without login.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.access = Access::Public;
        self
    }

    /// What a name in its address stands for, where that is neither an id nor a text.
    #[must_use]
    pub fn names<T: utoipa::ToSchema>(mut self, name: &'static str) -> Self {
        self.doc = self.doc.map(|doc| doc.path::<T>(name));
        self
    }

    /// For whoever has a one-time password, too: it is part of changing that, or of leaving.
    #[must_use]
    pub fn changing(mut self) -> Self {
        self.handler = self.handler.wrap(from_fn(credentials::changing));
        self
    }

    /// Counted by where it comes from, as commands without login are: nobody tries codes out.
    #[must_use]
    pub fn limited(mut self) -> Self {
        self.handler = self.handler.wrap(from_fn(counted));
        self
    }

    /// Its handler. What is refused to somebody who reads is told of, whichever face or handler refuses it.
    pub fn handled(self) -> actix_web::Route {
        match (self.access, &self.method) {
            (Access::Person, &Method::GET) => self.handler.wrap(from_fn(refused_readings::noted)),
            (Access::Person | Access::Public | Access::Demo, _) => self.handler,
        }
    }

    #[must_use]
    pub fn demo(mut self) -> Self {
        self.access = Access::Demo;
        self
    }
}

async fn counted(
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let app = req.app_data::<Data<App>>();
    match app.map_or(Ok(()), |app| app.limits.post(req.request())) {
        Ok(()) => next.call(req).await,
        Err(refused) => {
            let (request, _) = req.into_parts();
            let response = HttpResponse::from_error(refused);
            Ok(ServiceResponse::new(request, response))
        }
    }
}

fn route(method: Method, path: &'static str, does: Does) -> Route {
    let does = Arc::new(does);
    let handler = actix_web::Route::new().method(method.clone()).to(
        move |app: Data<App>, req: HttpRequest, payload: Payload| {
            let does = does.clone();
            async move { answer(&does, &app, &req, payload).await }
        },
    );
    Route {
        method,
        path,
        access: Access::Person,
        doc: None,
        verbs: Vec::new(),
        as_file: false,
        handler,
    }
}

enum Does {
    Page {
        shown: Maker<Page>,
        open: bool,
        /// The list on it as a whole.
        table: Option<Maker<Table>>,
    },
    Public(Maker<Public>),
    Read {
        read: Maker<Reply>,
        open: bool,
        table: Option<Maker<Table>>,
    },
    Form {
        /// Of several, the field `act` names the one whose button was pressed.
        verbs: Vec<Arc<dyn Command>>,
        shown: Option<Maker<Page>>,
        open: bool,
    },
    Call {
        verb: Arc<dyn Command>,
        open: bool,
    },
}

async fn answer(
    does: &Does,
    app: &App,
    req: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse> {
    let who = credentials::read_credentials(req)?;
    let open = match does {
        Does::Public(_) => true,
        Does::Page { open, .. }
        | Does::Read { open, .. }
        | Does::Form { open, .. }
        | Does::Call { open, .. } => *open,
    };
    // Who carries no credentials at all learns nothing of what it would take.
    if !open && who.claims.is_none() {
        return Err(Error::unauthorized());
    }
    if let Does::Page { table, .. } | Does::Read { table, .. } = does
        && let Some(table) = table
        && let Some(format) = listed::format(req)?
    {
        return listed::file(app, req, who, table(req)?, format).await;
    }
    match does {
        Does::Page { shown, table, .. } => {
            entry::page(app, req, who, shown(req)?, !open, table.is_some()).await
        }
        Does::Public(shown) => {
            let job = shown(req)?;
            app.public_answer(req, who, job).await
        }
        Does::Read { read, .. } => entry::read(app, req, who, read(req)?, !open).await,
        Does::Form { verbs, shown, .. } => {
            entry::form(app, req, payload, who, verbs, shown.as_ref()).await
        }
        Does::Call { verb, .. } => entry::call(app, req, payload, who, verb.as_ref()).await,
    }
}

/// `GET` of a page for somebody logged in.
pub fn page<P>(path: &'static str, face: impl Face<P, Page>) -> Route {
    let shown = face.maker();
    let does = Does::Page {
        shown,
        open: false,
        table: None,
    };
    route(Method::GET, path, does)
}

/// `GET` of a page for anybody.
pub fn open_page<P>(path: &'static str, face: impl Face<P, Page>) -> Route {
    let shown = face.maker();
    let does = Does::Page {
        shown,
        open: true,
        table: None,
    };
    route(Method::GET, path, does).open()
}

/// `GET` of something published.
pub fn public<P>(path: &'static str, face: impl Face<P, Public>) -> Route {
    route(Method::GET, path, Does::Public(face.maker())).open()
}

/// `GET` by a program of somebody logged in.
pub fn read<P>(path: &'static str, face: impl Face<P, Reply>) -> Route {
    let does = Does::Read {
        read: face.maker(),
        open: false,
        table: None,
    };
    route(Method::GET, path, does)
}

/// `GET` of a list by a program of somebody logged in: page by page, or whole as a file.
pub fn list<P, T: Serialize + 'static>(
    path: &'static str,
    face: impl Face<P, Listing<T>>,
    sheet: &'static Sheet<T>,
) -> Route {
    as_file(
        path,
        Does::Read {
            read: listed::reply(face),
            open: false,
            table: Some(listed::table(face, sheet)),
        },
    )
}

/// `GET` of a page with a list on it, which is a file on demand: what the list's face gives a program.
pub fn listed<P, Q, T: 'static>(
    path: &'static str,
    page: impl Face<Q, Page>,
    face: impl Face<P, Listing<T>>,
    sheet: &'static Sheet<T>,
) -> Route {
    as_file(
        path,
        Does::Page {
            shown: page.maker(),
            open: false,
            table: Some(listed::table(face, sheet)),
        },
    )
}

/// `GET` of a page, or of the table it says as a file.
pub fn tabled<P, Q>(
    path: &'static str,
    page: impl Face<Q, Page>,
    table: impl Face<P, Table>,
) -> Route {
    as_file(
        path,
        Does::Page {
            shown: page.maker(),
            open: false,
            table: Some(table.maker()),
        },
    )
}

/// `GET` by a program, or of the table it reads as a file.
pub fn tabled_read<P, Q>(
    path: &'static str,
    read: impl Face<Q, Reply>,
    table: impl Face<P, Table>,
) -> Route {
    as_file(
        path,
        Does::Read {
            read: read.maker(),
            open: false,
            table: Some(table.maker()),
        },
    )
}

fn as_file(path: &'static str, does: Does) -> Route {
    let mut made = route(Method::GET, path, does);
    made.as_file = true;
    made
}

/// `GET` by anybody's program, not cached.
pub fn open_read<P>(path: &'static str, face: impl Face<P, Reply>) -> Route {
    let does = Does::Read {
        read: face.maker(),
        open: true,
        table: None,
    };
    route(Method::GET, path, does).open()
}

/// A verb by form. With a page to show the refused form on again; without, the refusal's own page tells it.
pub fn form(path: &'static str, verbs: Vec<Arc<dyn Command>>, shown: Option<Maker<Page>>) -> Route {
    let open = verbs.iter().all(|verb| verb.open());
    let carried = verbs.clone();
    let mut made = route(Method::POST, path, Does::Form { verbs, shown, open });
    made.verbs = carried;
    if open { made.open() } else { made }
}

/// A verb by JSON.
pub fn call(method: Method, path: &'static str, verb: Arc<dyn Command>) -> Route {
    let (open, doc, carried) = (verb.open(), verb.doc(), verb.clone());
    let mut made = route(method, path, Does::Call { verb, open });
    made.doc = Some(doc);
    made.verbs = vec![carried];
    if open { made.open() } else { made }
}

/// A handler that reads its request itself.
pub fn own<F, Args>(method: Method, path: &'static str, access: Access, handler: F) -> Route
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    let handler = actix_web::Route::new().method(method.clone()).to(handler);
    Route {
        handler: match access {
            Access::Person => handler.wrap(from_fn(credentials::required)),
            Access::Public | Access::Demo => handler,
        },
        method,
        path,
        access,
        doc: None,
        verbs: Vec::new(),
        as_file: false,
    }
}
