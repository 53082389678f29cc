//! A reviewer's sheet on site.

use crate::acceptance::store::Acceptance;
use crate::acceptance::{AcceptanceAction, rules, visible};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{AcceptanceId, UserId};
use crate::scoring::actions::sheet;
use crate::scoring::input::SheetInput;
use crate::scoring::{self, ScoreSheet};
use crate::seats;
use crate::who::Actor;

/// Why this person cannot mark, or whose sheet it is.
pub fn score_refusal(c: &mut Conn, actor: &Actor, acceptance: &Acceptance) -> Result<UserId> {
    let person = actor.person()?;
    let seated = seats::panel(c, acceptance.evaluation_id)?
        .iter()
        .any(|member| member.user_id == person.user_id);
    if seated {
        return Ok(person.user_id);
    }
    Err(Error::Forbidden(
        Refusal::new(
            "not_on_panel",
            "实地评分由验收组成员办理，您不在这个验收组里。",
        )
        .remedy("需要调整时，请联系党委党建部。"),
    ))
}

/// Saves or hands in one's own sheet. `version` is the sheet's as the writer knows it, 0 for none.
pub fn save_sheet(
    tx: &mut Tx,
    actor: &Actor,
    id: AcceptanceId,
    version: Option<i64>,
    input: &SheetInput,
) -> Result<ScoreSheet> {
    let acceptance = visible(tx, actor, id)?;
    let reviewer = score_refusal(tx, actor, &acceptance)?;
    rules::next(acceptance.state, AcceptanceAction::Score)?;
    let known = scoring::sheets_of(tx, acceptance.evaluation_id, id.0)?
        .into_iter()
        .find(|sheet| sheet.reviewer_id == reviewer)
        .map_or(0, |sheet| sheet.version);
    if version.is_some_and(|version| version != known) {
        return Err(Error::stale());
    }
    sheet::save_sheet(tx, actor, acceptance.evaluation_id, id.0, input, reviewer)
}
