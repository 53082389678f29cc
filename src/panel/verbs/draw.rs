//! Drawing by lot: the office prepares, the supervisor completes, anybody recomputes.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

use super::Says;
use crate::ids::{SubstituteId, UserId};
use crate::panel::DrawPurpose;
use crate::panel::actions::draw::{Prepared, complete, prepare, prepared};
use crate::panel::actions::pool::{PooledReviewer, pool};
use crate::panel::input::{DrawInput, ExcludedInput, NonceInput};
use crate::panel::scene::Scene;
use crate::panel::shown::draw::Draws;
use crate::panel::store::{self, Draw, Substitute};
use crate::people::Sought;
use crate::seats::{self, Seat, SeatInput, fault};
use crate::verbs::Input;
use crate::verbs::prelude::*;

/// The page's form: who is left out is ticked, with one reason for all.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawForm {
    #[validate(range(min = 1, max = 99))]
    seats: i64,
    #[serde(default)]
    #[validate(range(min = 0, max = 50))]
    alternates: i64,
    #[serde(default)]
    chair_user_id: Option<UserId>,
    #[serde(default)]
    #[validate(length(max = 200))]
    leave_out: Vec<UserId>,
    #[serde(default)]
    #[validate(length(max = 200))]
    leave_out_reason: Option<String>,
    #[serde(default)]
    #[validate(length(max = 500))]
    reason: Option<String>,
}

impl Says<DrawInput> for DrawForm {
    fn says(&self) -> Result<DrawInput> {
        let why = self.leave_out_reason.clone().unwrap_or_default();
        if !self.leave_out.is_empty() && why.is_empty() {
            return Err(Error::field(
                "leave_out_reason",
                "不参加抽签的，请写明理由。",
            ));
        }
        let excluded = self.leave_out.iter().map(|user_id| ExcludedInput {
            user_id: *user_id,
            reason: why.clone(),
        });
        Ok(DrawInput {
            seats: self.seats,
            alternates: self.alternates,
            chair_user_id: self.chair_user_id,
            excluded: excluded.collect(),
            reason: self.reason.clone(),
        })
    }
}

/// Fixes pool and seats; drawing again needs a reason.
pub struct PrepareDraw<I = DrawInput>(PhantomData<I>);

impl<I: Input + Says<DrawInput>> Verb for PrepareDraw<I> {
    type On = Scene;
    type Gives = Draws;
    type Input = I;
    type Ready = ();

    const NAME: &'static str = "draw";
    const SAYS: &'static str = "Fixes pool and seats, by the office; the supervisor then draws. Drawing again needs a reason.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::DrawPrepared);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["panel_fixed", "draw_pending"];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    fn when(_: &mut Conn, on: &Scene, _: &Actor, _: Instant) -> Result<()> {
        Ok(on.may_change()?)
    }

    fn perform(tx: &mut Tx, on: Scene, (): (), actor: &Actor, input: &I) -> Result<Done<Self>> {
        let input = input.says()?;
        let of = of_reviewers(tx, &on, input)?;
        let detail = prepare(tx, actor, &on, of)?;
        let said = "抽签已准备好，请纪委督导员输入口令词完成抽签。";
        Ok(Done::of(on.round.id, said).detail(detail))
    }
}

