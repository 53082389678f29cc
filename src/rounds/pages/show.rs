//! The list of rounds, one round with its small forms.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::bids;
use crate::clock::{Instant, show_instant};
use crate::contracts;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::failed::rules::FailedDecision;
use crate::ids::RoundId;
use crate::opening;
use crate::people;
use crate::rounds::api::RoundsQuery;
use crate::rounds::input::{ExtendInput, ReasonInput};
use crate::rounds::view::questions::QuestionLine;
use crate::rounds::view::{self, AmendmentShown, TopicShown};
use crate::rounds::{OriginKind, Round, RoundState, actions, rules, store};
use crate::seats;
use crate::session::Who;
use crate::web::App;
use crate::web::{Form, Page, PageQuery, Query, Values, see_other};
use crate::who::Role;
use crate::who::policy;

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
    actor: &crate::who::Actor,
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
    let evaluation = seats::of_round(c, round.id)?;
    let panel = seats::panel(c, evaluation.id)?;
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
    let opening = opening::of_round(c, round.id)?;
    let mine = bids::lines_of_own(c, actor, round)?;
    let may_bid = !actor.own_organizations().is_empty();
    let bid_refusal = rules::takes_bids(state, now.min(round.opens_at), round.deadline, now).err();
    let bid_refusal = bid_refusal.filter(|_| state != RoundState::Open);
    let office = actor.holds(Role::Office, &path);
    let draft_refusal = if office && state == RoundState::Concluded {
        contracts::verbs::draft_refusal(c, actor, round, now)?
    } else {
        None
    };
    let overseer = actor.holds_any(crate::who::policy::OVERSEERS, &path);
    let changes = changes(c, round)?;
    // Until the opening nobody outside the committee is told whom to talk to.
    let named = overseer || round.opened_at.is_some();
    let panel_size = panel.len();
    let panel = if named { panel } else { Vec::new() };
    let recent: Vec<QuestionLine> = actions::questions::answered(c, round.id, 3)?
        .into_iter()
        .map(|row| QuestionLine::of(actor, row))
        .collect();
    let linked = linked(c, round, office)?;
    let rule = seats::rule_of_round(c, round.id)?;
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
        .with("rule_words", &seats::in_words(&rule))
        .with("rule", &rule)
        .with("evaluation_id", &evaluation.id)
        .with("panel", &panel)
        .with("panel_size", &panel_size)
        .with("named", &named)
        .with("changes", &changes)
        .with("recent", &recent)
        .with("linked", &linked)
        .with("desk", &view::desk::desk(c, round, overseer, now)?)
        .with(
            "failed",
            &view::failed::lines(c, actor, round, office, now)?,
        )
        .with(
            "deciding",
            &values.get("deciding").cloned().unwrap_or_default(),
        )
        .with(
            "decisions",
            &FailedDecision::ALL
                .iter()
                .map(|kind| (kind.as_str(), kind.label()))
                .collect::<Vec<_>>(),
        )
        .with("fate", &actions::fate(round))
        .with("minute", &opening.map(|row| (row.minute, row.audit_head)))
        .with("mine", &mine)
        .with("may_bid", &may_bid)
        .with("bid_refusal", &bid_refusal)
        .with("may", &view::may::may(c, actor, round, now)?)
        .with("draft_refusal", &draft_refusal)
        .with("office", &office)
        .with("overseer", &overseer)
        .with(
            "may_compare",
            &actor.holds_any(&[Role::Office, Role::Supervisor], &path),
        )
        .with("secretary", &actor.holds(Role::CommitteeSecretary, &path))
        .with("values", values)
        .with("errors", errors))
}

/// Later dates and corrections, newest first, each with its reason or text.
fn changes(c: &mut Conn, round: &Round) -> Result<Vec<Change>> {
    let mut found: Vec<(Instant, Change)> = Vec::new();
    for row in actions::amendments(c, round.id)? {
        let at = row.at;
        let shown = AmendmentShown::from(row);
        found.push((
            at,
            Change {
                kind: "延期公告",
                at: shown.at,
                text: shown.text,
                reason: Some(shown.reason),
            },
        ));
    }
    for row in actions::questions::corrections(c, round.id, &PageQuery::default())?.items {
        found.push((
            row.posted_at,
            Change {
                kind: "更正公告",
                at: show_instant(row.posted_at),
                text: row.text,
                reason: None,
            },
        ));
    }
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(found.into_iter().map(|(_, change)| change).collect())
}

#[derive(Serialize)]
struct Change {
    kind: &'static str,
    at: String,
    text: String,
    reason: Option<String>,
}

/// The round this one was made from and the supplementary ones made from it, where this person may see them.
fn linked(c: &mut Conn, round: &Round, office: bool) -> Result<Vec<(String, RoundId, String)>> {
    let mut wanted: Vec<(RoundId, String)> = Vec::new();
    if let Some(origin) = actions::drafting::origin(c, round.id)? {
        wanted.push((
            origin.origin_id,
            match origin.kind {
                OriginKind::Copy => "沿用自".to_owned(),
                OriginKind::Supplement => "本批次补充招标，原批次".to_owned(),
            },
        ));
    }
    for id in store::origins::supplements(c, round.id)? {
        wanted.push((id, "流标标的列入".to_owned()));
    }
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let rounds = store::find_all(c, wanted.iter().map(|(id, _)| *id).collect())?;
    Ok(wanted
        .into_iter()
        .filter_map(|(id, label)| {
            let other = rounds.iter().find(|other| other.id == id)?;
            (office || other.published_at.is_some()).then(|| (label, id, other.title.clone()))
        })
        .collect())
}

/// Shows the round again with what was typed into one of its small forms.
pub(super) async fn show_again(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: RoundId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        policy::may_run(actor, &actions::committee_path(c, &round)?)?;
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
