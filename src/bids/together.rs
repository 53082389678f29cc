//! Bids that go on as one: who reads whose. How they come together is told in [`crate::joint`].

use super::store::topics;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId};

/// The bids that go together with those of these organizations in joint ones of the round.
pub fn together(c: &mut Conn, round: RoundId, own: &[OrganizationId]) -> Result<Vec<BidId>> {
    if own.is_empty() {
        return Ok(Vec::new());
    }
    let all = topics::merged_in(c, round)?;
    let leads: Vec<BidId> = all
        .iter()
        .filter(|(_, _, organization)| own.contains(organization))
        .map(|(lead, _, _)| *lead)
        .collect();
    Ok(all
        .into_iter()
        .filter(|(lead, _, _)| leads.contains(lead))
        .map(|(_, bid, _)| bid)
        .collect())
}

/// The bids that went into these.
pub fn within(c: &mut Conn, round: RoundId, leads: &[BidId]) -> Result<Vec<BidId>> {
    Ok(topics::merged_in(c, round)?
        .into_iter()
        .filter(|(lead, bid, _)| lead != bid && leads.contains(lead))
        .map(|(_, bid, _)| bid)
        .collect())
}
