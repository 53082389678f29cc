//! `/help` and `/help/{role}`.

use serde_json::{Value, json};

use super::{guide, keys};
use crate::error::{Error, Result};
use crate::web::{Ask, Page};

/// `GET /help`
pub fn index(ask: &mut Ask) -> Result<Page> {
    let grants = ask.actor.grants();
    let (mine, others): (Vec<_>, Vec<_>) = keys()
        .into_iter()
        .partition(|key| grants.iter().any(|grant| grant.role.as_str() == *key));
    Ok(Page::new("help/index.html")
        .with("mine", &entries(mine))
        .with("others", &entries(others)))
}

fn entries(keys: Vec<&'static str>) -> Vec<Value> {
    let entry = |key: &str| {
        let guide = guide(key)?;
        Some(json!({ "href": format!("/help/{key}"), "title": guide.title, "intro": guide.intro }))
    };
    keys.into_iter().filter_map(entry).collect()
}

/// `GET /help/{role}`
pub fn show(_: &mut Ask, key: String) -> Result<Page> {
    let guide = guide(&key).ok_or(Error::NotFound)?;
    Ok(Page::new("help/show.html").with("guide", guide))
}
