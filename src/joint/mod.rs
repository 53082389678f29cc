//! Joint bids (联合攻关): opened bids of a round that go on as one, with a lead and partners.
//!
//! Owns `mergers`, `merger_bids`. After the opening and before scoring starts the office proposes; every bidding
//! organization's secretary, the lead's included, agrees or declines. The states stand in [`rules`]. Bids are voided
//! here: what a void bid was asked about is asked no more.
//!
//! What was sealed and opened is never rewritten: its digest could no longer be proved. The joint bid is the lead's
//! bid as it was opened, with the joint statement (联合方案: who does what, with whose targets and money) and the
//! partners' bids as they were opened beside it. The office or the lead's people may change the statement while it is
//! asked about; every change asks all anew, because an answer is to the digest over the statement and the digests of
//! all bids. Until all agree nobody reads another's bid through it; from then on those who go together read each
//! other's, and the panel reads the lead's with the partners'.
//!
//! Once all agree the partners' bids are `merged`, on the lead's topic; the lead's bid competes. Reviewers of every
//! partner leave that topic to others, as of any bidder. One who declines, a bid found void while asked about, or the
//! office ends it, and all go on alone. Found void afterwards, the joint bid is void as a whole.
//!
//! Refused: proposing before the opening or once scoring has started, bids of other rounds, of failed topics or
//! already asked about, one organization's bids alone, an answer to a statement since changed, starting to score while
//! an answer is owed. (The bids of a failed topic go on by [`crate::failed::rules`]: outside the competition,
//! those who agree without those who do not.)

pub mod api;
mod beside;
mod end;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
pub mod store;
mod todo;
pub mod verbs;
mod view;
mod void;

pub use beside::{beside, notice};
pub use void::Void;

pub use crate::bids::JointState;

use crate::bids::Bid;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::failed;
use crate::ids::RoundId;

/// Scoring does not start while somebody is asked.
pub fn may_start(c: &mut Conn, round: RoundId) -> Result<()> {
    let waiting = store::asked_in(c, round)?;
    if waiting == 0 {
        return Ok(());
    }
    Err(Refusal::new(
        "merger_waiting",
        format!("还有 {waiting} 项联合攻关没有答复完，不能开始评分。"),
    )
    .remedy("请等各支部答复，或者收回提议。")
    .into())
}

/// The organizations that go along with the bid's own: for its contract.
pub fn partners_of(c: &mut Conn, bid: &Bid) -> Result<Vec<String>> {
    match store::of_bid(c, bid.id)? {
        Some(joint) if joint.state == JointState::Merged && joint.lead_bid_id == bid.id => {
            let mut names: Vec<String> = store::members(c, &[joint.id])?
                .into_iter()
                .filter(|member| member.organization_id != bid.organization_id)
                .map(|member| member.organization)
                .collect();
            names.dedup();
            Ok(names)
        }
        Some(_) | None => failed::partners_of(c, bid),
    }
}
