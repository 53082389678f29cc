//! Drawing the panel by lot: the office prepares, the supervisor completes, anybody recomputes.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{self, DrawId, RoundId, SubstituteId, UserId};
use crate::numbers::lot;
use crate::panel::DrawPurpose;
use crate::panel::actions::naming::may_change;
use crate::panel::input::{DrawInput, ExcludedInput, NonceInput};
use crate::panel::scene::{self, Scene};
use crate::panel::store::{self, Draw, Substitute};
use crate::seats::{self, Reviewer, Seat, SeatInput, candidates, fault, people_by_id};
use crate::who::Actor;
use crate::who::Role;

/// Somebody in the pool, or why not.
pub struct Candidate {
    pub person: Reviewer,
    /// Why the lot passes by.
    pub barred: Option<&'static str>,
}

/// The reviewers of this committee. Who runs, supervises or decides the round does not sit in judgement of it.
pub fn pool(c: &mut Conn, scene: &Scene) -> Result<Vec<Candidate>> {
    let people = candidates(c, &scene.path)?;
    let ids: Vec<UserId> = people.iter().map(|person| person.user_id).collect();
    let barred = |c: &mut Conn, role: Role| -> Result<HashSet<UserId>> {
        Ok(store::holding(c, &ids, vec![role])?.into_iter().collect())
    };
    let office = barred(c, Role::Office)?;
    let supervisors = barred(c, Role::Supervisor)?;
    let secretaries = barred(c, Role::CommitteeSecretary)?;
    let declined: HashSet<UserId> = seats::declined(c, scene.evaluation.id)?
        .into_iter()
        .collect();
    Ok(people
        .into_iter()
        .map(|person| {
            let user = person.user_id;
            let barred = if office.contains(&user) {
                Some("组织本批次，不参加评审")
            } else if supervisors.contains(&user) {
                Some("监督本批次，不参加评审")
            } else if secretaries.contains(&user) {
                Some("决定中标，不参加评审")
            } else if declined.contains(&user) {
                Some("已谢绝邀请")
            } else {
                None
            };
            Candidate { person, barred }
        })
        .collect())
}

/// The committee's own matter.
pub fn may_see_pool(scene: &Scene, actor: &Actor) -> Result<()> {
    actor.person()?;
    if scene.oversees(actor) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("pool_private", "评审委员库供党委查看。").remedy("抽签以后可以查看抽签记录。"),
    ))
}

/// What a draw is made of, whatever it is for.
pub struct Prepared {
    pub purpose: DrawPurpose,
    pub pool: Vec<i64>,
    pub seats: i64,
    pub alternates: i64,
    pub chair: Option<UserId>,
    pub excluded: Vec<ExcludedInput>,
    pub reason: Option<String>,
}

/// Fixes everything of a draw but the supervisor's word.
pub fn prepare_draw(tx: &mut Tx, actor: &Actor, scene: &Scene, prepared: Prepared) -> Result<Draw> {
    let earlier = store::draws(tx, scene.evaluation.id, prepared.purpose)?;
    if earlier.iter().any(|draw| draw.drawn_at.is_none()) {
        return Err(pending().into());
    }
    let reason = prepared.reason.unwrap_or_default().trim().to_owned();
    if !earlier.is_empty() && reason.is_empty() {
        return Err(Error::field("reason", "重新抽签须写明理由。"));
    }
    let mut pool = prepared.pool;
    pool.sort_unstable();
    let now = tx.now();
    let secret = format!("{}{}", ids::random_hex(), ids::random_hex());
    let draw = Draw {
        id: DrawId::fresh(now),
        evaluation_id: scene.evaluation.id,
        purpose: prepared.purpose,
        number: i64::try_from(earlier.len()).unwrap_or(0) + 1,
        pool: serde_json::to_string(&pool)?,
        seats: prepared.seats,
        alternates: prepared.alternates,
        chair_id: prepared.chair,
        excluded: serde_json::to_string(&prepared.excluded)?,
        reason,
        commitment: lot::commitment(&secret),
        secret,
        prepared_by: actor.person()?.user_id,
        prepared_at: now,
        nonce: None,
        audit_head: None,
        seed: None,
        outcome: None,
        drawn_by: None,
        drawn_at: None,
    };
    store::insert_draw(tx, &draw)?;
    audit::record(
        tx,
        actor,
        scene::event(scene, Verb::DrawPrepared).detail(json!({
            "draw_id": draw.id,
            "purpose": draw.purpose,
            "number": draw.number,
            "pool": pool,
            "seats": draw.seats,
            "alternates": draw.alternates,
            "commitment": draw.commitment,
            "reason": draw.reason,
        })),
    )?;
    Ok(draw)
}

fn pending() -> Refusal {
    Refusal::new("draw_pending", "抽签已准备好，还没有抽。")
        .remedy("请纪委督导员输入口令词，完成抽签。")
}

