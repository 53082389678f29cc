//! What the room hands to the house. The result's own page is [`crate::desk::result`]'s, for it shows what stands above.

use actix_web::http::Method;

use super::actions::ranking::ResultQuery;
use super::actions::ranking::RoundResult;
use super::api;
use super::verbs::{CommitLot, Lock, RevealLot, VoidLots};
use super::view::LotsShown;
use super::{check, pages, todo};
use crate::numbers::fairness::Fairness;
use crate::verbs::{Place, verb};
use crate::web::Room;
use crate::web::route::{own, page, read, tabled_read};
use crate::web::{Access, Doc, Route};

pub const ROOM: Room = Room {
    name: "result",
    title: "评审结果",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = readings();
    all.extend(verb::<Lock>("/api/v1/rounds/{id}/lock", Place::Nowhere));
    all.extend(verb::<CommitLot>(
        "/api/v1/rounds/{id}/lots",
        Place::on(pages::lots),
    ));
    all.extend(verb::<RevealLot>(
        "/api/v1/lots/{id}/reveal",
        Place::on(pages::of_draw),
    ));
    all.extend(verb::<VoidLots>(
        "/api/v1/lots/{id}/void",
        Place::on(pages::of_draw),
    ));
    all
}

fn readings() -> Vec<Route> {
    let file = |path, says| {
        own(Method::GET, path, Access::Person, api::export).doc(Doc::nothing(says).status(200))
    };
    let earlier = |path, says| {
        own(Method::GET, path, Access::Person, api::superseded).doc(Doc::nothing(says).status(200))
    };
    let export = "The reproducible export: inputs, rule, ranking, decision.\n`biaogan evaluation recompute` yields the same ranking. See `result_file` in the documentation.";
    let superseded = "A result that another one took the place of, as it was published; `result` lists them.\nSee `result_file` in the documentation.";
    vec![
        own(Method::GET, "/rounds/{id}/result.json", Access::Person, api::export),
        page("/rounds/{id}/result/{bid}", pages::working),
        own(
            Method::GET,
            "/rounds/{id}/superseded/{superseded_id}",
            Access::Person,
            api::superseded,
        ),
        page("/rounds/{id}/lots", pages::lots),
        page("/rounds/{id}/fairness", pages::fairness),
        tabled_read("/api/v1/rounds/{id}/result", api::show, api::table).doc(
            Doc::of::<RoundResult>(
                "The ranking, each number with its sheets.\nFor the committee and the panel from the lock on, for bidding organizations, with their own sheets, once publicity has started.",
            )
            .query::<ResultQuery>(),
        ),
        file("/api/v1/rounds/{id}/result.json", export),
        earlier("/api/v1/rounds/{id}/superseded/{superseded_id}", superseded),
        read("/api/v1/rounds/{id}/fairness", api::fairness).doc(Doc::of::<Fairness>(
            "Whether the marks may be trusted, as it was found when the result was computed: for the chair, the secretary and the supervisor.",
        )),
        read("/api/v1/rounds/{id}/lots", api::lots).doc(Doc::of::<LotsShown>(
            "Who shares a rank, and every draw with all that makes it verifiable: for whoever may read the result.\nWhat one of the two reveals is shown once both have.",
        )),
    ]
}
