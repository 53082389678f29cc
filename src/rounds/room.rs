//! What the room hands to the house. The round's own page is [`crate::desk::round`]'s, for it shows what stands above.

use actix_web::http::Method;

use super::input::{RoundInput, RoundPatch};
use super::shown::RoundQuestionShown;
use super::store::RoundLine;
use super::store::questions::Correction;
use super::verbs::{Answer, Ask, Change, Correct, Create};
use super::{RoundState, api, pages};
use crate::verbs::{Place, call, form, verb};
use crate::web::route::{list, listed, page};
use crate::web::{Doc, Nav, PageQuery, Room, Route, nav};

pub const ROOM: Room = Room {
    name: "rounds",
    title: "招标批次",
    routes,
    nav: &[Nav::new(20, "招标", "/rounds", nav::business)],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = readings();
    all.extend(commands());
    all
}

fn readings() -> Vec<Route> {
    vec![
        listed("/rounds", pages::list, api::list, &api::ROUNDS),
        page("/rounds/new", pages::new),
        page("/rounds/{id}/edit", pages::edit),
        page("/rounds/{id}/questions", pages::questions),
        list("/api/v1/rounds", api::list, &api::ROUNDS).doc(
            Doc::list::<RoundLine>("Rounds in reach, newest first.")
                .query::<api::RoundsQuery>()
                .with::<RoundState>(),
        ),
        list("/api/v1/rounds/{id}/questions", api::questions, &api::QUESTIONS).doc(
            Doc::list::<RoundQuestionShown>(
                "Questions with their answers, newest first: the office sees all, everybody else the answered ones and their own.",
            )
            .query::<PageQuery>(),
        ),
        list("/api/v1/rounds/{id}/corrections", api::corrections, &api::CORRECTIONS).doc(
            Doc::list::<Correction>("Corrections (更正公告), newest first.").query::<PageQuery>(),
        ),
    ]
}

fn commands() -> Vec<Route> {
    let mut all = vec![
        form::<Change<RoundInput>>("/rounds/{id}/edit", Place::on(pages::edit)),
        call::<Change<RoundPatch>>(Method::PATCH, "/api/v1/rounds/{id}"),
        form::<Answer>(
            "/rounds/{round_id}/questions/{id}/answer",
            Place::on(pages::answering),
        ),
        call::<Answer>(Method::POST, "/api/v1/questions/{id}/answer"),
    ];
    for made in [
        verb::<Create>("/api/v1/rounds", Place::on(pages::new)),
        verb::<Ask>("/api/v1/rounds/{id}/questions", Place::on(pages::questions)),
        verb::<Correct>(
            "/api/v1/rounds/{id}/corrections",
            Place::on(pages::questions),
        ),
    ] {
        all.extend(made);
    }
    all
}
