//! Rounds (招标批次): a tender from draft to conclusion.
//!
//! Owns rounds, topics, schedule amendments, questions, corrections and announcements. The state machine stands in
//! [`rules`]; the states after `sealed` are moved by `opening`, `scoring`, `result`, `award` and `rulings`. A round is sealed by the clock: its row stays `open`, and
//! [`Round::state_at`] tells what it is at an instant. Writers of one round are ordered by [`turn`].
//!
//! Sharing the round's key anew keeps handlers of its own: several people enter their passwords at one screen ([`crate::verbs::ceremony`]).
//!
//! Refused: publishing without a panel or after the deadline, changing what is published, moving a date earlier,
//! questions and corrections after the deadline.
//!
//! Who asked a question is told to nobody but the asking organization; a cancelled round's bids stay sealed.

pub mod actions;
pub mod api;
pub mod input;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
pub mod shown;
pub mod store;
pub mod verbs;

pub use actions::cancelled_notice;
pub use actions::visible;
pub use store::origins::{Origin, origin, supplements};
pub use store::questions::{
    Correction, Question, last_corrected, unanswered, waiting as questions_waiting,
};
pub use store::{Amendment, Announcement, Round, RoundLine, Topic};
pub use store::{
    find, find_all, opened_before, standing, topic, topics, unopened, unpublicized,
    waiting_for_office,
};

use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{AnnouncementId, OrganizationId, RoundId, TopicId};

crate::text_enum! {
    /// Where a round is. `open → sealed` is the clock's doing.
    RoundState {
        Draft = "draft" "草稿",
        Open = "open" "招标中",
        Sealed = "sealed" "已密封",
        Opened = "opened" "已开标",
        Scoring = "scoring" "评分中",
        Scored = "scored" "评分已锁定",
        Decided = "decided" "已决定",
        Publicized = "publicized" "公示中",
        Concluded = "concluded" "已办结",
        Cancelled = "cancelled" "已取消",
    }
}

crate::text_enum! {
    /// Who set a topic.
    Lane { Commissioned = "commissioned" "党委设定", SelfProposed = "self_proposed" "基层自选" }
}

crate::text_enum! {
    /// What an announcement on the portal is.
    AnnouncementKind {
        Guide = "guide" "招标公告",
        Amendment = "amendment" "更正公告",
        Opening = "opening" "开标记录",
        Publicity = "publicity" "中标公示",
        Result = "result" "结果公告",
        Cancellation = "cancellation" "取消公告",
        Site = "site" "命名公告",
    }
}

crate::text_enum! {
    /// What one round is to the round it was made from.
    OriginKind { Copy = "copy" "沿用", Supplement = "supplement" "补充招标" }
}

/// Takes the round's turn: the first statement of every command that races with others in this round. The command's
/// instant is read after it.
pub fn turn(tx: &mut Tx, id: RoundId) -> Result<Round> {
    store::turn(tx, id)
}

/// Moves the round to another state; somebody faster makes it stale.
pub fn advance(tx: &mut Tx, round: &Round, to: RoundState) -> Result<i64> {
    written(tx, |_| Round {
        state: to,
        ..round.clone()
    })
}

/// The bids are open from now on.
pub fn set_opened(tx: &mut Tx, round: &Round) -> Result<i64> {
    written(tx, |now| Round {
        state: RoundState::Opened,
        opened_at: Some(now),
        ..round.clone()
    })
}

fn written(tx: &mut Tx, new: impl FnOnce(Instant) -> Round) -> Result<i64> {
    let now = tx.now();
    Ok(store::update(tx, new(now), now)?.version)
}

/// Adds a topic to a round that is being drafted.
pub fn add_topic(tx: &mut Tx, topic: &Topic) -> Result<()> {
    store::add_topic(tx, topic)
}

/// Whether the topic failed (流标): its bids are not scored.
pub fn topic_failed(c: &mut Conn, topic: TopicId) -> Result<bool> {
    Ok(store::topic(c, topic)?.failed)
}

/// Starts the publicity period, or starts it anew.
pub fn start_publicity(
    tx: &mut Tx,
    round: &Round,
    from: chrono::NaiveDate,
    until: chrono::NaiveDate,
) -> Result<i64> {
    written(tx, |_| Round {
        state: RoundState::Publicized,
        publicity_from: Some(from),
        publicity_until: Some(until),
        ..round.clone()
    })
}

/// A publicity under way lasts until this day at least.
pub fn publicize_longer(tx: &mut Tx, round: &Round, until: chrono::NaiveDate) -> Result<()> {
    if round.state != RoundState::Publicized || round.publicity_until >= Some(until) {
        return Ok(());
    }
    written(tx, |_| Round {
        publicity_until: Some(until),
        ..round.clone()
    })
    .map(drop)
}

/// Concludes the round.
pub fn conclude(tx: &mut Tx, round: &Round) -> Result<i64> {
    written(tx, |now| Round {
        state: RoundState::Concluded,
        concluded_at: Some(now),
        ..round.clone()
    })
}

/// What is to be posted on the portal.
pub struct Post {
    pub committee: OrganizationId,
    pub round: Option<RoundId>,
    pub kind: AnnouncementKind,
    pub title: String,
    pub body: String,
    pub ends_on: Option<chrono::NaiveDate>,
}

impl Post {
    /// What is told of a round.
    pub fn of(round: &Round, kind: AnnouncementKind, title: String, body: String) -> Self {
        Self {
            committee: round.committee_id,
            round: Some(round.id),
            kind,
            title,
            body,
            ends_on: None,
        }
    }
}

/// Posts on the portal, within the command that gives the reason.
pub fn announce(tx: &mut Tx, post: Post) -> Result<AnnouncementId> {
    let now: Instant = tx.now();
    let id = AnnouncementId::fresh(now);
    store::insert_announcement(
        tx,
        &Announcement {
            id,
            committee_id: post.committee,
            round_id: post.round,
            kind: post.kind,
            title: post.title,
            body: post.body,
            posted_at: now,
            ends_on: post.ends_on,
            superseded_by: None,
        },
    )?;
    tx.publish_change()?;
    Ok(id)
}

/// Earlier publicity notices of a round point to the announcement that took their place.
pub fn supersede_notices(tx: &mut Tx, round: RoundId, by: AnnouncementId) -> Result<()> {
    store::supersede_notices(tx, round, by)
}

/// Counts a submitted bid up or a withdrawn one down.
pub fn count_bids(tx: &mut Tx, id: RoundId, by: i64) -> Result<()> {
    store::count_bids(tx, id, by)
}
