//! What the result's page hands to the house. How it was computed, its lots and its fairness are [`crate::result`]'s own.

use super::page::{show, table};
use crate::result::verbs::RecordTie;
use crate::verbs::{Place, verb};
use crate::web::route::tabled;
use crate::web::{Room, Route};

pub const ROOM: Room = Room {
    name: "result",
    title: "评审结果",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![tabled("/rounds/{id}/result", show, table)];
    all.extend(verb::<RecordTie>(
        "/api/v1/rounds/{id}/tie",
        Place::on(show),
    ));
    all
}
