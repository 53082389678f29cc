//! The form of a round: new, copied, changed, and two versions side by side.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::calendar::Holidays;
use crate::clock::{self, Instant, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::RoundId;
use crate::people;
use crate::rounds::input::{AcceptanceWeights, RoundInput, TopicInput};
use crate::rounds::rules::schedule::{self, Schedule};
use crate::rounds::{Lane, actions, rules};
use crate::seats;
use crate::session::Who;
use crate::web::forms::values_of;
use crate::web::{App, Empty, Form, Page, Query, Values, see_other};
use crate::who::{Actor, Role, policy};

/// How many topic rows an empty form offers, and how many criteria.
const TOPIC_ROWS: usize = 3;

/// A round as the form types it. `add` asks for one more row without JavaScript.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct RoundForm {
    version: Option<i64>,
    year: i64,
    #[validate(length(min = 1, max = 100))]
    title: String,
    #[serde(default)]
    #[validate(length(max = 20_000))]
    guide: String,
    opens_at: Instant,
    deadline: Instant,
    opening_at: Instant,
    #[validate(range(min = 1, max = 60))]
    publicity_days: i64,
    #[validate(range(min = 30, max = 1100))]
    contract_days: i64,
    #[serde(default)]
    #[validate(length(min = 1, max = 30, message = "请至少写一个标的。"), nested)]
    topics: Vec<TopicForm>,
    #[validate(nested)]
    rule: seats::RuleInput,
    #[serde(default)]
    #[validate(nested)]
    acceptance_weights: AcceptanceWeights,
    #[expect(dead_code, reason = "a button of the form; read from the raw values")]
    add: Option<String>,
}

/// A topic with its ceiling in yuan, as people type it.
#[derive(Debug, Clone, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct TopicForm {
    lane: Lane,
    #[validate(length(min = 1, max = 100))]
    title: String,
    #[serde(default)]
    #[validate(length(max = 4000))]
    requirements: String,
    #[validate(range(min = 1, max = 100))]
    quota: i64,
    budget_ceiling: Option<crate::marks::Mark>,
    #[validate(range(min = 1, max = 20))]
    minimum_bids: i64,
}

impl RoundForm {
    fn input(self) -> RoundInput {
        RoundInput {
            committee_id: None,
            year: self.year,
            title: self.title,
            guide: self.guide,
            opens_at: self.opens_at,
            deadline: self.deadline,
            opening_at: self.opening_at,
            publicity_days: self.publicity_days,
            contract_days: self.contract_days,
            topics: self
                .topics
                .into_iter()
                .map(|topic| TopicInput {
                    lane: topic.lane,
                    title: topic.title,
                    requirements: topic.requirements,
                    quota: topic.quota,
                    budget_ceiling: topic.budget_ceiling.map(|yuan| yuan.0),
                    minimum_bids: topic.minimum_bids,
                })
                .collect(),
            rule: self.rule,
            acceptance_weights: self.acceptance_weights,
        }
    }
}

/// Values of an input as the form types them: money in yuan.
fn form_values(input: &RoundInput) -> Result<Values> {
    let mut values = values_of(input)?;
    for (index, topic) in input.topics.iter().enumerate() {
        if let Some(ceiling) = topic.budget_ceiling {
            values.insert(
                format!("topics[{index}][budget_ceiling]"),
                crate::marks::show_hundredths(ceiling),
            );
        }
    }
    Ok(values)
}

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
        topics: Vec::new(),
        rule: seats::RuleInput::default(),
        acceptance_weights: AcceptanceWeights::default(),
    }
}

fn rows(values: &Values, group: &str, least: usize) -> usize {
    let used = values
        .keys()
        .filter_map(|name| {
            name.strip_prefix(group)?
                .strip_prefix('[')?
                .split_once(']')?
                .0
                .parse::<usize>()
                .ok()
        })
        .max()
        .map_or(0, |highest| highest + 1);
    used.max(least)
}

/// What is unusual about the dates as they are typed; nothing while one of them is not a date.
fn warnings(c: &mut Conn, values: &Values, now: Instant) -> Result<FieldErrors> {
    let at = |name: &str| {
        let text = values.get(name)?;
        chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")
            .ok()
            .map(clock::from_local)
    };
    let (Some(opens_at), Some(deadline), Some(opening_at)) =
        (at("opens_at"), at("deadline"), at("opening_at"))
    else {
        return Ok(FieldErrors::new());
    };
    let days = values
        .get("publicity_days")
        .and_then(|text| text.parse().ok())
        .unwrap_or(5);
    let schedule = Schedule {
        opens_at,
        deadline,
        opening_at,
    };
    let holidays = actions::drafting::holidays(c)?;
    Ok(schedule::warnings(&holidays, schedule, days, now))
}

fn form_page(
    c: &mut Conn,
    now: Instant,
    id: Option<RoundId>,
    values: &Values,
    errors: &FieldErrors,
    more: usize,
) -> Result<Page> {
    let lanes: Vec<_> = Lane::ALL
        .iter()
        .map(|lane| serde_json::json!({ "value": lane.as_str(), "label": lane.label() }))
        .collect();
    Ok(Page::new("rounds/form.html")
        .with("warnings", &warnings(c, values, now)?)
        .with("id", &id)
        .with("values", values)
        .with("errors", errors)
        .with("lanes", &lanes)
        .with("topic_rows", &(rows(values, "topics", TOPIC_ROWS) + more))
        .with("aggregations", &seats::aggregations())
        .with("criterion_rows", &rows(values, "rule[criteria]", 4))
        .status(if errors.is_empty() { 200 } else { 422 }))
}

