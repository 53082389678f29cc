//! Who opens a round's bids: shown to all, changed by the office.

use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::audit::{self, Event};
use crate::bids;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{RoundId, UserId};
use crate::people;
use crate::rounds::RoundState;
use crate::rounds::actions::openers::{self, Candidate};
use crate::rounds::scene::{OpenersScene, RoundScene};
use crate::rounds::verbs::RenewKey;
use crate::sealing::{self, OpenerSeat, OpenerShown};
use crate::verbs::{self, Scene, Subject, Verb};
use crate::web::{Ask, Page};
use crate::who::{Actor, Role};

/// Who opens a round's bids.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenersShown {
    /// So many of them open, a supervisor always among them; absent before publication.
    pub threshold: Option<i64>,
    pub openers: Vec<OpenerShown>,
    /// Who could be one: for the office.
    pub candidates: Vec<Candidate>,
    /// Submitted bids still sealed to a key that was replaced: for the office.
    pub not_sealed_again: i64,
}

impl Subject for OpenersScene {
    type Shown = OpenersShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<OpenersShown> {
        let on = &self.0;
        let id = on.round.id;
        let mut shown = OpenersShown {
            threshold: sealing::threshold(c, id)?,
            openers: sealing::openers(c, id)?,
            candidates: Vec::new(),
            not_sealed_again: 0,
        };
        if actor.holds(Role::Office, &on.committee_path) {
            shown.candidates = openers::candidates(c, on)?;
            shown.not_sealed_again = bids::not_sealed_again(c, id)?;
        }
        Ok(shown)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        self.0.event(verb)
    }

    fn href(&self) -> String {
        format!("/rounds/{}/openers", self.0.round.id)
    }
}

/// `GET /rounds/{id}/openers`
pub fn openers(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let on = OpenersScene::load(ask.c, ask.actor, &id)?;
    let shown = on.shown(ask.c, ask.actor, ask.now)?;
    let RoundScene { round, .. } = &on.0;
    let state = round.state_at(ask.now);
    let threshold = shown.threshold.unwrap_or(2);
    let options: Vec<_> = shown
        .candidates
        .iter()
        .map(|one| {
            let hint = if one.ready {
                ""
            } else {
                "还没有自己的密钥，请先登录一次。"
            };
            json!({
                "value": one.user_id.to_string(),
                "label": format!("{}（{}）", one.name, one.seat.label()),
                "hint": hint,
            })
        })
        .collect();
    // What was typed or ticked comes back, passwords do not.
    let mut typed = json!(ask.again.values);
    if let Some(typed) = typed.as_object_mut() {
        let chosen: Vec<String> = shown
            .openers
            .iter()
            .map(|one| one.user_id.to_string())
            .collect();
        typed.entry("openers[]").or_insert(json!(chosen));
        let fallback = json!(threshold.to_string());
        typed.entry("threshold").or_insert(fallback);
        for (index, opener) in shown.openers.iter().enumerate() {
            let name = opener.username.clone().unwrap_or_default();
            let field = format!("present[{index}][username]");
            typed.entry(field).or_insert(json!(name));
        }
    }
    let renew = verbs::refusal::<RenewKey>(ask.c, &on.0, ask.actor, ask.now)?;
    let ids: Vec<UserId> = shown.openers.iter().map(|one| one.user_id).collect();
    let confirmed = people::confirmed_roles(ask.c, &ids)?;
    let may_change = matches!(state, RoundState::Open | RoundState::Sealed);
    Ok(Page::new("rounds/openers.html")
        .with("id", &id)
        .with("title", &round.title)
        .with("threshold", &threshold)
        .with("openers", &shown.openers)
        .with("fingerprint", &sealing::fingerprint(ask.c, id)?)
        .with("seats", &OpenerSeat::labels())
        .with("options", &options)
        .with("office", &RenewKey::who(&on.0, ask.actor).is_ok())
        .with("renew", &renew)
        .with("confirmed", &confirmed)
        .with("draft", &(state == RoundState::Draft))
        .with("changeable", &may_change)
        .with("not_sealed_again", &shown.not_sealed_again)
        .with("values", &typed))
}
