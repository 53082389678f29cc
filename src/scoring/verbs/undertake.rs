//! The undertaking: before it, no bid is shown.

use crate::panel::actions::declare::{self, DeclarationInput, Signing};
use crate::panel::scene::not_on_panel;
use crate::scoring::scene::Work;
use crate::verbs::prelude::*;

/// Declares ties along with it.
pub struct Undertake;

impl Verb for Undertake {
    type On = Work;
    type Gives = Work;
    type Input = DeclarationInput;
    type Ready = Signing;

    const NAME: &'static str = "undertaking";
    const SAYS: &'static str = "Signs the reviewers' undertaking: before it, no bid is shown.";
    /// Recorded before the recusals that follow from it.
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["not_on_panel"];
    const REFUSES: &'static [&'static str] = &[
        "scoring_locked",
        "already_undertaken",
        "invitation_answered",
    ];

    fn who(on: &Work, _: &Actor) -> Result<()> {
        on.0.seat.as_ref().map(|_| ()).ok_or_else(not_on_panel)
    }

    fn when(c: &mut Conn, on: &Work, _: &Actor, _: Instant) -> Result<Signing> {
        declare::may_sign(c, &on.0)
    }

    fn perform(
        tx: &mut Tx,
        on: Work,
        signing: Signing,
        actor: &Actor,
        input: &DeclarationInput,
    ) -> Result<Done<Self>> {
        declare::sign(tx, actor, &on.0, &signing, input)?;
        Ok(Done::of(on.0.evaluation.id, "已签署评审承诺。"))
    }
}