/// Adds the supervisor's word and draws: the order of the lots.
pub fn complete_draw(
    tx: &mut Tx,
    actor: &Actor,
    scene: &Scene,
    purpose: DrawPurpose,
    input: &NonceInput,
) -> Result<(Draw, Vec<i64>)> {
    let by = may_complete(scene, actor)?;
    let mut draw = store::draws(tx, scene.evaluation.id, purpose)?
        .into_iter()
        .find(|draw| draw.drawn_at.is_none())
        .ok_or_else(|| {
            Refusal::new("no_draw_prepared", "还没有准备好的抽签。")
                .remedy("请党建部先确定抽签范围和人数。")
        })?;
    if draw.prepared_by == by {
        return Err(Error::Forbidden(
            Refusal::new("draw_needs_two", "准备抽签和完成抽签须是两个人。")
                .remedy("请另一位督导员完成。"),
        ));
    }
    let now = tx.now();
    let nonce = input.nonce.trim().to_owned();
    let audit_head = audit::committee_head(tx, scene.round.committee_id)?;
    let pool = draw.pool()?;
    let seed = lot::seed(lot::Inputs {
        secret: &draw.secret,
        audit_head: &audit_head,
        round: scene.round.id.0,
        pool: &pool,
        nonce: &nonce,
    });
    let order = lot::order(&seed, &pool);
    let outcome = serde_json::to_string(&order)?;
    draw.nonce = Some(nonce);
    draw.audit_head = Some(audit_head);
    draw.seed = Some(seed);
    draw.outcome = Some(outcome);
    draw.drawn_by = Some(by);
    draw.drawn_at = Some(now);
    store::complete_draw(tx, &draw)?;
    audit::record(
        tx,
        actor,
        scene::event(scene, Verb::DrawCompleted).detail(json!({
            "draw_id": draw.id,
            "purpose": draw.purpose,
            "nonce": draw.nonce,
            "secret": draw.secret,
            "audit_head": draw.audit_head,
            "seed": draw.seed,
            "outcome_digest": audit::sha256_hex(draw.outcome.as_deref().unwrap_or_default().as_bytes()),
        })),
    )?;
    Ok((draw, order))
}

/// Whoever supervises this committee.
pub fn may_complete(scene: &Scene, actor: &Actor) -> Result<UserId> {
    let by = actor.person()?.user_id;
    actor.require(Role::Supervisor, &scene.path)?;
    Ok(by)
}

/// Prepares the draw of the panel.
pub fn prepare(tx: &mut Tx, actor: &Actor, round: RoundId, input: &DrawInput) -> Result<Draw> {
    let scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    may_change(&scene)?;
    let everybody = pool(tx, &scene)?;
    let known: HashMap<UserId, bool> = everybody
        .iter()
        .map(|one| (one.person.user_id, one.barred.is_some()))
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
    for (n, one) in input.excluded.iter().enumerate() {
        if !known.contains_key(&one.user_id) {
            return Err(Error::field(
                format!("excluded[{n}][user_id]"),
                "这个人不在评审委员库。",
            ));
        }
        excluded.insert(one.user_id, one.reason.trim().to_owned());
    }
    let pool: Vec<i64> = everybody
        .iter()
        .filter(|one| one.barred.is_none())
        .map(|one| one.person.user_id)
        .filter(|user| !excluded.contains_key(user) && input.chair_user_id != Some(*user))
        .map(|user| user.0)
        .collect();
    for one in &everybody {
        if let Some(barred) = one.barred {
            excluded.insert(one.person.user_id, barred.to_owned());
        }
    }
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
    prepare_draw(
        tx,
        actor,
        &scene,
        Prepared {
            purpose: DrawPurpose::Panel,
            pool,
            seats: input.seats,
            alternates: input.alternates,
            chair: input.chair_user_id,
            excluded: excluded
                .into_iter()
                .map(|(user_id, reason)| ExcludedInput { user_id, reason })
                .collect(),
            reason: input.reason.clone(),
        },
    )
}

/// Draws: the first lots are seated, the next are substitutes in their order.
pub fn complete(tx: &mut Tx, actor: &Actor, round: RoundId, input: &NonceInput) -> Result<Draw> {
    let mut scene = scene::command(tx, actor, round)?;
    may_complete(&scene, actor)?;
    may_change(&scene)?;
    let (draw, order) = complete_draw(tx, actor, &scene, DrawPurpose::Panel, input)?;
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
    seats::seat_exactly(tx, scene.evaluation.id, &members)?;
    let now = tx.now();
    let alternates = usize::try_from(draw.alternates).unwrap_or(0);
    let substitutes: Vec<Substitute> = (1..)
        .zip(lots.take(alternates))
        .map(|(position, user_id)| Substitute {
            id: SubstituteId::fresh(now),
            evaluation_id: scene.evaluation.id,
            user_id,
            position,
            draw_id: Some(draw.id),
        })
        .collect();
    store::set_substitutes(tx, scene.evaluation.id, &substitutes)?;
    seats::update(tx, &scene.evaluation)?;
    scene.evaluation.version += 1;
    Ok(draw)
}

/// All draws of the panel, the latest first, with the names of everybody in them.
pub fn read(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    purpose: DrawPurpose,
) -> Result<(Scene, Vec<Draw>, HashMap<UserId, Reviewer>)> {
    let scene = scene::scene(c, actor, round)?;
    let draws = store::draws(c, scene.evaluation.id, purpose)?;
    let mut named: HashSet<UserId> = HashSet::new();
    for draw in &draws {
        if purpose == DrawPurpose::Panel {
            named.extend(draw.pool()?.into_iter().map(UserId));
        }
        named.extend(excluded(draw)?.into_iter().map(|one| one.user_id));
        named.extend(
            [Some(draw.prepared_by), draw.drawn_by, draw.chair_id]
                .into_iter()
                .flatten(),
        );
    }
    let people = people_by_id(c, named.into_iter().collect())?;
    Ok((scene, draws, people))
}

pub fn excluded(draw: &Draw) -> Result<Vec<ExcludedInput>> {
    Ok(serde_json::from_str(&draw.excluded)?)
}
