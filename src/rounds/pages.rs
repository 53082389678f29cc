//! Pages of rounds: list, one round, the form, the opening.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::api::RoundsQuery;
use super::input::{
    AcceptanceWeights, ExtendInput, OpeningInput, ReasonInput, RoundInput, TopicInput,
};
use super::view::{self, AmendmentShown, TopicShown};
use super::{Lane, Round, RoundState, actions, store};
use crate::app::App;
use crate::auth::{Role, Who};
use crate::bids;
use crate::clock::{self, Instant, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::evaluation;
use crate::ids::RoundId;
use crate::people;
use crate::web::forms::values_of;
use crate::web::{Form, Page, Query, Values, see_other};

#[derive(Serialize)]
struct Row {
    id: RoundId,
    title: String,
    year: i64,
    state: &'static str,
    tone: &'static str,
    deadline: String,
    opening_at: String,
    bid_count: i64,
}

fn tone(state: RoundState) -> &'static str {
    match state {
        RoundState::Open => "red",
        RoundState::Concluded => "green",
        RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized => "amber",
        RoundState::Draft | RoundState::Cancelled => "",
    }
}

/// `GET /rounds`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<RoundsQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.private_page(&req, who, move |c, actor, now| {
        let listing = query.run(c, actor, now)?.map(|round| Row {
            id: round.id,
            title: round.title.clone(),
            year: round.year,
            state: round.state_at(now).label(),
            tone: tone(round.state_at(now)),
            deadline: show_instant(round.deadline),
            opening_at: show_instant(round.opening_at),
            bid_count: round.bid_count,
        });
        let states: Vec<_> = RoundState::ALL
            .iter()
            .map(|state| (state.as_str(), state.label()))
            .collect();
        Ok(Page::new("rounds/list.html")
            .with("listing", &listing)
            .with("states", &states)
            .with(
                "state",
                &query.state.map(RoundState::as_str).unwrap_or_default(),
            )
            .with("year", &query.year)
            .with("may_create", &actor.has(Role::Office)))
    })
    .await
}

#[derive(Serialize)]
struct Shown<'a> {
    id: RoundId,
    title: &'a str,
    guide: &'a str,
    state: &'static str,
    state_label: &'static str,
    tone: &'static str,
    year: i64,
    opens_at: String,
    deadline: String,
    opening_at: String,
    bid_count: i64,
    publicity_days: i64,
    cancel_reason: Option<&'a str>,
    opened: bool,
    version: i64,
}

/// `GET /rounds/{id}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        show_page(c, actor, &round, now, &Values::new(), &FieldErrors::new())
    })
    .await
}

