//! The whole-panel check as a page.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::clock::show_instant;
use crate::error::Result;
use crate::ids::RoundId;
use crate::panel::actions::conflicts;
use crate::panel::view::ConflictsShown;
use crate::session::Who;
use crate::web::App;
use crate::web::Page;

/// `GET /rounds/{id}/panel/conflicts`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        let check = conflicts::check(c, actor, id, now)?;
        let shown = ConflictsShown::of(&check, now);
        let seats: Vec<&str> = shown.members.iter().map(|one| one.seat.label()).collect();
        Ok(Page::new("evaluation/conflicts.html")
            .with("round_id", &id)
            .with("round_title", &check.scene.round.title)
            .with("at", &show_instant(now))
            .with("seats", &seats)
            .with("check", &shown))
    })
    .await
}
