//! `/api/v1/rounds/{id}/shares`.

use serde::Serialize;
use utoipa::ToSchema;

use super::view::SharesShown;
use super::{decided, scene};
use crate::error::Result;
use crate::ids::RoundId;
use crate::rounds;
use crate::web::{Ask, Reply};

/// Shared topics of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharesListed {
    pub items: Vec<SharesShown>,
}

pub fn list(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let (c, actor, _) = ask.parts();
    let round = rounds::visible(c, actor, id)?;
    scene::overseen(c, actor, &round)?;
    let items = decided::of_round(c, round.id)?
        .into_iter()
        .map(|(proposal, shares)| SharesShown { proposal, shares })
        .collect();
    Reply::ok(&SharesListed { items })
}
