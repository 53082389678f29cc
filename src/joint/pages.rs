//! Joint bids as pages: a round's, and one with its answers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

use super::beside::{self, tone};
use super::scene::{JointScene, Proposing};
use super::verbs::{Change, JointStatementInput, OFFERS, Propose, Withdraw};
use super::view::{self, JointBidShown};
use super::{JointState, rules, store};
use crate::db::Conn;
use crate::error::Result;
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, JointId, RoundId};
use crate::rounds;
use crate::seats::Veil;
use crate::verbs::{self, Scene, Verb};
use crate::web::{Ask, Cursor, Page};
use crate::who::Actor;

/// Joint bids on one page.
const ROWS: i64 = 20;

/// Which bids to begin with: what a pair of similar ones links to.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct JointQuery {
    cursor: Option<String>,
    lead: Option<BidId>,
    partner: Option<BidId>,
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    shown: JointBidShown,
    label: &'static str,
    tone: &'static str,
    agreed: usize,
}

impl From<JointBidShown> for Row {
    fn from(shown: JointBidShown) -> Self {
        let agreed = |answer| answer == Some(JointAnswer::Agreed);
        Self {
            label: shown.joint.state.label(),
            tone: tone(shown.joint.state),
            agreed: shown
                .members
                .iter()
                .filter(|one| agreed(one.member.answer))
                .count(),
            shown,
        }
    }
}

/// `GET /rounds/{id}/joint`
pub fn list(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: JointQuery = ask.query()?;
    let before = query.cursor.as_deref().map(Cursor::read).transpose()?;
    let (c, actor, now) = ask.parts();
    let on = Proposing::load(c, actor, &id)?;
    let listing = view::listing(c, actor, &on.round, before, ROWS)?.map(Row::from);
    let refusal = verbs::refusal::<Propose>(c, &on, actor, now)?;
    let choices = match refusal {
        None => choices(c, actor, id)?,
        Some(_) => Vec::new(),
    };
    let office = Propose::who(&on, actor).is_ok();
    let tried = !ask.again.values.is_empty();
    let partners: Vec<_> = query.partner.into_iter().collect();
    let chosen = tried || query.lead.is_some() || !partners.is_empty();
    ask.again
        .fill(&json!({ "lead_bid_id": query.lead, "partner_bid_ids": partners }))?;
    Ok(ask
        .paged("joint/list.html", &listing)
        .with("round_id", &id)
        .with("round_title", &on.round.title)
        .with("office", &office)
        .with("refusal", &refusal)
        .with("choices", &choices)
        .with("chosen", &chosen))
}

/// The bids that may be chosen, as options.
fn choices(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Vec<Value>> {
    let veil = Veil::of(c, actor, id)?;
    let topics = rounds::topics(c, id)?;
    let taken = store::taken(c, id)?;
    Ok(store::choices(c, id)?
        .into_iter()
        .filter(|bid| !taken.contains(&bid.bid_id))
        .filter_map(|bid| {
            let topic = topics
                .iter()
                .find(|one| Some(one.id) == bid.topic_id && !one.failed)?;
            let (title, organization) = (bid.named.title(&veil), bid.named.organization(&veil));
            let label = format!("{organization}《{title}》（{}）", topic.title);
            Some(json!({ "value": bid.bid_id.to_string(), "label": label }))
        })
        .collect())
}

/// `GET /joint/{id}`
pub fn show(ask: &mut Ask, id: JointId) -> Result<Page> {
    let (c, actor, now) = ask.parts();
    let on = JointScene::load(c, actor, &id)?;
    let may = verbs::may(c, &on, actor, now, OFFERS)?;
    let refusal = rules::still_asked(on.joint.state)
        .and_then(|()| rules::in_time(on.round.state_at(now)))
        .err();
    let page = Page::new("joint/show.html")
        .with("round", &on.round.title)
        .with("label", on.joint.state.label())
        .with("tone", tone(on.joint.state))
        .with("lines", &beside::lines(actor, &on))
        .with("asked", &(on.joint.state == JointState::Asked))
        .with("may", &may)
        .with("changes", &Change::who(&on, actor).is_ok())
        .with("office", &Withdraw::who(&on, actor).is_ok())
        .with("refusal", &refusal)
        .with("concerned", &on.concerns(actor))
        .with("signs", &!on.signed_by(actor).is_empty())
        .with("joint", &on.joint);
    ask.again.fill(&JointStatementInput {
        statement: on.joint.statement,
    })?;
    Ok(page)
}
