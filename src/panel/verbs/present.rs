//! The order of presentation (述标): by lot per topic, once the bids are open.

use crate::ids::TopicId;
use crate::panel::DrawPurpose;
use crate::panel::actions::draw::{self, Prepared};
use crate::panel::input::NonceInput;
use crate::panel::scene::Scene;
use crate::panel::shown::present::Presentation;
use crate::panel::store::{self, Draw};
use crate::rounds::{self, RoundState};
use crate::verbs::prelude::*;

/// An order of presentation, as the office prepares it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresentationInput {
    /// Needed to draw again; shown to all.
    #[serde(default)]
    #[validate(length(min = 1, max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// Lots are drawn when it is known who presents, and before the marks are locked.
pub fn may_draw(scene: &Scene) -> Result<(), Refusal> {
    match scene.round.state {
        RoundState::Opened | RoundState::Scoring => Ok(()),
        RoundState::Draft | RoundState::Open | RoundState::Sealed => {
            Err(Refusal::new("not_opened", "还没有开标，不知道由谁述标。").remedy("开标以后抽签。"))
        }
        RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "presentation_over",
            "评分已锁定或批次已结束，不再述标。",
        )
        .remedy("抽签记录仍可查看。")),
    }
}

/// Topics whose bids are presented.
fn standing(c: &mut Conn, on: &Scene) -> Result<Vec<TopicId>> {
    let topics = rounds::topics(c, on.round.id)?.into_iter();
    Ok(topics
        .filter(|topic| !topic.failed)
        .map(|topic| topic.id)
        .collect())
}

pub struct PreparePresentation;

impl Verb for PreparePresentation {
    type On = Scene;
    type Gives = Presentation;
    type Input = PresentationInput;
    type Ready = ();

    const NAME: &'static str = "presentation";
    const SAYS: &'static str =
        "Prepares the lots for the order of presentation, by the office, after the opening.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::DrawPrepared);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "not_opened",
        "presentation_over",
        "nothing_to_present",
        "draw_pending",
    ];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    fn when(c: &mut Conn, on: &Scene, _: &Actor, _: Instant) -> Result<()> {
        may_draw(on)?;
        let standing = standing(c, on)?;
        let opened = store::opened_by_topic(c, on.round.id)?;
        if !standing.iter().any(|topic| opened.contains_key(topic)) {
            return Err(Refusal::new("nothing_to_present", "没有可述标的申报。").into());
        }
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: Scene,
        (): (),
        actor: &Actor,
        input: &PresentationInput,
    ) -> Result<Done<Self>> {
        let standing = standing(tx, &on)?;
        let bids = store::first_on(tx, &standing, i64::MAX)?;
        let of = Prepared {
            purpose: DrawPurpose::Presentation,
            pool: bids.into_iter().map(|bid| bid.0).collect(),
            seats: 0,
            alternates: 0,
            chair: None,
            excluded: Vec::new(),
            reason: input.reason.clone(),
        };
        let detail = draw::prepare(tx, actor, &on, of)?;
        let said = "抽签已准备好，请纪委督导员输入口令词完成抽签。";
        Ok(Done::of(on.round.id, said).detail(detail))
    }
}

pub struct CompletePresentation;

impl Verb for CompletePresentation {
    type On = Scene;
    type Gives = Presentation;
    type Input = NonceInput;
    type Ready = Draw;

    const NAME: &'static str = "presentation_nonce";
    const SAYS: &'static str =
        "The supervisor's word draws the order of presentation, topic by topic.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::DrawCompleted);
    const FORBIDS: &'static [&'static str] = &["role_required", "draw_needs_two"];
    const REFUSES: &'static [&'static str] =
        &["not_opened", "presentation_over", "no_draw_prepared"];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        actor.require(Role::Supervisor, &on.path)
    }

    fn when(c: &mut Conn, on: &Scene, actor: &Actor, _: Instant) -> Result<Draw> {
        may_draw(on)?;
        draw::prepared(c, on, actor, DrawPurpose::Presentation)
    }

    fn perform(
        tx: &mut Tx,
        on: Scene,
        mut draw: Draw,
        actor: &Actor,
        input: &NonceInput,
    ) -> Result<Done<Self>> {
        let (_, detail) = draw::complete(tx, actor, &on, &mut draw, &input.nonce)?;
        let said = "述标顺序已抽定，相关人员都可以查看。";
        Ok(Done::of(on.round.id, said).detail(detail))
    }
}
