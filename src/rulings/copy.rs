//! Last year's round as a draft for this year: topics, rule, criteria, weights, guide, dates on this year's working
//! days, and the panel's members still in office.

use crate::clock::local_date;
use crate::rounds::actions::drafting::{schedule_of, set_dates, titled};
use crate::rounds::input::RoundInput;
use crate::rounds::rules::schedule;
use crate::rounds::scene::RoundScene;
use crate::rounds::verbs::create_from;
use crate::rounds::{OriginKind, Round};
use crate::seats;
use crate::verbs::prelude::*;

/// Copies a round whole, for its own committee.
pub struct Copy;

impl Verb for Copy {
    type On = RoundScene;
    type Gives = RoundScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "copy";
    const SAYS: &'static str = "Copy a round whole as a draft for this year: dates on this year's working days, the panel's members still in office.";
    // Recorded as a round that was created.
    const EVENT: Option<audit::Verb> = None;
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    fn when(_: &mut Conn, _: &RoundScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        (): (),
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let (now, last) = (tx.now(), on.round);
        let input = copied(tx, &last, now)?;
        let origin = Some((last.id, OriginKind::Copy));
        let round = create_from(tx, actor, last.committee_id, &input, origin)?;
        seats::propose(tx, actor, last.id, round.id)?;
        let said = "已复制为草稿：标的、指南、标准和权重照旧，时间挪到今年的工作日，仍在任的评委已列入名单。请核对。";
        Ok(Done::of(round.id, said).to(format!("/rounds/{}/edit", round.id)))
    }
}

fn copied(c: &mut Conn, last: &Round, now: Instant) -> Result<RoundInput> {
    let year = i64::from(chrono::Datelike::year(&local_date(now)));
    let table = crate::holidays::table(c)?;
    let dates = schedule::moved(&table, schedule_of(last), now);
    let mut input = RoundInput::of(c, last)?;
    let title = last
        .title
        .replace(&last.year.to_string(), &year.to_string());
    input.title = if title == last.title {
        titled(&title, "", "（沿用）")
    } else {
        title
    };
    input.year = year;
    set_dates(&mut input, dates);
    Ok(input)
}
