//! The list of projects. The project's own page is [`crate::desk::project`]'s.

use serde::Serialize;
use serde_json::json;

use super::ProjectState;
use super::api::ProjectsQuery;
use super::rules::project_urgency;
use super::shown::ProjectLine;
use crate::clock;
use crate::error::Result;
use crate::web::{Ask, Page};

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
            tone: line.state.tone(),
            step: line.current_step.label(),
            urgency: urgency.text(),
            urgency_tone: urgency.tone(),
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
