//! What a bid is called and whose it is.

use diesel::prelude::*;

use crate::seats::Veil;

/// Title and bidder of a bid as they are loaded: nothing shows them but under a veil that was asked for.
#[derive(Debug, Clone, Queryable)]
pub struct Named {
    title: Option<String>,
    organization: String,
}

impl Named {
    pub fn title(&self, veil: &Veil) -> String {
        veil.text(self.title.as_deref().unwrap_or_default())
    }

    /// The bidder's short name.
    pub fn organization(&self, veil: &Veil) -> String {
        veil.name(&self.organization)
    }
}
