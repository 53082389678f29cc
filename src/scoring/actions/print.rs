//! Score sheets on paper: blank ones to be filled in by hand, and one's own as it stands.

use std::collections::HashSet;

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BidId, EvaluationId, TopicId};
use crate::panel::scene::{self, Scene};
use crate::panel::{self, BidLine};
use crate::rounds;
use crate::scoring::actions::{sheet, sheets, work};
use crate::scoring::store::{Paper, ScoreSheet};
use crate::seats::{self, Criterion, EvaluationState, Veil};
use crate::who::Actor;

/// One sheet to be printed.
pub struct Printed {
    pub bid: BidLine,
    pub topic: String,
    /// A blank one has none.
    pub filled: Option<Filled>,
}

/// What a sheet says, whose it is, and who entered it if it was filled in on paper.
pub struct Filled {
    pub reviewer: String,
    pub sheet: ScoreSheet,
    pub paper: Option<Paper>,
}

pub struct Prints {
    pub scene: Scene,
    /// The panel's, whoever prints.
    pub veil: Veil,
    pub criteria: Vec<Criterion>,
    pub sheets: Vec<Printed>,
    /// More follow after this bid.
    pub next: Option<BidId>,
}

/// Blank sheets of the bids that are marked, `limit` at a time: for the office all of them, for a reviewer those to be
/// marked. In a blind round they name nobody, whoever prints them: they are made for the panel.
pub fn blank(
    c: &mut Conn,
    actor: &Actor,
    id: EvaluationId,
    after: Option<i64>,
    limit: usize,
) -> Result<Prints> {
    let scene = scene::scene_of(c, actor, id)?;
    let started = scene.evaluation.state != EvaluationState::Preparing;
    let signed = scene
        .seat
        .as_ref()
        .filter(|seat| seat.undertaking_at.is_some());
    let mut bids: Vec<(BidLine, String)> = match signed {
        Some(seat) if started && !scene.runs(actor) => {
            work::assignments(c, &scene.evaluation, scene.round.id, seat.user_id)?
                .0
                .into_iter()
                .map(|one| (one.bid, one.topic))
                .collect()
        }
        Some(_) | None => {
            if scene.seat.is_none() && !scene.oversees(actor) {
                return Err(scene::not_on_panel());
            }
            scene.may_run(actor)?;
            standing(c, &scene)?
        }
    };
    bids.sort_by_key(|(bid, _)| bid.id);
    let mut left = bids
        .into_iter()
        .filter(|(bid, _)| after.is_none_or(|after| bid.id.0 > after));
    let mut printed: Vec<Printed> = Vec::new();
    for (bid, topic) in left.by_ref().take(limit) {
        printed.push(Printed {
            bid,
            topic,
            filled: None,
        });
    }
    let next = match left.next() {
        Some(_) => printed.last().map(|one| one.bid.id),
        None => None,
    };
    Ok(Prints {
        criteria: seats::criteria(c, scene.evaluation.id)?,
        veil: Veil::of_all(c, scene.round.id)?,
        scene,
        sheets: printed,
        next,
    })
}

/// The bids that are marked, by id.
fn standing(c: &mut Conn, scene: &Scene) -> Result<Vec<(BidLine, String)>> {
    let topics = rounds::topics(c, scene.round.id)?;
    let failed: HashSet<TopicId> = topics
        .iter()
        .filter(|topic| topic.failed)
        .map(|topic| topic.id)
        .collect();
    Ok(panel::bid_lines(c, scene.round.id)?
        .into_iter()
        .filter(|bid| bid.topic_id.is_some_and(|topic| !failed.contains(&topic)))
        .map(|bid| {
            let topic = topics
                .iter()
                .find(|topic| Some(topic.id) == bid.topic_id)
                .map(|topic| topic.title.clone())
                .unwrap_or_default();
            (bid, topic)
        })
        .collect())
}

/// One's own sheet on a bid as it stands, for the files.
pub fn own(c: &mut Conn, actor: &Actor, bid: BidId) -> Result<Prints> {
    let (marking, criteria, sheet) = sheet::own(c, actor, bid)?;
    let sheet = sheet.ok_or(Error::NotFound)?;
    let scene = scene::scene(c, actor, marking.bid.round_id)?;
    let name = actor.name().to_owned();
    let paper = sheets::on_paper(c, sheet.id)?;
    let (of, reviewer) = (&marking.evaluation, marking.reviewer);
    let one = work::assignment(c, of, scene.round.id, reviewer, bid)?.ok_or(Error::NotFound)?;
    Ok(Prints {
        veil: Veil::of_all(c, scene.round.id)?,
        scene,
        criteria,
        sheets: vec![Printed {
            bid: one.bid,
            topic: one.topic,
            filled: Some(Filled {
                reviewer: name,
                sheet,
                paper,
            }),
        }],
        next: None,
    })
}
