//! What the room hands to the house.

use actix_web::http::Method;

use super::verbs::{Answer, Change, Propose, Withdraw};
use super::view::JointBidShown;
use super::{api, pages, todo};
use crate::verbs::{Place, call, form, verb};
use crate::web::Room;
use crate::web::route::{list, page, read};
use crate::web::{Doc, PageQuery, Route};

pub const ROOM: Room = Room {
    name: "joint",
    title: "联合攻关",
    routes,
    todos: Some(todo::todos),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/rounds/{id}/joint", pages::list),
        page("/joint/{id}", pages::show),
        list("/api/v1/rounds/{id}/joint", api::list, &api::JOINT).doc(
            Doc::list::<JointBidShown>(
                "Joint bids (联合攻关) of a round, the newest first: all for those over it, else one's own.",
            )
            .query::<PageQuery>(),
        ),
        read("/api/v1/joint/{id}", api::show).doc(Doc::of::<JointBidShown>("One joint bid.")),
        form::<Change>("/joint/{id}/statement", Place::on(pages::show)),
        call::<Change>(Method::PUT, "/api/v1/joint/{id}"),
    ];
    all.extend(verb::<Propose>(
        "/api/v1/rounds/{id}/joint",
        Place::on(pages::list),
    ));
    all.extend(verb::<Answer>(
        "/api/v1/joint/{id}/answer",
        Place::on(pages::show),
    ));
    all.extend(verb::<Withdraw>(
        "/api/v1/joint/{id}/withdraw",
        Place::on(pages::show),
    ));
    all
}