fn of_reviewers(c: &mut Conn, scene: &Scene, input: DrawInput) -> Result<Prepared> {
    let everybody = pool(c, scene, Sought::All)?;
    let known: HashMap<UserId, bool> = everybody
        .iter()
        .map(|one| (one.user_id, one.barred.is_some()))
        .collect();
    if let Some(chair) = input.chair_user_id
        && known.get(&chair) != Some(&false)
    {
        return Err(Error::field(
            "chair_user_id",
            "这个人不在评审委员库，或不能参加本批次评审。",
        ));
    }
    let mut excluded: BTreeMap<UserId, String> = BTreeMap::new();
    for (n, one) in input.excluded.into_iter().enumerate() {
        if !known.contains_key(&one.user_id) {
            return Err(Error::field(
                format!("excluded[{n}][user_id]"),
                "这个人不在评审委员库。",
            ));
        }
        excluded.insert(one.user_id, one.reason);
    }
    let pool: Vec<i64> = everybody
        .iter()
        .filter(|one| one.barred.is_none())
        .map(|one| one.user_id)
        .filter(|user| !excluded.contains_key(user) && input.chair_user_id != Some(*user))
        .map(|user| user.0)
        .collect();
    let barred = |one: &PooledReviewer| Some((one.user_id, one.barred?.to_owned()));
    excluded.extend(everybody.iter().filter_map(barred));
    let members =
        usize::try_from(input.seats).unwrap_or(0) + usize::from(input.chair_user_id.is_some());
    if let Some(fault) = fault(members, 1) {
        return Err(Error::field("seats", fault.reason));
    }
    let wanted = usize::try_from(input.seats + input.alternates).unwrap_or(usize::MAX);
    if wanted > pool.len() {
        return Err(Error::field(
            "seats",
            format!("可抽的只有 {} 人，不够 {wanted} 人。", pool.len()),
        ));
    }
    Ok(Prepared {
        purpose: DrawPurpose::Panel,
        pool,
        seats: input.seats,
        alternates: input.alternates,
        chair: input.chair_user_id,
        excluded: excluded
            .into_iter()
            .map(|(user_id, reason)| ExcludedInput { user_id, reason })
            .collect(),
        reason: input.reason,
    })
}

/// The first lots are seated, the next are substitutes in their order.
pub struct CompleteDraw;

impl Verb for CompleteDraw {
    type On = Scene;
    type Gives = Draws;
    type Input = NonceInput;
    type Ready = Draw;

    const NAME: &'static str = "draw_nonce";
    const SAYS: &'static str = "The supervisor's word completes the draw: the first lots are seated, the next are substitutes.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::DrawCompleted);
    const FORBIDS: &'static [&'static str] = &["role_required", "draw_needs_two"];
    const REFUSES: &'static [&'static str] = &["panel_fixed", "no_draw_prepared"];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        actor.require(Role::Supervisor, &on.path)
    }

    fn when(c: &mut Conn, on: &Scene, actor: &Actor, _: Instant) -> Result<Draw> {
        on.may_change()?;
        prepared(c, on, actor, DrawPurpose::Panel)
    }

    fn perform(
        tx: &mut Tx,
        on: Scene,
        mut draw: Draw,
        actor: &Actor,
        input: &NonceInput,
    ) -> Result<Done<Self>> {
        let (order, detail) = complete(tx, actor, &on, &mut draw, &input.nonce)?;
        seat(tx, &on, &draw, order)?;
        seats::update(tx, &on.evaluation)?;
        let said = "已抽签，评审委员和候补委员已按签号入席。";
        Ok(Done::of(on.round.id, said).detail(detail))
    }
}

fn seat(tx: &mut Tx, scene: &Scene, draw: &Draw, order: Vec<i64>) -> Result<()> {
    let (now, evaluation_id) = (tx.now(), scene.evaluation.id);
    let mut lots = order.into_iter().map(UserId);
    let seats = usize::try_from(draw.seats).unwrap_or(0);
    let mut members: Vec<SeatInput> = draw
        .chair_id
        .into_iter()
        .chain(lots.by_ref().take(seats))
        .map(|user_id| SeatInput {
            user_id,
            seat: Seat::Member,
        })
        .collect();
    if let Some(first) = members.first_mut() {
        first.seat = Seat::Chair;
    }
    seats::seat_exactly(tx, evaluation_id, &members)?;
    let alternates = usize::try_from(draw.alternates).unwrap_or(0);
    let substitutes: Vec<Substitute> = (1..)
        .zip(lots.take(alternates))
        .map(|(position, user_id)| Substitute {
            id: SubstituteId::fresh(now),
            evaluation_id,
            user_id,
            position,
            draw_id: Some(draw.id),
        })
        .collect();
    store::set_substitutes(tx, evaluation_id, &substitutes)
}
