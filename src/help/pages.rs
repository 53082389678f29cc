//! `/help` and `/help/{role}`.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::{guide, keys};
use crate::error::{Error, Result};
use crate::session::Who;
use crate::web::{App, Page};

#[derive(Serialize)]
struct Entry {
    href: String,
    title: &'static str,
    intro: &'static str,
}

/// `GET /help`
pub async fn index(app: Data<App>, req: HttpRequest, who: Who) -> Result<HttpResponse> {
    app.page(&req, who, |_, actor, _| {
        let entry = |key: &'static str| {
            guide(key).map(|guide| Entry {
                href: format!("/help/{key}"),
                title: guide.title.as_str(),
                intro: guide.intro.as_str(),
            })
        };
        let is_mine = |key: &str| {
            actor
                .grants()
                .iter()
                .any(|grant| grant.role.as_str() == key)
        };
        let (mine, others): (Vec<_>, Vec<_>) = keys().into_iter().partition(|key| is_mine(key));
        Ok(Page::new("help/index.html")
            .with(
                "mine",
                &mine.into_iter().filter_map(entry).collect::<Vec<_>>(),
            )
            .with(
                "others",
                &others.into_iter().filter_map(entry).collect::<Vec<_>>(),
            ))
    })
    .await
}

/// `GET /help/{role}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    key: Path<String>,
) -> Result<HttpResponse> {
    let guide = guide(&key).ok_or(Error::NotFound)?;
    app.page(&req, who, move |_, _, _| {
        Ok(Page::new("help/show.html").with("guide", guide))
    })
    .await
}
