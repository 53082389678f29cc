//! What the room hands to the house.

use actix_web::http::Method;

use super::actions::ClockInput;
use super::{api, pages};
use crate::web::Room;
use crate::web::route::own;
use crate::web::{Access, Doc, Route};

pub const ROOM: Room = Room {
    name: "demo",
    title: "仅演示系统提供",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        own(Method::POST, "/demo/clock", Access::Demo, pages::clock),
        own(Method::POST, "/api/v1/demo/clock", Access::Demo, api::clock).doc(
            Doc::of::<api::ClockShown>("Move the demo's clock forward. Exists in `demo` alone.")
                .body::<ClockInput>(),
        ),
    ]
}
