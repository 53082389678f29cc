//! Concluding a round whose topics have all failed.

use crate::failed::rules::FailedDecision;
use crate::rounds::rules::Action;
use crate::rounds::scene::RoundScene;
use crate::rounds::{self, AnnouncementKind, Post, announce};
use crate::verbs::prelude::*;
use crate::{award, failed};

pub struct Close;

impl Verb for Close {
    type On = RoundScene;
    type Gives = RoundScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "close";
    const SAYS: &'static str =
        "Conclude a round whose topics have all failed, once each is decided.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundConcluded);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "wrong_state",
        "not_all_failed",
        "objection_open",
        "failed_topic_undecided",
        "joint_unanswered",
        "joint_undecided",
        "publicity_running",
    ];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    fn when(c: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<()> {
        on.next(Action::Close, now)?;
        let id = on.round.id;
        if !rounds::topics(c, id)?.iter().all(|topic| topic.failed) {
            return Err(
                Refusal::new("not_all_failed", "还有没有流标的标的，不能这样办结。")
                    .remedy("请党建部开始评分。")
                    .into(),
            );
        }
        let open = award::open_objections(c, id)?;
        if open > 0 {
            return Err(Refusal::new(
                "objection_open",
                format!("还有 {open} 件异议没有答复，不能办结。"),
            )
            .remedy("请党建部先答复异议。")
            .into());
        }
        failed::may_conclude(c, id, now)
    }

    fn perform(tx: &mut Tx, on: RoundScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let round = on.round;
        rounds::conclude(tx, &round)?;
        let lines: Vec<String> = failed::stories(tx, round.id)?
            .iter()
            .map(|story| {
                let decision = story.failed.decision.map_or("", FailedDecision::label);
                format!("{}：流标，{decision}。", story.topic.title)
            })
            .collect();
        let title = format!("结果公告：{}", round.title);
        let body = format!("各标的均流标，本批次办结。\n{}", lines.join("\n"));
        announce(tx, Post::of(&round, AnnouncementKind::Result, title, body))?;
        let said = "各标的均流标，批次已办结。";
        Ok(Done::of(round.id, said).detail(json!({ "all_failed": true })))
    }
}
