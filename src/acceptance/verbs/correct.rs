//! Numbers that were mistyped are put right while people vote; what they were is told beside the result.

use crate::acceptance::input::CorrectInput;
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::store::{self, Acceptance};
use crate::acceptance::{AcceptanceAction, AcceptanceState, rules};
use crate::verbs::prelude::*;

pub struct Correct;

impl Verb for Correct {
    type On = AcceptanceScene;
    type Gives = AcceptanceScene;
    type Input = CorrectInput;
    type Ready = AcceptanceState;

    const NAME: &'static str = "correct";
    const SAYS: &'static str = "Puts right how many may vote and how many votes are needed, while the voting runs; told with its reason beside the result.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceCorrected);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
    ];
    const FILLED: &'static [&'static str] = &["eligible_voters", "reason"];

    fn who(on: &AcceptanceScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &AcceptanceScene, _: &Actor, _: Instant) -> Result<AcceptanceState> {
        Ok(rules::next(on.acceptance.state, AcceptanceAction::Correct)?)
    }

    fn perform(
        tx: &mut Tx,
        on: AcceptanceScene,
        state: AcceptanceState,
        actor: &Actor,
        input: &CorrectInput,
    ) -> Result<Done<Self>> {
        let was = &on.acceptance;
        let eligible = input.eligible_voters.unwrap_or(was.eligible_voters);
        let same = eligible == was.eligible_voters;
        let half = || match same {
            true => was.minimum_turnout,
            false => rules::half(eligible),
        };
        let after = Acceptance {
            state,
            eligible_voters: eligible,
            // Another number is counted anew.
            voters_confirmed_by: was.voters_confirmed_by.filter(|_| same),
            voters_confirmed_at: was.voters_confirmed_at.filter(|_| same),
            minimum_turnout: input.minimum_turnout.unwrap_or_else(half),
            minimum_answers: match was.minimum_answers {
                0 => 0,
                least => input.minimum_answers.unwrap_or(least),
            },
            ..was.clone()
        };
        let counts = store::code_counts(tx, was.id)?;
        let out = counts.ballots.issued - counts.ballots.voided;
        if eligible < out {
            let fault = format!("已发出 {out} 张有效的票，应到人数不能更少。请先作废未用的票。");
            return Err(Error::field("eligible_voters", &fault));
        }
        if after.minimum_turnout > eligible {
            return Err(Error::field(
                "minimum_turnout",
                "最低票数不能多于应到人数。",
            ));
        }
        store::update(tx, &after)?;
        let said = format!(
            "应到人数由 {} 更正为 {}，最低票数为 {}，最低问卷数为 {}。",
            was.eligible_voters, eligible, after.minimum_turnout, after.minimum_answers
        );
        on.note(tx, actor, &said, &input.reason)?;
        Ok(
            Done::of(was.id, "已更正，并将与结果一起公布。").detail(json!({
                "eligible_voters": [was.eligible_voters, eligible],
                "minimum_turnout": [was.minimum_turnout, after.minimum_turnout],
                "minimum_answers": [was.minimum_answers, after.minimum_answers],
                "reason": input.reason,
            })),
        )
    }
}
