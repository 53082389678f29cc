//! Objections (异议): lodged and followed by anybody with a code, without login.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::audit::{self, Chain, Event, Verb};
use crate::award::ObjectionState;
use crate::award::input::{FollowupInput, ObjectionInput};
use crate::award::store::{self, Objection};
use crate::bids;
use crate::clock::{self, Instant, show_date};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::holidays;
use crate::ids::{self, ObjectionId, RoundId};
use crate::panel::scene::{self, Scene};
use crate::panel::{self, BidLine};
use crate::rounds::{self, Round, RoundState};
use crate::seats;
use crate::who::Actor;

/// Working days within which an objection is answered.
pub const ANSWER_DAYS: i64 = 5;

const CODE_LENGTH: usize = 12;

/// Most additions to one objection.
const FOLLOWUPS: usize = 20;

/// What is added to an objection later.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Followup {
    pub at: Instant,
    pub text: String,
}

/// Objections are taken from the opening until publicity ends.
pub fn may_object(round: &Round, now: Instant) -> Result<(), Refusal> {
    match round.state_at(now) {
        RoundState::Opened | RoundState::Scoring | RoundState::Scored | RoundState::Decided => {
            Ok(())
        }
        RoundState::Publicized => match round.publicity_until {
            Some(until) if clock::local_date(now) > until => Err(Refusal::new(
                "publicity_over",
                format!("公示已于{}结束，不再受理异议。", show_date(until)),
            )
            .remedy("如有新的情况，请向纪委反映。")),
            Some(_) | None => Ok(()),
        },
        RoundState::Draft | RoundState::Open | RoundState::Sealed => {
            Err(
                Refusal::new("not_opened", "本批次还没有开标，暂不受理异议。").remedy(format!(
                    "开标（{}）以后可以提出。",
                    clock::show_instant(round.opening_at)
                )),
            )
        }
        RoundState::Concluded | RoundState::Cancelled => Err(Refusal::new(
            "round_over",
            "本批次已办结或取消，不再受理异议。",
        )
        .remedy("如有新的情况，请向纪委反映。")),
    }
}

/// A round anybody may know of, with the bids an objection may name: none before the opening.
pub fn public_round(c: &mut Conn, id: RoundId) -> Result<(Round, Vec<BidLine>)> {
    let round = rounds::find(c, id)?;
    if round.published_at.is_none() {
        return Err(Error::NotFound);
    }
    let bids = if round.opened_at.is_some() {
        let bids = panel::bid_lines(c, id)?;
        // Anybody reads this, and so the panel of a blind round, too.
        match seats::of_round(c, id)?.is_blind() {
            true => bids.into_iter().map(BidLine::covered).collect(),
            false => bids,
        }
    } else {
        Vec::new()
    };
    Ok((round, bids))
}

/// Lodges an objection; answers the code it is followed with, which is kept nowhere, and the day it is due.
pub fn lodge(tx: &mut Tx, id: RoundId, input: &ObjectionInput) -> Result<(String, NaiveDate)> {
    public_round(tx, id)?;
    // After the round's turn: an objection is in before the round is concluded, or it is refused.
    let round = rounds::turn(tx, id)?;
    let now = tx.now();
    may_object(&round, now)?;
    let name = input.name.as_deref().unwrap_or_default().trim();
    if !input.anonymous && name.is_empty() {
        return Err(Error::field("name", "实名提出请填写姓名，或选择匿名。"));
    }
    if input.contact.trim().is_empty() {
        return Err(Error::field("contact", "请留下联系方式。"));
    }
    if input.content.trim().is_empty() {
        return Err(Error::field("content", "请写明异议内容。"));
    }
    if let Some(bid) = input.bid_id {
        let known = match bids::find(tx, bid) {
            Ok(bid) => bid.round_id == id && bid.state == bids::BidState::Opened,
            Err(Error::NotFound) => false,
            Err(other) => return Err(other),
        };
        if !known {
            return Err(Error::field("bid_id", "本批次没有这份申报书。"));
        }
    }
    let due_on = holidays::working_days_after(tx, clock::local_date(now), ANSWER_DAYS)?;
    let code = ids::random_code(CODE_LENGTH);
    let row = Objection {
        id: ObjectionId::fresh(now),
        round_id: id,
        bid_id: input.bid_id,
        anonymous: input.anonymous,
        name: if input.anonymous {
            String::new()
        } else {
            name.to_owned()
        },
        contact: input.contact.trim().to_owned(),
        content: input.content.trim().to_owned(),
        code_digest: digest_of(&code),
        state: ObjectionState::Lodged,
        followups: "[]".to_owned(),
        lodged_at: now,
        due_on,
        answer: None,
        answered_by: None,
        answered_at: None,
        version: 1,
        acknowledged_by: None,
        acknowledged_at: None,
        effect: None,
    };
    store::insert_objection(tx, &row)?;
    record(
        tx,
        &round,
        Verb::ObjectionLodged,
        &row,
        json!({ "anonymous": row.anonymous, "bid_id": row.bid_id, "due_on": due_on }),
    )?;
    Ok((grouped(&code), due_on))
}

