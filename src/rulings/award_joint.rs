//! A failed topic's joint project goes on by a decision of the party committee, publicized like any award: nobody scored
//! it.

use chrono::NaiveDate;

use super::decide::TopicScene;
use crate::clock::{local_date, show_date};
use crate::error::sound;
use crate::failed::{self, FailedTopic};
use crate::rounds::actions::drafting::titled;
use crate::rounds::scene::RoundScene;
use crate::rounds::{self, AnnouncementKind, Post, RoundState, announce};
use crate::text::quoted;
use crate::verbs::prelude::*;
use crate::{audit, error, holidays};

/// What the party committee decided on a joint project.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JointAwardInput {
    /// Otherwise it comes to nothing, and the topic waits for another decision.
    pub approve: bool,
    /// Number of the 党委会 minute.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "党委会纪要〔2026〕3号")]
    pub minute_number: String,
    pub minute_date: NaiveDate,
    /// Published with the decision.
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "两家思路互补，合力更好。")]
    pub reason: String,
}

pub struct AwardJoint;

impl Verb for AwardJoint {
    type On = TopicScene;
    type Gives = RoundScene;
    type Input = JointAwardInput;
    type Ready = FailedTopic;

    const NAME: &'static str = "award_joint";
    const SAYS: &'static str =
        "The party committee's decision on a failed topic's joint project, by its secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::JointAwarded);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "wrong_state",
        "joint_not_agreed",
        "already_decided",
        "holiday_year_missing",
    ];

    fn who(on: &TopicScene, actor: &Actor) -> Result<()> {
        actor.require(Role::CommitteeSecretary, &on.on.committee_path)
    }

    fn when(c: &mut Conn, on: &TopicScene, _: &Actor, _: Instant) -> Result<FailedTopic> {
        let row = match failed::find(c, on.topic.id) {
            Err(Error::NotFound) => return Err(not_agreed().into()),
            found => found?,
        };
        match on.on.round.state {
            RoundState::Concluded | RoundState::Cancelled => {
                return Err(Refusal::new("wrong_state", "批次已经结束，不能再决定。").into());
            }
            RoundState::Draft
            | RoundState::Open
            | RoundState::Sealed
            | RoundState::Opened
            | RoundState::Scoring
            | RoundState::Scored
            | RoundState::Decided
            | RoundState::Publicized => {}
        }
        match (row.agreed_at, row.awarded_at) {
            (None, _) => Err(not_agreed().into()),
            (Some(_), Some(_)) => {
                Err(Refusal::new("already_decided", "党委已决定这项联合攻关。").into())
            }
            (Some(_), None) => Ok(row),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: TopicScene,
        mut row: FailedTopic,
        actor: &Actor,
        input: &JointAwardInput,
    ) -> Result<Done<Self>> {
        let (now, topic, round) = (tx.now(), on.topic, on.on.round);
        let mut faults = error::FieldErrors::new();
        if input.minute_date > local_date(now) {
            error::note(&mut faults, "minute_date", "纪要日期不能晚于今天。");
        }
        sound(faults)?;
        let decided = format!("{}，{}", input.minute_number, show_date(input.minute_date));
        let (kind, body, ends_on) = if input.approve {
            let until = holidays::working_days_after(tx, local_date(now), round.publicity_days)?;
            row.awarded_by = actor.user_id();
            row.awarded_at = Some(now);
            row.minute_number = Some(input.minute_number.clone());
            row.minute_date = Some(input.minute_date);
            row.publicity_until = Some(until);
            failed::update(tx, &row)?;
            // Objections are taken as long as it is posted.
            rounds::publicize_longer(tx, &round, until)?;
            let until_on = show_date(until);
            (
                "联合攻关公示：",
                format!(
                    "标的{}未经评分转为联合攻关，经党委会研究决定（{decided}）实施，拟由牵头组织签订合同。\n原因：{}\n公示至{until_on}，对结果有异议的，可在公示期内实名或匿名提出。",
                    quoted(&topic.title),
                    input.reason
                ),
                Some(until),
            )
        } else {
            failed::undo(tx, &mut row)?;
            (
                "联合攻关未成：",
                format!(
                    "标的{}的联合攻关，经党委会研究（{decided}）不实施，党建部将另行决定。\n原因：{}",
                    quoted(&topic.title),
                    input.reason
                ),
                None,
            )
        };
        let title = titled(&topic.title, kind, "");
        let post = Post::of(&round, AnnouncementKind::Result, title, body);
        announce(tx, Post { ends_on, ..post })?;
        let said = match input.approve {
            true => "决定已记录，联合攻关公示已上公示栏。",
            false => "决定已记录，标的由党建部另行决定。",
        };
        let done = Done::of(round.id, said).detail(json!({
            "topic_id": topic.id,
            "approve": input.approve,
            "minute_number": input.minute_number,
            "minute_date": input.minute_date,
            "reason": input.reason,
            "publicity_until": ends_on,
        }));
        Ok(done.to(format!("/rounds/{}#failed", round.id)))
    }
}

fn not_agreed() -> Refusal {
    Refusal::new(
        "joint_not_agreed",
        "这个标的没有各方同意的联合攻关，没有要决定的。",
    )
    .remedy("先由党建部征求意见，有关支部书记同意以后再决定。")
}
