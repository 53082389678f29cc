//! Writing a bid: the form, saving, autosaving, and two versions side by side.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use super::resume;
use crate::bids::actions::{Saved, Source};
use crate::bids::content::{BudgetLine, Outcomes, PlanStep, StepKind, Target, Team};
use crate::bids::fields::Names;
use crate::bids::{Bid, BidContent, actions, rules};
use crate::clock::{self, Instant, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{BidId, TopicId};
use crate::marks::Mark;
use crate::people;
use crate::rounds::{self, Round};
use crate::sealing;
use crate::session::Who;
use crate::web::forms::values_of;
use crate::web::{App, Form, Kept, Page, Values, see_other};
use crate::who::Actor;

/// A bid as its form types it: money in yuan.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct BidForm {
    version: i64,
    copied_from: Option<BidId>,
    topic_id: Option<TopicId>,
    #[serde(default)]
    #[validate(length(max = 100))]
    title: String,
    #[serde(default)]
    #[validate(length(max = 4000))]
    problem: String,
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    targets: Vec<Target>,
    #[serde(default)]
    #[validate(length(max = 6), nested)]
    plan: Vec<PlanStep>,
    #[serde(default)]
    #[validate(nested)]
    team: Team,
    #[serde(default)]
    #[validate(length(max = 4000))]
    track_record: String,
    #[serde(default)]
    #[validate(length(max = 4000))]
    credit: String,
    #[serde(default)]
    #[validate(length(max = 4000))]
    capability: String,
    #[serde(default)]
    #[validate(length(max = 50), nested)]
    budget: Vec<BudgetForm>,
    #[serde(default)]
    #[validate(nested)]
    outcomes: Outcomes,
    add: Option<String>,
    act: Option<String>,
}

#[derive(Debug, Clone, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct BudgetForm {
    #[serde(default)]
    #[validate(length(max = 100))]
    item: String,
    #[serde(default)]
    amount: Mark,
}

impl BidForm {
    fn content(self) -> BidContent {
        BidContent {
            copied_from: self.copied_from,
            topic_id: self.topic_id,
            title: self.title,
            problem: self.problem,
            targets: self.targets,
            plan: self.plan,
            team: self.team,
            track_record: self.track_record,
            credit: self.credit,
            capability: self.capability,
            budget: self
                .budget
                .into_iter()
                .map(|line| BudgetLine {
                    item: line.item,
                    amount: line.amount.0,
                })
                .collect(),
            outcomes: self.outcomes,
        }
    }
}

fn form_values(c: &mut Conn, actor: &Actor, bid: &Bid) -> Result<Values> {
    let mut content = actions::content_of(c, actor, bid)?.ok_or_else(sealing::locked)?;
    rules::six_steps(&mut content);
    let mut values = values_of(&content)?;
    for (index, line) in content.budget.iter().enumerate() {
        values.insert(
            format!("budget[{index}][amount]"),
            crate::marks::show_hundredths(line.amount),
        );
    }
    values.insert("version".to_owned(), bid.version.to_string());
    Ok(values)
}

fn rows(values: &Values, group: &str, least: usize) -> usize {
    let used = values
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, _)| {
            name.strip_prefix(group)?
                .strip_prefix('[')?
                .split_once(']')?
                .0
                .parse::<usize>()
                .ok()
        })
        .max()
        .map_or(0, |highest| highest + 1);
    let more = usize::from(values.get("add").is_some_and(|add| add == group));
    used.max(least) + more
}

/// Name, post and staff number: what one looks for somebody by.
fn person_label(user: &people::User) -> String {
    match user.post.as_str() {
        "" => format!("{}（工号 {}）", user.name, user.staff_number),
        post => format!("{}（{post}，工号 {}）", user.name, user.staff_number),
    }
}

/// What the budget's lines add up to as typed, in 分.
fn budget_typed(values: &Values) -> i64 {
    values
        .iter()
        .filter(|(name, _)| name.starts_with("budget[") && name.ends_with("[amount]"))
        .filter_map(|(_, typed)| serde_json::from_str::<Mark>(typed.trim()).ok())
        .map(|amount| amount.0)
        .sum()
}

