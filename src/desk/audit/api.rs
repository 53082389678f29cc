//! `/api/v1/audit` and the public heads.

use serde::Serialize;
use utoipa::ToSchema;

use super::view::AuditQuery;
use crate::audit::{ChainRow, EventRow, heads_shown};
use crate::error::Result;
use crate::tables::Sheet;
use crate::web::{Ask, Listing, Reply};

pub fn list(ask: &mut Ask) -> Result<Listing<EventRow>> {
    let query: AuditQuery = ask.query()?;
    query.run(ask.c, ask.actor)
}

pub const EVENTS: Sheet<EventRow> = Sheet {
    name: "审计事件",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("链", |row| row.chain_id.0.into()),
        ("序号", |row| row.seq.into()),
        ("时间", |row| row.at.into()),
        ("操作人", |row| row.actor_name.as_str().into()),
        ("事件", |row| row.verb.as_str().into()),
        ("对象", |row| row.subject_kind.as_str().into()),
        ("对象编号", |row| row.subject_id.into()),
        ("对象版本", |row| row.subject_version.into()),
        ("详情", |row| row.detail.as_str().into()),
        ("摘要", |row| row.digest.as_str().into()),
    ],
};

#[derive(Debug, Serialize, ToSchema)]
pub struct Heads {
    pub items: Vec<ChainRow>,
}

pub fn heads(ask: &mut Ask) -> Result<Reply> {
    Reply::ok(&Heads {
        items: heads_shown(ask.c)?,
    })
}
