//! What the room hands to the house.

use super::pages;
use crate::web::route::open_page;
use crate::web::{Nav, Room, Route, nav};

pub const ROOM: Room = Room {
    name: "help",
    title: "使用说明",
    routes,
    nav: &[Nav::new(100, "帮助", "/help", nav::people)],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        open_page("/help", pages::index),
        open_page("/help/{role}", pages::show),
    ]
}
