//! Taking note of what was tried with one's own account.

use super::tried::{ReadInput, Tried};
use crate::session;
use crate::verbs::prelude::*;

pub struct ReadAttempts;

impl Verb for ReadAttempts {
    type On = Tried;
    type Gives = Tried;
    type Input = ReadInput;
    type Ready = ();

    const NAME: &'static str = "read_attempts";
    const SAYS: &'static str =
        "Takes note of the wrong passwords that somebody entered for one's own account.";
    // That they were entered stands in the trail.
    const EVENT: Option<audit::Verb> = None;

    fn who(_: &Tried, actor: &Actor) -> Result<()> {
        actor.person().map(drop)
    }

    fn when(_: &mut Conn, _: &Tried, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(tx: &mut Tx, on: Tried, (): (), _: &Actor, input: &ReadInput) -> Result<Done<Self>> {
        session::forget_failed(tx, on.user, input.until)?;
        Ok(Done::of((), "已知悉，待办里不再列出。").to("/home"))
    }
}
