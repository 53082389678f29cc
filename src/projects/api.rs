//! `/api/v1/projects`.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::ProjectState;
use super::shown::ProjectLine;
use super::store::{self, Filter};
use crate::clock;
use crate::error::Result;
use crate::web::{Ask, Cursor, Listing, Reply, paging};
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

pub fn list(ask: &mut Ask) -> Result<Reply> {
    let query: ProjectsQuery = ask.query()?;
    Reply::ok(&query.run(ask)?)
}
