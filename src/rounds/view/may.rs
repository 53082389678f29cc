//! What may be done with a round now, and if not, why: what the page's buttons say.

use std::collections::BTreeMap;

use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::rounds::rules::{self, Action};
use crate::rounds::{Round, actions};
use crate::rulings;
use crate::scoring;
use crate::who::{Actor, Role};

pub type Permissions = BTreeMap<&'static str, Option<Refusal>>;

/// For each action whether this person may do it now.
pub fn may(c: &mut Conn, actor: &Actor, round: &Round, now: Instant) -> Result<Permissions> {
    let path = actions::committee_path(c, round)?;
    let state = round.state_at(now);
    let mut answers = BTreeMap::new();
    for action in Action::ALL {
        let role = if *action == Action::Decide {
            Role::CommitteeSecretary
        } else {
            Role::Office
        };
        let refusal = match actor.require(role, &path) {
            Err(error) => Some(error.refusal()),
            Ok(()) => match action {
                Action::Open => rules::may_open(state, round.opening_at, now).err(),
                Action::Publish => actions::may_publish(c, round, now)
                    .err()
                    .map(|error| error.refusal()),
                Action::Close => rulings::may_close(c, round, now)
                    .err()
                    .map(|error| error.refusal()),
                Action::StartScoring => scoring::actions::start::may_start(c, round, &path, now)
                    .err()
                    .map(|error| error.refusal()),
                Action::Change
                | Action::Extend
                | Action::Lock
                | Action::Decide
                | Action::Publicize
                | Action::Conclude
                | Action::Cancel => rules::next(state, *action).err(),
            },
        };
        answers.insert(action.as_str(), refusal);
    }
    Ok(answers)
}
