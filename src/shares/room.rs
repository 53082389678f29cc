//! What the room hands to the house.

use super::api::{self, SharesListed};
use super::pages;
use super::verbs::{Propose, Withdraw};
use crate::verbs::{Place, verb};
use crate::web::Room;
use crate::web::route::{page, read};
use crate::web::{Doc, Route};

pub const ROOM: Room = Room {
    name: "shares",
    title: "合力推进",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/topics/{id}/shares", pages::show),
        read("/api/v1/rounds/{id}/shares", api::list).doc(Doc::of::<SharesListed>(
            "Topics of a round that several are proposed to win together (合力推进).",
        )),
    ];
    all.extend(verb::<Propose>(
        "/api/v1/topics/{id}/shares",
        Place::on(pages::show),
    ));
    all.extend(verb::<Withdraw>(
        "/api/v1/topics/{id}/shares/withdraw",
        Place::Nowhere,
    ));
    all
}
