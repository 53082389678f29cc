//! What the room hands to the house. The bid's own page is [`crate::desk::bid`]'s, for it shows what stands above.

use actix_web::http::Method;

use super::BidLine;
use super::BidState;
use super::actions::history::{RevisionLine, RevisionShown};
use super::api::{self, AgainstQuery, BidSort, BidsQuery, CompletenessShown};
use super::scene::{BidScene, KeysScene};
use super::verbs::{Copy, Create, GrantKey, Restore, Save};
use super::view::{BidShown, KeyHolders};
use super::{check, pages, todo};
use crate::verbs::{Place, call, form, reading, verb};
use crate::web::Room;
use crate::web::route::{list, listed, own, page, read};
use crate::web::{Access, Doc, PageQuery, Route};

pub const ROOM: Room = Room {
    name: "bids",
    title: "申报书",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = readings();
    all.extend(commands());
    all
}

fn readings() -> Vec<Route> {
    vec![
        listed("/rounds/{id}/bids", pages::list, api::list, &api::BIDS),
        page("/bids/{id}/edit", pages::edit),
        listed("/bids/{id}/revisions", pages::revisions, api::revisions, &api::REVISIONS),
        page("/bids/{id}/revisions/{revision}", pages::revision),
        page("/organizations/{id}/keys", pages::keys),
        list("/api/v1/rounds/{id}/bids", api::list, &api::BIDS).doc(
            Doc::list::<BidLine>(
                "A round's bids in reach: before the opening only one's own organization's.",
            )
            .query::<BidsQuery>()
            .with::<BidSort>()
            .with::<BidState>(),
        ),
        read("/api/v1/bids/{id}", reading::<BidScene>).doc(Doc::of::<BidShown>(
            "One bid, for its own people, and after the opening for its readers.",
        )),
        read("/api/v1/bids/{id}/completeness", api::completeness).doc(
            Doc::of::<CompletenessShown>(
                "Field by field what is missing before the draft can be submitted.",
            ),
        ),
        list("/api/v1/bids/{id}/revisions", api::revisions, &api::REVISIONS).doc(
            Doc::list::<RevisionLine>("A draft's revisions, newest first.").query::<PageQuery>(),
        ),
        read("/api/v1/bids/{id}/revisions/{revision}", api::revision).doc(
            Doc::of::<RevisionShown>("One revision, and field by field what it changed.")
                .query::<AgainstQuery>(),
        ),
        read("/api/v1/organizations/{id}/key_holders", reading::<KeysScene>).doc(
            Doc::of::<KeyHolders>(
                "Who of one's own organization can read its sealed bids: whose password was set anew by an administrator cannot.",
            ),
        ),
    ]
}

fn commands() -> Vec<Route> {
    let mut all = vec![
        call::<Save>(Method::PUT, "/api/v1/bids/{id}"),
        form::<GrantKey>("/organizations/{id}/keys", Place::Nowhere),
        call::<GrantKey>(Method::POST, "/api/v1/organizations/{id}/key_holders"),
        own(Method::POST, "/bids/{id}/edit", Access::Public, pages::save),
        own(
            Method::POST,
            "/bids/{id}/resume",
            Access::Public,
            pages::resume,
        ),
        own(
            Method::POST,
            "/bids/{id}/autosave",
            Access::Person,
            pages::autosave,
        ),
    ];
    for made in [
        verb::<Create>("/api/v1/rounds/{id}/bids", Place::Nowhere),
        verb::<Copy>("/api/v1/bids/{id}/copy", Place::Nowhere),
        verb::<Restore>(
            "/api/v1/bids/{id}/revisions/{revision}/restore",
            Place::Nowhere,
        ),
    ] {
        all.extend(made);
    }
    all
}
