//! `/api/v1/projects`.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::ProjectState;
use super::shown::ProjectLine;
use super::store::{self, Filter};
use crate::clock;
use crate::error::Result;
use crate::tables::Sheet;
use crate::web::{Ask, Cursor, Listing, paging};
use crate::who::policy::{self, OVERSEERS};

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProjectsQuery {
    pub state: Option<ProjectState>,
    /// `true`: only those with a step that should have been submitted before today.
    pub overdue: Option<bool>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl ProjectsQuery {
    /// The projects this person may know of, newest first.
    pub fn run(&self, ask: &mut Ask) -> Result<Listing<ProjectLine>> {
        policy::business_person(ask.actor)?;
        let today = clock::local_date(ask.now);
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let filter = Filter {
            organizations: policy::own_work(ask.actor),
            paths: ask.actor.paths_of(OVERSEERS),
            state: self.state,
            due_before: self.overdue.unwrap_or(false).then_some(today),
            before: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: limit + 1,
        };
        let rows = store::list(ask.c, &filter)?;
        Ok(Listing::new(rows, limit, |line| line.id.0).map(|line| ProjectLine::of(line, today)))
    }
}

pub fn list(ask: &mut Ask) -> Result<Listing<ProjectLine>> {
    let query: ProjectsQuery = ask.query()?;
    query.run(ask)
}

pub const PROJECTS: Sheet<ProjectLine> = Sheet {
    name: "项目",
    columns: &[
        ("编号", |row| row.line.id.0.into()),
        ("项目", |row| row.line.title.as_str().into()),
        ("承担组织", |row| row.line.organization.as_str().into()),
        ("状态", |row| row.line.state.label().into()),
        ("等级", |row| {
            row.line.grade.map(|grade| grade.label()).into()
        }),
        ("当前步骤", |row| row.line.current_step.label().into()),
        ("步骤应于", |row| row.line.step_due.into()),
        ("超期天数", |row| {
            row.overdue.as_ref().map(|late| late.days).into()
        }),
        ("开始", |row| row.line.starts_on.into()),
        ("结束", |row| row.line.ends_on.into()),
    ],
};
