//! What the room hands to the house.

use actix_web::http::Method;

use super::store::{Complaint, Counts};
use super::verbs::{Answer, Lodge};
use super::view::ComplaintFollowed;
use super::{api, check, pages, scene, todo};
use crate::verbs::{Place, call, form, verb};
use crate::web::route::{list, listed, open_page, open_read};
use crate::web::{Doc, Nav, Room, Route};

pub const ROOM: Room = Room {
    name: "complaints",
    title: "意见箱",
    nav: &[Nav::new(75, "意见箱", "/complaints", |actor| {
        scene::READERS.iter().any(|role| actor.has(*role))
    })],
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        open_page("/box", pages::open),
        open_page("/box/{code}", pages::follow).limited(),
        form::<Lodge>("/box", Place::on(pages::open)),
        listed("/complaints", pages::list, api::list, &api::COMPLAINTS),
        list("/api/v1/complaints", api::list, &api::COMPLAINTS).doc(
            Doc::list::<Complaint>(
                "What was told to the committees in reach, newest first: for the office, the secretary and the supervisor.",
            )
            .query::<api::ComplaintsQuery>(),
        ),
        call::<Lodge>(Method::POST, "/api/v1/public/complaints"),
        open_read("/api/v1/public/complaints", api::counts).doc(Doc::of::<Counts>(
            "How many complaints came to the first committee, how many are answered, and how many are late.",
        )),
        open_read("/api/v1/public/complaints/{code}", api::follow)
            .limited()
            .doc(Doc::of::<ComplaintFollowed>(
                "Where a complaint stands, by its code.",
            )),
    ];
    all.extend(verb::<Answer>(
        "/api/v1/complaints/{id}/answer",
        Place::on(pages::answering),
    ));
    all
}
