//! Acceptance (考评验收): a panel on site, a questionnaire and a democratic appraisal make one weighted result.
//!
//! Owns `acceptances`, `acceptance_notes`, `questions`, `voting_codes`, `ballot_boxes`. An acceptance begins when all steps before it have
//! passed. The round sets the weights of 实地评审 on-site, 问卷调查 questionnaire, 民主测评 appraisal and 过程 process.
//!
//! | state | score, issue_codes, void_codes, correct | vote | close | abandon | decide |
//! |---|---|---|---|---|---|
//! | `open` | `open` | `open` | `closed` | `abandoned` | `acceptance_open` |
//! | `closed` | `acceptance_closed` | `voting_closed` | `acceptance_closed` | `acceptance_closed` | `decided` |
//! | `decided` | `acceptance_decided` | `voting_closed` | `acceptance_decided` | `acceptance_decided` | `acceptance_decided` |
//! | `abandoned` | `acceptance_abandoned` | `voting_closed` | `acceptance_abandoned` | `acceptance_abandoned` | `acceptance_abandoned` |
//!
//! Ways out of one that cannot close: the numbers are corrected, lost codes voided and others handed out, or it is abandoned
//! and another begun as the same attempt. Each is told with its reason beside the result, in `acceptance_notes`.
//!
//! Also refused: a panel that is even, smaller than three or has somebody of the project's organization on it; more
//! ballots than eligible voters; closing below the turnout, the answers or the sheets asked for; a grade 优秀 beyond the
//! round's cap; a third attempt.
//!
//! **Voting is anonymous by construction.** A code is random, handed out once and kept as its SHA-256 alone. A vote, in
//! one transaction, marks the code used, takes the box's turn and rewrites the box: tallies per choice and per question,
//! texts and receipts sorted. There is no row a vote, no time, no order, no audit event, no `Idempotency-Key` row, no
//! session and no log line with the code. A receipt is random and found again in the published, sorted list.
//!
//! No verbs, but handlers of their own: handing out codes (shown once, remembered nowhere), voting, and autosave of the
//! sheet on site; certificates are read by a limited number of times.
//!
//! Invariants: receipts in a box = used codes of its kind, always; ballots handed out and not voided ≤ eligible voters; a box's tallies
//! add up to its receipts; a closed acceptance has all its scores, a decided one a grade; a certificate is unique.

pub mod api;
pub mod boxes;
pub mod cast;
mod check;
pub mod codes;
pub mod input;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
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
