//! What the room hands to the house.

use actix_web::http::Method;

use super::docs;
use crate::web::Room;
use crate::web::route::{open_page, own};
use crate::web::{Access, Route};

pub const ROOM: Room = Room {
    name: "openapi",
    title: "接口文档",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        own(
            Method::GET,
            "/api/openapi.json",
            Access::Public,
            super::serve,
        ),
        open_page("/api/docs", docs::show),
    ]
}
