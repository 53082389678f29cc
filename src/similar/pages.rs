//! Similar bids as pages: the list, and two bids side by side.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;
use serde_json::{Value, json};

use super::read::{self, PairScene};
use super::rules::{self, Place, Segment};
use super::verbs::Dismiss;
use super::view::{self, PairShown};
use super::{PairDecision, PairKind, search, store};
use crate::error::{Error, Result};
use crate::ids::{RoundId, SimilarPairId};
use crate::verbs::{Scene, refusal};
use crate::web::{App, Ask, Empty, Form, Page, PageQuery, see_other};

/// Pairs on one page.
const ROWS: i64 = 20;

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    shown: PairShown,
    of: &'static str,
    earlier: bool,
    label: &'static str,
    tone: &'static str,
    alike: String,
    within: String,
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

impl From<PairShown> for Row {
    fn from(shown: PairShown) -> Self {
        let pair = &shown.pair;
        Self {
            of: pair.kind.label(),
            earlier: pair.kind == PairKind::Earlier,
            label: pair.decision.label(),
            tone: tone(pair.decision),
            alike: percent(pair.jaccard),
            within: percent(pair.contained),
            shown,
        }
    }
}

/// `GET /rounds/{id}/similar`
pub fn list(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: PageQuery = ask.query()?;
    let (c, actor, _) = ask.parts();
    let reader = read::reader(c, actor, id)?;
    let limit = query.limit.unwrap_or(ROWS);
    let found = view::listing(c, &reader, query.after()?.unwrap_or(0), limit)?.map(Row::from);
    let searched = store::search(c, id)?;
    Ok(ask
        .paged("similar/list.html", &found)
        .with("round_id", &id)
        .with("round_title", &reader.round.title)
        .with("office", &reader.office)
        .with("searched", &searched))
}

/// `POST /rounds/{id}/similar`: takes long, not within a command.
pub async fn search(app: Data<App>, id: Path<RoundId>, form: Form<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    form.input()?;
    let computed = search::compute(&app, &form.who, id).await?;
    let done = app
        .command(&form.who, move |tx, actor| {
            search::search(tx, actor, id, &computed)
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

/// The fields of one side, what both say marked.
fn fields(segments: &[Segment], places: &[Place]) -> Vec<Value> {
    segments
        .iter()
        .enumerate()
        .map(|(nth, segment)| {
            json!({ "label": segment.label, "runs": rules::runs(&segment.text, nth, places) })
        })
        .collect()
}

/// `GET /rounds/{id}/similar/{pair_id}`
pub fn show(ask: &mut Ask, ids: (RoundId, SimilarPairId)) -> Result<Page> {
    let (c, actor, now) = ask.parts();
    let on = PairScene::load(c, actor, &ids)?;
    let facts = read::facts(c, &on.reader.round, std::slice::from_ref(&on.pair))?;
    let common = read::common(c, ids.0)?;
    let left = view::segments(&facts, on.pair.bid_id)?;
    let right = view::segments(&facts, on.pair.other_id)?;
    let passages = rules::passages(&left, &right, &common);
    let lefts: Vec<Place> = passages.iter().map(|passage| passage.left).collect();
    let rights: Vec<Place> = passages.iter().map(|passage| passage.right).collect();
    let letters: usize = passages.iter().map(|passage| passage.length).sum();
    let shown = PairShown::of(&facts, &common, &on.pair)?.ok_or(Error::NotFound)?;
    Ok(Page::new("similar/show.html")
        .with("round_id", &ids.0)
        .with("round_title", &on.reader.round.title)
        .with("office", &on.reader.office)
        .with("pair", &Row::from(shown))
        .with("passages", &passages.len())
        .with("letters", &letters)
        .with("left", &fields(&left, &lefts))
        .with("right", &fields(&right, &rights))
        .with("refusal", &refusal::<Dismiss>(c, &on, actor, now)?))
}