fn form_page(
    c: &mut Conn,
    bid: &Bid,
    round: &Round,
    now: Instant,
    values: &Values,
    errors: &FieldErrors,
    sources: &[Source],
) -> Result<Page> {
    let topics: Vec<_> = rounds::topics(c, round.id)?
        .into_iter()
        .map(|topic| json!({ "value": topic.id.to_string(), "label": topic.title, "ceiling": topic.budget_ceiling }))
        .collect();
    let roster: Vec<_> = people::roster(c, bid.organization_id)?
        .into_iter()
        .map(|user| {
            let id = user.id.to_string();
            let checked = values.contains_key(&format!("team[members][]={id}"));
            json!({ "value": id, "label": person_label(&user), "checked": checked })
        })
        .collect();
    let steps: Vec<_> = StepKind::ALL
        .iter()
        .map(|kind| json!({ "value": kind.as_str(), "label": kind.label() }))
        .collect();
    let late =
        rounds::rules::takes_bids(round.state_at(now), round.opens_at, round.deadline, now).err();
    let saved_by = actions::history::last_saved_by(c, bid)?.0;
    Ok(Page::new("bids/edit.html")
        .with("saved_by", &saved_by)
        .with("sources", sources)
        .with("budget_typed", &budget_typed(values))
        .with("id", &bid.id)
        .with("round_id", &round.id)
        .with("round_title", &round.title)
        .with("deadline", &show_instant(round.deadline))
        .with("late", &late)
        .with("topics", &topics)
        .with("roster", &roster)
        .with("steps", &steps)
        .with("target_rows", &rows(values, "targets", 2))
        .with("budget_rows", &rows(values, "budget", 2))
        .with("saved_at", &clock::show_time(bid.draft_saved_at))
        .with("version", &bid.version)
        .with("values", values)
        .with("errors", errors)
        .status(if errors.is_empty() { 200 } else { 422 }))
}

/// `GET /bids/{id}/edit`
pub async fn edit(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<BidId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        let (bid, round) = actions::visible(c, actor, id)?;
        crate::who::policy::may_act_for(actor, bid.organization_id)?;
        rules::next(bid.state, rules::Action::Save)?;
        let values = form_values(c, actor, &bid)?;
        let sources = actions::copy_sources(c, actor, &bid)?;
        let none = FieldErrors::new();
        form_page(c, &bid, &round, now, &values, &none, &sources)
    })
    .await
}

async fn again(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: BidId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        let (bid, round) = actions::visible(c, actor, id)?;
        form_page(c, &bid, &round, now, &values, &errors, &[])
    })
    .await
}

/// `POST /bids/{id}/edit`: save, and with `act=submit` go on to the page where it is submitted. `act=compare` only shows
/// what differs from what is saved. Whoever is no more logged in finds the words again after logging in.
pub async fn save(
    app: Data<App>,
    req: HttpRequest,
    id: Path<BidId>,
    typed: Kept<BidForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    if typed.stale {
        return resume::ask(&app, &req, typed.form.who, id, typed.body, String::new()).await;
    }
    saved(&app, &req, id, typed).await
}

pub(super) async fn saved(
    app: &App,
    req: &HttpRequest,
    id: BidId,
    typed: Kept<BidForm>,
) -> Result<HttpResponse> {
    let who = typed.form.who.clone();
    match try_save(app, req, id, typed.form).await {
        Err(Error::Unauthorized(_)) => {
            resume::ask(app, req, who, id, typed.body, String::new()).await
        }
        answer => answer,
    }
}

