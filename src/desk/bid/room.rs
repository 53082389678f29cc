//! What the bid's page hands to the house. Writing a bid, its history and the list are [`crate::bids`]' own.

use super::page::show;
use crate::bids::verbs::{SealAgain, Submit, Withdraw};
use crate::joint::Void;
use crate::verbs::{Place, verb};
use crate::web::route::page;
use crate::web::{Room, Route};

pub const ROOM: Room = Room {
    name: "bids",
    title: "申报书",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![page("/bids/{id}", show)];
    for made in [
        verb::<Submit>("/api/v1/bids/{id}/submit", Place::on(show)),
        verb::<Withdraw>("/api/v1/bids/{id}/withdraw", Place::on(show)),
        verb::<Void>("/api/v1/bids/{id}/void", Place::on(show)),
        verb::<SealAgain>("/api/v1/bids/{id}/seal_again", Place::on(show)),
    ] {
        all.extend(made);
    }
    all
}
