//! Acceptance (考评验收): a panel on site, a questionnaire and a democratic appraisal make one weighted result.
//!
//! Owns `acceptances`, `acceptance_notes`, `questions`, `voting_codes`, `code_issues`, `code_asks`, `ballot_boxes`. An acceptance begins when all steps before it have
//! passed. The round sets the weights of 实地评审 on-site, 问卷调查 questionnaire, 民主测评 appraisal and 过程 process.
//!
//! | state | score, issue_codes, void_codes, correct, confirm_voters | vote | close | abandon | decide |
//! |---|---|---|---|---|---|
//! | `open` | `open` | `open` | `closed` | `abandoned` | `acceptance_open` |
//! | `closed` | `acceptance_closed` | `voting_closed` | `acceptance_closed` | `acceptance_closed` | `decided` |
//! | `decided` | `acceptance_decided` | `voting_closed` | `acceptance_decided` | `acceptance_decided` | `acceptance_decided` |
//! | `abandoned` | `acceptance_abandoned` | `voting_closed` | `acceptance_abandoned` | `acceptance_abandoned` | `acceptance_abandoned` |
//!
//! Ways out of one that cannot close: the numbers are corrected, lost codes voided and others handed out, or it is abandoned
//! and another begun as the same attempt, as also where the openers' passwords are lost. Each is told with its reason beside the result, in `acceptance_notes`.
//!
//! Also refused: a panel that is even, smaller than three or has somebody of the project's organization on it; more
//! ballots than eligible voters; closing below the turnout, the answers or the sheets asked for; a grade 优秀 beyond the
//! round's cap; a third attempt.
//!
//! # Voting is anonymous by construction
//!
//! **Codes.** The supervisor confirms how many may vote, five or more. Office and supervisor hand codes out together, at
//! one screen or one after the other (`code_asks`); they are 60 random bits, shown once to be printed, and kept as an HMAC under the server's secret ([`codes`]). Handing out,
//! voiding and what was left unused stand in a public tally (`code_issues`). No row of a code says whether it was used:
//! voiding marks all codes of a kind alike.
//!
//! **The box** is one row a kind, and each vote writes it anew from end to end ([`sealed`]): which codes are used, the
//! receipts and the votes, three sets in an order that means nothing, in one ciphertext under the server's secret whose
//! length only ever doubles. Within it, receipts and votes are sealed to the box's key, each by itself and padded. That key
//! is made when the first codes are handed out; the office, the supervisor and the panel's chair hold a share, and two of
//! them open, the supervisor always among them (see [`crate::sealing`]). It is held against the trail before it is used.
//! The vote is in the box and its code used by the same commit that is acknowledged, so that a kill loses nothing.
//!
//! **The closing** opens both boxes before those two, checks that there are as many votes as receipts as used codes and
//! that each code was handed out, leaves tallies, texts and receipts, sorted, and forgets ciphertext and shares. A receipt
//! is random, and found again in the list that is published then; it proves that a vote counts, not what it says.
//!
//! So there is no row a vote, no time, no order, no audit event, no `Idempotency-Key` row, no session and no log line with
//! the code. What is left to whoever has
//!
//! | database, log and every page of before | server's secret | passwords of two openers | learns |
//! |---|---|---|---|
//! | yes | | | how many voted, and when |
//! | yes | yes | | which code was used when; not what it voted |
//! | yes | | yes, before the closing | nothing more: the box's key opens what lies within the other ciphertext |
//! | the present state alone | yes | yes, before the closing | which codes are used and what was voted, not joined |
//! | yes, of every commit | yes | yes, before the closing | all: what is acknowledged must be in the commit that follows |
//!
//! Not noticed: the whole row of a box taken back to an earlier state, number of votes and all, until a voter misses their
//! receipt.
//!
//! No verbs, but handlers of their own: voting, and autosave of the sheet on site; certificates are read by a limited number
//! of times. Handing out codes and closing are ceremonies ([`crate::verbs::ceremony`]).
//!
//! Invariants: votes in a box = receipts = used codes, always; ballots handed out and not voided ≤ eligible voters; codes are
//! as many as the tally tells; a box's tallies add up to its receipts; a closed acceptance has all its scores, a decided one
//! a grade; a certificate is unique.

pub mod api;
pub mod boxes;
pub mod cast;
mod check;
pub mod codes;
mod count;
pub mod input;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
mod sealed;
pub mod store;
mod todo;
pub mod verbs;
pub mod views;

pub use store::{Acceptance, Question};

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{AcceptanceId, ProjectId};

crate::text_enum! {
    /// Where an acceptance is.
    AcceptanceState {
        Open = "open" "测评中",
        Closed = "closed" "待认定",
        Decided = "decided" "已认定",
        Abandoned = "abandoned" "已作废",
    }
}

crate::text_enum! {
    /// What can be done with an acceptance.
    AcceptanceAction {
        Score = "score" "实地评分",
        IssueCodes = "issue_codes" "发放投票码",
        VoidCodes = "void_codes" "作废投票码",
        Correct = "correct" "更正人数",
        ConfirmVoters = "confirm_voters" "核定人数",
        Vote = "vote" "投票",
        Close = "close" "截止测评",
        Abandon = "abandon" "作废重来",
        Decide = "decide" "认定结果",
    }
}

crate::text_enum! {
    /// What a code is good for.
    CodeKind { Ballot = "ballot" "民主测评票", Questionnaire = "questionnaire" "问卷" }
}

crate::text_enum! {
    /// What became of so many codes.
    CodeAct { Issued = "issued" "发出", Voided = "voided" "作废", Unused = "unused" "弃权" }
}

crate::text_enum! {
    /// How a question is answered.
    QuestionKind {
        Single = "single" "单选",
        Multiple = "multiple" "多选",
        Likert = "likert" "五级评价",
        Text = "text" "文字",
    }
}

crate::text_enum! {
    /// A ballot's choice.
    Choice {
        Excellent = "excellent" "优秀",
        Good = "good" "良好",
        Fair = "fair" "一般",
        Poor = "poor" "较差",
    }
}

/// The acceptance itself, without asking who wants to see it.
pub fn find(c: &mut Conn, id: AcceptanceId) -> Result<Acceptance> {
    store::find(c, id)
}

/// The project's acceptances, the latest first.
pub fn of_project(c: &mut Conn, project: ProjectId) -> Result<Vec<Acceptance>> {
    store::of_project(c, project)
}

/// The questionnaire, in its order.
pub fn questions(c: &mut Conn, id: AcceptanceId) -> Result<Vec<store::Question>> {
    store::questions(c, id)
}
