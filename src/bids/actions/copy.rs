//! Beginning with what one's own organization wrote before: nothing has to be keyed twice.

use serde::Serialize;

use crate::bids::{Bid, rules, store};
use crate::clock::show_date;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, UserId};
use crate::people;
use crate::sealing;
use crate::who::{Actor, policy};

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

/// Fills an untouched draft with an earlier bid's words.
pub fn copy(tx: &mut Tx, actor: &Actor, id: BidId, version: i64, from: BidId) -> Result<Bid> {
    let (bid, _) = super::visible(tx, actor, id)?;
    policy::may_act_for(actor, bid.organization_id)?;
    rules::next(bid.state, rules::Action::Save)?;
    let source = match super::visible(tx, actor, from) {
        Ok((source, _)) if source.organization_id == bid.organization_id && source.id != id => {
            source
        }
        Ok(_) | Err(Error::NotFound) => {
            return Err(Error::field("source_id", "只能照抄本组织以前的申报书。"));
        }
        Err(other) => return Err(other),
    };
    let draft = super::content_of(tx, actor, &bid)?.ok_or_else(sealing::locked)?;
    if !rules::untouched(&draft) {
        return Err(
            Refusal::new("draft_not_empty", "草稿里已经写了内容，照抄会盖掉它。")
                .remedy("请另起草一份，再照抄。")
                .into(),
        );
    }
    let old = super::content_of(tx, actor, &source)?.ok_or_else(sealing::locked)?;
    let roster: Vec<UserId> = people::roster(tx, bid.organization_id)?
        .into_iter()
        .map(|user| user.id)
        .collect();
    let content = rules::copied(&old, from, &draft, &roster);
    super::save(tx, actor, id, version, &content)
}
