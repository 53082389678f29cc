//! What the room hands to the house.

use actix_web::http::Method;

use super::scene::CheckpointShown;
use super::store::CheckpointLine;
use super::verbs::{EndKey, HandIn};
use super::{api, check, pages, todo};
use crate::audit::proof::Proof;
use crate::verbs::{Place, call, form, verb};
use crate::web::route::{Access, open_page, open_read, own};
use crate::web::{Doc, PageQuery, Room, Route};

pub const ROOM: Room = Room {
    name: "checkpoints",
    title: "存证点",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        open_page("/checkpoints", pages::show),
        form::<HandIn>("/checkpoints", Place::on(pages::show)),
        call::<HandIn>(Method::POST, "/api/v1/checkpoints"),
        open_read("/api/v1/public/checkpoints", api::list).doc(
            Doc::list::<CheckpointLine>(
                "Checkpoints, newest first: who signed when, with which key. No login.",
            )
            .query::<PageQuery>(),
        ),
        open_read("/api/v1/public/checkpoints/{id}", api::show).doc(Doc::of::<CheckpointShown>(
            "A checkpoint to the letter, to be verified with its signer's key. No login.",
        )),
    ];
    all.extend(verb::<EndKey>(
        "/api/v1/checkpoints/signers/{id}/end",
        Place::on(pages::of_key),
    ));
    all.extend(proofs());
    all
}

/// Each as a page's file and as a call.
fn proofs() -> Vec<Route> {
    const GET: Method = Method::GET;
    let says = |what| Doc::of::<Proof>(what).refuses(409, &["not_cosigned_yet"]);
    let person = Access::Person;
    vec![
        own(GET, "/bids/{id}/proof", person, api::receipt),
        own(GET, "/api/v1/bids/{id}/proof", person, api::receipt).doc(says(
            "That a submission stands under a signed checkpoint: for the bid's own people.",
        )),
        own(GET, "/rounds/{id}/opening/proof", person, api::opening),
        own(
            GET,
            "/api/v1/rounds/{id}/opening/proof",
            person,
            api::opening,
        )
        .doc(says("That an opening stands under a signed checkpoint.")),
        own(GET, "/rounds/{id}/result/proof", person, api::result),
        own(GET, "/api/v1/rounds/{id}/result/proof", person, api::result).doc(says(
            "That a publicized result stands under a signed checkpoint.",
        )),
        own(GET, "/contracts/{id}/proof", person, api::contract),
        own(GET, "/api/v1/contracts/{id}/proof", person, api::contract).doc(says(
            "That a contract's last signature stands under a signed checkpoint.",
        )),
    ]
}
