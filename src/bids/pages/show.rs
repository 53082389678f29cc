//! A round's bids, one bid with its buttons, and who can read an organization's.

use std::collections::BTreeMap;

use serde_json::json;

use crate::bids::actions::history;
use crate::bids::api::BidsQuery;
use crate::bids::scene::{BidScene, KeysScene};
use crate::bids::verbs::OFFERS;
use crate::bids::{BidState, files_for, shown};
use crate::error::Result;
use crate::failed;
use crate::ids::{BidId, OrganizationId, RoundId};
use crate::joint::{self, Void};
use crate::rounds;
use crate::verbs::{self, Scene, Subject, Verb, refusal, refused};
use crate::web::{Ask, Page};

fn tone(state: BidState) -> &'static str {
    match state {
        BidState::Submitted | BidState::Opened => "green",
        BidState::Draft | BidState::Withdrawn => "",
        BidState::Void => "red",
        BidState::Merged => "amber",
    }
}

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
        .map(|state| (state.as_str(), tone(*state)))
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

/// `GET /bids/{id}`
pub fn show(ask: &mut Ask, id: BidId) -> Result<Page> {
    let on = BidScene::load(ask.c, ask.actor, &id)?;
    let (c, actor, now) = ask.parts();
    let (bid, round) = (&on.bid, &on.round);
    let own = actor.acts_for(bid.organization_id);
    let shown = on.shown(c, actor, now)?;
    let missing = if own && !shown.locked && !bid.state.is_readable() {
        history::lacking(&shown.content, &rounds::topics(c, round.id)?)
    } else {
        Vec::new()
    };
    let files: Vec<_> = files_for(c, actor, bid)?
        .into_iter()
        .map(|one| {
            json!({
                "id": one.file.id, "name": one.file.name, "size": one.file.size,
                "drafted": one.drafted, "submitted": one.submitted,
            })
        })
        .collect();
    let mut may = verbs::may(c, &on, actor, now, OFFERS)?;
    may.insert(Void::NAME, refusal::<Void>(c, &on, actor, now)?);
    Ok(Page::new("bids/show.html")
        .with("id", &id)
        .with("round_id", &round.id)
        .with("round_title", &round.title)
        .with("deadline", &round.deadline)
        .with("state_label", bid.state.label())
        .with("tone", tone(bid.state))
        .with("own", &own)
        .with("editable", &(own && !bid.state.is_readable()))
        .with("office", &Void::who(&on, actor).is_ok())
        .with("blind", &(shown.organization_id == OrganizationId(0)))
        .with("failed", &failed::failed_notice(c, bid.topic_id)?)
        .with("joint", &joint::notice(c, actor, bid)?)
        .with("cancelled", &rounds::cancelled_notice(round))
        .with(
            "content",
            &shown::content_shown(c, round.id, &shown.content)?,
        )
        .with("missing", &missing)
        .with("saved_by", &history::last_saved_by(c, bid)?.0)
        .with("revisions", &bid.draft_revision)
        .with("files", &files)
        .with(
            "files_closed",
            &refused(on.takes_files(now).map_err(Into::into))?,
        )
        .with("submitted_revision", &bid.submitted_revision)
        .with("was_submitted", &bid.submitted_revision.is_some())
        .with("may", &may)
        .with("bid", &shown))
}

/// `GET /organizations/{id}/keys`
pub fn keys(ask: &mut Ask, id: OrganizationId) -> Result<Page> {
    let on = KeysScene::load(ask.c, ask.actor, &id)?;
    let holders = on.shown(ask.c, ask.actor, ask.now)?.items;
    let me = ask.actor.user_id();
    let own = holders
        .iter()
        .any(|holder| holder.holds && Some(holder.user_id) == me);
    Ok(Page::new("bids/keys.html")
        .with("id", &id)
        .with("organization", &on.organization.short_name)
        .with("own", &own)
        .with("me", &me)
        .with("holders", &holders))
}
