//! What the room hands to the house.

use super::{TodoShown, api, pages};
use crate::web::route::{list, page};
use crate::web::{Doc, Nav, PageQuery, Room, Route, nav};

pub const ROOM: Room = Room {
    name: "home",
    title: "待办",
    routes,
    nav: &[Nav::new(10, "待办", "/home", nav::people)],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        page("/home", pages::show),
        list("/api/v1/todos", api::list, &api::TODOS).doc(
            Doc::list::<TodoShown>(
                "What waits for whoever asks: late first, then by due time, undated last.",
            )
            .query::<PageQuery>(),
        ),
    ]
}
