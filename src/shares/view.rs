//! How shared topics are shown.

use serde::Serialize;
use utoipa::ToSchema;

use super::scene::SharesScene;
use super::store::{Share, Shares};
use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::verbs::Subject;
use crate::who::Actor;

/// A topic several are proposed to win together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SharesShown {
    #[serde(flatten)]
    pub proposal: Shares,
    pub shares: Vec<Share>,
}

impl Subject for SharesScene {
    type Shown = SharesShown;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<SharesShown> {
        let (proposal, shares) = self.proposal.clone().ok_or(Error::NotFound)?;
        Ok(SharesShown { proposal, shares })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let chain = Chain::Committee(self.round.committee_id);
        Event::new(verb, chain, "topic", self.topic.id.0).round(self.round.id)
    }

    fn href(&self) -> String {
        format!("/topics/{}/shares", self.topic.id)
    }
}
