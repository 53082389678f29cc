//! What one's own organization wrote before, to begin with: nothing has to be keyed twice.

use serde::Serialize;

use crate::bids::{Bid, rules, store};
use crate::clock::show_date;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::BidId;
use crate::sealing;
use crate::who::Actor;

/// How many earlier bids are offered.
const OFFERED: i64 = 50;

/// An earlier bid of the organization, whatever became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    pub id: BidId,
    /// Title, what became of it and when it was last saved.
    pub label: String,
}

/// What an untouched draft may begin with, newest first; nothing for one that is written in already.
pub fn copy_sources(c: &mut Conn, actor: &Actor, bid: &Bid) -> Result<Vec<Source>> {
    let Some(draft) = super::content_of(c, actor, bid)? else {
        return Ok(Vec::new());
    };
    if !rules::untouched(&draft) {
        return Ok(Vec::new());
    }
    let own = store::of_organizations(c, &[bid.organization_id], OFFERED)?;
    let ids: Vec<BidId> = own.iter().map(|bid| bid.id).collect();
    let secrets = sealing::secrets_of(c, actor, &ids)?;
    let mut sources = Vec::new();
    for earlier in own.iter().filter(|earlier| earlier.id != bid.id) {
        let title = match &earlier.title {
            Some(title) => Some(title.clone()),
            None => super::title_of(&earlier.draft, secrets.get(&earlier.id))?,
        };
        if let Some(title) = title {
            let saved = show_date(crate::clock::local(earlier.draft_saved_at).date());
            sources.push(Source {
                id: earlier.id,
                label: format!("{title}（{}，{saved}）", earlier.state.label()),
            });
        }
    }
    Ok(sources)
}
