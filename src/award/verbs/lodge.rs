//! Objections (异议) are lodged by anybody, without login, and followed with a code that is kept nowhere.

use crate::award::scene::{Lodged, Objectable, nameless};
use crate::award::store::{self, Objection};
use crate::award::{ANSWER_DAYS, ObjectionState};
use crate::clock::{self, show_date};
use crate::crypto::code;
use crate::ids::{BidId, ObjectionId, RoundId};
use crate::rounds::{Round, RoundState};
use crate::verbs::prelude::*;
use crate::{bids, holidays};

/// An objection to a round (异议), by anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionInput {
    #[serde(default)]
    pub anonymous: bool,
    /// Needed unless anonymous.
    #[serde(default)]
    #[validate(length(max = 40))]
    #[schema(max_length = 40)]
    pub name: Option<String>,
    /// Where questions about it reach the person; seen by the office, the secretary and the supervisor alone.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_length = 1, max_length = 100)]
    pub contact: String,
    #[validate(length(min = 1, max = 4000))]
    #[schema(min_length = 1, max_length = 4000)]
    pub content: String,
    /// The bid it is about, if it is about one.
    #[serde(default)]
    pub bid_id: Option<BidId>,
}

pub struct Lodge;

impl Verb for Lodge {
    type On = Objectable;
    type Gives = Lodged;
    type Input = ObjectionInput;
    type Ready = ();

    const NAME: &'static str = "lodge";
    const SAYS: &'static str =
        "Lodges an objection, from the opening until publicity ends. The code is shown once.";
    const EVENT: Option<audit::Verb> = None;
    const STATUS: u16 = 201;
    const REFUSES: &'static [&'static str] = &[
        "not_opened",
        "publicity_over",
        "round_over",
        "holiday_year_missing",
    ];
    const OPEN: bool = true;

    fn who(_: &Objectable, _: &Actor) -> Result<()> {
        Ok(())
    }

    fn when(_: &mut Conn, on: &Objectable, _: &Actor, now: Instant) -> Result<()> {
        Ok(may_object(&on.round, now)?)
    }

    fn perform(
        tx: &mut Tx,
        on: Objectable,
        (): (),
        _: &Actor,
        input: &ObjectionInput,
    ) -> Result<Done<Self>> {
        let name = input.name.clone().filter(|_| !input.anonymous);
        if !input.anonymous && name.as_deref().unwrap_or_default().is_empty() {
            return Err(Error::field("name", "实名提出请填写姓名，或选择匿名。"));
        }
        if let Some(bid) = input.bid_id {
            of_round(tx, on.round.id, bid)?;
        }
        let now = tx.now();
        let due_on = holidays::working_days_after(tx, clock::local_date(now), ANSWER_DAYS)?;
        let code = code::fresh();
        let row = Objection {
            id: ObjectionId::fresh(now),
            round_id: on.round.id,
            bid_id: input.bid_id,
            anonymous: input.anonymous,
            name: name.unwrap_or_default(),
            contact: input.contact.clone(),
            content: input.content.clone(),
            code_digest: code::digest_of("objection", &code),
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
        let detail = json!({ "anonymous": row.anonymous, "bid_id": row.bid_id, "due_on": due_on });
        nameless(tx, &on.round, audit::Verb::ObjectionLodged, &row, detail)?;
        Ok(Done::of(code, "异议已提交，请记下查询码。"))
    }
}

/// Objections are taken from the opening until publicity ends.
fn may_object(round: &Round, now: Instant) -> Result<(), Refusal> {
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

fn of_round(c: &mut Conn, round: RoundId, bid: BidId) -> Result<()> {
    let known = match bids::find(c, bid) {
        Ok(bid) => bid.round_id == round && bid.state == bids::BidState::Opened,
        Err(Error::NotFound) => false,
        Err(other) => return Err(other),
    };
    if known {
        return Ok(());
    }
    Err(Error::field("bid_id", "本批次没有这份申报书。"))
}
