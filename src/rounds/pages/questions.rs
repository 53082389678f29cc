//! Questions and answers (答疑), corrections (更正公告).

use crate::error::Result;
use crate::ids::{RoundId, RoundQuestionId};
use crate::rounds::actions::questions as reading;
use crate::rounds::rules;
use crate::rounds::scene::RoundScene;
use crate::rounds::shown::{RoundQuestionShown, correction};
use crate::rounds::verbs::{self, Correct};
use crate::seats::Veil;
use crate::verbs::{Scene, Verb, refusal};
use crate::web::{Ask, Page, PageQuery};

/// `GET /rounds/{id}/questions`
pub fn questions(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: PageQuery = ask.query()?;
    let on = RoundScene::load(ask.c, ask.actor, &id)?;
    let (c, actor, now) = ask.parts();
    let veil = Veil::of(c, actor, id)?;
    let listing = reading::questions(c, actor, &on, &query)?
        .map(|row| RoundQuestionShown::of(actor, row, &veil));
    let corrections = reading::corrections(c, id, &PageQuery::default())?
        .map(|row| correction(row, &veil))
        .items;
    let state = on.round.state_at(now);
    let may_ask = refusal::<verbs::Ask>(c, &on, actor, now)?;
    let may_correct = refusal::<Correct>(c, &on, actor, now)?;
    Ok(Page::new("rounds/questions.html")
        .with("listing", &listing)
        .with("first", &query.cursor.is_some())
        .with("id", &id)
        .with("title", &on.round.title)
        .with("deadline", &on.round.deadline)
        .with("corrections", &corrections)
        .with("office", &Correct::who(&on, ask.actor).is_ok())
        .with("bidder", &!ask.actor.own_organizations().is_empty())
        .with("ask_refusal", &may_ask)
        .with("answer_refusal", &rules::may_answer(state, false).err())
        .with("correct_refusal", &may_correct)
        .with("answering", &None::<RoundQuestionId>))
}

/// The same with the answer that was refused.
pub fn answering(ask: &mut Ask, (id, question): (RoundId, RoundQuestionId)) -> Result<Page> {
    Ok(questions(ask, id)?.with("answering", &question))
}
