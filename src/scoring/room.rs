//! What the room hands to the house. Pages that look further are [`crate::desk::scoring`]'s.

use actix_web::http::Method;

use super::api::paper::{PaperAgainUpload, PaperUpload};
use super::api::sheets::SheetsQuery;
use super::input::WorkQuery;
use super::scene::SheetScene;
use super::shown::sheets::{SheetListed, SheetShown};
use super::shown::{EvaluationShown, SheetOwn};
use super::verbs::{Save, StartScoring};
use super::{api, check, pages, todo};
use crate::verbs::{Place, call, form, reading, verb};
use crate::web::route::{list, listed, own, page, read};
use crate::web::{Access, Doc, Room, Route};

pub const ROOM: Room = Room {
    name: "scoring",
    title: "评分",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = looked_at();
    all.extend(readings());
    all.extend(sent());
    all.extend(done());
    all
}

fn looked_at() -> Vec<Route> {
    vec![
        listed(
            "/evaluations/{id}/score_sheets",
            pages::sheets::list,
            api::sheets::list,
            &api::sheets::SHEETS,
        ),
        page("/evaluations/{id}/blank_sheets", pages::print::blank),
        page("/evaluations/{id}/paper_sheets/new", pages::paper::new),
        page("/score_sheets/{id}/paper", pages::paper::again),
        page("/bids/{id}/score", pages::score::show),
        page("/bids/{id}/score/print", pages::print::own),
    ]
}

fn readings() -> Vec<Route> {
    vec![
        read("/api/v1/evaluations/{id}", api::work).doc(
            Doc::of::<EvaluationShown>(
                "One's own work on the panel, and for the chair and the committee who has scored how many.",
            )
            .query::<WorkQuery>(),
        ),
        list("/api/v1/evaluations/{id}/score_sheets", api::sheets::list, &api::sheets::SHEETS).doc(
            Doc::list::<SheetListed>(
                "The sheets there are: who handed in what when, never what they say. For the chair and the committee.",
            )
            .query::<SheetsQuery>(),
        ),
        read("/api/v1/score_sheets/{id}", reading::<SheetScene>).doc(Doc::of::<SheetShown>(
            "One sheet with its earlier versions: what they say is shown to its reviewer, and once locked to the committee.",
        )),
        read("/api/v1/bids/{id}/score_sheet", api::sheets::own).doc(
            Doc::of::<SheetOwn>(
                "One's own sheet on a bid; version 0 (`ETag: \"v0\"`) if it is not begun.",
            )
            .refuses(409, &["topic_failed", "scoring_not_started"]),
        ),
    ]
}

/// With a file, or by the script while somebody types.
fn sent() -> Vec<Route> {
    let person = Access::Person;
    vec![
        own(
            Method::POST,
            "/bids/{id}/score/autosave",
            person,
            pages::score::autosave,
        ),
        own(
            Method::POST,
            "/evaluations/{id}/paper_sheets",
            person,
            pages::paper::create,
        ),
        own(
            Method::POST,
            "/score_sheets/{id}/paper",
            person,
            pages::paper::correct,
        ),
        own(
            Method::POST,
            "/api/v1/evaluations/{id}/paper_sheets",
            person,
            api::paper::enter,
        )
        .doc(
            Doc::of::<SheetShown>(
                "Enter a signed paper sheet with its scan: the reviewer's sheet is handed in with it, marked as entered from paper.\nFor the office, while scoring lasts, in the place of a reviewer who signed the undertaking, marks this bid, and has handed in nothing for it.",
            )
            .status(201)
            .body::<PaperUpload>()
            .refuses(403, &["seated_may_not_enter"])
            .refuses(409, &["sheet_entered", "sheet_submitted_online", "not_reopened"]),
        ),
        own(
            Method::PUT,
            "/api/v1/score_sheets/{id}/paper",
            person,
            api::paper::correct,
        )
        .doc(
            Doc::of::<SheetShown>(
                "Enter a paper sheet again where it was not entered right, with the reason; what was entered before is kept.\nWhoever entered it may leave the scan as it is, anybody else of the office brings one.",
            )
            .body::<PaperAgainUpload>()
            .refuses(403, &["seated_may_not_enter"])
            .refuses(409, &["version_conflict", "sheet_not_entered", "not_reopened"])
            .refuses(428, &["if_match_required"]),
        ),
    ]
}

fn done() -> Vec<Route> {
    let mut all = vec![
        form::<Save>("/bids/{id}/score", Place::on(pages::score::show)),
        call::<Save>(Method::PUT, "/api/v1/bids/{id}/score_sheet"),
    ];
    all.extend(verb::<StartScoring>(
        "/api/v1/rounds/{id}/scoring",
        Place::Nowhere,
    ));
    all
}