fn show_page(
    c: &mut Conn,
    actor: &crate::auth::Actor,
    round: &Round,
    now: Instant,
    values: &Values,
    errors: &FieldErrors,
) -> Result<Page> {
    let state = round.state_at(now);
    let topics: Vec<TopicShown> = store::topics(c, round.id)?
        .into_iter()
        .map(TopicShown::from)
        .collect();
    let evaluation = evaluation::of_round(c, round.id)?;
    let panel = evaluation::panel(c, evaluation.id)?;
    let names = people::user_names(
        c,
        &panel
            .iter()
            .map(|member| member.user_id)
            .collect::<Vec<_>>(),
    )?;
    let panel: Vec<(String, &'static str)> = panel
        .iter()
        .map(|member| {
            (
                names.get(&member.user_id).cloned().unwrap_or_default(),
                member.seat.label(),
            )
        })
        .collect();
    let path = actions::committee_path(c, round)?;
    let opening = actions::opening(c, round.id)?;
    let mine = bids::lines_of_own(c, actor, round)?;
    let may_bid = !actor.own_organizations().is_empty();
    let bid_refusal =
        super::rules::takes_bids(state, now.min(round.opens_at), round.deadline, now).err();
    let bid_refusal = bid_refusal.filter(|_| state != RoundState::Open);
    let amendments: Vec<AmendmentShown> = actions::amendments(c, round.id)?
        .into_iter()
        .map(AmendmentShown::from)
        .collect();
    Ok(Page::new("rounds/show.html")
        .with(
            "round",
            &Shown {
                id: round.id,
                title: &round.title,
                guide: &round.guide,
                state: state.as_str(),
                state_label: state.label(),
                tone: tone(state),
                year: round.year,
                opens_at: show_instant(round.opens_at),
                deadline: show_instant(round.deadline),
                opening_at: show_instant(round.opening_at),
                bid_count: round.bid_count,
                publicity_days: round.publicity_days,
                cancel_reason: round.cancel_reason.as_deref(),
                opened: round.opened_at.is_some(),
                version: round.version,
            },
        )
        .with("steps", &view::stages(round, now))
        .with("topics", &topics)
        .with("rule", &evaluation::rule_of_round(c, round.id)?)
        .with("evaluation_id", &evaluation.id)
        .with("panel", &panel)
        .with("amendments", &amendments)
        .with("minute", &opening.map(|row| (row.minute, row.audit_head)))
        .with("mine", &mine)
        .with("may_bid", &may_bid)
        .with("bid_refusal", &bid_refusal)
        .with("may", &view::permissions(c, actor, round, now)?)
        .with("office", &actor.holds(Role::Office, &path))
        .with(
            "overseer",
            &actor.holds_any(crate::auth::policy::OVERSEERS, &path),
        )
        .with("secretary", &actor.holds(Role::CommitteeSecretary, &path))
        .with("values", values)
        .with("errors", errors))
}

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
    opens_at: chrono::DateTime<chrono::Utc>,
    deadline: chrono::DateTime<chrono::Utc>,
    opening_at: chrono::DateTime<chrono::Utc>,
    #[validate(range(min = 1, max = 60))]
    publicity_days: i64,
    #[validate(range(min = 30, max = 1100))]
    contract_days: i64,
    #[serde(default)]
    #[validate(length(min = 1, max = 30, message = "请至少写一个标的。"), nested)]
    topics: Vec<TopicForm>,
    #[validate(nested)]
    rule: evaluation::RuleInput,
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
                crate::web::templates::show_hundredths(ceiling),
            );
        }
    }
    Ok(values)
}

