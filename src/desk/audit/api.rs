//! `/api/v1/audit` and the public heads.

use serde::Serialize;
use utoipa::ToSchema;

use super::view::AuditQuery;
use crate::audit::{ChainRow, heads_shown};
use crate::error::Result;
use crate::web::{Ask, Reply};

pub fn list(ask: &mut Ask) -> Result<Reply> {
    let query: AuditQuery = ask.query()?;
    Reply::ok(&query.run(ask.c, ask.actor)?)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Heads {
    pub items: Vec<ChainRow>,
}

pub fn heads(ask: &mut Ask) -> Result<Reply> {
    Reply::ok(&Heads {
        items: heads_shown(ask.c)?,
    })
}
