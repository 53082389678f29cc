//! What the room hands to the house.

use actix_web::http::Method;

use super::api::{self, ProjectsQuery};
use super::verbs::{Pass, Save, SendBack, Submit};
use super::view::{ProjectLine, ProjectShown};
use super::{ProjectState, pages, todo};
use crate::bids::content::StepKind;
use crate::verbs::{Place, call, form_either, verb};
use crate::web::Room;
use crate::web::route::{page, read};
use crate::web::{Doc, Route};

pub const ROOM: Room = Room {
    name: "projects",
    title: "项目与六步",
    routes,
    todos: Some(todo::todos),
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/projects", pages::list),
        page("/projects/{id}", pages::show),
        read("/api/v1/projects", api::list).doc(
            Doc::list::<ProjectLine>(
                "The projects of one's own organization, or those in reach of office, secretary and supervisor; newest first.",
            )
            .query::<ProjectsQuery>()
            .with::<ProjectState>(),
        ),
        read("/api/v1/projects/{id}", api::show).doc(Doc::of::<ProjectShown>(
            "A project as a whole, with its six steps and what the asker may do.",
        )),
        form_either::<Save, Submit>("/projects/{id}/steps/{step}", Place::on(pages::step)),
        call::<Save>(Method::PUT, "/api/v1/projects/{id}/steps/{step}").names::<StepKind>("step"),
        call::<Submit>(Method::POST, "/api/v1/projects/{id}/steps/{step}/submit")
            .names::<StepKind>("step"),
    ];
    let checked = [
        verb::<Pass>(
            "/api/v1/projects/{id}/steps/{step}/pass",
            Place::on(pages::step),
        ),
        verb::<SendBack>(
            "/api/v1/projects/{id}/steps/{step}/return",
            Place::on(pages::step),
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
