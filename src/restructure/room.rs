//! What the room hands to the house.

use super::pages;
use super::verbs::{Merge, MoveOrganization};
use crate::verbs::{Place, verb};
use crate::web::route::page;
use crate::web::{Room, Route};

pub const ROOM: Room = Room {
    name: "restructure",
    title: "组织的移动与合并",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![page("/organizations/{id}/restructure", pages::show)];
    all.extend(verb::<MoveOrganization>(
        "/api/v1/organizations/{id}/move",
        Place::on(pages::show),
    ));
    all.extend(verb::<Merge>(
        "/api/v1/organizations/{id}/merge",
        Place::on(pages::show),
    ));
    all
}
