//! What the trail hands to the house.

use super::view::AuditQuery;
use super::{api, page};
use crate::audit::EventRow;
use crate::web::route::{self, list, open_read};
use crate::web::{Doc, Nav, Room, Route};
use crate::who::Role;

pub const ROOM: Room = Room {
    name: "audit",
    title: "审计",
    routes,
    nav: &[Nav::new(80, "审计", "/audit", |actor| {
        actor.has(Role::AuditAdmin) || actor.has(Role::Supervisor)
    })],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        route::listed("/audit", page::list, api::list, &api::EVENTS),
        list("/api/v1/audit", api::list, &api::EVENTS).doc(
            Doc::list::<EventRow>(
                "The trail, newest first: for the audit administrator and supervisors.",
            )
            .query::<AuditQuery>()
            .refuses(403, &["role_required"]),
        ),
        open_read("/api/v1/public/audit/head", api::heads).doc(Doc::of::<api::Heads>(
            "All heads: to be noted down and compared later. No login.",
        )),
    ]
}
