//! Publishing: from here on only the schedule may move, and only later.

use crate::clock::show_instant;
use crate::rounds::actions::openers;
use crate::rounds::input::OpenersInput;
use crate::rounds::rules::Action;
use crate::rounds::scene::RoundScene;
use crate::rounds::{AnnouncementKind, Post, Round, RoundState, announce, store};
use crate::verbs::prelude::*;
use crate::{sealing, seats};

pub struct Publish;

impl Verb for Publish {
    type On = RoundScene;
    type Gives = RoundScene;
    type Input = OpenersInput;
    type Ready = RoundState;

    const NAME: &'static str = "publish";
    const SAYS: &'static str = "Publish: from here on only the schedule may move, and only later.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundPublished);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "key_exchanged",
        "wrong_state",
        "deadline_passed",
        "panel_size",
        "supervisor_required",
    ];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    /// Its state, its deadline, its panel.
    fn when(c: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<RoundState> {
        let next = on.next(Action::Publish, now)?;
        if on.round.deadline <= now {
            return Err(Refusal::new("deadline_passed", "截止时间已过，不能发布。")
                .remedy("请先把截止时间改到今天以后。")
                .into());
        }
        let evaluation = seats::of_round(c, on.round.id)?;
        match seats::panel_fault(c, evaluation.id)? {
            Some(refusal) => Err(refusal.into()),
            None => Ok(next),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        next: RoundState,
        actor: &Actor,
        input: &OpenersInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let chosen = openers::chosen(tx, actor, &on, &input.openers, input.threshold)?;
        let id = on.round.id;
        sealing::make_round_key(tx, id, &chosen.openers, chosen.threshold, "发布")?;
        let key = sealing::fingerprint(tx, id)?.unwrap_or_default();
        let new = Round {
            state: next,
            published_at: Some(now),
            ..on.round
        };
        let round = store::update(tx, new, now)?;
        let title = format!("招标公告：{}", round.title);
        let body = format!(
            "{}\n申报时间：{}至{}\n开标时间：{}\n开标公钥指纹：{key}",
            round.guide,
            show_instant(round.opens_at),
            show_instant(round.deadline),
            show_instant(round.opening_at)
        );
        announce(tx, Post::of(&round, AnnouncementKind::Guide, title, body))?;
        Ok(
            Done::of(round.id, "批次已发布，招标公告已上公示栏。").detail(json!({
                "deadline": round.deadline,
                "openers": chosen.ids(),
                "threshold": chosen.threshold,
                "round_key": key,
            })),
        )
    }
}
