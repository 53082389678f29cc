//! Lifting a recusal: the office proposes with a reason, the supervisor confirms; from one's own organization's topic
//! never.

use crate::audit::Event;
use crate::ids::{LiftId, RecusalId, RoundId};
use crate::panel::LiftState;
use crate::panel::scene::{self, Scene};
use crate::panel::shown::RecusalDeclared;
use crate::panel::shown::work::Recusals;
use crate::panel::store::{self, Lift};
use crate::rounds;
use crate::seats::{self, Recusal};
use crate::verbs::prelude::*;
use crate::verbs::{self, Subject};

/// One reviewer's recusal from one topic.
pub struct RecusalScene {
    pub scene: Scene,
    pub recusal: Recusal,
}

fn round_of(c: &mut Conn, recusal: &Recusal) -> Result<RoundId> {
    let evaluation = seats::find(c, recusal.evaluation_id)?;
    evaluation.round_id.ok_or(Error::NotFound)
}

impl verbs::Scene for RecusalScene {
    type Id = RecusalId;

    fn turn(tx: &mut Tx, id: &RecusalId) -> Result<()> {
        let recusal = seats::recusal(tx, *id)?;
        let round = round_of(tx, &recusal)?;
        rounds::turn(tx, round).map(drop)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &RecusalId) -> Result<Self> {
        let recusal = seats::recusal(c, *id)?;
        let round = round_of(c, &recusal)?;
        Ok(Self {
            scene: scene::scene(c, actor, round)?,
            recusal,
        })
    }

    fn version(&self) -> i64 {
        self.scene.evaluation.version
    }
}

impl Subject for RecusalScene {
    type Shown = RecusalDeclared;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<RecusalDeclared> {
        Ok(RecusalDeclared {
            evaluation_id: self.recusal.evaluation_id,
            topic_id: self.recusal.topic_id,
            reason: self.recusal.reason.clone(),
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(&self.scene, verb)
    }

    fn href(&self) -> String {
        format!("/evaluations/{}", self.recusal.evaluation_id)
    }
}

fn not_oneself(actor: &Actor, recusal: &Recusal) -> Result<()> {
    if actor.person()?.user_id != recusal.user_id {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("not_ones_own", "本人的回避不能由本人办理解除。")
            .remedy("请党建部其他人员提出，由督导员确认。"),
    ))
}

/// Why a recusal should be lifted.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "登记有误，二人并非亲属")]
    pub reason: String,
}

/// Nothing changes until the supervisor agrees.
pub struct ProposeLift;

impl Verb for ProposeLift {
    type On = RecusalScene;
    type Gives = Recusals;
    type Input = LiftInput;
    type Ready = ();

    const NAME: &'static str = "lift";
    const SAYS: &'static str = "The office proposes to lift a recusal; nothing changes until the supervisor agrees. Never one's own organization's.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RecusalLiftProposed);
    const FORBIDS: &'static [&'static str] = &["role_required", "not_ones_own"];
    const REFUSES: &'static [&'static str] = &[
        "own_organization_stands",
        "recusal_lifted",
        "not_scoring",
        "lift_pending",
    ];

    fn who(on: &RecusalScene, actor: &Actor) -> Result<()> {
        on.scene.may_run(actor)?;
        not_oneself(actor, &on.recusal)
    }

    fn when(c: &mut Conn, on: &RecusalScene, _: &Actor, _: Instant) -> Result<()> {
        on.scene.may_lift(&on.recusal)?;
        match store::pending_lift(c, on.recusal.id)? {
            Some(_) => Err(Refusal::new("lift_pending", "已经提出，等督导员确认。").into()),
            None => Ok(()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: RecusalScene,
        (): (),
        actor: &Actor,
        input: &LiftInput,
    ) -> Result<Done<Self>> {
        let (recusal, now) = (on.recusal, tx.now());
        store::insert_lift(
            tx,
            &Lift {
                id: LiftId::fresh(now),
                recusal_id: recusal.id,
                reason: input.reason.clone(),
                state: LiftState::Proposed,
                proposed_by: actor.person()?.user_id,
                proposed_at: now,
                answered_by: None,
                answered_at: None,
                answer: None,
            },
        )?;
        let said = "已提出，须由纪委督导员确认才解除。";
        Ok(Done::of(on.scene.round.id, said).detail(json!({
            "recusal_id": recusal.id,
            "topic_id": recusal.topic_id,
            "user_id": recusal.user_id,
            "cause": recusal.cause,
            "reason": input.reason,
        })))
    }
}

/// The supervisor's answer to a proposal to lift a recusal.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftAnswerInput {
    pub agree: bool,
    /// Needed to disagree.
    #[serde(default)]
    #[validate(length(min = 1, max = 500))]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// The second of the two: agrees, or does not with a note.
pub struct AnswerLift;

impl Verb for AnswerLift {
    type On = RecusalScene;
    type Gives = Recusals;
    type Input = LiftAnswerInput;
    type Ready = Lift;

    const NAME: &'static str = "confirm";
    const SAYS: &'static str = "The supervisor's answer to a proposal to lift a recusal.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RecusalLiftAnswered);
    const FORBIDS: &'static [&'static str] = &["role_required", "not_ones_own", "lift_needs_two"];
    const REFUSES: &'static [&'static str] = &[
        "no_lift_proposed",
        "own_organization_stands",
        "recusal_lifted",
        "not_scoring",
    ];

    fn who(on: &RecusalScene, actor: &Actor) -> Result<()> {
        actor.require(Role::Supervisor, &on.scene.path)?;
        not_oneself(actor, &on.recusal)
    }

    fn when(c: &mut Conn, on: &RecusalScene, actor: &Actor, _: Instant) -> Result<Lift> {
        let lift = store::pending_lift(c, on.recusal.id)?.ok_or_else(|| {
            Refusal::new("no_lift_proposed", "没有待确认的解除回避。").remedy("须由党建部先提出。")
        })?;
        on.scene.may_lift(&on.recusal)?;
        if actor.user_id() == Some(lift.proposed_by) {
            return Err(Error::Forbidden(
                Refusal::new("lift_needs_two", "提出和确认须是两个人。")
                    .remedy("请另一位督导员确认。"),
            ));
        }
        Ok(lift)
    }

    fn perform(
        tx: &mut Tx,
        on: RecusalScene,
        mut lift: Lift,
        actor: &Actor,
        input: &LiftAnswerInput,
    ) -> Result<Done<Self>> {
        let (recusal, now) = (on.recusal, tx.now());
        let note = input.note.clone().unwrap_or_default();
        if !input.agree && note.is_empty() {
            return Err(Error::field("note", "不同意的，请写明理由。"));
        }
        let (state, said) = match input.agree {
            true => (LiftState::Confirmed, "回避已解除，双方办理的经过记入审计。"),
            false => (LiftState::Refused, "未同意，回避继续有效。"),
        };
        lift.state = state;
        lift.answered_by = actor.user_id();
        lift.answered_at = Some(now);
        lift.answer = Some(note.clone());
        store::answer_lift(tx, &lift)?;
        if input.agree {
            seats::lift_recusal(tx, recusal.id, now)?;
        }
        Ok(Done::of(on.scene.round.id, said).detail(json!({
            "recusal_id": recusal.id,
            "topic_id": recusal.topic_id,
            "user_id": recusal.user_id,
            "agreed": input.agree,
            "proposed_by": lift.proposed_by,
            "note": note,
        })))
    }
}
