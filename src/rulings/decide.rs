//! What becomes of a failed topic: decided by the office with a reason, told to all.

use crate::failed::rules::{self, FailedDecision};
use crate::failed::{self, FailedTopic};
use crate::ids::{BidId, TopicId};
use crate::rounds::actions::drafting::{set_dates, titled};
use crate::rounds::input::{RoundInput, TopicInput};
use crate::rounds::rules::schedule;
use crate::rounds::scene::RoundScene;
use crate::rounds::verbs::create_from;
use crate::rounds::{self, AnnouncementKind, OriginKind, Post, Round, RoundState, Topic, announce};
use crate::text::quoted;
use crate::verbs::Scene;
use crate::verbs::prelude::*;
use crate::{bids, seats};

/// What becomes of a failed topic (流标).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailedInput {
    pub decision: FailedDecision,
    /// Published with the decision.
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "只有一个支部申报，缺少比较。"
    )]
    pub reason: String,
    /// Of a joint project: the bid it is built on; the first submitted unless told.
    #[serde(default)]
    pub lead_bid_id: Option<BidId>,
}

/// A topic, failed or not.
pub struct TopicScene {
    pub(super) topic: Topic,
    pub(super) on: RoundScene,
}

impl Scene for TopicScene {
    type Id = TopicId;

    fn turn(tx: &mut Tx, id: &TopicId) -> Result<()> {
        let round = rounds::topic(tx, *id)?.round_id;
        RoundScene::turn(tx, &round)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &TopicId) -> Result<Self> {
        let topic = rounds::topic(c, *id)?;
        let on = RoundScene::load(c, actor, &topic.round_id)?;
        Ok(Self { topic, on })
    }

    fn version(&self) -> i64 {
        self.on.version()
    }
}

/// Decides what becomes of a failed topic; the reason is published.
pub struct Decide;

impl Verb for Decide {
    type On = TopicScene;
    type Gives = RoundScene;
    type Input = FailedInput;
    type Ready = FailedTopic;

    const NAME: &'static str = "decide_failed";
    const SAYS: &'static str = "Decide on a failed topic: reopen it in a supplementary round, turn it into a joint project, or close it.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::FailedTopicDecided);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "not_failed",
        "not_opened",
        "wrong_state",
        "already_decided",
        "joint_needs_two",
    ];

    fn who(on: &TopicScene, actor: &Actor) -> Result<()> {
        on.on.by_office(actor)
    }

    fn when(c: &mut Conn, on: &TopicScene, _: &Actor, now: Instant) -> Result<FailedTopic> {
        let row = match failed::find(c, on.topic.id) {
            Err(Error::NotFound) => {
                return Err(Refusal::new("not_failed", "这个标的没有流标。").into());
            }
            found => found?,
        };
        // A bid found void since may have undone what was waited for.
        let decided = failed::decided(c, &row)?;
        let state = on.on.round.state_at(now);
        rules::may_decide(state, decided, 0, FailedDecision::Close)?;
        Ok(row)
    }

    fn perform(
        tx: &mut Tx,
        on: TopicScene,
        mut row: FailedTopic,
        actor: &Actor,
        input: &FailedInput,
    ) -> Result<Done<Self>> {
        let (now, topic, round) = (tx.now(), on.topic, on.on.round);
        if row.decision.is_some() {
            failed::settle(tx, &round, &topic, &mut row)?;
        }
        let asked = bids::opened_on_topic(tx, topic.id)?;
        let bidders = bids::bidders_per_topic(tx, round.id)?;
        let bidders = bidders.get(&topic.id).copied().unwrap_or(0);
        rules::may_decide(round.state_at(now), row.decision, bidders, input.decision)?;
        row.decision = Some(input.decision);
        row.reason = Some(input.reason.clone());
        row.decided_by = actor.user_id();
        row.decided_at = Some(now);
        let then = match input.decision {
            FailedDecision::Close => "该标的终止，不再安排。".to_owned(),
            FailedDecision::Reopen => {
                let next = reopen(tx, actor, &round, &topic)?;
                row.next_round_id = Some(next.id);
                format!("该标的列入{}，发布以后可以申报。", quoted(&next.title))
            }
            FailedDecision::Joint => {
                row.joint_lead_id = lead(&asked, input.lead_bid_id)?;
                for bid in asked {
                    failed::ask(tx, bid, topic.id)?;
                }
                "由各申报组织的书记答复，同意的合为一个联合攻关项目。".to_owned()
            }
        };
        failed::update(tx, &row)?;
        let title = titled(&topic.title, "流标处理公告：", "");
        let body = format!(
            "{}\n决定：{}。{then}\n原因：{}",
            failed::why(&topic, row.valid_bids),
            input.decision.label(),
            input.reason
        );
        announce(tx, Post::of(&round, AnnouncementKind::Result, title, body))?;
        let done = Done::of(round.id, "已决定，处理公告已上公示栏。").detail(json!({
            "topic_id": topic.id,
            "decision": input.decision,
            "reason": input.reason,
            "next_round_id": row.next_round_id,
        }));
        Ok(done.to(format!("/rounds/{}#failed", round.id)))
    }
}

/// The bid a joint project is built on.
fn lead(asked: &[BidId], wanted: Option<BidId>) -> Result<Option<BidId>> {
    match wanted {
        None => Ok(asked.first().copied()),
        Some(lead) if asked.contains(&lead) => Ok(Some(lead)),
        Some(_) => Err(Error::field(
            "lead_bid_id",
            "牵头的申报书不在这个标的之内。",
        )),
    }
}

/// The supplementary round (补充招标) a topic goes into: the one already being drafted, or a new one.
fn reopen(tx: &mut Tx, actor: &Actor, round: &Round, topic: &Topic) -> Result<Round> {
    for id in rounds::supplements(tx, round.id)? {
        let next = rounds::turn(tx, id)?;
        if next.state == RoundState::Draft {
            let now = tx.now();
            rounds::add_topic(
                tx,
                &Topic {
                    id: TopicId::fresh(now),
                    round_id: id,
                    failed: false,
                    ..topic.clone()
                },
            )?;
            rounds::advance(tx, &next, RoundState::Draft)?;
            return Ok(next);
        }
    }
    let now = tx.now();
    let mut input = RoundInput::of(tx, round)?;
    input.title = titled(&round.title, "补充招标：", "");
    input.year = i64::from(chrono::Datelike::year(&crate::clock::local_date(now)));
    input.topics = vec![TopicInput::of(topic.clone())];
    let table = crate::holidays::table(tx)?;
    let dates = schedule::supplementary(&table, now);
    set_dates(&mut input, dates);
    let origin = Some((round.id, OriginKind::Supplement));
    let next = create_from(tx, actor, round.committee_id, &input, origin)?;
    seats::propose(tx, actor, round.id, next.id)?;
    Ok(next)
}
