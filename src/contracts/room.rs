//! What the room hands to the house.

use super::api::{self, ContractsQuery};
use super::store::ContractLine;
use super::verbs::{Amend, Draft, Sign, Terminate};
use super::view::ContractShown;
use super::{ContractState, check, pages, todo};
use crate::verbs::{Place, verb};
use crate::web::route::{list, listed, page, read};
use crate::web::{Doc, Nav, Room, Route, nav};

pub const ROOM: Room = Room {
    name: "contracts",
    title: "合同",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    nav: &[Nav::new(30, "合同", "/contracts", nav::business)],
};

fn routes() -> Vec<Route> {
    let mut all = vec![
        listed("/contracts", pages::list, api::list, &api::CONTRACTS),
        page("/contracts/{id}", pages::show),
        page("/contracts/{id}/amend", pages::amend),
        list("/api/v1/contracts", api::list, &api::CONTRACTS).doc(
            Doc::list::<ContractLine>(
                "The contracts of one's own organization, or those in reach of office, secretary and supervisor; newest first.",
            )
            .query::<ContractsQuery>()
            .with::<ContractState>(),
        ),
        read("/api/v1/contracts/{id}", api::show).doc(Doc::of::<ContractShown>(
            "One contract with its content, versions and signatures.",
        )),
    ];
    all.extend(verb::<Sign>(
        "/api/v1/contracts/{id}/sign",
        Place::on(pages::show),
    ));
    all.extend(verb::<Amend>(
        "/api/v1/contracts/{id}/amend",
        Place::on(pages::amend),
    ));
    all.extend(verb::<Terminate>(
        "/api/v1/contracts/{id}/terminate",
        Place::on(pages::show),
    ));
    all.extend(verb::<Draft>(
        "/api/v1/rounds/{id}/contracts",
        Place::Nowhere,
    ));
    all
}
