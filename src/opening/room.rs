//! What the room hands to the house. Its call stands among the round's.

use super::{Open, check, pages};
use crate::verbs::ceremony::ceremony;
use crate::web::route::page;
use crate::web::{Room, Route};

pub const ROOM: Room = Room {
    name: "rounds",
    title: "招标批次",
    routes,
    checks: check::CHECKS,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![page("/rounds/{id}/opening", pages::opening)];
    let path = "/api/v1/rounds/{id}/opening";
    all.extend(ceremony::<Open>(path, pages::opening));
    all
}
