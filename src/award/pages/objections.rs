//! Objections: the public form and its follow-up page, and the office's list.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::json;
use validator::Validate;

use crate::award::scene::{Followed, Objectable, ObjectionScene};
use crate::award::verbs::{Lodge, OF_OBJECTION};
use crate::award::{ANSWER_DAYS, ObjectionState, Verdict, api};
use crate::error::Result;
use crate::ids::{BidId, ObjectionId, RoundId};
use crate::panel;
use crate::result::Effect;
use crate::rounds::RoundState;
use crate::seats::Veil;
use crate::verbs::{self, Scene, Subject, refusal};
use crate::web::{Ask, Cursor, Page, PageQuery};

/// Bids that the form offers, at the most.
const OFFERED: usize = 100;

#[derive(Debug, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct ObjectQuery {
    /// Part of a title or of an organization's name: which bids are offered.
    #[validate(length(max = 40))]
    q: Option<String>,
}

/// `GET /rounds/{id}/objection`
pub fn object(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: ObjectQuery = ask.query()?;
    let word = query.q.unwrap_or_default();
    let on = Objectable::load(ask.c, ask.actor, &id)?;
    let chosen: Vec<BidId> = ask.again.value("bid_id").parse().into_iter().collect();
    let options: Vec<_> = on
        .bids(ask.c, &chosen, &word, OFFERED)?
        .iter()
        .map(|bid| {
            let (title, organization) =
                (bid.named.title(&on.veil), bid.named.organization(&on.veil));
            json!({ "value": bid.id, "label": format!("{title}（{organization}）") })
        })
        .collect();
    let refusal = refusal::<Lodge>(ask.c, &on, ask.actor, ask.now)?;
    Ok(Page::new("evaluation/object.html")
        .with("round_id", &id)
        .with("round_title", &on.round.title)
        .with("refusal", &refusal)
        .with("bids", &options)
        .with("count", &on.round.bid_count)
        .with("q", &word)
        .with("days", &ANSWER_DAYS))
}

/// `GET /objections/{code}`
pub fn objection(ask: &mut Ask, code: String) -> Result<Page> {
    let on = Followed::load(ask.c, ask.actor, &code)?;
    let shown = on.shown(ask.c, ask.actor, ask.now)?;
    Ok(Page::new("evaluation/objection.html")
        .with("code", &code.to_ascii_uppercase())
        .with("objection", &shown)
        .with("state", shown.state.label())
        .with("tone", tone(shown.state))
        .with("open", &shown.state.is_open()))
}

fn tone(state: ObjectionState) -> &'static str {
    match state {
        ObjectionState::Lodged | ObjectionState::Acknowledged => "amber",
        ObjectionState::Upheld => "red",
        ObjectionState::Rejected => "",
    }
}

/// `GET /rounds/{id}/objections`
pub fn objections(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: PageQuery = ask.query()?;
    list(ask, id, &query, None)
}

/// A refused answer again, on the page that begins with its objection.
pub fn answering(ask: &mut Ask, id: ObjectionId) -> Result<Page> {
    let round = ObjectionScene::load(ask.c, ask.actor, &id)?.row.round_id;
    let query = PageQuery {
        limit: None,
        cursor: Some(Cursor::write(id.0.saturating_add(1))),
    };
    list(ask, round, &query, Some(id))
}

fn list(ask: &mut Ask, id: RoundId, query: &PageQuery, typed: Option<ObjectionId>) -> Result<Page> {
    let (mut judged, listing) = api::listed(ask, id, query)?;
    let veil = Veil::of(ask.c, ask.actor, id)?;
    let named: Vec<BidId> = listing.items.iter().filter_map(|row| row.bid_id).collect();
    let titles: HashMap<_, _> = panel::bids_found(ask.c, id, &named, None, i64::MAX)?
        .into_iter()
        .map(|bid| (bid.id, bid.named.title(&veil)))
        .collect();
    let decided = matches!(
        judged.round.state,
        RoundState::Decided | RoundState::Publicized
    );
    let round_title = judged.round.title.clone();
    let mut items = Vec::new();
    for row in listing.items {
        let on = ObjectionScene { judged, row };
        let row = &on.row;
        items.push(json!({
            "shown": row, "state": row.state.label(), "tone": tone(row.state),
            "bid": row.bid_id.and_then(|bid| titles.get(&bid)),
            "typed": typed == Some(row.id),
            "may": verbs::may(ask.c, &on, ask.actor, ask.now, OF_OBJECTION)?,
        }));
        judged = on.judged;
    }
    let page = format!("/rounds/{id}/objections");
    let effects = if decided {
        Effect::options()
    } else {
        Vec::new()
    };
    Ok(Page::new("evaluation/objections.html")
        .with("round_id", &id)
        .with("round_title", &round_title)
        .with("items", &items)
        .with(
            "next",
            &listing
                .next_cursor
                .map(|cursor| format!("{page}?cursor={cursor}")),
        )
        .with("first", &query.cursor.as_ref().map(|_| &page))
        .with("verdicts", &Verdict::options())
        .with("effects", &effects))
}
