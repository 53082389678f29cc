//! The result, from the lock to the conclusion.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

use crate::award::minute;
use crate::award::verbs::OF_RESULT;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, RoundId, TopicId};
use crate::numbers::result_file::TopicChange;
use crate::numbers::rules::plain_marks;
use crate::panel;
use crate::panel::scene::Scene;
use crate::result::actions::ranking::{
    self, Part, RankedBid, RankedTopic, ResultQuery, RoundResult, standing,
};
use crate::result::actions::tie;
use crate::result::scene::Judged;
use crate::result::{Outcome, Proposal, has_lots};
use crate::rounds::{self, RoundState};
use crate::seats::Veil;
use crate::tables::Table;
use crate::text::quoted;
use crate::verbs;
use crate::web::{Ask, Page};
use crate::who::{Actor, Role};

/// Which bids are shown: the best of each topic, those of one topic that follow, or all for the printer.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct ShownQuery {
    topic_id: Option<TopicId>,
    cursor: Option<String>,
    #[serde(default)]
    whole: bool,
}

impl ShownQuery {
    fn part(&self) -> Result<Part> {
        if self.whole {
            return Ok(Part::whole(None));
        }
        let (topic_id, cursor) = (self.topic_id, self.cursor.clone());
        ResultQuery {
            topic_id,
            cursor,
            ..ResultQuery::default()
        }
        .part()
    }

    fn is_part(&self) -> bool {
        self.topic_id.is_some() || self.whole
    }
}

/// What the page shows as a file: all of it, or of one topic.
pub fn table(ask: &mut Ask, id: RoundId) -> Result<Table> {
    let query: ShownQuery = ask.query()?;
    ranking::table(ask.c, ask.actor, id, query.topic_id)
}

/// `GET /rounds/{id}/result`
pub fn show(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: ShownQuery = ask.query()?;
    let (scene, shown) = ranking::read(ask.c, ask.actor, id, &query.part()?)?;
    let on = Judged(scene);
    let secretary = ask.actor.holds(Role::CommitteeSecretary, &on.path);
    let supervisor = ask.actor.holds(Role::Supervisor, &on.path);
    let mut rows = shown.topics.iter().flat_map(|topic| &topic.rows);
    let normalized = rows.any(|row| row.normalized.is_some());
    let changes: Vec<_> = shown.changes.iter().map(TopicChange::sentence).collect();
    let beside: Vec<_> = shown.topics.iter().map(beside).collect();
    Ok(Page::new("evaluation/result.html")
        .with("round_id", &id)
        .with("result", &shown)
        .with("beside", &beside)
        .with("criteria", &criteria(&shown))
        .with("threshold", &shown.threshold.0)
        .with("state", shown.state.as_str())
        .with("state_label", shown.state.label())
        .with("normalized", &normalized)
        .with("changes", &changes)
        .with("attach", &minute::to_attach(ask.c, ask.actor, id).is_ok())
        .with("office", &on.runs(ask.actor))
        .with("oversees", &on.oversees(ask.actor))
        .with("secretary", &secretary)
        .with("fairness", &(on.chairs() || secretary || supervisor))
        .with(
            "may",
            &verbs::may(ask.c, &on, ask.actor, ask.now, OF_RESULT)?,
        )
        .with("ties", &open_ties(ask.c, ask.actor, &on)?)
        .with("part", &query.is_part())
        .with("whole", &query.whole)
        .with("lots", &has_lots(ask.c, on.evaluation.id)?))
}

/// What is marked, and out of how many: `40`.
fn criteria(shown: &RoundResult) -> Vec<Value> {
    let criteria = shown.criteria.iter();
    criteria
        .map(|one| json!({ "id": one.id, "name": one.name, "full": plain_marks(one.full_marks.0) }))
        .collect()
}

/// What stands beside each row of a topic.
fn beside(topic: &RankedTopic) -> Vec<Value> {
    topic
        .rows
        .iter()
        .map(|row| {
            let (label, tone) = standing(row);
            let undecided = row.outcome.is_none();
            let win = row.outcome == Some(Outcome::Winner)
                || (undecided && row.proposal == Proposal::Winner);
            json!({
                "label": label, "tone": tone, "resolved": resolved(row), "win": win,
                "below": undecided && row.proposal == Proposal::BelowThreshold,
                "line": topic.line == Some(row.place),
            })
        })
        .collect()
}

/// How its place among equals was found.
fn resolved(row: &RankedBid) -> Option<String> {
    match row.resolved_by {
        "criterion" => Some(format!(
            "同分，按{}得分排先后",
            quoted(row.resolved_by_criterion.as_deref().unwrap_or_default())
        )),
        "recorded" => Some("同分，按表决或抽签的记录排先后".to_owned()),
        "shared" => Some("并列".to_owned()),
        _ => None,
    }
}

/// Bids that share a rank, and whether this person may record the panel's vote on them.
fn open_ties(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Vec<Value>> {
    let topics = rounds::topics(c, scene.round.id)?;
    let groups = tie::standing(c, scene.evaluation.id, &topics)?;
    let votes = scene.seat.is_some() && scene.round.state == RoundState::Scored;
    let presiding = match votes {
        true => Some(tie::Presiding::load(c, scene.evaluation.id)?),
        false => None,
    };
    let named = groups.iter().flat_map(|group| &group.bids);
    let named: Vec<BidId> = named.map(|bid| BidId(*bid)).collect();
    // There is no result before the lock.
    let titles: HashMap<i64, String> =
        panel::bids_found(c, scene.round.id, &named, None, i64::MAX)?
            .into_iter()
            .map(|bid| (bid.id.0, bid.named.title(Veil::lifted())))
            .collect();
    let option = |bid: &i64| json!({ "value": bid, "label": titles.get(bid) });
    let ties = groups.iter().map(|group| {
        let may_vote = presiding
            .as_ref()
            .is_some_and(|one| one.is(actor, group.topic));
        let bids: Vec<Value> = group.bids.iter().map(option).collect();
        json!({ "bids": bids, "may_vote": may_vote })
    });
    Ok(ties.collect())
}
