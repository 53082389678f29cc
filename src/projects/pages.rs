//! Pages of projects: the list, and one project with the step that is asked for.

use chrono::Datelike;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use validator::Validate;

use super::api::ProjectsQuery;
use super::rules::{Urgency, project_urgency};
use super::verbs::EvidenceDraft;
use super::view::{ProjectLine, ProjectShown, StepShown, step_urgency};
use super::{ProjectState, StepState, visible};
use crate::bids::content::StepKind;
use crate::clock::{self, show_date};
use crate::error::{Error, Result};
use crate::ids::ProjectId;
use crate::web::{Ask, Page};

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

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    shown: ProjectLine,
    label: &'static str,
    tone: &'static str,
    step: &'static str,
    urgency: String,
    urgency_tone: &'static str,
}

/// `GET /projects`
pub fn list(ask: &mut Ask) -> Result<Page> {
    let query: ProjectsQuery = ask.query()?;
    let today = clock::local_date(ask.now);
    let listing = query.run(ask)?.map(|shown| {
        let line = &shown.line;
        let urgency = project_urgency(line.state, line.step_due, today);
        Row {
            label: line.grade.map_or(line.state.label(), |grade| grade.label()),
            tone: tone(line.state),
            step: line.current_step.label(),
            urgency: urgency.text(),
            urgency_tone: urgency_tone(urgency),
            shown,
        }
    });
    let overdue = query.overdue.unwrap_or(false);
    let states: Vec<_> = ProjectState::ALL
        .iter()
        .map(|state| json!({ "value": state, "label": state.label() }))
        .collect();
    Ok(ask
        .paged("projects/list.html", &listing)
        .with("filtered", &(overdue || query.state.is_some()))
        .with("states", &states)
        .with("state", query.state.map_or("", ProjectState::as_str))
        .with("overdue", &overdue))
}

fn stepper(project: &ProjectShown) -> Vec<Value> {
    let shown = |step: &StepShown| {
        json!({
            "label": step.row.kind.label(),
            "date": match step.row.passed_at {
                Some(at) => format!("{} 通过", short(clock::local_date(at))),
                None => format!("到 {}", short(step.row.ends_on)),
            },
            "state": match step.row.state {
                StepState::Waiting => "todo",
                StepState::Open | StepState::Submitted => "now",
                StepState::Returned => "failed",
                StepState::Passed => "done",
            },
        })
    };
    project.steps.iter().map(shown).collect()
}

fn short(day: chrono::NaiveDate) -> String {
    format!("{}月{}日", day.month(), day.day())
}

fn facts(shown: &ProjectShown, urgency: Urgency) -> Value {
    let project = &shown.project;
    let due = project.step_due.map(show_date);
    json!([
        { "label": "现在", "value": project.current_step.label() },
        {
            "label": "应提交",
            "value": due.as_deref().unwrap_or("没有待提交的步骤"),
            "tone": if due.is_some() { urgency_tone(urgency) } else { "" },
        },
        { "label": "按期率", "value": format!("{} 分", shown.process_score) },
        { "label": "合同到期", "value": show_date(project.ends_on) },
    ])
}

/// The step that most likely is what this person came for.
fn wanted(project: &ProjectShown) -> StepKind {
    let mine = |verb: &'static str| {
        project
            .steps
            .iter()
            .find(|step| step.may.get(verb).is_some_and(Option::is_none))
            .map(|step| step.row.kind)
    };
    mine("submit")
        .or_else(|| mine("return"))
        .unwrap_or(project.project.current_step)
}

fn step_tone(state: StepState) -> &'static str {
    match state {
        StepState::Passed => "green",
        StepState::Submitted => "amber",
        StepState::Returned => "red",
        StepState::Waiting | StepState::Open => "",
    }
}

/// Which step the page shows.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ShowQuery {
    step: Option<StepKind>,
}

/// `GET /projects/{id}`
pub fn show(ask: &mut Ask, id: ProjectId) -> Result<Page> {
    let query: ShowQuery = ask.query()?;
    page(ask, id, query.step)
}

/// The same with the step that a form was about.
pub fn step(ask: &mut Ask, (id, kind): (ProjectId, StepKind)) -> Result<Page> {
    page(ask, id, Some(kind))
}

fn page(ask: &mut Ask, id: ProjectId, kind: Option<StepKind>) -> Result<Page> {
    let today = clock::local_date(ask.now);
    let (c, actor, now) = ask.parts();
    let row = visible(c, actor, id)?;
    let urgency = super::urgency_of(&row, today);
    let links = crate::showcase::buttons::actions_for(c, actor, &row, now)?;
    let project = ProjectShown::load(c, actor, row, now)?;
    let own = actor.acts_for(project.project.organization_id);
    let kind = kind.unwrap_or_else(|| wanted(&project));
    let step = project
        .steps
        .iter()
        .find(|step| step.row.kind == kind)
        .ok_or(Error::NotFound)?;
    let state = project.project.state;
    let step_urgency = step_urgency(state, &step.row, today);
    ask.again.fill(&EvidenceDraft {
        evidence: step.row.evidence.clone(),
    })?;
    let tabs: Vec<_> = project
        .steps
        .iter()
        .map(|step| {
            let of = step.row.kind;
            json!({
                "label": of.label(), "href": format!("/projects/{id}?step={of}"), "current": of == kind,
            })
        })
        .collect();
    Ok(Page::new("projects/show.html")
        .with("state", state.label())
        .with("grade", &project.project.grade.map(super::Grade::label))
        .with("tone", tone(state))
        .with("urgency", &urgency.text())
        .with("overdue", &urgency.is_overdue())
        .with("steps", &stepper(&project))
        .with("facts", &facts(&project, urgency))
        .with("tabs", &tabs)
        .with("step", step)
        .with("step_label", kind.label())
        .with("step_state", step.row.state.label())
        .with("step_tone", step_tone(step.row.state))
        .with("step_urgency", &step_urgency.text())
        .with("step_urgency_tone", urgency_tone(step_urgency))
        .with("own", &own)
        .with("links", &links)
        .with("is_acceptance", &(kind == StepKind::Acceptance))
        .with("project", &project))
}
