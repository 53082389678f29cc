//! Every route of the service: method, path, who may come in, handler. What they may do there is `who::policy`'s and
//! each room's to say; `tests/matrix.rs` calls every line as every role.

use actix_web::dev::HttpServiceFactory;
use actix_web::web::{self as actix, ServiceConfig};

pub use crate::web::{Access, Route};
use crate::{openapi, rooms};

/// The table, folded from the rooms. Pages first, then `/api/v1`; a fixed segment stands before a variable one.
pub fn table() -> Vec<Route> {
    let rooms = rooms::ALL.iter().copied();
    rooms
        .chain([&openapi::room::ROOM])
        .flat_map(|room| (room.routes)())
        .collect()
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
            Some((_, handlers)) => handlers.push(route.handled()),
            None => paths.push((route.path, vec![route.handled()])),
        }
    }
    // A fixed segment stands before a variable one, whatever the order of the table.
    paths.sort_by_key(|(path, _)| path.replace('{', "\u{7f}{"));
    let (calls, pages): (Vec<_>, Vec<_>) = paths
        .into_iter()
        .partition(|(path, _)| path.starts_with(API));
    let calls = calls
        .into_iter()
        .map(|(path, handlers)| (path.trim_start_matches(API), handlers));
    let api = rooms(calls.collect())
        .into_iter()
        .fold(actix::scope(API), |api, room| api.service(room));
    config.service(api);
    // The root begins nothing: a scope of its own would take everything there is.
    let (root, pages): (Vec<_>, Vec<_>) = pages.into_iter().partition(|(path, _)| *path == "/");
    for (path, handlers) in root {
        config.service(resource(path, handlers));
    }
    for room in rooms(pages) {
        config.service(room);
    }
}

const API: &str = "/api/v1";

type Handlers = (&'static str, Vec<actix_web::Route>);

/// What begins alike stands in one scope, which is looked through only by who asks for something in it.
fn rooms(paths: Vec<Handlers>) -> Vec<actix_web::Scope> {
    let mut rooms: Vec<(&'static str, Vec<Handlers>)> = Vec::new();
    for (path, handlers) in paths {
        let (head, tail) = path.split_at(head(path));
        match rooms.iter_mut().find(|(known, _)| *known == head) {
            Some((_, resources)) => resources.push((tail, handlers)),
            None => rooms.push((head, vec![(tail, handlers)])),
        }
    }
    let made = |(head, resources): (&'static str, Vec<Handlers>)| {
        resources
            .into_iter()
            .fold(actix::scope(head), |scope, (path, handlers)| {
                scope.service(resource(path, handlers))
            })
    };
    rooms.into_iter().map(made).collect()
}

/// Where a path's first segment ends: `/rounds` of `/rounds/{id}`.
fn head(path: &str) -> usize {
    let rest = path.get(1..).unwrap_or_default();
    rest.find('/').map_or(path.len(), |end| end + 1)
}

fn resource(
    path: &'static str,
    handlers: Vec<actix_web::Route>,
) -> impl HttpServiceFactory + use<> {
    handlers
        .into_iter()
        .fold(actix::resource(path), actix_web::Resource::route)
}
