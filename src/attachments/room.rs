//! What the room hands to the house.

use actix_web::http::Method;

use super::api::{self, Attachments, StepFiles, Upload};
use super::shown::AttachmentShown;
use super::{pages, upload};
use crate::web::Room;
use crate::web::route::{own, read};
use crate::web::{Access, Doc, Route};

pub const ROOM: Room = Room {
    name: "attachments",
    title: "附件",
    routes,
    ..Room::EMPTY
};

/// Why a step takes no file now.
const NOT_SAVED: &[&str] = &["step_waiting", "already_submitted", "step_passed"];

/// Why a bid's files stay what they are.
const CLOSED: &[&str] = &["deadline_passed", "already_opened", "cancelled"];

fn routes() -> Vec<Route> {
    use Access::Person;
    let (get, post, delete) = (Method::GET, Method::POST, Method::DELETE);
    vec![
        own(post.clone(), "/bids/{id}/attachments", Person, upload::to_bid),
        own(post.clone(), "/steps/{id}/attachments", Person, upload::to_step),
        own(post.clone(), "/rounds/{id}/decision/minute", Person, upload::to_decision),
        own(get.clone(), "/attachments/{id}", Person, pages::download),
        own(post.clone(), "/attachments/{id}/remove", Person, pages::remove),
        own(post.clone(), "/api/v1/bids/{id}/attachments", Person, upload::to_bid).doc(
            received("Attach a file to a bid's draft, until the deadline; what was submitted does not change by it.")
                .refuses(409, CLOSED),
        ),
        own(post.clone(), "/api/v1/steps/{id}/attachments", Person, upload::to_step).doc(
            received("Attach a file to a step of one's own project, while its materials may be saved.")
                .refuses(409, NOT_SAVED),
        ),
        read("/api/v1/steps/{id}/attachments", api::of_step)
            .doc(Doc::of::<StepFiles>("A step's files, to whoever sees the project.")),
        own(post, "/api/v1/rounds/{id}/decision/minute", Person, upload::to_decision).doc(
            received("Attach the file of the 党委会 minute to the round's decision: by the secretary or the office, until the conclusion.")
                .refuses(409, &["not_decided"]),
        ),
        read("/api/v1/bids/{id}/attachments", api::of_bid)
            .doc(Doc::of::<Attachments>("A bid's files: its own people's draft and submission, everybody else's the submission.")),
        own(get, "/api/v1/attachments/{id}", Person, pages::download).doc(
            Doc::nothing("A file's bytes.")
                .status(200)
                .media_type("application/octet-stream"),
        ),
        own(delete, "/api/v1/attachments/{id}", Person, api::remove).doc(
            Doc::nothing("Take a file off a draft, until the deadline; what was submitted keeps it until it is submitted anew.")
                .refuses(409, CLOSED),
        ),
    ]
}

fn received(says: &'static str) -> Doc {
    Doc::of::<AttachmentShown>(says)
        .status(201)
        .body::<Upload>()
        .sent_as("multipart/form-data")
}
