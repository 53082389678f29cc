//! What a bid is called and whose it is.

use diesel::dsl;
use diesel::prelude::*;

use crate::db::schema::{bids, organizations};
use crate::seats::Veil;
use crate::text::containing;

type Holds<Column> = dsl::Escape<dsl::Like<Column, String>>;

/// Opened bids in whose title, or whose organization's short name, the word stands.
pub fn called(
    word: &str,
) -> dsl::Or<Holds<dsl::AssumeNotNull<bids::title>>, Holds<organizations::short_name>> {
    let word = containing(word);
    let title = bids::title.assume_not_null().like(word.clone());
    let organization = organizations::short_name.like(word);
    title.escape('\\').or(organization.escape('\\'))
}

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
