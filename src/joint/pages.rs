//! Joint bids as pages: a round's, and one with its answers.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

use super::beside::{self, tone};
use super::scene::{JointScene, Proposing};
use super::verbs::{Change, JointStatementInput, OFFERS, Propose, Withdraw};
use super::view::{self, JointBidShown};
use super::{JointState, rules, store};
use crate::error::Result;
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, JointId, RoundId};
use crate::seats::Veil;
use crate::verbs::{self, Scene, Verb};
use crate::web::{Ask, Cursor, Page};

/// Joint bids on one page.
const ROWS: i64 = 20;
/// Bids offered to choose from, besides those chosen.
const CHOICES: i64 = 50;

/// Which bids to begin with: what a pair of similar ones links to.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct JointQuery {
    cursor: Option<String>,
    lead: Option<BidId>,
    partner: Option<BidId>,
    /// Part of a title or of an organization's name: which bids are offered.
    #[validate(length(max = 40))]
    q: Option<String>,
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
    let office = Propose::who(&on, actor).is_ok();
    let tried = !ask.again.values.is_empty();
    let partners: Vec<_> = query.partner.into_iter().collect();
    let chosen = tried || query.lead.is_some() || !partners.is_empty() || query.q.is_some();
    ask.again
        .fill(&json!({ "lead_bid_id": query.lead, "partner_bid_ids": partners }))?;
    let word = query.q.unwrap_or_default();
    let choices = match refusal {
        None => choices(ask, id, &word)?,
        Some(_) => Vec::new(),
    };
    Ok(ask
        .paged("joint/list.html", &listing)
        .with("round_id", &id)
        .with("round_title", &on.round.title)
        .with("bids", &on.round.bid_count)
        .with("q", &word)
        .with("office", &office)
        .with("refusal", &refusal)
        .with("choices", &choices)
        .with("chosen", &chosen))
}

/// Bids that may be chosen, as options: those already named in the form, and those that the word finds.
fn choices(ask: &mut Ask, id: RoundId, word: &str) -> Result<Vec<Value>> {
    let fields = ask.again.values.iter();
    let named: Vec<BidId> = fields
        .filter(|(name, _)| *name == "lead_bid_id" || name.starts_with("partner_bid_ids"))
        .filter_map(|(_, value)| value.parse().ok())
        .collect();
    let found = store::choices(ask.c, id, &named, word, CHOICES)?;
    let veil = Veil::of(ask.c, ask.actor, id)?;
    let option = |bid: store::Choice| {
        let (title, organization) = (bid.named.title(&veil), bid.named.organization(&veil));
        let label = format!("{organization}《{title}》（{}）", bid.topic);
        json!({ "value": bid.bid_id.to_string(), "label": label })
    };
    Ok(found.into_iter().map(option).collect())
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
