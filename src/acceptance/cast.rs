//! Casting a vote: the one command without an actor, an event, an `Idempotency-Key` or a time.

use serde::Serialize;
use utoipa::ToSchema;

use super::boxes::{self, Ballots, Questionnaires};
use super::codes::{digest, grouped};
use super::input::VoteInput;
use super::store::{self, Question};
use super::{AcceptanceAction, CodeKind, rules};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{self, AcceptanceId};
use crate::people;
use crate::projects;

/// What a code asks its holder.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoteAsked {
    pub kind: CodeKind,
    pub project: String,
    pub organization: String,
    /// Of a questionnaire; a ballot has one choice.
    pub questions: Vec<Question>,
}

/// The receipt of a vote.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoteReceipt {
    #[serde(skip)]
    pub kind: CodeKind,
    /// Random; found again in the published list.
    #[schema(example = "K7QM-3WXP-ABCD")]
    pub receipt: String,
    pub acceptance_id: AcceptanceId,
}

fn used() -> Error {
    Refusal::new("code_used", "这个投票码已经用过，一码只能投一次。")
        .remedy("如需核对，请在公布的回执名单里查找您的回执码。")
        .into()
}

fn still_good(code: store::Code) -> Result<()> {
    if code.voided {
        let refused = Refusal::new("code_voided", "这个投票码已经作废，没有计票。");
        return Err(refused.remedy("请向党委党建部领取新的投票码。").into());
    }
    if code.used {
        return Err(used());
    }
    Ok(())
}

/// What the code is for: unknown codes do not exist, used and voided ones are refused, and so is a vote after the closing.
pub fn asked(c: &mut Conn, code: &str) -> Result<VoteAsked> {
    let code = store::code(c, &digest(code))?.ok_or(Error::NotFound)?;
    still_good(code)?;
    let (id, kind) = (code.acceptance, code.kind);
    let acceptance = store::find(c, id)?;
    rules::next(acceptance.state, AcceptanceAction::Vote)?;
    let project = projects::find(c, acceptance.project_id)?;
    let organization = people::organization(c, project.organization_id)?.short_name;
    let questions = match kind {
        CodeKind::Ballot => Vec::new(),
        CodeKind::Questionnaire => store::questions(c, id)?,
    };
    Ok(VoteAsked {
        kind,
        project: project.title,
        organization,
        questions,
    })
}

/// Uses the code up and puts the vote into the box. After the commit nothing joins the two.
pub fn cast(tx: &mut Tx, code: &str, input: &VoteInput) -> Result<VoteReceipt> {
    let digest = digest(code);
    let code = store::code(tx, &digest)?.ok_or(Error::NotFound)?;
    still_good(code)?;
    if !store::claim(tx, &digest)? {
        return Err(used());
    }
    let (id, kind) = (code.acceptance, code.kind);
    let ballot_box = store::take_turn(tx, id, kind)?;
    // Read after the turn: the closing takes it, too.
    let acceptance = store::find(tx, id)?;
    rules::next(acceptance.state, AcceptanceAction::Vote)?;
    let content = match kind {
        CodeKind::Ballot => {
            if !input.answers.is_empty() {
                return Err(Error::field("answers", "民主测评票只有一个总体评价。"));
            }
            let choice = input
                .choice
                .ok_or_else(|| Error::field("choice", "请选一项。"))?;
            let mut ballots = Ballots::read(&ballot_box.content)?;
            ballots.add(choice);
            serde_json::to_string(&ballots)?
        }
        CodeKind::Questionnaire => {
            if input.choice.is_some() {
                return Err(Error::field("choice", "问卷没有这一项。"));
            }
            let answers = boxes::check(&store::questions(tx, id)?, input)?;
            let mut all = Questionnaires::read(&ballot_box.content)?;
            all.add(&answers);
            serde_json::to_string(&all)?
        }
    };
    let receipt = grouped(&ids::random_code(12));
    let receipts = boxes::with_receipt(&ballot_box.receipts, &receipt)?;
    store::fill(tx, ballot_box.id, &content, &receipts)?;
    Ok(VoteReceipt {
        kind,
        receipt,
        acceptance_id: id,
    })
}
