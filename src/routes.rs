//! Every route of the service: method, path, who may come in, handler. What they may do there is `who::policy`'s and
//! each room's to say; `tests/matrix.rs` calls every line as every role.

use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::web::{self as actix, ServiceConfig};

use crate::web::route::own;
pub use crate::web::{Access, Route};
use crate::{award, result};

macro_rules! routes {
    ($($method:ident $path:literal $access:ident $handler:path;)+) => {
        vec![$(own(Method::$method, $path, Access::$access, $handler)),+]
    };
}

/// The table. Pages first, then `/api/v1`; a fixed segment stands before a variable one.
pub fn table() -> Vec<Route> {
    [
        evaluation_routes(),
        (crate::openapi::room::ROOM.routes)(),
        crate::rooms::ALL
            .iter()
            .flat_map(|room| (room.routes)())
            .collect(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn evaluation_routes() -> Vec<Route> {
    routes! {
        POST "/rounds/{id}/lock" Person result::pages::result::lock;
        GET "/rounds/{id}/result" Person result::pages::result::show;
        GET "/rounds/{id}/result/{bid}" Person result::pages::working::show;
        GET "/rounds/{id}/result.json" Person result::pages::result::export;
        GET "/rounds/{id}/superseded/{superseded_id}" Person result::api::result::superseded;
        POST "/rounds/{id}/tie" Person result::pages::result::record_tie;
        GET "/rounds/{id}/lots" Person result::pages::lots::show;
        POST "/rounds/{id}/lots" Person result::pages::lots::commit;
        POST "/lots/{id}/reveal" Person result::pages::lots::reveal;
        POST "/lots/{id}/void" Person result::pages::lots::void;
        GET "/api/v1/rounds/{id}/lots" Person result::api::lots::show;
        POST "/api/v1/rounds/{id}/lots" Person result::api::lots::commit;
        POST "/api/v1/lots/{id}/reveal" Person result::api::lots::reveal;
        POST "/api/v1/lots/{id}/void" Person result::api::lots::void;
        GET "/rounds/{id}/fairness" Person result::pages::fairness::fairness;
        GET "/rounds/{id}/decision" Person award::pages::decision::form;
        POST "/rounds/{id}/decision" Person award::pages::decision::decide;
        POST "/rounds/{id}/publicity" Person award::pages::publicity::publicize;
        POST "/rounds/{id}/conclude" Person award::pages::publicity::conclude;
        GET "/rounds/{id}/objection" Public award::pages::objection::form;
        POST "/rounds/{id}/objection" Public award::pages::objection::lodge;
        GET "/objections/{code}" Public award::pages::objection::follow;
        POST "/objections/{code}" Public award::pages::objection::add;
        GET "/rounds/{id}/objections" Person award::pages::objection::list;
        POST "/objections/{id}/answer" Person award::pages::objection::answer;
        POST "/objections/{id}/acknowledge" Person award::pages::objection::acknowledge;
        POST "/api/v1/rounds/{id}/lock" Person result::api::result::lock;
        GET "/api/v1/rounds/{id}/result" Person result::api::result::show;
        GET "/api/v1/rounds/{id}/result.json" Person result::api::result::export;
        POST "/api/v1/rounds/{id}/tie" Person result::api::result::record_tie;
        GET "/api/v1/rounds/{id}/fairness" Person result::api::result::fairness;
        POST "/api/v1/rounds/{id}/decision" Person award::api::decision::decide;
        POST "/api/v1/rounds/{id}/publicity" Person award::api::decision::publicize;
        POST "/api/v1/rounds/{id}/conclude" Person award::api::decision::conclude;
        POST "/api/v1/public/rounds/{id}/objections" Public award::api::objection::lodge;
        GET "/api/v1/public/objections/{code}" Public award::api::objection::follow;
        POST "/api/v1/public/objections/{code}" Public award::api::objection::add;
        GET "/api/v1/rounds/{id}/objections" Person award::api::objection::list;
        POST "/api/v1/objections/{id}/answer" Person award::api::objection::answer;
        POST "/api/v1/objections/{id}/acknowledge" Person award::api::objection::acknowledge;
        GET "/api/v1/rounds/{id}/superseded/{superseded_id}" Person result::api::result::superseded;
    }
}

/// Addresses of old, which go on answering as the ones that took their place do.
const OLD: &[(&str, &str)] = &[
    ("/rounds/{id}/mergers", "/rounds/{id}/joint"),
    ("/mergers/{id}", "/joint/{id}"),
    ("/topics/{id}/split", "/topics/{id}/shares"),
    ("/rounds/{id}/splits", "/rounds/{id}/shares"),
];

/// The routes once more, under the addresses that some of them had.
fn as_of_old() -> Vec<Route> {
    let mut old = table();
    old.retain_mut(|route| {
        let (api, path) = match route.path.strip_prefix("/api/v1") {
            Some(path) => ("/api/v1", path),
            None => ("", route.path),
        };
        let before = OLD.iter().find_map(|(before, now)| {
            let rest = path.strip_prefix(now)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{api}{before}{rest}"))
        });
        match before {
            Some(before) => {
                route.path = before.leak();
                true
            }
            None => false,
        }
    });
    old
}

/// Registers the table: one resource a path, so that a wrong method is 405.
pub fn configure(config: &mut ServiceConfig) {
    let mut paths: Vec<(&'static str, Vec<actix_web::Route>)> = Vec::new();
    for route in table().into_iter().chain(as_of_old()) {
        match paths.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, handlers)) => handlers.push(route.handler),
            None => paths.push((route.path, vec![route.handler])),
        }
    }
    // A fixed segment stands before a variable one, whatever the order of the table.
    paths.sort_by_key(|(path, _)| path.replace('{', "\u{7f}{"));
    for (path, handlers) in paths {
        config.service(resource(path, handlers));
    }
}

fn resource(
    path: &'static str,
    handlers: Vec<actix_web::Route>,
) -> impl HttpServiceFactory + use<> {
    handlers
        .into_iter()
        .fold(actix::resource(path), actix_web::Resource::route)
}
