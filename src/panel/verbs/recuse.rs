//! A reviewer leaves a topic to the others.

use super::lift::RecusalScene;
use crate::ids::{BidId, TopicId, UserId};
use crate::panel::actions::assign;
use crate::panel::actions::quorum::Bench;
use crate::panel::scene::{self, Scene, not_on_panel};
use crate::panel::store;
use crate::rounds::{self, RoundState};
use crate::seats::{self, EvaluationState, Recusal, RecusalCause};
use crate::verbs;
use crate::verbs::prelude::*;

/// Why a reviewer leaves a topic to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecusalInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "申报负责人是我的近亲属")]
    pub reason: String,
}

/// A bid in front of the panel.
pub struct Judged {
    scene: Scene,
    bid: BidId,
    topic: Option<TopicId>,
}

impl verbs::Scene for Judged {
    type Id = BidId;

    fn turn(tx: &mut Tx, id: &BidId) -> Result<()> {
        let round = store::bid_to_mark(tx, *id)?.0.round_id;
        rounds::turn(tx, round).map(drop)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &BidId) -> Result<Self> {
        let line = store::bid_to_mark(c, *id)?.0;
        let scene = scene::scene(c, actor, line.round_id)?;
        let seated = scene.seat.is_some() && line.topic_id.is_some();
        if !seated && !scene.oversees(actor) {
            return Err(Error::NotFound);
        }
        Ok(Self {
            scene,
            bid: *id,
            topic: line.topic_id,
        })
    }

    fn version(&self) -> i64 {
        self.scene.evaluation.version
    }
}

/// A sheet already there stays, and counts no more.
pub struct Recuse;

impl Verb for Recuse {
    type On = Judged;
    type Gives = RecusalScene;
    type Input = RecusalInput;
    /// Who leaves which topic.
    type Ready = (UserId, TopicId);

    const NAME: &'static str = "recuse";
    const SAYS: &'static str = "A reviewer leaves a bid's whole topic to the others.";
    /// Recorded before what follows of it for the division of the work.
    const EVENT: Option<audit::Verb> = None;
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["not_on_panel"];
    const REFUSES: &'static [&'static str] = &["scoring_locked", "already_recused"];

    fn who(on: &Judged, _: &Actor) -> Result<()> {
        match (&on.scene.seat, on.topic) {
            (Some(_), Some(_)) => Ok(()),
            (_, _) => Err(not_on_panel()),
        }
    }

    fn when(c: &mut Conn, on: &Judged, _: &Actor, _: Instant) -> Result<(UserId, TopicId)> {
        let (Some(seat), Some(topic)) = (&on.scene.seat, on.topic) else {
            return Err(not_on_panel());
        };
        match on.scene.round.state {
            RoundState::Opened | RoundState::Scoring => {}
            RoundState::Draft | RoundState::Open | RoundState::Sealed => {
                return Err(Error::NotFound);
            }
            RoundState::Scored
            | RoundState::Decided
            | RoundState::Publicized
            | RoundState::Concluded
            | RoundState::Cancelled => return Err(scene::locked().into()),
        }
        if seats::is_recused(c, on.scene.evaluation.id, seat.user_id, topic)? {
            return Err(Refusal::new("already_recused", "您已回避这一标的。").into());
        }
        Ok((seat.user_id, topic))
    }

    fn perform(
        tx: &mut Tx,
        on: Judged,
        (user_id, topic_id): (UserId, TopicId),
        actor: &Actor,
        input: &RecusalInput,
    ) -> Result<Done<Self>> {
        let (scene, now) = (on.scene, tx.now());
        let declared = Recusal::standing(
            scene.evaluation.id,
            (user_id, topic_id),
            RecusalCause::Declared,
            input.reason.clone(),
            now,
        );
        seats::insert_recusal(tx, &declared)?;
        let id = declared.id;
        let event = scene::event(&scene, audit::Verb::RecusalDeclared).detail(json!({
            "alias": scene.seat.as_ref().map(|seat| &seat.alias),
            "topic_id": topic_id,
            "bid_id": on.bid,
            "reason": input.reason,
        }));
        audit::record(tx, actor, event)?;
        if scene.evaluation.state == EvaluationState::Scoring {
            assign::refill(tx, actor, &scene)?;
        }
        let mut said = "已回避，这一标的您不再查看和评分。".to_owned();
        if Bench::load(tx, &scene)?.is_short(topic_id) {
            said.push_str("可评的委员已不足法定人数，等党建部安排候补委员接替。");
        }
        Ok(Done::of(id, said))
    }
}
