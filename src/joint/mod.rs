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

mod actions;
pub mod api;
mod beside;
pub mod input;
pub mod pages;
pub mod rules;
pub mod store;
pub mod todos;
mod view;

pub use actions::{Void, may_start, partners_of};
pub use beside::{beside, notice};

pub use crate::bids::MergerState;