/// A first draft: this year, default rule, dates a month ahead.
fn fresh(now: Instant) -> RoundInput {
    let today = clock::local_date(now);
    let at = |days: i64, hour: u32| {
        let day = today + chrono::Duration::days(days);
        clock::from_local(
            day.and_hms_opt(hour, 0, 0)
                .unwrap_or_else(|| day.and_time(chrono::NaiveTime::MIN)),
        )
        .and_utc()
    };
    RoundInput {
        committee_id: None,
        year: i64::from(chrono::Datelike::year(&today)),
        title: String::new(),
        guide: String::new(),
        opens_at: at(0, 0),
        deadline: at(20, 17),
        opening_at: at(21, 9),
        publicity_days: 5,
        contract_days: 180,
        topics: Vec::new(),
        rule: evaluation::RuleInput::default(),
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

fn form_page(id: Option<RoundId>, values: &Values, errors: &FieldErrors, more: usize) -> Page {
    let lanes: Vec<_> = Lane::ALL
        .iter()
        .map(|lane| serde_json::json!({ "value": lane.as_str(), "label": lane.label() }))
        .collect();
    Page::new("rounds/form.html")
        .with("id", &id)
        .with("values", values)
        .with("errors", errors)
        .with("lanes", &lanes)
        .with("topic_rows", &(rows(values, "topics", TOPIC_ROWS) + more))
        .with("criterion_rows", &rows(values, "rule[criteria]", 4))
        .status(if errors.is_empty() { 200 } else { 422 })
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewQuery {
    /// A round to copy.
    copy: Option<RoundId>,
}

/// `GET /rounds/new`
pub async fn new(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<NewQuery>,
) -> Result<HttpResponse> {
    app.private_page(&req, who, move |c, actor, now| {
        let committee = actor.committee().ok_or(Error::NotFound)?;
        let path = people::organization(c, committee)?.path;
        if !actor.has(Role::Office) {
            actor.require(Role::Office, &path)?;
        }
        let input = match query.0.copy {
            Some(id) => {
                let round = actions::visible(c, actor, id)?;
                actions::copy(c, &round, now)?
            }
            None => fresh(now),
        };
        Ok(form_page(
            None,
            &form_values(&input)?,
            &FieldErrors::new(),
            0,
        ))
    })
    .await
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
    app.private_page(req, who, move |_, _, _| {
        Ok(form_page(id, &values, &errors, more))
    })
    .await
}

/// `POST /rounds`
pub async fn create(
    app: Data<App>,
    req: HttpRequest,
    form: Form<RoundForm>,
) -> Result<HttpResponse> {
    if form.values.contains_key("add") {
        return again(
            &app,
            &req,
            form.who,
            None,
            form.values,
            FieldErrors::new(),
            1,
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
        super::rules::next(round.state_at(now), super::rules::Action::Change)?;
        let mut values = form_values(&actions::input_of(c, &round)?)?;
        values.insert("version".to_owned(), round.version.to_string());
        Ok(form_page(Some(id), &values, &FieldErrors::new(), 0))
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
    if form.values.contains_key("add") {
        return again(
            &app,
            &req,
            form.who,
            Some(id),
            form.values,
            FieldErrors::new(),
            1,
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

/// `POST /rounds/{id}/publish`
pub async fn publish(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<crate::web::Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.command(&form.who, move |tx, actor| actions::publish(tx, actor, id))
        .await?;
    Ok(see_other(
        format!("/rounds/{id}"),
        "批次已发布，招标公告已上公示栏。",
    ))
}

/// Shows the round again with what was typed into one of its small forms.
async fn show_again(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: RoundId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        Ok(show_page(c, actor, &round, now, &values, &errors)?.status(422))
    })
    .await
}

/// `POST /rounds/{id}/extend`
pub async fn extend(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<ExtendInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return show_again(&app, &req, form.who, id, form.values, errors).await,
    };
    match app
        .command(&form.who, move |tx, actor| {
            actions::extend(tx, actor, id, &input)
        })
        .await
    {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}"),
            "截止时间已延长，延期公告已上公示栏。",
        )),
        Err(Error::Invalid(errors)) => {
            show_again(&app, &req, form.who, id, form.values, errors).await
        }
        Err(other) => Err(other),
    }
}

/// `POST /rounds/{id}/cancel`
pub async fn cancel(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<ReasonInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return show_again(&app, &req, form.who, id, form.values, errors).await,
    };
    app.command(&form.who, move |tx, actor| {
        actions::cancel(tx, actor, id, &input.reason)
    })
    .await?;
    Ok(see_other(format!("/rounds/{id}"), "批次已取消。"))
}

/// `GET /rounds/{id}/opening`
pub async fn opening(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    opening_page(
        &app,
        &req,
        who,
        id.into_inner(),
        Values::new(),
        FieldErrors::new(),
    )
    .await
}

async fn opening_page(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: RoundId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        let may = view::permissions(c, actor, &round, now)?;
        Ok(Page::new("rounds/opening.html")
            .with("id", &id)
            .with("title", &round.title)
            .with("opening_at", &show_instant(round.opening_at))
            .with("bid_count", &round.bid_count)
            .with("refusal", &may.get("open").cloned().flatten())
            .with("values", &values)
            .with("errors", &errors)
            .status(if errors.is_empty() { 200 } else { 422 }))
    })
    .await
}

/// `POST /rounds/{id}/opening`
pub async fn open(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<OpeningInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let mut values = form.values.clone();
    values.retain(|name, _| !name.starts_with("witness_password"));
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return opening_page(&app, &req, form.who, id, values, errors).await,
    };
    actions::check_may_open(&app, &form.who, id).await?;
    let witness = match actions::check_witness(&app, &input).await {
        Ok(witness) => witness,
        Err(Error::Invalid(errors)) => {
            return opening_page(&app, &req, form.who, id, values, errors).await;
        }
        Err(other) => return Err(other),
    };
    app.command(&form.who, move |tx, actor| {
        actions::open(tx, actor, id, witness, &input.attendance)
    })
    .await?;
    Ok(see_other(
        format!("/rounds/{id}"),
        "已开标，摘要核对完毕，开标记录已上公示栏。",
    ))
}
