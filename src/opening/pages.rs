//! The opening ceremony's page.

use serde::Serialize;

use super::{Open, Opening};
use crate::bids;
use crate::error::Result;
use crate::ids::RoundId;
use crate::people;
use crate::rounds::Round;
use crate::rounds::scene::RoundScene;
use crate::sealing;
use crate::seats::Veil;
use crate::verbs::{Scene, Verb, refusal};
use crate::web::{Ask, Page};

/// `GET /rounds/{id}/opening`: the ceremony, and once it was held its minute.
pub fn opening(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let on = RoundScene::load(ask.c, ask.actor, &id)?;
    if let Some(opening) = super::of_round(ask.c, id)? {
        return minute(ask, &on.round, opening);
    }
    let refusal = refusal::<Open>(ask.c, &on, ask.actor, ask.now)?;
    let openers = openers(ask, &on)?;
    let left = if openers.is_empty() {
        0
    } else {
        bids::not_sealed_again(ask.c, id)?
    };
    Ok(Page::new("rounds/opening.html")
        .with("id", &id)
        .with("title", &on.round.title)
        .with("bid_count", &on.round.bid_count)
        .with("openers", &openers)
        .with("threshold", &sealing::threshold(ask.c, id)?.unwrap_or(1))
        .with("left", &left)
        .with("refusal", &refusal))
}

/// The minute (开标记录) of a round that was opened: what was published, to be printed and signed.
fn minute(ask: &mut Ask, round: &Round, mut opening: Opening) -> Result<Page> {
    Veil::of(ask.c, ask.actor, round.id)?.cover(&mut opening.minute);
    let committee = people::organization(ask.c, round.committee_id)?.name;
    Ok(Page::new("rounds/minute.html")
        .with("id", &round.id)
        .with("title", &round.title)
        .with("committee", &committee)
        .with("opening", &opening))
}

#[derive(Serialize)]
struct OpenerRow {
    name: String,
    seat: &'static str,
    note: &'static str,
}

/// A row for each opener, the username filled in: only who is present types anything. Shown to
/// the office alone.
fn openers(ask: &mut Ask, on: &RoundScene) -> Result<Vec<OpenerRow>> {
    if Open::who(on, ask.actor).is_err() {
        return Ok(Vec::new());
    }
    let found = sealing::openers(ask.c, on.round.id)?;
    let values = &mut ask.again.values;
    Ok(found
        .into_iter()
        .enumerate()
        .map(|(index, opener)| {
            values
                .entry(format!("openers[{index}][username]"))
                .or_insert_with(|| opener.username.unwrap_or_default());
            OpenerRow {
                name: opener.name,
                seat: opener.seat.label(),
                note: if opener.lost {
                    "口令被重设过，份额已失效。"
                } else {
                    ""
                },
            }
        })
        .collect())
}
