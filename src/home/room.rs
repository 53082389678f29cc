//! What the room hands to the house.

use super::pages;
use crate::web::Room;
use crate::web::Route;
use crate::web::route::page;

pub const ROOM: Room = Room {
    name: "home",
    title: "待办",
    routes,
    todos: None,
};

fn routes() -> Vec<Route> {
    vec![page("/home", pages::show)]
}
