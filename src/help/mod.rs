//! The manual: a page per role, in Chinese, kept as data in `seed/help.json`.

pub mod pages;
pub mod room;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::who::Role;

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Guide {
    pub title: String,
    pub intro: String,
    pub steps: Vec<Step>,
    pub faq: Vec<Question>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub title: String,
    pub text: String,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub q: String,
    pub a: String,
}

/// Role code, or `member` for people without an account, to its guide.
type Guides = std::collections::HashMap<String, Guide>;

static GUIDES: LazyLock<Guides> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../seed/help.json")).unwrap_or_else(|error| {
        log::error!("seed/help.json: {error}");
        Guides::new()
    })
});

/// The page of people without an account.
pub const MEMBER: &str = "member";

/// Keys in the order the list shows them.
pub fn keys() -> Vec<&'static str> {
    Role::ALL
        .iter()
        .map(|role| role.as_str())
        .chain([MEMBER])
        .collect()
}

pub fn guide(key: &str) -> Option<&'static Guide> {
    GUIDES.get(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_its_page() {
        for key in keys() {
            let guide = guide(key).unwrap_or_else(|| panic!("{key}"));
            assert!(!guide.steps.is_empty() && !guide.faq.is_empty(), "{key}");
        }
        assert_eq!(GUIDES.len(), keys().len());
    }
}
