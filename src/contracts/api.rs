//! `/api/v1/contracts`.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::ContractState;
use super::scene::ContractScene;
use super::store::{self, ContractLine, Filter};
use crate::error::Result;
use crate::ids::{ContractId, RoundId};
use crate::tables::Sheet;
use crate::verbs::reading;
use crate::web::{Ask, Cursor, Listing, Reply, paging};
use crate::who::policy::{self, OVERSEERS};

/// Filters of the list, the same on the page.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContractsQuery {
    pub state: Option<ContractState>,
    #[param(value_type = Option<i64>)]
    pub round_id: Option<RoundId>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl ContractsQuery {
    /// The contracts this person may know of, newest first.
    pub fn run(&self, ask: &mut Ask) -> Result<Listing<ContractLine>> {
        policy::business_person(ask.actor)?;
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let filter = Filter {
            organizations: policy::own_work(ask.actor),
            paths: ask.actor.paths_of(OVERSEERS),
            state: self.state,
            round: self.round_id,
            before: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: limit + 1,
        };
        let rows = store::list(ask.c, &filter)?;
        Ok(Listing::new(rows, limit, |line| line.id.0))
    }
}

pub fn list(ask: &mut Ask) -> Result<Listing<ContractLine>> {
    let query: ContractsQuery = ask.query()?;
    query.run(ask)
}

pub const CONTRACTS: Sheet<ContractLine> = Sheet {
    name: "合同",
    columns: &[
        ("合同号", |row| row.number.as_str().into()),
        ("项目", |row| row.title.as_str().into()),
        ("乙方", |row| row.organization.as_str().into()),
        ("状态", |row| row.state.label().into()),
        ("文本版次", |row| row.content_version.into()),
        ("开始", |row| row.starts_on.into()),
        ("结束", |row| row.ends_on.into()),
    ],
};

pub fn show(ask: &mut Ask, id: ContractId) -> Result<Reply> {
    reading::<ContractScene>(ask, id)
}
