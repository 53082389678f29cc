//! The trail as a page.

use serde::Serialize;

use super::view::AuditQuery;
use crate::audit::{ChainRow, heads_shown};
use crate::db::Conn;
use crate::error::Result;
use crate::people;
use crate::web::{Ask, Page};

/// `GET /audit`
pub fn list(ask: &mut Ask) -> Result<Page> {
    let query: AuditQuery = ask.query()?;
    let listing = query.run(ask.c, ask.actor)?;
    Ok(ask
        .paged("audit/list.html", &listing)
        .with("heads", &heads(ask.c)?)
        .with("contradicted", &ask.app.heads_fault().is_some())
        .with("subject", &query.subject.unwrap_or_default()))
}

#[derive(Serialize)]
struct Head {
    name: String,
    #[serde(flatten)]
    chain: ChainRow,
}

/// The heads, which anybody may see, under the names of their committees.
fn heads(c: &mut Conn) -> Result<Vec<Head>> {
    let chains = heads_shown(c)?;
    let ids: Vec<_> = chains.iter().filter_map(|one| one.committee_id).collect();
    let names = people::names(c, &ids)?;
    let name = |chain: &ChainRow| match &chain.committee_id {
        Some(id) => names.get(id).cloned().unwrap_or_default(),
        None => "系统".to_owned(),
    };
    Ok(chains
        .into_iter()
        .map(|chain| Head {
            name: name(&chain),
            chain,
        })
        .collect())
}
