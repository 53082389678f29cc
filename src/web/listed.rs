//! Lists, as pages of JSON and whole as a file: `?format=xlsx` or `csv`, with the same filters and rights.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::App;
use super::ask::{Again, Ask, Job, Maker, Pager, Pages, only_head};
use super::face::Face;
use super::forms;
use super::paging::Listing;
use super::respond::Reply;
use super::shell::FileLink;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::session::{self, Who};
use crate::tables::{Format, Sheet, Table};
use crate::who::Actor;

/// Rows read at once.
const PART: &str = "200";

/// A page of it as JSON.
pub(super) fn reply<P, T: Serialize + 'static>(face: impl Face<P, Listing<T>>) -> Maker<Reply> {
    let maker = face.maker();
    Arc::new(move |req| {
        let page = maker(req)?;
        Ok(Box::new(move |ask: &mut Ask| Reply::ok(&page(ask)?)))
    })
}

/// All of it.
pub(super) fn table<P, T: 'static>(
    face: impl Face<P, Listing<T>>,
    sheet: &'static Sheet<T>,
) -> Maker<Table> {
    let pages: Pages<Listing<T>> = face.pages();
    Arc::new(move |req| {
        let page = pages(req)?;
        Ok(Box::new(move |ask: &mut Ask| whole(ask, page, sheet)))
    })
}

/// Page by page, on one snapshot.
fn whole<T>(ask: &mut Ask, mut page: Pager<Listing<T>>, sheet: &Sheet<T>) -> Result<Table> {
    let mut filters = forms::pairs(ask.query.as_bytes());
    filters.retain(|(name, _)| !["limit", "cursor"].contains(&name.as_str()));
    filters.push(("limit".to_owned(), PART.to_owned()));
    let mut table = sheet.table();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&filters);
        query.extend_pairs(cursor.as_ref().map(|cursor| ("cursor", cursor)));
        let query = query.finish();
        let listing = page(&mut Ask {
            c: &mut *ask.c,
            actor: ask.actor,
            now: ask.now,
            app: ask.app,
            path: ask.path,
            query: &query,
            head: ask.head,
            again: Again::default(),
        })?;
        table.extend(listing.items.iter().map(|row| sheet.row(row)))?;
        cursor = match listing.next_cursor {
            None => return Ok(table),
            next => next,
        };
    }
}

/// Where a page's list is a file, under the same filters.
pub(super) fn files(req: &HttpRequest) -> Vec<FileLink> {
    let mut filters = forms::pairs(req.query_string().as_bytes());
    filters.retain(|(name, value)| {
        !["format", "limit", "cursor"].contains(&name.as_str()) && !value.is_empty()
    });
    let address = |format: &Format| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&filters);
        query.append_pair("format", format.as_str());
        FileLink {
            label: format.label(),
            href: format!("{}?{}", req.path(), query.finish()),
        }
    };
    Format::ALL.iter().map(address).collect()
}

/// Whether the whole list is asked for as a file, and what kind.
pub(super) fn format(req: &HttpRequest) -> Result<Option<Format>> {
    let pairs = forms::pairs(req.query_string().as_bytes());
    let Some((_, named)) = pairs
        .iter()
        .find(|(name, value)| name == "format" && !value.is_empty())
    else {
        return Ok(None);
    };
    match Format::ALL.iter().find(|one| one.as_str() == named) {
        Some(format) => Ok(Some(*format)),
        None => Err(Error::field("format", "可以导出为 xlsx 或 csv。")),
    }
}

pub(super) async fn file(
    app: &App,
    req: &HttpRequest,
    who: Who,
    job: Job<Table>,
    format: Format,
) -> Result<HttpResponse> {
    let asked = app.clone();
    let mut filters = forms::pairs(req.query_string().as_bytes());
    filters.retain(|(name, _)| name != "format");
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&filters)
        .finish();
    let path = req.path().to_owned();
    let head = only_head(req);
    let written = move |c: &mut Conn, actor: &Actor| -> Result<(&'static str, Vec<u8>)> {
        actor.person()?;
        let now = asked.clock().now();
        let table = job(&mut Ask {
            c,
            actor,
            now,
            app: &asked,
            path: &path,
            query: &query,
            head,
            again: Again::default(),
        })?;
        Ok((table.name, table.written(format)?))
    };
    let (name, bytes) = app
        .db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            written(c, &actor)
        })
        .await?;
    let encoded: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, format.media_type()))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{encoded}.{}", format.as_str()),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(bytes))
}
