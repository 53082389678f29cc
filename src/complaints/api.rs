//! `/api/v1/complaints` and `/api/v1/public/complaints`.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::ComplaintState;
use super::scene::{BoxScene, Followed, READERS};
use super::store::{self, Complaint, Filter};
use crate::clock;
use crate::error::{Error, Refusal, Result};
use crate::tables::Sheet;
use crate::verbs::{Scene, reading};
use crate::web::{Ask, Cursor, Listing, Reply, paging};

/// Filters of the list, the same on the page.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComplaintsQuery {
    pub state: Option<ComplaintState>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl ComplaintsQuery {
    /// The complaints that this person reads, newest first.
    pub fn run(&self, ask: &mut Ask) -> Result<Listing<Complaint>> {
        let paths = ask.actor.paths_of(READERS);
        if paths.is_empty() {
            return Err(Error::Forbidden(
                Refusal::new("role_required", "意见由党委党建部、党委书记和纪委阅看。")
                    .remedy("提出意见的人凭查询码查看答复。"),
            ));
        }
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let filter = Filter {
            paths,
            state: self.state,
            before: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: limit + 1,
        };
        let rows = store::list(ask.c, &filter)?;
        Ok(Listing::new(rows, limit, |row| row.id.0))
    }
}

pub fn list(ask: &mut Ask) -> Result<Listing<Complaint>> {
    let query: ComplaintsQuery = ask.query()?;
    query.run(ask)
}

pub const COMPLAINTS: Sheet<Complaint> = Sheet {
    name: "意见箱",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("提出时间", |row| row.lodged_at.into()),
        ("姓名", |row| row.name.as_str().into()),
        ("联系方式", |row| row.contact.as_str().into()),
        ("内容", |row| row.content.as_str().into()),
        ("状态", |row| row.state.label().into()),
        ("答复期限", |row| row.due_on.into()),
        ("答复", |row| row.answer.clone().into()),
        ("答复时间", |row| row.answered_at.into()),
    ],
};

/// Of the first committee.
pub fn counts(ask: &mut Ask) -> Result<Reply> {
    let on = BoxScene::load(ask.c, ask.actor, &())?;
    let today = clock::local_date(ask.now);
    Reply::ok(&store::counts(ask.c, on.committee, today)?)
}

pub fn follow(ask: &mut Ask, code: String) -> Result<Reply> {
    reading::<Followed>(ask, code)
}
