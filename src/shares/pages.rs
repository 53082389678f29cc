//! A shared topic as a page: the proposal, and the office's form.

use serde::Deserialize;
use validator::Validate;

use super::input::{ShareInput, SharesInput};
use super::scene::SharesScene;
use super::store::Choice;
use super::verbs::{OFFERS, Propose};
use super::{SharesState, store};
use crate::error::Result;
use crate::ids::{BidId, TopicId};
use crate::verbs::{self, Scene, Verb};
use crate::web::{Ask, Page};

/// Bids offered besides those that have a share.
const CHOICES: i64 = 20;

#[derive(Debug, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct SharesQuery {
    /// Part of a title or of an organization's name: which bids are offered.
    #[validate(length(max = 40))]
    q: Option<String>,
}

/// `GET /topics/{id}/shares`
pub fn show(ask: &mut Ask, id: TopicId) -> Result<Page> {
    let query: SharesQuery = ask.query()?;
    let word = query.q.unwrap_or_default();
    let typed = ask.again.values.iter();
    let mut named: Vec<BidId> = typed
        .filter(|(name, _)| name.ends_with("[bid_id]"))
        .filter_map(|(_, value)| value.parse().ok())
        .collect();
    let (c, actor, now) = ask.parts();
    let on = SharesScene::load(c, actor, &id)?;
    let may = verbs::may(c, &on, actor, now, OFFERS)?;
    let office = Propose::who(&on, actor).is_ok();
    let parts = on.proposal.iter().flat_map(|(_, shares)| shares);
    named.extend(parts.map(|share| share.bid_id));
    let choices = store::choices(c, id, &named, &word, CHOICES)?;
    ask.again.fill(&stored(&on, &choices))?;
    let state = on.proposal.as_ref().map(|(proposal, _)| proposal.state);
    Ok(Page::new("shares/show.html")
        .with("round", &on.round.title)
        .with("round_id", &on.round.id)
        .with("topic", &on.topic.title)
        .with("topic_id", &id)
        .with("quota", &on.topic.quota)
        .with("money", &on.money())
        .with("office", &office)
        .with("may", &may)
        .with("state", &state.map(SharesState::label))
        .with("adopted", &(state == Some(SharesState::Adopted)))
        .with("proposal", &on.proposal)
        .with("bids", &on.round.bid_count)
        .with("q", &word)
        .with("choices", &choices))
}

/// A line for each bid that may have a share; those that have one are filled in.
fn stored(on: &SharesScene, choices: &[Choice]) -> SharesInput {
    let (reason, shares) = match &on.proposal {
        Some((proposal, shares)) => (proposal.reason.clone(), shares.as_slice()),
        None => (String::new(), &[][..]),
    };
    let lines = choices.iter().map(|choice| {
        let share = shares.iter().find(|one| one.bid_id == choice.bid_id);
        ShareInput {
            bid_id: choice.bid_id,
            scope: share.map(|one| one.scope.clone()).unwrap_or_default(),
            budget: share.map(|one| one.budget),
        }
    });
    SharesInput {
        reason,
        shares: lines.collect(),
    }
}
