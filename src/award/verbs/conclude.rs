//! The end of a round: publicity is over, nothing is open, the result holds.

use crate::award::{notice, store};
use crate::clock::{self, show_date};
use crate::result::actions::lock::file_of;
use crate::result::scene::Judged;
use crate::rounds::rules::Action;
use crate::rounds::{self, AnnouncementKind, Post};
use crate::verbs::prelude::*;
use crate::{failed, result};

pub struct Conclude;

impl Verb for Conclude {
    type On = Judged;
    type Gives = Judged;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "conclude";
    const SAYS: &'static str =
        "Concludes the round, once publicity is over and no objection is open.";
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "wrong_state",
        "publicity_running",
        "objection_open",
        "failed_topic_undecided",
        "joint_unanswered",
        "joint_undecided",
    ];

    fn who(on: &Judged, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    fn when(c: &mut Conn, on: &Judged, _: &Actor, now: Instant) -> Result<()> {
        on.next(Action::Conclude, now)?;
        if let Some(until) = on.round.publicity_until
            && clock::local_date(now) <= until
        {
            return Err(
                Refusal::new("publicity_running", "公示还没有结束，不能办结。")
                    .remedy(format!("公示至{}，次日起由党建部办结。", show_date(until)))
                    .into(),
            );
        }
        let open = store::open_objections(c, on.round.id)?;
        if open > 0 {
            return Err(Refusal::new(
                "objection_open",
                format!("还有 {open} 件异议没有答复，不能办结。"),
            )
            .remedy("请党建部先答复异议。")
            .into());
        }
        failed::may_conclude(c, on.round.id, now)
    }

    fn perform(tx: &mut Tx, on: Judged, (): (), actor: &Actor, _: &Empty) -> Result<Done<Self>> {
        let round = on.round.id;
        rounds::conclude(tx, &on.round)?;
        let stored = result::result(tx, on.evaluation.id)?.ok_or(Error::NotFound)?;
        let body = json!({
            "intro": "公示期满，没有未办结的异议，结果生效。",
            "tables": notice::ranking_tables(tx, &on, &file_of(&stored)?, None)?,
        });
        rounds::announce(
            tx,
            Post {
                committee: on.round.committee_id,
                round: Some(round),
                kind: AnnouncementKind::Result,
                title: format!("结果公告：{}", on.round.title),
                body: body.to_string(),
                ends_on: None,
            },
        )?;
        let detail = json!({ "winners": result::winners(tx, round)? });
        on.record(tx, actor, audit::Verb::RoundConcluded, detail)?;
        Ok(Done::of(round, "批次已办结，可以起草合同。"))
    }
}
