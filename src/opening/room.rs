//! What the room hands to the house.

use actix_web::http::Method;

use super::{Open, pages};
use crate::verbs::described;
use crate::web::Room;
use crate::web::route::{own, page};
use crate::web::{Access, Route};

/// Its call stands among the round's.
pub const ROOM: Room = Room {
    name: "rounds",
    routes,
    todos: None,
};

fn routes() -> Vec<Route> {
    let by_form = "/rounds/{id}/opening";
    let by_call = "/api/v1/rounds/{id}/opening";
    vec![
        page(by_form, pages::opening),
        own(Method::POST, by_form, Access::Person, pages::open),
        own(Method::POST, by_call, Access::Person, pages::called).doc(described::<Open>()),
    ]
}
