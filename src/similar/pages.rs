//! Similar bids as pages: the list, and two bids side by side.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use super::api::{DismissInput, NothingInput};
use super::rules::{self, Place, Run, Segment};
use super::run::compute;
use super::view::{self, PairShown, SideShown};
use super::{PairDecision, PairKind, actions, store};
use crate::clock::show_instant;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{RoundId, SimilarPairId};
use crate::session::Who;
use crate::web::paging::PageQuery;
use crate::web::{App, Form, Page, Query, Values, see_other};
use crate::who::Actor;

/// Pairs on one page.
const ROWS: i64 = 20;

#[derive(Serialize)]
struct Row<'a> {
    id: SimilarPairId,
    kind: &'static str,
    earlier: bool,
    decision: &'static str,
    tone: &'static str,
    score: String,
    contained: String,
    left: &'a SideShown,
    right: &'a SideShown,
    longest: Option<&'a str>,
    passages: usize,
}

/// Whole per cent.
fn percent(hundredths: i64) -> String {
    format!("{}%", (hundredths + 50) / 100)
}

fn tone(decision: PairDecision) -> &'static str {
    match decision {
        PairDecision::Pending => "red",
        PairDecision::Merging => "amber",
        PairDecision::Merged | PairDecision::Split => "green",
        PairDecision::Dismissed => "",
    }
}

fn row(pair: &PairShown) -> Row<'_> {
    Row {
        id: pair.id,
        kind: pair.kind.label(),
        earlier: pair.kind == PairKind::Earlier,
        decision: pair.decision.label(),
        tone: tone(pair.decision),
        score: percent(pair.score),
        contained: percent(pair.contained),
        left: &pair.left,
        right: &pair.right,
        longest: pair.passages.first().map(|passage| passage.text.as_str()),
        passages: pair.passages.len(),
    }
}

#[derive(Serialize)]
struct Searched {
    at: String,
    bids: i64,
    earlier: i64,
    pairs: i64,
}

/// `GET /rounds/{id}/similar`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.private_page(&req, who, move |c, actor, _| {
        let reader = actions::reader(c, actor, id)?;
        let limit = query.limit.unwrap_or(ROWS);
        let found = view::listing(c, &reader, query.after()?.unwrap_or(0), limit)?;
        let rows: Vec<Row> = found.items.iter().map(row).collect();
        let searched = store::search(c, id)?.map(|search| Searched {
            at: show_instant(search.searched_at),
            bids: search.bids,
            earlier: search.earlier,
            pairs: search.pairs,
        });
        let address = format!("/rounds/{id}/similar");
        Ok(Page::new("similar/list.html")
            .with("round_id", &id)
            .with("round_title", &reader.round.title)
            .with("office", &reader.office)
            .with("searched", &searched)
            .with("rows", &rows)
            .with(
                "next",
                &found
                    .next_cursor
                    .map(|cursor| format!("{address}?cursor={cursor}")),
            )
            .with("first", &query.cursor.is_some().then_some(address)))
    })
    .await
}

/// `POST /rounds/{id}/similar`
pub async fn search(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<NothingInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    form.input()?;
    let computed = compute(&app, &form.who, id).await?;
    let done = app
        .command(&form.who, move |tx, actor| {
            actions::search(tx, actor, id, &computed)
        })
        .await?;
    Ok(see_other(
        format!("/rounds/{id}/similar"),
        &format!(
            "已比对本批次 {} 份和往年 {} 份，共有相似 {} 对。",
            done.bids, done.earlier, done.pairs
        ),
    ))
}

/// One field of one side.
#[derive(Serialize)]
struct Field {
    label: String,
    runs: Vec<Run>,
}

fn fields(segments: &[Segment], places: &[Place]) -> Vec<Field> {
    segments
        .iter()
        .enumerate()
        .map(|(nth, segment)| Field {
            label: segment.label.clone(),
            runs: rules::runs(&segment.text, nth, places),
        })
        .collect()
}

fn pair_page(
    c: &mut Conn,
    actor: &Actor,
    id: RoundId,
    pair: SimilarPairId,
    values: &Values,
    errors: &FieldErrors,
) -> Result<Page> {
    let reader = actions::reader(c, actor, id)?;
    let pair = actions::pair(c, &reader, pair)?;
    let facts = actions::facts(c, &reader.round, std::slice::from_ref(&pair))?;
    let common = actions::common(c, id)?;
    let shown = PairShown::of(&facts, &common, &pair)?.ok_or(Error::NotFound)?;
    let left = view::segments(&facts, pair.bid_id)?;
    let right = view::segments(&facts, pair.other_id)?;
    let passages = rules::passages(&left, &right, &common);
    let lefts: Vec<Place> = passages.iter().map(|passage| passage.left).collect();
    let rights: Vec<Place> = passages.iter().map(|passage| passage.right).collect();
    let letters: usize = passages.iter().map(|passage| passage.length).sum();
    Ok(Page::new("similar/show.html")
        .with("round_id", &id)
        .with("round_title", &reader.round.title)
        .with("office", &reader.office)
        .with("pair", &row(&shown))
        .with("passages", &passages.len())
        .with("letters", &letters)
        .with("left", &fields(&left, &lefts))
        .with("right", &fields(&right, &rights))
        .with("reason", &pair.reason)
        .with("decided_at", &pair.decided_at.map(show_instant))
        .with("refusal", &actions::may_decide(&pair).err())
        .with("values", values)
        .with("errors", errors))
}

/// `GET /rounds/{id}/similar/{pair_id}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    ids: Path<(RoundId, SimilarPairId)>,
) -> Result<HttpResponse> {
    let (id, pair) = ids.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        pair_page(c, actor, id, pair, &Values::new(), &FieldErrors::new())
    })
    .await
}

/// `POST /rounds/{id}/similar/{pair_id}/dismiss`
pub async fn dismiss(
    app: Data<App>,
    req: HttpRequest,
    ids: Path<(RoundId, SimilarPairId)>,
    form: Form<DismissInput>,
) -> Result<HttpResponse> {
    let (id, pair) = ids.into_inner();
    let Form { who, values, input } = form;
    let done = match input {
        Ok(input) => {
            app.command(&who, move |tx, actor| {
                actions::dismiss(tx, actor, id, pair, &input.reason)
            })
            .await
        }
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}/similar/{pair}"),
            "已认定不属相似，理由已记录。",
        )),
        Err(Error::Invalid(errors)) => {
            app.private_page(&req, who, move |c, actor, _| {
                Ok(pair_page(c, actor, id, pair, &values, &errors)?.status(422))
            })
            .await
        }
        Err(other) => Err(other),
    }
}
