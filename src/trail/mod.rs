//! What the trail can say: its verbs, and an event before it is given its place in a chain.
//!
//! These are plain data on the ground, so that a refusal can carry the event it asks for; [`crate::audit`] writes them
//! down.

mod verbs;

use serde_json::Value;

pub use verbs::{Verb, label, subject_kind, subject_label};

use crate::ids::{OrganizationId, RoundId};

/// Which chain an event belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    System,
    Committee(OrganizationId),
}

/// What happened, before it is given its place in the chain.
#[derive(Debug, Clone)]
pub struct Event {
    pub verb: Verb,
    pub chain: Chain,
    /// On whose behalf.
    pub organization: Option<OrganizationId>,
    pub subject_kind: &'static str,
    pub subject_id: i64,
    pub subject_version: i64,
    /// The round it belongs to, if any.
    pub round: Option<RoundId>,
    /// Facts worth keeping; never a sealed bid's content.
    pub detail: Value,
}

impl Event {
    pub fn new(verb: Verb, chain: Chain, subject_kind: &'static str, subject_id: i64) -> Self {
        Self {
            verb,
            chain,
            organization: None,
            subject_kind,
            subject_id,
            subject_version: 1,
            round: None,
            detail: Value::Null,
        }
    }

    /// About something else than the round or bid the event was made for.
    #[must_use]
    pub fn subject(mut self, kind: &'static str, id: i64) -> Self {
        self.subject_kind = kind;
        self.subject_id = id;
        self
    }

    #[must_use]
    pub fn organization(mut self, organization: OrganizationId) -> Self {
        self.organization = Some(organization);
        self
    }

    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.subject_version = version;
        self
    }

    #[must_use]
    pub fn round(mut self, round: RoundId) -> Self {
        self.round = Some(round);
        self
    }

    #[must_use]
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}
