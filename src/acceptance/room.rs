//! What the room hands to the house.

use actix_web::http::Method;

use super::api;
use super::cast::{VoteAsked, VoteReceipt};
use super::input::VoteInput;
use super::store::AcceptanceLine;
use super::verbs::{
    Abandon, AgreeCodes, Close, ConfirmVoters, Correct, Decide, IssueCodes, Open, Score, VoidCodes,
};
use super::views::{AcceptanceShown, CertificateShown, ReceiptsShown, SheetShown, SlipsShown};
use super::{AcceptanceState, check, pages, todo};
use crate::verbs::ceremony::ceremony;
use crate::verbs::{Place, call, form, verb};
use crate::web::Room;
use crate::web::route::{list, open_page, open_read, own, page, read};
use crate::web::{Access, Doc, Route};

pub const ROOM: Room = Room {
    name: "acceptance",
    title: "考评验收与投票",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = kept();
    all.extend(verb::<Open>(
        "/api/v1/projects/{id}/acceptance",
        Place::on(pages::begin),
    ));
    all.extend(verb::<ConfirmVoters>(
        "/api/v1/acceptances/{id}/confirm_voters",
        Place::on(pages::show),
    ));
    all.extend(ceremony::<IssueCodes>(
        "/api/v1/acceptances/{id}/ballot_codes",
        pages::show,
    ));
    all.extend(verb::<AgreeCodes>(
        "/api/v1/acceptances/{id}/ballot_codes/agreement",
        Place::on(pages::show),
    ));
    all.extend(ceremony::<Close>(
        "/api/v1/acceptances/{id}/close",
        pages::show,
    ));
    all.extend(verb::<Decide>(
        "/api/v1/acceptances/{id}/decide",
        Place::on(pages::show),
    ));
    all.extend(verb::<VoidCodes>(
        "/api/v1/acceptances/{id}/ballot_codes/void",
        Place::on(pages::show),
    ));
    all.extend(verb::<Abandon>(
        "/api/v1/acceptances/{id}/abandon",
        Place::on(pages::show),
    ));
    all.extend([
        form::<Correct>("/acceptances/{id}/correct", Place::on(pages::show)),
        call::<Correct>(Method::PATCH, "/api/v1/acceptances/{id}"),
        form::<Score>("/acceptances/{id}/score_sheet", Place::on(pages::sheet)),
        call::<Score>(Method::PUT, "/api/v1/acceptances/{id}/score_sheet"),
    ]);
    all.extend(own_hands());
    all
}

fn kept() -> Vec<Route> {
    vec![
        page("/projects/{id}/acceptance", pages::begin),
        page("/acceptances/{id}", pages::show),
        page("/acceptances/{id}/slips/{code}", pages::slips),
        page("/acceptances/{id}/score_sheet", pages::sheet),
        open_page("/acceptances/{id}/receipts", pages::receipts),
        list("/api/v1/acceptances", api::list, &api::ACCEPTANCES).doc(
            Doc::list::<AcceptanceLine>(
                "Acceptances of the projects one sees, and those one marks on site, newest first.",
            )
            .query::<api::AcceptancesQuery>()
            .with::<AcceptanceState>(),
        ),
        read("/api/v1/acceptances/{id}", api::show).doc(Doc::of::<AcceptanceShown>(
            "One acceptance. Before the closing there are counts only.",
        )),
        read("/api/v1/acceptances/{id}/slips/{code}", api::slips).doc(Doc::of::<SlipsShown>(
            "Codes handed out just now, as said in that answer: for five minutes, once, to who asked for them.",
        )),
        read("/api/v1/acceptances/{id}/score_sheet", api::sheet).doc(
            Doc::of::<SheetShown>("One's own on-site score sheet: the panel alone.")
                .refuses(403, &["not_on_panel"]),
        ),
        open_read("/api/v1/acceptances/{id}/receipts", api::receipts)
            .doc(Doc::of::<ReceiptsShown>("How many codes were handed out, voided and used, and all receipts, sorted, from the closing on. No login.")),
    ]
}

/// Ballots, certificates and autosave.
fn own_hands() -> Vec<Route> {
    vec![
        own(
            Method::POST,
            "/acceptances/{id}/score_sheet/autosave",
            Access::Person,
            pages::autosave,
        ),
        own(Method::GET, "/vote/{code}", Access::Public, pages::asked),
        own(Method::POST, "/vote/{code}", Access::Public, pages::cast),
        own(Method::GET, "/api/v1/vote/{code}", Access::Public, api::asked).doc(
            Doc::of::<VoteAsked>("What a code asks its holder. No login.")
                .refuses(409, &["code_used", "code_voided", "voting_closed", "box_tampered"]),
        ),
        own(Method::POST, "/api/v1/vote/{code}", Access::Public, api::cast).doc(
            Doc::of::<VoteReceipt>(
                "Cast a ballot or hand in a questionnaire. No login; the code can be used once.\nNothing that could join the code or the voter with the vote is kept: no event, no time, no `Idempotency-Key`.",
            )
            .body::<VoteInput>()
            .refuses(409, &["code_used", "code_voided", "voting_closed", "box_tampered", "key_exchanged"]),
        ),
        own(Method::GET, "/certificates/{code}", Access::Public, pages::certificate),
        own(Method::GET, "/api/v1/public/certificates/{code}", Access::Public, api::certificate)
            .doc(Doc::of::<CertificateShown>("Verify a certificate by its code. No login.")),
    ]
}