async fn try_save(
    app: &App,
    req: &HttpRequest,
    id: BidId,
    form: Form<BidForm>,
) -> Result<HttpResponse> {
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return again(app, req, form.who, id, form.values, errors).await,
    };
    if input.add.is_some() {
        return again(app, req, form.who, id, form.values, FieldErrors::new()).await;
    }
    let act = input.act.clone().unwrap_or_default();
    let (version, content) = (input.version, input.content());
    if act == "compare" {
        return compare(app, req, form.who, id, form.values, content, false).await;
    }
    let yours = content.clone();
    match app
        .command(&form.who, move |tx, actor| {
            actions::keep(tx, actor, id, version, &content)
        })
        .await
    {
        Ok(Saved::Late(revision)) => Ok(see_other(
            format!("/bids/{id}/revisions/{revision}"),
            &format!("已经开标，不能再改。您写的内容没有丢，存为修改记录第 {revision} 次。"),
        )),
        Ok(Saved::Draft(_)) if act == "submit" => Ok(see_other(
            format!("/bids/{id}#submit"),
            "已保存。请核对后提交。",
        )),
        Ok(Saved::Draft(_)) => Ok(see_other(format!("/bids/{id}/edit"), "已保存。")),
        Err(Error::Invalid(errors)) => again(app, req, form.who, id, form.values, errors).await,
        Err(Error::Conflict(refusal)) if refusal.code == "version_conflict" => {
            compare(app, req, form.who, id, form.values, yours, true).await
        }
        Err(other) => Err(other),
    }
}

/// `POST /bids/{id}/autosave`: also when the bid can no longer be submitted, and then says so.
pub async fn autosave(
    app: Data<App>,
    id: Path<BidId>,
    form: Form<BidForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input()?;
    let (version, content) = (input.version, input.content());
    let (version, saved_at, note) = app
        .command(&form.who, move |tx, actor| {
            let saved = actions::keep(tx, actor, id, version, &content)?;
            let now = tx.now();
            Ok(match saved {
                Saved::Late(revision) => (
                    version,
                    clock::show_time(now),
                    Some(format!(
                        "已经开标，不能再提交，内容存为修改记录第 {revision} 次。"
                    )),
                ),
                Saved::Draft(bid) => {
                    let round = rounds::find(tx, bid.round_id)?;
                    let late = rounds::rules::takes_bids(
                        round.state_at(now),
                        round.opens_at,
                        round.deadline,
                        now,
                    )
                    .err();
                    (
                        bid.version,
                        clock::show_time(bid.draft_saved_at),
                        late.map(|late| format!("{}不能再提交，内容留在草稿里。", late.reason)),
                    )
                }
            })
        })
        .await?;
    Ok(HttpResponse::Ok().json(json!({ "saved_at": saved_at, "version": version, "note": note })))
}

/// One's own words beside what is saved, and a form to go on with one's own: because somebody else saved in between, or
/// because one asked.
async fn compare(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: BidId,
    values: Values,
    yours: BidContent,
    conflict: bool,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let (bid, _) = actions::visible(c, actor, id)?;
        crate::who::policy::may_act_for(actor, bid.organization_id)?;
        let theirs = actions::content_of(c, actor, &bid)?.ok_or_else(sealing::locked)?;
        let names = Names::of(c, bid.round_id, [&theirs, &yours])?;
        let changes = actions::history::between(&theirs, &yours, &names);
        let saved_by = actions::history::last_saved_by(c, &bid)?;
        let fields: Vec<_> = values
            .iter()
            .filter(|(name, _)| {
                *name != "version" && *name != "act" && !name.contains('=') && !name.ends_with("[]")
            })
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .chain(values.keys().filter_map(|name| {
                let (name, value) = name.split_once("[]=")?;
                Some(json!({ "name": format!("{name}[]"), "value": value }))
            }))
            .collect();
        Ok(Page::new("bids/compare.html")
            .with("id", &id)
            .with("conflict", &conflict)
            .with("saved_by", &saved_by.1)
            .with("saved_at", &show_instant(bid.draft_saved_at))
            .with("changes", &changes)
            .with("version", &bid.version)
            .with("fields", &fields)
            .status(if conflict { 409 } else { 200 }))
    })
    .await
}
