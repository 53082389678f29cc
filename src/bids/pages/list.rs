//! A round's bids, and who can read an organization's.

use std::collections::BTreeMap;

use crate::bids::BidState;
use crate::bids::api::BidsQuery;
use crate::bids::scene::KeysScene;
use crate::bids::verbs::GrantKey;
use crate::error::Result;
use crate::ids::{OrganizationId, RoundId, UserId};
use crate::people;
use crate::rounds;
use crate::verbs::{self, Scene, Subject};
use crate::web::{Ask, Page};

/// `GET /rounds/{id}/bids`
pub fn list(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: BidsQuery = ask.query()?;
    let round = rounds::visible(ask.c, ask.actor, id)?;
    let listing = query.run(ask, &round)?;
    let topics = rounds::topics(ask.c, id)?;
    let titles: BTreeMap<String, &str> = topics
        .iter()
        .map(|topic| (topic.id.to_string(), topic.title.as_str()))
        .collect();
    let tones: BTreeMap<_, _> = BidState::ALL
        .iter()
        .map(|state| (state.as_str(), state.tone()))
        .collect();
    Ok(ask
        .paged("bids/list.html", &listing)
        .with("round", &round)
        .with("topics", &topics)
        .with("titles", &titles)
        .with("labels", &BidState::labels())
        .with("tones", &tones)
        .with("topic_id", &query.topic_id))
}

/// `GET /organizations/{id}/keys`
pub fn keys(ask: &mut Ask, id: OrganizationId) -> Result<Page> {
    let on = KeysScene::load(ask.c, ask.actor, &id)?;
    let holders = on.shown(ask.c, ask.actor, ask.now)?.items;
    let me = ask.actor.user_id();
    let own = holders
        .iter()
        .any(|holder| holder.holds && Some(holder.user_id) == me);
    let ids: Vec<UserId> = holders.iter().map(|holder| holder.user_id).collect();
    let refusal = verbs::refusal::<GrantKey>(ask.c, &on, ask.actor, ask.now)?;
    Ok(Page::new("bids/keys.html")
        .with("refusal", &refusal)
        .with("confirmed", &people::confirmed_roles(ask.c, &ids)?)
        .with("id", &id)
        .with("organization", &on.organization.short_name)
        .with("own", &own)
        .with("me", &me)
        .with("holders", &holders))
}
