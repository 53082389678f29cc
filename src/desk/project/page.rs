//! One project with the step that is asked for.

use chrono::Datelike;
use serde::Deserialize;
use serde_json::{Value, json};
use validator::Validate;

use super::shown::{ProjectShown, StepShown};
use crate::bids::content::StepKind;
use crate::clock::{self, show_date};
use crate::error::{Error, Result};
use crate::ids::ProjectId;
use crate::projects::shown::step_urgency;
use crate::projects::verbs::EvidenceDraft;
use crate::projects::{self, Grade, StepState, Urgency, visible};
use crate::showcase::buttons;
use crate::web::{Ask, Page, Reply};

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
            "tone": if due.is_some() { urgency.tone() } else { "" },
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
    let urgency = projects::urgency_of(&row, today);
    let links = buttons::actions_for(c, actor, &row, now)?;
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
        .with("grade", &project.project.grade.map(Grade::label))
        .with("tone", state.tone())
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
        .with("step_urgency_tone", step_urgency.tone())
        .with("own", &own)
        .with("links", &links)
        .with("is_acceptance", &(kind == StepKind::Acceptance))
        .with("project", &project))
}

/// `GET /api/v1/projects/{id}`
pub fn read(ask: &mut Ask, id: ProjectId) -> Result<Reply> {
    let (c, actor, now) = ask.parts();
    let project = visible(c, actor, id)?;
    let version = project.version;
    Ok(Reply::ok(&ProjectShown::load(c, actor, project, now)?)?.version(version))
}