/// `GET /rounds/new`
pub async fn new(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    _: Query<Empty>,
) -> Result<HttpResponse> {
    app.private_page(&req, who, move |c, actor, now| {
        may_make(c, actor)?;
        let holidays = actions::drafting::holidays(c)?;
        let values = form_values(&fresh(&holidays, now))?;
        form_page(c, now, None, &values, &FieldErrors::new(), 0)
    })
    .await
}

/// Rounds are made by an office, whatever the form says.
fn may_make(c: &mut Conn, actor: &Actor) -> Result<()> {
    if actor.has(Role::Office) {
        return Ok(());
    }
    let committee = actor.committee().ok_or(Error::NotFound)?;
    let path = people::organization(c, committee)?.path;
    actor.require(Role::Office, &path)
}

/// The form's other buttons: one more row, or a look at the dates.
fn asked_for(values: &Values) -> Option<usize> {
    values.get("add").map(|what| usize::from(what != "dates"))
}

/// Shows the form again with everything typed.
async fn again(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: Option<RoundId>,
    values: Values,
    errors: FieldErrors,
    more: usize,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        match id {
            Some(id) => {
                let round = actions::visible(c, actor, id)?;
                policy::may_run(actor, &actions::committee_path(c, &round)?)?;
            }
            None => may_make(c, actor)?,
        }
        form_page(c, now, id, &values, &errors, more)
    })
    .await
}

/// `POST /rounds`
pub async fn create(
    app: Data<App>,
    req: HttpRequest,
    form: Form<RoundForm>,
) -> Result<HttpResponse> {
    if let Some(more) = asked_for(&form.values) {
        return again(
            &app,
            &req,
            form.who,
            None,
            form.values,
            FieldErrors::new(),
            more,
        )
        .await;
    }
    let input = match form.input {
        Ok(input) => input.input(),
        Err(errors) => return again(&app, &req, form.who, None, form.values, errors, 0).await,
    };
    match app
        .command(&form.who, move |tx, actor| {
            actions::create(tx, actor, &input)
        })
        .await
    {
        Ok(round) => Ok(see_other(
            format!("/rounds/{}", round.id),
            "批次草稿已建立。",
        )),
        Err(Error::Invalid(errors)) => {
            again(&app, &req, form.who, None, form.values, errors, 0).await
        }
        Err(other) => Err(other),
    }
}

/// `GET /rounds/{id}/edit`
pub async fn edit(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        rules::next(round.state_at(now), rules::Action::Change)?;
        let mut values = form_values(&actions::input_of(c, &round)?)?;
        values.insert("version".to_owned(), round.version.to_string());
        form_page(c, now, Some(id), &values, &FieldErrors::new(), 0)
    })
    .await
}

/// `POST /rounds/{id}/edit`
pub async fn change(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<RoundForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    if let Some(more) = asked_for(&form.values) {
        return again(
            &app,
            &req,
            form.who,
            Some(id),
            form.values,
            FieldErrors::new(),
            more,
        )
        .await;
    }
    let (version, input) = match form.input {
        Ok(input) => (input.version.unwrap_or(0), input.input()),
        Err(errors) => return again(&app, &req, form.who, Some(id), form.values, errors, 0).await,
    };
    match app
        .command(&form.who, move |tx, actor| {
            actions::change(tx, actor, id, version, &input)
        })
        .await
    {
        Ok(_) => Ok(see_other(format!("/rounds/{id}"), "批次已修改。")),
        Err(Error::Invalid(errors)) => {
            again(&app, &req, form.who, Some(id), form.values, errors, 0).await
        }
        Err(Error::Conflict(refusal)) if refusal.code == "version_conflict" => {
            conflict(&app, &req, form.who, id, form.values).await
        }
        Err(other) => Err(other),
    }
}

/// Somebody else changed it: both versions side by side, and a form to go on with one's own.
async fn conflict(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: RoundId,
    values: Values,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let round = actions::visible(c, actor, id)?;
        let theirs = form_values(&actions::input_of(c, &round)?)?;
        let labels = [
            ("title", "标题"),
            ("year", "年度"),
            ("guide", "指南"),
            ("opens_at", "开始时间"),
            ("deadline", "截止时间"),
            ("opening_at", "开标时间"),
            ("publicity_days", "公示工作日"),
        ];
        let side = |side: &Values| -> Vec<serde_json::Value> {
            labels
                .iter()
                .map(|(name, label)| {
                    let value = side.get(*name).cloned().unwrap_or_default();
                    let differs = values.get(*name) != theirs.get(*name);
                    serde_json::json!({ "label": label, "value": value, "differs": differs })
                })
                .collect()
        };
        let fields: Vec<serde_json::Value> = values
            .iter()
            .filter(|(name, _)| *name != "version" && !name.contains('='))
            .map(|(name, value)| serde_json::json!({ "name": name, "value": value }))
            .collect();
        Ok(Page::new("shell/conflict.html")
            .with("what", &round.title)
            .with("theirs_by", &None::<String>)
            .with("theirs_at", &Some(show_instant(round.updated_at)))
            .with("yours", &side(&values))
            .with("theirs", &side(&theirs))
            .with("action", &format!("/rounds/{id}/edit"))
            .with("version", &round.version)
            .with("fields", &fields)
            .with("back", &format!("/rounds/{id}"))
            .status(409))
    })
    .await
}
