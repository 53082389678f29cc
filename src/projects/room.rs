//! What the room hands to the house. The project's own page is [`crate::desk::project`]'s, for it shows what stands above.

use super::api::{self, ProjectsQuery};
use super::shown::ProjectLine;
use super::{ProjectState, check, pages, todo};
use crate::web::route::{list, listed};
use crate::web::{Doc, Nav, Room, Route, nav};

pub const ROOM: Room = Room {
    name: "projects",
    title: "项目与六步",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    nav: &[Nav::new(40, "项目", "/projects", nav::business)],
};

fn routes() -> Vec<Route> {
    vec![
        listed("/projects", pages::list, api::list, &api::PROJECTS),
        list("/api/v1/projects", api::list, &api::PROJECTS).doc(
            Doc::list::<ProjectLine>(
                "The projects of one's own organization, or those in reach of office, secretary and supervisor; newest first.",
            )
            .query::<ProjectsQuery>()
            .with::<ProjectState>(),
        ),
    ]
}
