//! What the room hands to the house.

use actix_web::http::Method;

use super::verbs::{Answer, Change, Propose, Withdraw};
use super::view::MergerShown;
use super::{api, pages, todo};
use crate::verbs::{Place, call, form, verb};
use crate::web::Room;
use crate::web::route::{page, read};
use crate::web::{Doc, PageQuery, Route};

pub const ROOM: Room = Room {
    name: "joint",
    routes,
    todos: Some(todo::todos),
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/rounds/{id}/mergers", pages::list),
        page("/mergers/{id}", pages::show),
        read("/api/v1/rounds/{id}/mergers", api::list).doc(
            Doc::list::<MergerShown>(
                "Joint bids (联合攻关) of a round, the newest first: all for those over it, else one's own.",
            )
            .query::<PageQuery>(),
        ),
        read("/api/v1/mergers/{id}", api::show).doc(Doc::of::<MergerShown>("One joint bid.")),
        form::<Change>("/mergers/{id}/statement", Place::on(pages::show)),
        call::<Change>(Method::PUT, "/api/v1/mergers/{id}"),
    ];
    all.extend(verb::<Propose>(
        "/api/v1/rounds/{id}/mergers",
        Place::on(pages::list),
    ));
    all.extend(verb::<Answer>(
        "/api/v1/mergers/{id}/answer",
        Place::on(pages::show),
    ));
    all.extend(verb::<Withdraw>(
        "/api/v1/mergers/{id}/withdraw",
        Place::on(pages::show),
    ));
    all
}
