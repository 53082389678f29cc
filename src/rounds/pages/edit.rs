//! The form of a round: new and changed.

use serde_json::json;

use crate::calendar::Holidays;
use crate::clock::{self, Instant};
use crate::error::{FieldErrors, Result};
use crate::ids::RoundId;
use crate::rounds::Lane;
use crate::rounds::input::{AcceptanceWeights, RoundInput};
use crate::rounds::rules::schedule::{self, Schedule};
use crate::rounds::scene::RoundScene;
use crate::rounds::verbs::{Change, Create};
use crate::seats;
use crate::verbs::{Scene, Verb};
use crate::web::forms::read_instant;
use crate::web::{Again, Ask, Empty, Page};

/// A first draft: this year, default rule, two weeks to bid, opened the working day after.
fn fresh(holidays: &Holidays, now: Instant) -> RoundInput {
    let today = clock::local_date(now);
    let dates = schedule::supplementary(holidays, now);
    RoundInput {
        committee_id: None,
        year: i64::from(chrono::Datelike::year(&today)),
        title: String::new(),
        guide: String::new(),
        opens_at: dates.opens_at,
        deadline: dates.deadline,
        opening_at: dates.opening_at,
        publicity_days: 5,
        contract_days: 180,
        bids_per_lane: 1,
        topics: Vec::new(),
        rule: seats::RuleInput::default(),
        acceptance_weights: AcceptanceWeights::default(),
    }
}

/// What is unusual about the dates as they are typed; nothing while one of them is not a date.
fn warnings(holidays: &Holidays, typed: &Again, now: Instant) -> FieldErrors {
    let at = |name: &str| read_instant(typed.value(name));
    let (Some(opens_at), Some(deadline), Some(opening_at)) =
        (at("opens_at"), at("deadline"), at("opening_at"))
    else {
        return FieldErrors::new();
    };
    let days = typed.value("publicity_days").parse().unwrap_or(5);
    let schedule = Schedule {
        opens_at,
        deadline,
        opening_at,
    };
    schedule::warnings(holidays, schedule, days, now)
}

fn form(ask: &Ask, holidays: &Holidays) -> Page {
    let lanes: Vec<_> = Lane::ALL
        .iter()
        .map(|lane| json!({ "value": lane.as_str(), "label": lane.label() }))
        .collect();
    Page::new("rounds/form.html")
        .with("warnings", &warnings(holidays, &ask.again, ask.now))
        .with("lanes", &lanes)
        .with("topic_rows", &ask.again.rows("topics", 3))
        .with("aggregations", &seats::aggregations())
        .with("criterion_rows", &ask.again.rows("rule[criteria]", 4))
}

/// `GET /rounds/new`
pub fn new(ask: &mut Ask) -> Result<Page> {
    ask.query::<Empty>()?;
    let on = Scene::load(ask.c, ask.actor, &())?;
    Create::who(&on, ask.actor)?;
    let holidays = crate::holidays::table(ask.c)?;
    ask.again.fill(&fresh(&holidays, ask.now))?;
    Ok(form(ask, &holidays).with("id", &None::<RoundId>))
}

/// `GET /rounds/{id}/edit`
pub fn edit(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let on = RoundScene::load(ask.c, ask.actor, &id)?;
    Change::<RoundInput>::who(&on, ask.actor)?;
    Change::<RoundInput>::when(ask.c, &on, ask.actor, ask.now)?;
    let stored = RoundInput::of(ask.c, &on.round)?;
    ask.again.fill(&RoundInput {
        committee_id: None,
        ..stored
    })?;
    let holidays = crate::holidays::table(ask.c)?;
    Ok(form(ask, &holidays)
        .with("id", &id)
        .with("version", &on.round.version))
}
