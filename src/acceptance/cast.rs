//! Casting a vote: the one command without an actor, an event, an `Idempotency-Key` or a time.

use serde::Serialize;
use utoipa::ToSchema;

use super::boxes::{self, Vote};
use super::input::VoteInput;
use super::sealed::{CodeDigest, Inside, tampered};
use super::store::{self, Question};
use super::{AcceptanceAction, CodeKind, codes, rules};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::AcceptanceId;
use crate::people;
use crate::projects;
use crate::sealing;
use crate::who::ServerKeys;

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
    /// Random; found again in the list that is published at the closing.
    #[schema(example = "K7QM-3WXP-ABCD")]
    pub receipt: String,
    pub acceptance_id: AcceptanceId,
}

/// A code that may not vote: told by what its box says of it.
fn still_good(inside: &Inside, digest: &CodeDigest, code: store::Code) -> Result<()> {
    if inside.used.contains(digest.as_slice()) {
        let refused = Refusal::new("code_used", "这个投票码已经用过，一码只能投一次。");
        return Err(refused
            .remedy("如需核对，截止以后请在公布的回执名单里查找您的回执码。")
            .into());
    }
    if code.voided {
        let refused = Refusal::new("code_voided", "这个投票码已经作废，没有计票。");
        return Err(refused.remedy("请向党委党建部领取新的投票码。").into());
    }
    Ok(())
}

/// What the code is for: unknown codes do not exist, used and voided ones are refused, and so is a vote after the closing.
pub fn asked(c: &mut Conn, keys: &ServerKeys, code: &str) -> Result<VoteAsked> {
    let digest = codes::digest(keys, code);
    let code = store::code(c, &codes::said(&digest))?.ok_or(Error::NotFound)?;
    let (id, kind) = (code.acceptance, code.kind);
    let acceptance = store::find(c, id)?;
    rules::next(acceptance.state, AcceptanceAction::Vote)?;
    let inside = Inside::read(&store::ballot_box(c, id, kind)?, keys)?;
    still_good(&inside, &digest, code)?;
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

/// Puts the vote into the box, and the code among the used ones: one row, written anew from end to end.
pub fn cast(tx: &mut Tx, keys: &ServerKeys, code: &str, input: &VoteInput) -> Result<VoteReceipt> {
    let digest = codes::digest(keys, code);
    let code = store::code(tx, &codes::said(&digest))?.ok_or(Error::NotFound)?;
    let (id, kind) = (code.acceptance, code.kind);
    let row = store::take_turn(tx, id, kind)?;
    // Read after the turn: the closing takes it, too, and so do those who void codes.
    let acceptance = store::find(tx, id)?;
    rules::next(acceptance.state, AcceptanceAction::Vote)?;
    let code = store::code(tx, &codes::said(&digest))?.ok_or(Error::NotFound)?;
    let mut inside = Inside::read(&row, keys)?;
    still_good(&inside, &digest, code)?;
    let vote = match kind {
        CodeKind::Ballot => {
            if !input.answers.is_empty() {
                return Err(Error::field("answers", "民主测评票只有一个总体评价。"));
            }
            let choice = input
                .choice
                .ok_or_else(|| Error::field("choice", "请选一项。"))?;
            Vote::Ballot(choice)
        }
        CodeKind::Questionnaire => {
            if input.choice.is_some() {
                return Err(Error::field("choice", "问卷没有这一项。"));
            }
            Vote::Questionnaire(boxes::check(&store::questions(tx, id)?, input)?)
        }
    };
    let to = sealing::box_key(tx, id)?.ok_or_else(tampered)?;
    let receipt = codes::fresh();
    inside.add(&digest, &receipt, &vote.padded()?, &to)?;
    let votes = row.votes + 1;
    store::fill(tx, row.id, &inside.sealed(&row, votes, keys)?, votes)?;
    Ok(VoteReceipt {
        kind,
        receipt,
        acceptance_id: id,
    })
}
