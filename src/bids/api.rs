//! `/api/v1/rounds/{id}/bids` and `/api/v1/bids`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::actions::history::RevisionLine;
use super::actions::{self, history};
use super::scene::RevisionScene;
use super::store::Filter;
use super::{BidLine, BidState};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};
use crate::rounds::{self, Round};
use crate::seats::Veiled;
use crate::tables::{Cell, Sheet};
use crate::verbs::Scene;
use crate::web::{Ask, Cursor, Listing, PageQuery, Reply, paging};

crate::text_enum! {
    /// Order of a list of bids.
    BidSort { Newest = "newest" "新的在前", Oldest = "oldest" "早的在前" }
}

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BidsQuery {
    pub topic_id: Option<TopicId>,
    pub organization_id: Option<OrganizationId>,
    pub state: Option<BidState>,
    pub sort: Option<BidSort>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl BidsQuery {
    /// The bids of a round that this person may see.
    pub fn run(&self, ask: &mut Ask, round: &Round) -> Result<Listing<BidLine>> {
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let filter = Filter {
            topic: self.topic_id,
            organization: self.organization_id,
            state: self.state,
            oldest_first: self.sort == Some(BidSort::Oldest),
            after: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: limit + 1,
        };
        let lines = actions::list(ask.c, ask.actor, round, &filter)?;
        Ok(Listing::new(lines, limit, |line| line.id.0))
    }
}

pub fn list(ask: &mut Ask, id: RoundId) -> Result<Listing<BidLine>> {
    let query: BidsQuery = ask.query()?;
    let round = rounds::visible(ask.c, ask.actor, id)?;
    query.run(ask, &round)
}

pub const BIDS: Sheet<BidLine> = Sheet {
    name: "申报书",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("组织", |row| row.organization.as_str().into()),
        ("状态", |row| row.state.label().into()),
        ("标的编号", |row| {
            row.topic_id.map(|topic| topic.0).into()
        }),
        ("项目", |row| row.title.clone().into()),
        ("负责人", |row| match &row.leader {
            Veiled::Seen(leader) => leader.clone().into(),
            Veiled::Covered => Cell::Empty,
        }),
        ("预算（元）", |row| {
            row.budget_total.map_or(Cell::Empty, Cell::Money)
        }),
        ("提交时间", |row| row.submitted_at.into()),
        ("SHA-256", |row| row.digest.clone().into()),
    ],
};

/// What a submission would be refused for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompletenessShown {
    pub complete: bool,
    pub missing: Vec<history::Lacking>,
}

pub fn completeness(ask: &mut Ask, id: BidId) -> Result<Reply> {
    let on = history::own(ask.c, ask.actor, id)?;
    let missing = history::completeness(ask.c, ask.actor, &on)?;
    let complete = missing.is_empty();
    Reply::ok(&CompletenessShown { complete, missing })
}

pub fn revisions(ask: &mut Ask, id: BidId) -> Result<Listing<RevisionLine>> {
    let query: PageQuery = ask.query()?;
    let on = history::own(ask.c, ask.actor, id)?;
    let limit = query.limit();
    let rows = history::page(ask.c, ask.actor, &on.bid, query.after()?, limit)?;
    Ok(Listing::new(rows, limit, |line| line.revision))
}

pub const REVISIONS: Sheet<RevisionLine> = Sheet {
    name: "修订记录",
    columns: &[
        ("修订", |row| row.revision.into()),
        ("保存人", |row| row.saved_by_name.as_str().into()),
        ("保存时间", |row| row.saved_at.into()),
        ("提交时间", |row| row.submitted_at.into()),
        ("改了什么", |row| {
            row.changed.as_ref().map(|names| names.join("、")).into()
        }),
    ],
};

/// What a revision is compared with.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgainstQuery {
    /// Another revision, older or newer; the one before unless told.
    pub against: Option<i64>,
}

pub fn revision(ask: &mut Ask, named: (BidId, i64)) -> Result<Reply> {
    let query: AgainstQuery = ask.query()?;
    let on = RevisionScene::load(ask.c, ask.actor, &named)?;
    Reply::ok(&history::compared(ask.c, ask.actor, &on, query.against)?)
}
