//! The six steps of a project.

use std::collections::HashMap;

use diesel::prelude::*;

use super::StepState;
use crate::bids::content::StepKind;
use crate::db::Conn;
use crate::db::schema::{projects, steps};
use crate::error::Result;
use crate::ids::ProjectId;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("projects", &[six_steps])];

/// Six steps a project, in order; the current one is the first that has not passed.
fn six_steps(c: &mut Conn) -> Result<Vec<String>> {
    let mut of: HashMap<ProjectId, Vec<(StepKind, StepState)>> = HashMap::new();
    for (project, kind, state) in steps::table
        .order(steps::position)
        .select((steps::project_id, steps::kind, steps::state))
        .load::<(ProjectId, StepKind, StepState)>(c)?
    {
        of.entry(project).or_default().push((kind, state));
    }
    let mut found = Vec::new();
    for (project, current) in projects::table
        .select((projects::id, projects::current_step))
        .load::<(ProjectId, StepKind)>(c)?
    {
        let steps = of.remove(&project).unwrap_or_default();
        if !steps.iter().map(|(kind, _)| kind).eq(StepKind::ALL) {
            found.push(format!(
                "project {project} does not have the six steps in order"
            ));
        }
        let first = steps
            .iter()
            .find(|(_, state)| *state != StepState::Passed)
            .or(steps.last());
        if first.is_some_and(|(kind, _)| *kind != current) {
            found.push(format!(
                "project {project} does not stand at its first open step"
            ));
        }
    }
    Ok(found)
}
