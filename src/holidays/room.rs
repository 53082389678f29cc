//! What the room hands to the house.

use actix_web::http::Method;

use super::scene::YearShown;
use super::verbs::ReplaceYear;
use super::{api, check, pages};
use crate::verbs::{Place, call, form};
use crate::web::route::{page, read};
use crate::web::{Doc, Nav, Room, Route};
use crate::who::Role;

pub const ROOM: Room = Room {
    name: "holidays",
    title: "节假日表",
    routes,
    checks: check::CHECKS,
    nav: &[Nav::new(70, "节假日", "/calendar", |actor| {
        actor.has(Role::Office) || actor.has(Role::SystemAdmin)
    })],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        page("/calendar", pages::show),
        form::<ReplaceYear>("/calendar/{year}", Place::on(pages::of_year)),
        read("/api/v1/holidays/{year}", api::show).doc(
            Doc::of::<YearShown>(
                "A year of the holiday table: for offices and system administrators.",
            )
            .refuses(403, &["role_required"]),
        ),
        call::<ReplaceYear>(Method::PUT, "/api/v1/holidays/{year}"),
    ]
}
