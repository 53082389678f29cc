//! What the room hands to the house. What becomes of failed topics and of last year's rounds is decided above
//! ([`crate::failed`], [`crate::rulings`]) and stands among the round's own pages and calls.

use actix_web::http::Method;

use super::ceremony::ceremony;
use super::input::{RoundInput, RoundPatch};
use super::scene::{OpenersScene, RoundScene};
use super::store::RoundLine;
use super::store::questions::Correction;
use super::verbs::{
    Answer, Ask, Cancel, Change, Correct, Create, Extend, Publish, RenewKey, ShareAgain,
};
use super::view::RoundShown;
use super::view::openers::OpenersShown;
use super::view::questions::RoundQuestionShown;
use super::{RoundState, api, pages, todo};
use crate::failed::AnswerJoint;
use crate::rulings::{Close, Copy, Decide};
use crate::verbs::{Place, call, form, reading, verb};
use crate::web::route::{page, read};
use crate::web::{Doc, PageQuery, Room, Route};

pub const ROOM: Room = Room {
    name: "rounds",
    title: "招标批次",
    routes,
    todos: Some(todo::todos),
};

fn routes() -> Vec<Route> {
    let mut all = readings();
    all.extend(commands());
    all.extend(rulings());
    all
}

fn readings() -> Vec<Route> {
    vec![
        page("/rounds", pages::list),
        page("/rounds/new", pages::new),
        page("/rounds/{id}", pages::show),
        page("/rounds/{id}/edit", pages::edit),
        page("/rounds/{id}/openers", pages::openers),
        page("/rounds/{id}/questions", pages::questions),
        read("/api/v1/rounds", api::list).doc(
            Doc::list::<RoundLine>("Rounds in reach, newest first.")
                .query::<api::RoundsQuery>()
                .with::<RoundState>(),
        ),
        read("/api/v1/rounds/{id}", reading::<RoundScene>)
            .doc(Doc::of::<RoundShown>("One round.")),
        read("/api/v1/rounds/{id}/openers", reading::<OpenersScene>).doc(
            Doc::of::<OpenersShown>(
                "Who opens a round's bids: so many of them, a supervisor always among them.",
            ),
        ),
        read("/api/v1/rounds/{id}/questions", api::questions).doc(
            Doc::list::<RoundQuestionShown>(
                "Questions with their answers, newest first: the office sees all, everybody else the answered ones and their own.",
            )
            .query::<PageQuery>(),
        ),
        read("/api/v1/rounds/{id}/corrections", api::corrections).doc(
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
        ceremony::<ShareAgain>("/api/v1/rounds/{id}/openers", pages::openers),
        verb::<Create>("/api/v1/rounds", Place::on(pages::new)),
        verb::<Publish>("/api/v1/rounds/{id}/publish", Place::on(pages::openers)),
        verb::<Extend>("/api/v1/rounds/{id}/extend", Place::on(pages::show)),
        verb::<Cancel>("/api/v1/rounds/{id}/cancel", Place::on(pages::show)),
        verb::<RenewKey>(
            "/api/v1/rounds/{id}/openers/renew",
            Place::on(pages::openers),
        ),
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

fn rulings() -> Vec<Route> {
    let mut all = vec![
        form::<Decide>(
            "/rounds/{round_id}/topics/{id}/decision",
            Place::on(pages::deciding),
        ),
        call::<Decide>(Method::POST, "/api/v1/topics/{id}/decision"),
        form::<AnswerJoint>("/rounds/{round_id}/bids/{id}/joint", Place::Nowhere),
        call::<AnswerJoint>(Method::POST, "/api/v1/bids/{id}/joint"),
    ];
    all.extend(verb::<Close>("/api/v1/rounds/{id}/close", Place::Nowhere));
    all.extend(verb::<Copy>("/api/v1/rounds/{id}/copy", Place::Nowhere));
    all
}
