//! Pages of projects: the list, and one project with the step that is asked for.

mod step;

pub use step::{pass, send_back, write};

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::api::ProjectsQuery;
use super::rules::{Urgency, project_urgency};
use super::view::{ProjectShown, StepShown, step_urgency};
use super::{ProjectState, StepState, visible};
use crate::bids::content::StepKind;
use crate::clock::{self, Instant, show_date, show_instant};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::ProjectId;
use crate::session::Who;
use crate::web::{App, Page, Query, Values};

#[derive(Serialize)]
struct Row {
    id: ProjectId,
    title: String,
    organization: String,
    state: &'static str,
    tone: &'static str,
    step: &'static str,
    due: String,
    urgency: String,
    urgency_tone: &'static str,
}

#[derive(Serialize)]
struct Choice {
    value: &'static str,
    label: &'static str,
}

fn tone(state: ProjectState) -> &'static str {
    match state {
        ProjectState::Accepted | ProjectState::Completed => "green",
        ProjectState::Rectifying => "amber",
        ProjectState::Active | ProjectState::Terminated => "",
    }
}

fn urgency_tone(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::None => "",
        Urgency::Warning(_) => "amber",
        Urgency::Overdue { .. } => "red",
    }
}

/// `GET /projects`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    query: Query<ProjectsQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.private_page(&req, who, move |c, actor, now| {
        let today = clock::local_date(now);
        let listing = query.run(c, actor, now)?.map(|line| {
            let urgency = project_urgency(line.state, line.step_due, today);
            Row {
                id: line.id,
                title: line.title,
                organization: line.organization,
                state: line.grade.map_or(line.state.label(), |grade| grade.label()),
                tone: tone(line.state),
                step: line.current_step.label(),
                due: line.step_due.map(show_date).unwrap_or_default(),
                urgency: urgency.text(),
                urgency_tone: urgency_tone(urgency),
            }
        });
        let overdue = query.overdue.unwrap_or(false);
        let mut address = String::from("/projects?");
        if let Some(state) = query.state {
            address += &format!("state={state}&");
        }
        if overdue {
            address += "overdue=true&";
        }
        let next = listing
            .next_cursor
            .as_ref()
            .map(|cursor| format!("{address}cursor={cursor}"));
        let first = query.cursor.is_some().then(|| address.clone());
        let states: Vec<_> = ProjectState::ALL
            .iter()
            .map(|state| Choice {
                value: state.as_str(),
                label: state.label(),
            })
            .collect();
        Ok(Page::new("projects/list.html")
            .with("listing", &listing)
            .with("next", &next)
            .with("first", &first)
            .with("filtered", &(overdue || query.state.is_some()))
            .with("states", &states)
            .with("state", query.state.map_or("", ProjectState::as_str))
            .with("overdue", &overdue))
    })
    .await
}

/// Which step the page shows.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ShowQuery {
    pub step: Option<StepKind>,
}

#[derive(Serialize)]
struct Mark {
    label: &'static str,
    date: String,
    state: &'static str,
}

fn stepper(project: &ProjectShown) -> Vec<Mark> {
    project
        .steps
        .iter()
        .map(|step| Mark {
            label: step.step.label(),
            date: match step.passed_at {
                Some(at) => format!("{} 通过", short(clock::local_date(at))),
                None => format!("到 {}", short(step.ends_on)),
            },
            state: match step.state {
                StepState::Waiting => "todo",
                StepState::Open | StepState::Submitted => "now",
                StepState::Returned => "failed",
                StepState::Passed => "done",
            },
        })
        .collect()
}

fn short(day: chrono::NaiveDate) -> String {
    use chrono::Datelike;
    format!("{}月{}日", day.month(), day.day())
}

#[derive(Serialize)]
struct Tab {
    label: &'static str,
    href: String,
    current: bool,
}

#[derive(Serialize)]
struct Fact {
    label: &'static str,
    value: String,
    tone: &'static str,
}

