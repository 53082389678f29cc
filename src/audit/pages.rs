//! The trail as a page.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::api::AuditQuery;
use super::{Verb, actions};
use crate::app::App;
use crate::auth::Who;
use crate::clock;
use crate::error::Result;
use crate::web::{Listing, Page, Query};

#[derive(Serialize)]
struct Row {
    seq: i64,
    at: String,
    actor: String,
    verb: String,
    subject: String,
    digest: String,
}

/// `GET /audit`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<AuditQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.private_page(&req, who, move |c, actor, _| {
        let filter = query.filter()?;
        let limit = filter.limit - 1;
        let rows = actions::visible_events(c, actor, filter)?;
        let listing = Listing::new(rows, limit, |row| row.id.0).map(|row| Row {
            seq: row.seq,
            at: clock::show_instant(row.at),
            actor: row.actor_name,
            verb: row
                .verb
                .parse::<Verb>()
                .map_or(row.verb, |verb| verb.label().to_owned()),
            subject: if row.subject_id == 0 {
                row.subject_kind
            } else {
                format!("{}:{}", row.subject_kind, row.subject_id)
            },
            digest: row.digest,
        });
        Ok(Page::new("audit/list.html")
            .with("listing", &listing)
            .with("subject", &query.subject.unwrap_or_default()))
    })
    .await
}
