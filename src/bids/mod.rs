//! Bids (申报书): drafted, submitted sealed, opened in public.
//!
//! A bid's content is one opaque payload (canonical JSON bytes, encrypted, see [`crate::sealing`]) until the opening:
//! SQL, search and statistics see nothing of it. At the opening the payload lies plain in `sealed`, and `topic_id`,
//! `title`, `leader_name` and `budget_total` are spread into columns.
//!
//! Handlers of their own: saving by form, which keeps what was typed whatever happens (also beyond the session), and
//! autosave.
//!
//! Files belong to versions: each one added or taken off makes a revision, and a submission names those it was made with.
//!
//! In a blind round a bid is read under a [`seats::Veil`](crate::seats::Veil), like all that is said of the round: see [`crate::seats::blind`].
//!
//! Refused: submitting before the round opens or after its deadline (a late attempt is recorded), submitting what is
//! incomplete, anybody's reading before the opening but the bidding organization's own.

pub mod actions;
pub mod api;
pub mod attached;
pub mod blind;
mod check;
pub mod content;
pub mod difference;
pub mod fields;
mod keys;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
mod shown;
pub mod store;
mod todo;
mod together;
pub mod verbs;
mod view;

pub use actions::{Seen, event, may_void, not_sealed_again, visible};
pub use attached::files_for;
pub use blind::BidLine;
pub use content::BidContent;
pub use rules::sealed_of;
pub use shown::{ContentShown, content_shown};
pub use store::topics::{bidders_per_topic, named_on_topics, opened_on_topic};
pub use store::{Bid, Named, by_ids, called, find, opened};
pub use together::{together, within};

use crate::clock::Instant;
use crate::crypto;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{BidId, RoundId, TopicId};
use crate::rounds::Round;
use crate::sealing;
use crate::who::Actor;

crate::text_enum! {
    /// Where a proposal to go on as one is.
    JointState {
        Asked = "asked" "征求同意",
        Merged = "merged" "已合为联合攻关",
        Declined = "declined" "未成",
        Withdrawn = "withdrawn" "已收回",
    }
}

/// Marks a bid as void and answers its new version: asked for by the opening and by [`crate::joint`] alone.
pub fn set_void(tx: &mut Tx, bid: &Bid, reason: &str) -> Result<i64> {
    let now = tx.now();
    store::void(tx, bid, reason, now)
}

/// Lets a bid go on within another, on that one's topic: asked for by [`crate::joint`] alone.
pub fn merge(tx: &mut Tx, bid: &Bid, topic: TopicId) -> Result<()> {
    rules::next(bid.state, rules::Action::Merge)?;
    let now = tx.now();
    store::topics::merge(tx, bid, topic, now).map(|_| ())
}

/// The ids of the opened, valid bids of a round, in order.
pub fn opened_ids(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    store::ids_in_state(c, round, BidState::Opened)
}

/// An opened bid's topic and what it says.
pub type Told = (BidId, Option<TopicId>, Option<BidContent>);

/// What these bids say, in order of their ids, and nothing else of them.
pub fn told(c: &mut Conn, ids: &[BidId]) -> Result<Vec<Told>> {
    store::topics::sealed(c, ids)?
        .into_iter()
        .map(|(id, topic, sealed)| {
            let sealed = rules::sealed_bytes(sealed.as_deref())?;
            Ok((id, topic, sealed.map(|sealed| sealed.content)))
        })
        .collect()
}

crate::text_enum! {
    /// Where a bid is.
    BidState {
        Draft = "draft" "草稿",
        Submitted = "submitted" "已提交（密封）",
        Withdrawn = "withdrawn" "已撤回",
        Void = "void" "废标",
        Opened = "opened" "已开标",
        Merged = "merged" "已并入联合攻关",
    }
}

impl BidState {
    /// What an opening has made readable.
    pub const READABLE: [Self; 3] = [Self::Opened, Self::Void, Self::Merged];

    pub fn is_readable(self) -> bool {
        Self::READABLE.contains(&self)
    }
}

/// A line of one's own organizations' bids in a round.
#[derive(Debug, serde::Serialize)]
pub struct OwnLine {
    pub id: BidId,
    pub title: String,
    pub state: &'static str,
    /// The draft was saved again after it was submitted: the line shows the draft, not what is sealed.
    pub saved_since: bool,
    pub saved_at: Instant,
}

pub fn lines_of_own(c: &mut Conn, actor: &Actor, round: &Round) -> Result<Vec<OwnLine>> {
    let own = actor.own_organizations();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let found = store::own_in_round(c, round.id, &own)?;
    let ids: Vec<BidId> = found.iter().map(|bid| bid.id).collect();
    let secrets = sealing::secrets_of(c, actor, &ids)?;
    found
        .into_iter()
        .map(|bid| {
            let secret = secrets.get(&bid.id);
            let sealed = secret.is_none() && crypto::is_ciphertext(&bid.draft);
            let title = actions::title_of(&bid.draft, secret)?;
            Ok(OwnLine {
                id: bid.id,
                title: match title {
                    Some(title) => title,
                    None if sealed => "（已密封）".to_owned(),
                    None => "（未填写名称）".to_owned(),
                },
                state: bid.state.label(),
                saved_since: bid.state == BidState::Submitted
                    && bid
                        .submitted_revision
                        .is_some_and(|submitted| submitted < bid.draft_revision),
                saved_at: bid.draft_saved_at,
            })
        })
        .collect()
}

/// When one's own bids in rounds that still take them were last worked on: id, round, state, instant; the next deadline
/// first.
pub fn last_touched(
    c: &mut Conn,
    actor: &Actor,
    now: Instant,
) -> Result<Vec<(BidId, RoundId, BidState, Instant)>> {
    let own = actor.own_organizations();
    if own.is_empty() {
        return Ok(Vec::new());
    }
    store::topics::touched(c, own, now)
}
