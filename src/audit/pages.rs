//! The trail as a page.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::api::AuditQuery;
use super::{Verb, actions, subject_label, view};
use crate::clock;
use crate::db::Conn;
use crate::error::Result;
use crate::people;
use crate::session::Who;
use crate::web::{App, Listing, Page, Query};

#[derive(Serialize)]
struct Row {
    seq: i64,
    at: String,
    actor: String,
    verb: String,
    subject: String,
    subject_id: Option<i64>,
    subject_href: Option<String>,
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
        let rows = view::visible_events(c, actor, filter)?;
        let listing = Listing::new(rows, limit, |row| row.id.0).map(|row| Row {
            seq: row.seq,
            at: clock::show_instant(row.at),
            actor: row.actor_name,
            verb: row
                .verb
                .parse::<Verb>()
                .map_or(row.verb, |verb| verb.label().to_owned()),
            subject_href: (row.subject_id != 0)
                .then(|| format!("/audit?subject={}:{}", row.subject_kind, row.subject_id)),
            subject: subject_label(&row.subject_kind).to_owned(),
            subject_id: (row.subject_id != 0).then_some(row.subject_id),
            digest: row.digest,
        });
        let subject = query.subject.unwrap_or_default();
        let address = |cursor: Option<&str>| {
            let mut pairs = form_urlencoded::Serializer::new(String::new());
            if !subject.is_empty() {
                pairs.append_pair("subject", &subject);
            }
            if let Some(cursor) = cursor {
                pairs.append_pair("cursor", cursor);
            }
            format!("/audit?{}", pairs.finish())
        };
        let next = listing
            .next_cursor
            .as_deref()
            .map(|cursor| address(Some(cursor)));
        let first = query.cursor.is_some().then(|| address(None));
        Ok(Page::new("audit/list.html")
            .with("listing", &listing)
            .with("next", &next)
            .with("first", &first)
            .with("heads", &heads(c)?)
            .with("subject", &subject))
    })
    .await
}

#[derive(Serialize)]
struct HeadRow {
    name: String,
    count: i64,
    digest: String,
}

/// The heads, which anybody may see, under the names of their committees.
fn heads(c: &mut Conn) -> Result<Vec<HeadRow>> {
    let chains = actions::heads_shown(c)?;
    let ids: Vec<_> = chains
        .iter()
        .filter_map(|chain| chain.committee_id)
        .collect();
    let names = people::names(c, &ids)?;
    Ok(chains
        .into_iter()
        .map(|chain| HeadRow {
            name: match chain.committee_id {
                Some(id) => names.get(&id).cloned().unwrap_or_default(),
                None => "系统".to_owned(),
            },
            count: chain.count,
            digest: chain.head,
        })
        .collect())
}
