//! Score sheets on paper: blank ones to be filled in by hand, and one's own as it stands.

use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BidId, EvaluationId, TopicId};
use crate::panel::BidLine;
use crate::panel::scene::{self, Scene};
use crate::rounds;
use crate::scoring::actions::work::Share;
use crate::scoring::actions::{sheet, sheets, work};
use crate::scoring::store::{self, Paper, ScoreSheet};
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
    let share = match signed {
        Some(seat) if started && !scene.runs(actor) => {
            let round = scene.round.id;
            Some(Share::load(c, &scene.evaluation, round, seat.user_id)?)
        }
        Some(_) | None => {
            if scene.seat.is_none() && !scene.oversees(actor) {
                return Err(scene::not_on_panel());
            }
            scene.may_run(actor)?;
            None
        }
    };
    let topics = rounds::topics(c, scene.round.id)?;
    let left = topics.iter().filter(|topic| match &share {
        Some(share) => !share.marks(topic.id),
        None => topic.failed,
    });
    let left: Vec<TopicId> = left.map(|topic| topic.id).collect();
    let assigned = share.as_ref().and_then(Share::divided);
    let after = BidId(after.unwrap_or(0));
    let more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let mut bids = store::printed(c, scene.round.id, &left, assigned, after, more)?;
    let next = bids.get(limit).is_some();
    bids.truncate(limit);
    let next = bids.last().filter(|_| next).map(|bid| bid.id);
    let titled = |bid: &BidLine| {
        let topic = topics.iter().find(|topic| Some(topic.id) == bid.topic_id);
        topic.map(|topic| topic.title.clone()).unwrap_or_default()
    };
    let printed = bids.into_iter().map(|bid| Printed {
        topic: titled(&bid),
        bid,
        filled: None,
    });
    let printed: Vec<Printed> = printed.collect();
    Ok(Prints {
        criteria: seats::criteria(c, scene.evaluation.id)?,
        veil: Veil::of_all(c, scene.round.id)?,
        scene,
        sheets: printed,
        next,
    })
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