fn facts(project: &ProjectShown, urgency: Urgency) -> Vec<Fact> {
    let fact = |label, value: String, tone| Fact { label, value, tone };
    vec![
        fact("现在", project.current_step.label().to_owned(), ""),
        match project.step_due {
            Some(due) => fact("应提交", show_date(due), urgency_tone(urgency)),
            None => fact("应提交", "没有待提交的步骤".to_owned(), ""),
        },
        fact("按期率", format!("{} 分", project.process_score), ""),
        fact("合同到期", show_date(project.ends_on), ""),
    ]
}

/// The step that most likely is what this person came for.
fn wanted(project: &ProjectShown) -> StepKind {
    let mine = |verb: &'static str| {
        project
            .steps
            .iter()
            .find(|step| step.may.get(verb).is_some_and(Option::is_none))
            .map(|step| step.step)
    };
    mine("submit")
        .or_else(|| mine("return"))
        .unwrap_or(project.current_step)
}

/// What is shown again after a refused form.
#[derive(Default)]
struct Again {
    values: Values,
    errors: FieldErrors,
    returning: bool,
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: ProjectId,
    step: Option<StepKind>,
    mut again: Again,
) -> Result<HttpResponse> {
    let status = if again.errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, now| {
        let today = clock::local_date(now);
        let project = visible(c, actor, id)?;
        let urgency = super::urgency_of(&project, today);
        let row_steps = super::steps(c, id)?;
        let links = crate::showcase::buttons::actions_for(c, actor, &project, now)?;
        let project = ProjectShown::load(c, actor, project, now)?;
        let kind = step.unwrap_or_else(|| wanted(&project));
        let shown = project
            .steps
            .iter()
            .find(|step| step.step == kind)
            .ok_or(Error::NotFound)?;
        let row = super::step_of(&row_steps, kind)?;
        let step_urgency = step_urgency(project.state, row, today);
        again
            .values
            .entry("evidence".to_owned())
            .or_insert_with(|| shown.evidence.clone());
        let tabs: Vec<_> = project
            .steps
            .iter()
            .map(|step| Tab {
                label: step.step.label(),
                href: format!("/projects/{id}?step={}", step.step),
                current: step.step == kind,
            })
            .collect();
        let at = |at: Option<Instant>| at.map(show_instant);
        Ok(Page::new("projects/show.html")
            .with("project", &project)
            .with("state", project.state.label())
            .with("grade", &project.grade.map(super::Grade::label))
            .with("tone", tone(project.state))
            .with("urgency", &urgency.text())
            .with("overdue", &urgency.is_overdue())
            .with("steps", &stepper(&project))
            .with("facts", &facts(&project, urgency))
            .with("tabs", &tabs)
            .with("step", shown)
            .with("step_label", kind.label())
            .with("step_state", shown.state.label())
            .with("step_tone", step_tone(shown))
            .with("step_urgency", &step_urgency.text())
            .with("step_urgency_tone", urgency_tone(step_urgency))
            .with(
                "step_term",
                &format!(
                    "{}至{}",
                    show_date(shown.starts_on),
                    show_date(shown.ends_on)
                ),
            )
            .with("submitted_at", &at(shown.submitted_at))
            .with("passed_at", &at(shown.passed_at))
            .with("own", &actor.acts_for(project.organization_id))
            .with("links", &links)
            .with("is_acceptance", &(kind == StepKind::Acceptance))
            .with("values", &again.values)
            .with("errors", &again.errors)
            .with("returning", &again.returning)
            .status(status))
    })
    .await
}

fn step_tone(step: &StepShown) -> &'static str {
    match step.state {
        StepState::Passed => "green",
        StepState::Submitted => "amber",
        StepState::Returned => "red",
        StepState::Waiting | StepState::Open => "",
    }
}

/// `GET /projects/{id}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<ProjectId>,
    query: Query<ShowQuery>,
) -> Result<HttpResponse> {
    let step = query.0.step;
    page(&app, &req, who, id.into_inner(), step, Again::default()).await
}
