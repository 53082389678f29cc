//! What the room hands to the house.

use super::pages;
use crate::web::route::page;
use crate::web::{Room, Route};

pub const ROOM: Room = Room {
    name: "home",
    title: "待办",
    routes,
    todos: None,
};

fn routes() -> Vec<Route> {
    vec![page("/home", pages::show)]
}
