//! `/api/v1/{cases,sites,replications}`: keeping the showcase. The public side is in `portal`.

use super::scene::{CaseScene, ReplicationScene, SiteScene};
use crate::error::Result;
use crate::ids::{CaseId, ReplicationId, SiteId};
use crate::verbs::reading;
use crate::web::{Ask, Reply};

pub fn case(ask: &mut Ask, id: CaseId) -> Result<Reply> {
    reading::<CaseScene>(ask, id)
}

pub fn site(ask: &mut Ask, id: SiteId) -> Result<Reply> {
    reading::<SiteScene>(ask, id)
}

pub fn replication(ask: &mut Ask, id: ReplicationId) -> Result<Reply> {
    reading::<ReplicationScene>(ask, id)
}
