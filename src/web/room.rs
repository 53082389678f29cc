//! What the web layer hands to the house: what operators and balancers ask, and the site's own files.

use actix_web::http::Method;

use super::route::{Route, own};
use super::{Access, assets, system};
use crate::room::Room;

pub const ROOM: Room = Room {
    name: "system",
    routes,
    todos: None,
};

fn routes() -> Vec<Route> {
    let (get, anybody) = (Method::GET, Access::Public);
    vec![
        own(get.clone(), "/healthz", anybody, system::healthz),
        own(get.clone(), "/readyz", anybody, system::readyz),
        own(get.clone(), "/metrics", anybody, system::metrics),
        own(get.clone(), "/static/{name}", anybody, assets::serve),
        own(get, "/favicon.ico", anybody, assets::favicon),
    ]
}
