//! One bid with its buttons, and what became of it beyond itself: its topic failed, it goes on within another.

use serde_json::json;

use crate::bids::actions::history;
use crate::bids::scene::BidScene;
use crate::bids::verbs::OFFERS;
use crate::bids::{content_shown, files_for};
use crate::error::Result;
use crate::failed;
use crate::ids::BidId;
use crate::joint::{self, Void};
use crate::rounds;
use crate::sealing;
use crate::verbs::{self, Scene, Subject, Verb, refusal, refused};
use crate::web::{Ask, Page};

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
    let files: Vec<_> = files_for(c, actor, bid, &on.veil)?
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
    let sealed_to = match own && bid.receipt.is_some() {
        true => sealing::fingerprint(c, round.id)?,
        false => None,
    };
    Ok(Page::new("bids/show.html")
        .with("id", &id)
        .with("round_id", &round.id)
        .with("round_title", &round.title)
        .with("deadline", &round.deadline)
        .with("state_label", bid.state.label())
        .with("tone", bid.state.tone())
        .with("own", &own)
        .with("editable", &(own && !bid.state.is_readable()))
        .with("office", &Void::who(&on, actor).is_ok())
        .with("blind", &on.veil.lies())
        .with("failed", &failed::failed_notice(c, bid.topic_id, &on.veil)?)
        .with("joint", &joint::notice(c, actor, bid, &on.veil)?)
        .with("cancelled", &on.veil.texts(rounds::cancelled_notice(round)))
        .with("content", &content_shown(c, bid, &shown.content)?)
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
        .with("fingerprint", &sealed_to)
        .with("bid", &shown))
}
