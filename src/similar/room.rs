//! What the room hands to the house.

use actix_web::http::Method;

use super::store::Search;
use super::verbs::Dismiss;
use super::view::{PairShown, SimilarShown};
use super::{api, pages};
use crate::verbs::{Place, verb};
use crate::web::Room;
use crate::web::route::{listed, own, page, read};
use crate::web::{Access, Doc, Empty, PageQuery, Route};

pub const ROOM: Room = Room {
    name: "similar",
    title: "相似申报",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        listed("/rounds/{id}/similar", pages::list, api::pairs, &api::PAIRS),
        page("/rounds/{id}/similar/{pair_id}", pages::show),
        own(Method::POST, "/rounds/{id}/similar", Access::Person, pages::search),
        read("/api/v1/rounds/{id}/similar", api::list).doc(
            Doc::of::<SimilarShown>(
                "The pairs the last search knows, most alike first: for office, supervisor and chair.",
            )
            .query::<PageQuery>()
            .refuses(409, &["not_opened"]),
        ),
        read("/api/v1/rounds/{id}/similar/{pair_id}", api::show)
            .doc(Doc::of::<PairShown>("One pair.").refuses(409, &["not_opened"])),
        own(Method::POST, "/api/v1/rounds/{id}/similar", Access::Person, api::search).doc(
            Doc::of::<Search>(
                "Compare the round's opened bids with each other and with earlier rounds'.",
            )
            .body::<Empty>()
            .refuses(409, &["not_opened", "wrong_state", "bids_changed"]),
        ),
    ];
    all.extend(verb::<Dismiss>(
        "/api/v1/rounds/{id}/similar/{pair_id}/dismiss",
        Place::on(pages::show),
    ));
    all
}
