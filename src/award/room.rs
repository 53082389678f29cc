//! What the room hands to the house.

use super::store::Objection;
use super::verbs::{Acknowledge, Answer, Conclude, Decide, FollowUp, Lodge, Publicize};
use super::view::ObjectionFollowed;
use super::{api, check, pages, todo};
use crate::verbs::{Place, call, form, verb};
use crate::web::Room;
use crate::web::route::{list, listed, open_page, open_read, page};
use crate::web::{Doc, PageQuery, Route};
use actix_web::http::Method;

pub const ROOM: Room = Room {
    name: "award",
    title: "决定、公示与异议",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/rounds/{id}/decision", pages::decision),
        listed("/rounds/{id}/objections", pages::objections, api::list, &api::OBJECTIONS),
        open_page("/rounds/{id}/objection", pages::object),
        open_page("/objections/{code}", pages::objection).limited(),
        form::<Lodge>("/rounds/{id}/objection", Place::on(pages::object)),
        form::<FollowUp>("/objections/{code}", Place::on(pages::objection)),
        list("/api/v1/rounds/{id}/objections", api::list, &api::OBJECTIONS).doc(
            Doc::list::<Objection>(
                "The objections of a round, newest first: for the office, the secretary and the supervisor.",
            )
            .query::<PageQuery>(),
        ),
        call::<Lodge>(Method::POST, "/api/v1/public/rounds/{id}/objections"),
        open_read("/api/v1/public/objections/{code}", api::follow)
            .limited()
            .doc(Doc::of::<ObjectionFollowed>(
                "Where an objection stands, by its code.",
            )),
        call::<FollowUp>(Method::POST, "/api/v1/public/objections/{code}"),
    ];
    all.extend(verb::<Decide>(
        "/api/v1/rounds/{id}/decision",
        Place::on(pages::decision),
    ));
    all.extend(verb::<Publicize>(
        "/api/v1/rounds/{id}/publicity",
        Place::Nowhere,
    ));
    all.extend(verb::<Conclude>(
        "/api/v1/rounds/{id}/conclude",
        Place::Nowhere,
    ));
    all.extend(verb::<Answer>(
        "/api/v1/objections/{id}/answer",
        Place::on(pages::answering),
    ));
    all.extend(verb::<Acknowledge>(
        "/api/v1/objections/{id}/acknowledge",
        Place::Nowhere,
    ));
    all
}
