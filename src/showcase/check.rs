//! Sites and replications.

use diesel::prelude::*;

use super::SiteState;
use crate::db::Conn;
use crate::db::schema::{replications, sites};
use crate::error::Result;
use crate::ids::{OrganizationId, ReplicationId, SiteId};
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("acceptance", &[named_sites, own_models])];

/// A named site has a date, a term and one to three stars; a delisted one a reason.
fn named_sites(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<SiteId> = sites::table
        .filter(
            sites::state
                .ne(SiteState::Nominated)
                .and(
                    sites::named_on
                        .is_null()
                        .or(sites::term_until.is_null())
                        .or(sites::stars.lt(1))
                        .or(sites::stars.gt(3)),
                )
                .or(sites::state
                    .eq(SiteState::Delisted)
                    .and(sites::delist_reason.is_null())),
        )
        .select(sites::id)
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|site| format!("site {site} lacks what its state asks for"))
        .collect())
}

/// Nobody replicates their own model.
fn own_models(c: &mut Conn) -> Result<Vec<String>> {
    let rows: Vec<(ReplicationId, OrganizationId)> = replications::table
        .inner_join(sites::table)
        .filter(sites::organization_id.eq(replications::organization_id))
        .select((replications::id, replications::organization_id))
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|(replication, organization)| {
            format!("replication {replication}: organization {organization} copies its own site")
        })
        .collect())
}
