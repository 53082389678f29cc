//! What the round's page hands to the house. Its list, its form and its questions are [`crate::rounds`]' own.

use actix_web::http::Method;

use super::openers::{OpenersShown, openers};
use super::page::{deciding, show};
use super::shown::RoundShown;
use super::todo;
use crate::failed::AnswerJoint;
use crate::rounds::scene::{OpenersScene, RoundScene};
use crate::rounds::verbs::{Cancel, Extend, Publish, RenewKey, ShareAgain};
use crate::rulings::{AwardJoint, Close, Copy, Decide};
use crate::verbs::ceremony::ceremony;
use crate::verbs::{Place, call, form, reading, verb};
use crate::web::route::{page, read};
use crate::web::{Doc, Room, Route};

pub const ROOM: Room = Room {
    name: "rounds",
    title: "招标批次",
    routes,
    todos: Some(todo::todos),
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = readings();
    all.extend(commands());
    all
}

fn readings() -> Vec<Route> {
    vec![
        page("/rounds/{id}", show),
        page("/rounds/{id}/openers", openers),
        read("/api/v1/rounds/{id}", reading::<RoundScene>).doc(Doc::of::<RoundShown>("One round.")),
        read("/api/v1/rounds/{id}/openers", reading::<OpenersScene>).doc(Doc::of::<OpenersShown>(
            "Who opens a round's bids: so many of them, a supervisor always among them.",
        )),
    ]
}

fn commands() -> Vec<Route> {
    let mut all = vec![
        form::<Decide>(
            "/rounds/{round_id}/topics/{id}/decision",
            Place::on(deciding),
        ),
        call::<Decide>(Method::POST, "/api/v1/topics/{id}/decision"),
        form::<AwardJoint>(
            "/rounds/{round_id}/topics/{id}/joint_award",
            Place::on(deciding),
        ),
        call::<AwardJoint>(Method::POST, "/api/v1/topics/{id}/joint_award"),
        form::<AnswerJoint>("/rounds/{round_id}/bids/{id}/joint", Place::Nowhere),
        call::<AnswerJoint>(Method::POST, "/api/v1/bids/{id}/joint"),
    ];
    for made in [
        ceremony::<ShareAgain>("/api/v1/rounds/{id}/openers", openers),
        verb::<Publish>("/api/v1/rounds/{id}/publish", Place::on(openers)),
        verb::<Extend>("/api/v1/rounds/{id}/extend", Place::on(show)),
        verb::<Cancel>("/api/v1/rounds/{id}/cancel", Place::on(show)),
        ceremony::<RenewKey>("/api/v1/rounds/{id}/openers/renew", openers),
        verb::<Close>("/api/v1/rounds/{id}/close", Place::Nowhere),
        verb::<Copy>("/api/v1/rounds/{id}/copy", Place::Nowhere),
    ] {
        all.extend(made);
    }
    all
}