/// Names nobody: who objects is not in the trail.
fn record(
    tx: &mut Tx,
    round: &Round,
    verb: Verb,
    row: &Objection,
    detail: serde_json::Value,
) -> Result<()> {
    let event = Event::new(
        verb,
        Chain::Committee(round.committee_id),
        "objection",
        row.id.0,
    )
    .organization(round.committee_id)
    .version(row.version)
    .round(round.id)
    .detail(detail);
    audit::record_as(tx, None, "群众", event)
}

/// `K7QM3WXPAB2C` as people type it: `K7QM-3WXP-AB2C`.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

fn digest_of(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    audit::sha256_hex(format!("objection {plain}").as_bytes())
}

/// What somebody with the code sees.
pub fn follow(c: &mut Conn, code: &str) -> Result<(Objection, Round)> {
    let row = store::objection_by_code(c, &digest_of(code))?;
    let round = rounds::find(c, row.round_id)?;
    Ok((row, round))
}

pub fn followups(row: &Objection) -> Result<Vec<Followup>> {
    Ok(serde_json::from_str(&row.followups)?)
}

/// Adds to an objection while it waits for its answer.
pub fn add(tx: &mut Tx, code: &str, input: &FollowupInput) -> Result<(Objection, Round)> {
    let (mut row, round) = follow(tx, code)?;
    if !row.state.is_open() {
        return Err(
            Refusal::new("objection_answered", "这件异议已答复，不能再补充。")
                .remedy("对答复不服的，请向纪委反映。")
                .into(),
        );
    }
    let mut all = followups(&row)?;
    if all.len() >= FOLLOWUPS {
        return Err(Refusal::new("too_many_followups", "补充次数已达上限。")
            .remedy("请等待答复。")
            .into());
    }
    if input.text.trim().is_empty() {
        return Err(Error::field("text", "请填写补充内容。"));
    }
    let now = tx.now();
    all.push(Followup {
        at: now,
        text: input.text.trim().to_owned(),
    });
    row.followups = serde_json::to_string(&all)?;
    store::update_objection(tx, &row)?;
    row.version += 1;
    record(
        tx,
        &round,
        Verb::ObjectionFollowed,
        &row,
        json!({ "count": all.len() }),
    )?;
    Ok((row, round))
}

/// The objections of a round, newest first: for the office, the secretary and the supervisor.
pub fn list(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    before: Option<i64>,
    limit: i64,
) -> Result<(Scene, Vec<Objection>)> {
    let scene = scene::scene(c, actor, round)?;
    if !scene.oversees(actor) {
        return Err(Error::Forbidden(
            Refusal::new("role_required", "异议由党建部办理、纪委监督，您无权查看。")
                .remedy("提出异议的人凭查询码查看答复。"),
        ));
    }
    let rows = store::objections(c, round, before.map(ObjectionId), limit)?;
    Ok((scene, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        assert_eq!(grouped("K7QM3WXPAB2C"), "K7QM-3WXP-AB2C");
        assert_eq!(digest_of("K7QM-3WXP-AB2C"), digest_of(" k7qm3wxpab2c"));
        assert_ne!(digest_of("K7QM-3WXP-AB2C"), digest_of("K7QM-3WXP-AB2D"));
    }
}
