//! What the project's page hands to the house. The list is [`crate::projects`]' own.

use actix_web::http::Method;

use super::page;
use super::shown::ProjectShown;
use crate::bids::content::StepKind;
use crate::projects::verbs::{Pass, Save, SendBack, Submit};
use crate::verbs::{Place, call, form_either, verb};
use crate::web::route::{self, read};
use crate::web::{Doc, Room, Route};

pub const ROOM: Room = Room {
    name: "projects",
    title: "项目与六步",
    routes,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        route::page("/projects/{id}", page::show),
        read("/api/v1/projects/{id}", page::read).doc(Doc::of::<ProjectShown>(
            "A project as a whole, with its six steps and what the asker may do.",
        )),
        form_either::<Save, Submit>("/projects/{id}/steps/{step}", Place::on(page::step)),
        call::<Save>(Method::PUT, "/api/v1/projects/{id}/steps/{step}").names::<StepKind>("step"),
        call::<Submit>(Method::POST, "/api/v1/projects/{id}/steps/{step}/submit")
            .names::<StepKind>("step"),
    ];
    let checked = [
        verb::<Pass>(
            "/api/v1/projects/{id}/steps/{step}/pass",
            Place::on(page::step),
        ),
        verb::<SendBack>(
            "/api/v1/projects/{id}/steps/{step}/return",
            Place::on(page::step),
        ),
    ];
    all.extend(
        checked
            .into_iter()
            .flatten()
            .map(|route| route.names::<StepKind>("step")),
    );
    all
}
