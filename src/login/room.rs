//! What the room hands to the house.

use actix_web::http::Method;

use super::api::{self, LoginInput, Me, SessionShown};
use super::tried::TriedShown;
use super::verbs::ReadAttempts;
use super::{pages, todo};
use crate::verbs::{Place, call, form};
use crate::web::Room;
use crate::web::route::{open_page, own, page, read};
use crate::web::{Access, Doc, Nav, Route, nav};

pub const ROOM: Room = Room {
    name: "session",
    title: "登录与身份",
    routes,
    todos: Some(todo::todos),
    nav: &[Nav::new(60, "登录", "/login", nav::visitors)],
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    vec![
        open_page("/login", pages::form),
        own(Method::POST, "/login", Access::Public, pages::login),
        own(Method::POST, "/logout", Access::Person, pages::logout).changing(),
        own(Method::POST, "/api/v1/session", Access::Public, api::login).doc(
            Doc::of::<SessionShown>("Log in and get a Bearer token.")
                .status(201)
                .body::<LoginInput>()
                .refuses(401, &["login_failed", "account_locked", "one_time_expired"]),
        ),
        own(
            Method::DELETE,
            "/api/v1/session",
            Access::Person,
            api::logout,
        )
        .changing()
        .doc(Doc::nothing("End this session at once, everywhere.")),
        page("/account/attempts", pages::attempts),
        form::<ReadAttempts>("/account/attempts", Place::on(pages::attempts)),
        read("/api/v1/me/attempts", api::attempts).doc(Doc::of::<TriedShown>(
            "Wrong passwords that somebody entered for one's own account, until they are read.",
        )),
        call::<ReadAttempts>(Method::POST, "/api/v1/me/attempts"),
        read("/api/v1/me", api::me)
            .changing()
            .doc(Doc::of::<Me>("Who am I.")),
    ]
}
