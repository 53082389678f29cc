//! Scoring starts: conflicts of interest are found, topics with too few bids fail.

use crate::panel::actions::assign;
use crate::panel::scene;
use crate::rounds::rules::Action;
use crate::rounds::{self, RoundState};
use crate::scoring::actions::start::{Recusals, judged_by_enough, sound_panel};
use crate::scoring::scene::Scored;
use crate::seats::{self, EvaluationState, PanelMember, Recusal};
use crate::verbs::prelude::*;
use crate::{failed, joint, panel};

/// The automatic recusals and the failed topics stand from here on.
pub struct StartScoring;

impl Verb for StartScoring {
    type On = Scored;
    type Gives = Scored;
    type Input = Empty;
    type Ready = (RoundState, Vec<PanelMember>);

    const NAME: &'static str = "start_scoring";
    const SAYS: &'static str =
        "Starts scoring: conflicts of interest are found, topics with too few bids fail.";
    /// Recorded with the evaluation's version, not the round's.
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "wrong_state",
        "panel_size",
        "panel_chair",
        "seat_declined",
        "all_topics_failed",
        "nobody_eligible",
        "start_below_quorum",
        "assignment_infeasible",
    ];

    fn who(on: &Scored, actor: &Actor) -> Result<()> {
        on.0.may_run(actor)
    }

    /// Topics may fail with the start: whether enough are left to mark the others is asked then.
    fn when(c: &mut Conn, on: &Scored, _: &Actor, now: Instant) -> Result<Self::Ready> {
        let next = on.0.next(Action::StartScoring, now)?;
        let members = sound_panel(c, &on.0)?;
        joint::may_start(c, on.0.round.id)?;
        Ok((next, members))
    }

    fn perform(
        tx: &mut Tx,
        Scored(mut scene): Scored,
        (next, members): Self::Ready,
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let (now, round) = (tx.now(), scene.round.id);
        let bids = panel::bid_lines(tx, round)?.len();
        let topics = rounds::topics(tx, round)?;
        // Bids found void since the opening may have left a topic short.
        let failed = failed::fail_short_topics(tx, actor, &scene.round)?;
        let Recusals { earlier, mut found } =
            judged_by_enough(tx, &scene, &members, &topics, &failed, now)?;
        found.retain(|key, _| !failed.contains(&key.1) && !earlier.contains(key));
        let mut recused = Vec::new();
        for ((user_id, topic_id), ground) in found {
            recused
                .push(json!({ "user_id": user_id, "topic_id": topic_id, "cause": ground.cause }));
            seats::insert_recusal(
                tx,
                &Recusal::standing(
                    scene.evaluation.id,
                    (user_id, topic_id),
                    ground.cause,
                    ground.reason,
                    now,
                ),
            )?;
        }
        assign::start(tx, actor, &scene)?;
        scene.evaluation.state = EvaluationState::Scoring;
        scene.evaluation.started_at = Some(now);
        seats::update(tx, &scene.evaluation)?;
        scene.evaluation.version += 1;
        rounds::advance(tx, &scene.round, next)?;
        let event = scene::event(&scene, audit::Verb::RoundScoringStarted)
            .detail(json!({ "bids": bids, "failed_topics": failed, "recusals": recused }));
        audit::record(tx, actor, event)?;
        tx.publish_change()?;
        Ok(Done::of(round, "已开始评分，应回避的评委已自动回避。"))
    }
}
