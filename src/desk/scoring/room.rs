//! What the pages of scoring that look further hand to the house. The others are [`crate::scoring`]'s own.

use super::{sheet, work};
use crate::result::actions::reopen::Reopen;
use crate::scoring::verbs::{Confirm, Dispute, Restore, Undertake};
use crate::verbs::{Place, verb};
use crate::web::route::page;
use crate::web::{Room, Route};

pub const ROOM: Room = Room {
    name: "scoring",
    title: "评分",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/evaluations/{id}", work::evaluation),
        page("/score_sheets/{id}", sheet::show),
    ];
    let on = || Place::on(sheet::show);
    for made in [
        verb::<Undertake>(
            "/api/v1/evaluations/{id}/undertaking",
            Place::on(work::evaluation),
        ),
        verb::<Reopen>("/api/v1/score_sheets/{id}/reopen", on()),
        verb::<Restore>("/api/v1/score_sheets/{id}/restore", on()),
        verb::<Dispute>("/api/v1/score_sheets/{id}/dispute", on()),
        verb::<Confirm>("/api/v1/score_sheets/{id}/confirm", on()),
    ] {
        all.extend(made);
    }
    all
}
