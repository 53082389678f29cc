//! Questions and answers (答疑) and corrections (更正公告) until the deadline, seen by all.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::clock::show_instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{CorrectionId, OrganizationId, RoundId, RoundQuestionId};
use crate::people;
use crate::rounds::input::{AskInput, CorrectionInput, QuestionAnswer};
use crate::rounds::store::questions as store;
use crate::rounds::store::questions::{Correction, Question, Shown};
use crate::rounds::{AnnouncementKind, Post, Round, announce, rules};
use crate::web::{Listing, PageQuery};
use crate::who::{Actor, Role, policy};

/// How many unanswered questions an organization may have in a round.
const WAITING: i64 = 20;

/// The bidder this person asks for: an organization of theirs in the committee's subtree.
fn asking(c: &mut Conn, actor: &Actor, path: &str) -> Result<OrganizationId> {
    for own in actor.own_organizations() {
        if people::organization(c, own)?.path.starts_with(path) {
            return Ok(own);
        }
    }
    Err(Error::Forbidden(
        Refusal::new(
            "bidder_required",
            "提问由本党委所属组织的申报人或书记办理。",
        )
        .remedy("请联系本支部的申报人或书记。"),
    ))
}

/// Refuses whoever asks for nobody.
pub fn check_asks(c: &mut Conn, actor: &Actor, path: &str) -> Result<()> {
    asking(c, actor, path).map(|_| ())
}

/// Whether this person may ask now, and if not, why: what the button says.
pub fn may_ask(
    c: &mut Conn,
    actor: &Actor,
    round: &Round,
    now: crate::clock::Instant,
) -> Result<Option<Refusal>> {
    let path = super::committee_path(c, round)?;
    if let Err(error) = asking(c, actor, &path) {
        return Ok(Some(error.refusal()));
    }
    Ok(rules::takes_questions(round.state_at(now), round.deadline).err())
}

/// Asks. The instant is read in the round's turn: a question races with the deadline like a bid.
pub fn ask(tx: &mut Tx, actor: &Actor, id: RoundId, input: &AskInput) -> Result<(Round, Question)> {
    let round = super::turn_for_all(tx, actor, id)?;
    let path = super::committee_path(tx, &round)?;
    let organization = asking(tx, actor, &path)?;
    let now = tx.now();
    rules::takes_questions(round.state_at(now), round.deadline)?;
    if store::unanswered_of(tx, id, organization)? >= WAITING {
        return Err(Refusal::new(
            "too_many_questions",
            format!("您的组织已有 {WAITING} 个问题等待答复。"),
        )
        .remedy("请等党建部答复以后再问。")
        .into());
    }
    let question = Question {
        id: RoundQuestionId::fresh(now),
        round_id: id,
        organization_id: organization,
        asked_by: actor.person()?.user_id,
        asked_at: now,
        question: input.question.trim().to_owned(),
        answer: None,
        answered_by: None,
        answered_at: None,
    };
    store::insert_question(tx, &question)?;
    // Who asks may bid: the trail, too, keeps it until the opening.
    audit::record(
        tx,
        actor,
        super::event(Verb::QuestionAsked, &round, 1)
            .subject("question", question.id.0)
            .organization(organization),
    )?;
    Ok((round, question))
}

/// Answers, for everybody to read.
pub fn answer(
    tx: &mut Tx,
    actor: &Actor,
    id: RoundQuestionId,
    input: &QuestionAnswer,
) -> Result<Question> {
    let question = store::question(tx, id)?;
    let round = super::turn_for_office(tx, actor, question.round_id)?;
    let question = store::question(tx, id)?;
    let now = tx.now();
    rules::may_answer(round.state_at(now), question.answered_at.is_some())?;
    let by = actor.person()?.user_id;
    let rows = store::answer(tx, id, input.answer.trim(), by, now)?;
    crate::db::changed(rows)?;
    audit::record(
        tx,
        actor,
        super::event(Verb::QuestionAnswered, &round, 2).subject("answer", id.0),
    )?;
    tx.publish_change()?;
    store::question(tx, id)
}

/// The questions this person may read: the office all, everybody the answered ones and their own.
pub fn questions(
    c: &mut Conn,
    actor: &Actor,
    round: &Round,
    query: &PageQuery,
) -> Result<Listing<Question>> {
    let path = super::committee_path(c, round)?;
    let shown = if actor.holds(Role::Office, &path) {
        Shown::All
    } else {
        Shown::AnsweredAnd(actor.own_organizations())
    };
    let rows = store::questions(c, round.id, &shown, query.after()?, query.limit() + 1)?;
    Ok(Listing::new(rows, query.limit(), |question| question.id.0))
}

/// What the public reads: questions with their answers.
pub fn answered(c: &mut Conn, round: RoundId, limit: i64) -> Result<Vec<Question>> {
    store::questions(c, round, &Shown::AnsweredAnd(Vec::new()), None, limit)
}

/// Posts a dated correction: what was published before is never changed silently.
pub fn correct(
    tx: &mut Tx,
    actor: &Actor,
    id: RoundId,
    input: &CorrectionInput,
) -> Result<Correction> {
    let round = super::turn_for_office(tx, actor, id)?;
    let now = tx.now();
    rules::takes_questions(round.state_at(now), round.deadline)?;
    let correction = Correction {
        id: CorrectionId::fresh(now),
        round_id: id,
        posted_by: actor.person()?.user_id,
        posted_at: now,
        text: input.text.trim().to_owned(),
    };
    store::insert_correction(tx, &correction)?;
    announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(id),
            kind: AnnouncementKind::Amendment,
            title: format!("更正公告：{}", round.title),
            body: format!(
                "{}\n与此前公告不一致的，以本更正为准。申报截止时间仍为{}。",
                correction.text,
                show_instant(round.deadline)
            ),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        super::event(Verb::RoundCorrected, &round, round.version)
            .detail(json!({ "text": correction.text })),
    )?;
    Ok(correction)
}

pub fn corrections(c: &mut Conn, round: RoundId, query: &PageQuery) -> Result<Listing<Correction>> {
    let rows = store::corrections(c, round, query.after()?, query.limit() + 1)?;
    Ok(Listing::new(rows, query.limit(), |correction| {
        correction.id.0
    }))
}

/// Whether the office may correct now, and if not, why.
pub fn may_correct(
    actor: &Actor,
    path: &str,
    round: &Round,
    now: crate::clock::Instant,
) -> Option<Refusal> {
    if let Err(error) = policy::may_run(actor, path) {
        return Some(error.refusal());
    }
    rules::takes_questions(round.state_at(now), round.deadline).err()
}
