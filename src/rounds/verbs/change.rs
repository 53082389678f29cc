//! Changing a draft round: whole by form, in parts by a program.

use std::marker::PhantomData;

use serde_json::json;

use crate::audit;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::rounds::input::{Revision, RoundInput};
use crate::rounds::rules::Action;
use crate::rounds::scene::RoundScene;
use crate::rounds::verbs::create::insert_topics;
use crate::rounds::{Round, store};
use crate::seats;
use crate::verbs::{Done, Expects, Input, Verb};
use crate::who::Actor;

/// What is sent is all of the round, or what of it changes.
pub struct Change<I>(PhantomData<I>);

impl<I: Input + Revision> Verb for Change<I> {
    type On = RoundScene;
    type Gives = RoundScene;
    type Input = I;
    type Ready = ();

    const NAME: &'static str = "change";
    const SAYS: &'static str = "Change a draft round; what is absent stays.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundChanged);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["wrong_state"];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    fn when(_: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<()> {
        on.next(Action::Change, now).map(|_| ())
    }

    fn perform(tx: &mut Tx, on: RoundScene, (): (), _: &Actor, input: &I) -> Result<Done<Self>> {
        let (now, old) = (tx.now(), on.round);
        let stored = RoundInput::of(tx, &old)?;
        let input = input.clone().onto(stored);
        input.check()?;
        let draft = input.draft(old.id, old.committee_id, old.created_by, old.created_at);
        let new = Round {
            turn: old.turn,
            version: old.version,
            ..draft
        };
        let new = store::update(tx, new, now)?;
        store::delete_topics(tx, old.id)?;
        insert_topics(tx, old.id, &input.topics)?;
        seats::change_rule(tx, old.id, &input.rule)?;
        Ok(Done::of(old.id, "批次已修改。").detail(json!({ "title": new.title })))
    }
}
