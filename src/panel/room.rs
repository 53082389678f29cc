//! What the room hands to the house.

use actix_web::http::Method;

use super::declared::Declared;
use super::shown::conflicts::ConflictsShown;
use super::shown::draw::{DrawsShown, PoolQuery, PoolShown};
use super::shown::interests::InterestsShown;
use super::shown::present::{PresentationQuery, PresentationShown};
use super::shown::work::{AssignmentPlan, RecusalsShown};
use super::shown::{Of, PanelShown};
use super::verbs::draw::{CompleteDraw, DrawForm, PrepareDraw};
use super::verbs::interests::{AddPost, AddRelation, EndPost, WithdrawRelation};
use super::verbs::invite::{Answer, Invite};
use super::verbs::lift::{AnswerLift, ProposeLift};
use super::verbs::mode::SetMode;
use super::verbs::name::{NamePanel, PanelForm};
use super::verbs::present::{CompletePresentation, PreparePresentation};
use super::verbs::recuse::Recuse;
use super::verbs::replace::Replace;
use super::verbs::substitutes::{NameSubstitutes, SubstitutesForm};
use super::{api, check, pages, todo};
use crate::verbs::{Place, call, form, reading, verb};
use crate::web::route::{page, read};
use crate::web::{Doc, Room, Route};

pub const ROOM: Room = Room {
    name: "panel",
    title: "评审委员会",
    routes,
    todos: Some(todo::todos),
    checks: check::CHECKS,
    ..Room::EMPTY
};

fn routes() -> Vec<Route> {
    let mut all = looked_at();
    all.extend(readings());
    all.extend(seated());
    all.extend(drawn());
    all.extend(tied());
    all
}

fn looked_at() -> Vec<Route> {
    vec![
        page("/rounds/{id}/panel", pages::panel),
        page("/rounds/{id}/panel/conflicts", pages::conflicts),
        page("/rounds/{id}/panel/draw", pages::draw),
        page("/rounds/{id}/panel/assignment", pages::assignment),
        page("/rounds/{id}/presentation", pages::presentation),
        page("/rounds/{id}/recusals", pages::recusals),
        page("/users/{id}/interests", pages::interests),
    ]
}

fn readings() -> Vec<Route> {
    vec![
        read("/api/v1/rounds/{id}/panel", reading::<Of<PanelShown>>).doc(Doc::of::<PanelShown>(
            "The panel; aliases are shown to the committee alone.",
        )),
        read("/api/v1/rounds/{id}/panel/conflicts", api::conflicts).doc(Doc::of::<ConflictsShown>(
            "Each member against every organization that could bid: for the office, the supervisor and the chair.",
        )),
        read("/api/v1/rounds/{id}/panel/pool", api::pool).doc(
            Doc::of::<PoolShown>(
                "Who may be drawn: the reviewers of the round's committee; for the committee.",
            )
            .query::<PoolQuery>(),
        ),
        read("/api/v1/rounds/{id}/panel/draw", reading::<Of<DrawsShown>>).doc(
            Doc::of::<DrawsShown>(
                "Pool, seed and order of every draw: whoever knows of the round may draw it again.",
            ),
        ),
        read("/api/v1/rounds/{id}/presentation", api::presentation).doc(
            Doc::of::<PresentationShown>(
                "The order of presentation, for the committee, the panel and the bidding organizations.",
            )
            .query::<PresentationQuery>(),
        ),
        read("/api/v1/rounds/{id}/panel/assignment", reading::<Of<AssignmentPlan>>).doc(
            Doc::of::<AssignmentPlan>(
                "How the bids are divided among the panel: for the committee and the chair.",
            ),
        ),
        read("/api/v1/rounds/{id}/recusals", reading::<Of<RecusalsShown>>).doc(
            Doc::of::<RecusalsShown>(
                "Every recusal of the round, standing and lifted: for the committee and the panel.",
            ),
        ),
        read("/api/v1/users/{id}/interests", reading::<Declared>).doc(Doc::of::<InterestsShown>(
            "For the person, the office and the supervisor over them, and the chair of a panel they sit on.",
        )),
    ]
}

fn seated() -> Vec<Route> {
    let on = || Place::on(pages::panel);
    let mut all = vec![
        form::<NamePanel<PanelForm>>("/rounds/{id}/panel", on()),
        call::<NamePanel>(Method::PUT, "/api/v1/rounds/{id}/panel"),
        form::<NameSubstitutes<SubstitutesForm>>("/rounds/{id}/panel/substitutes", on()),
        call::<NameSubstitutes>(Method::PUT, "/api/v1/rounds/{id}/panel/substitutes"),
        form::<SetMode>(
            "/rounds/{id}/panel/assignment",
            Place::on(pages::assignment),
        ),
        call::<SetMode>(Method::PUT, "/api/v1/rounds/{id}/panel/assignment"),
    ];
    all.extend(verb::<Invite>(
        "/api/v1/rounds/{id}/panel/invitations",
        on(),
    ));
    all.extend(verb::<Answer>("/api/v1/rounds/{id}/panel/answer", on()));
    all.extend(verb::<Replace>(
        "/api/v1/rounds/{id}/panel/replacements",
        on(),
    ));
    all
}

fn drawn() -> Vec<Route> {
    let on = || Place::on(pages::presentation);
    let mut all = vec![
        form::<PrepareDraw<DrawForm>>("/rounds/{id}/panel/draw", Place::on(pages::draw)),
        call::<PrepareDraw>(Method::POST, "/api/v1/rounds/{id}/panel/draw"),
    ];
    all.extend(verb::<CompleteDraw>(
        "/api/v1/rounds/{id}/panel/draw/nonce",
        Place::on(pages::draw),
    ));
    all.extend(verb::<PreparePresentation>(
        "/api/v1/rounds/{id}/presentation",
        on(),
    ));
    all.extend(verb::<CompletePresentation>(
        "/api/v1/rounds/{id}/presentation/nonce",
        on(),
    ));
    all
}

fn tied() -> Vec<Route> {
    let on = || Place::on(pages::interests);
    [
        verb::<AddPost>("/api/v1/users/{id}/posts", on()),
        verb::<EndPost>(
            "/api/v1/users/{id}/posts/{post}/end",
            Place::on(pages::ended),
        ),
        verb::<AddRelation>("/api/v1/users/{id}/relations", on()),
        verb::<WithdrawRelation>(
            "/api/v1/users/{id}/relations/{relation}/withdraw",
            Place::Nowhere,
        ),
        verb::<Recuse>("/api/v1/bids/{id}/recusal", Place::Nowhere),
        verb::<ProposeLift>("/api/v1/recusals/{id}/lift", Place::on(pages::of_recusal)),
        verb::<AnswerLift>(
            "/api/v1/recusals/{id}/confirm",
            Place::on(pages::of_recusal),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}
