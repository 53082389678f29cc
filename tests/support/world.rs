//! A company in the middle of its work, and which of its subjects stands in for `{id}` in each route's path.

use std::collections::BTreeMap;

/// Ids of subjects by kind: `round`, `bid`, `contract` …; a kind nobody made has no entry.
#[derive(Debug, Clone, Default)]
pub struct World {
    ids: BTreeMap<&'static str, String>,
}

/// An id nothing has.
pub const NOBODY: &str = "404404404";

impl World {
    pub fn set(&mut self, kind: &'static str, id: impl ToString) {
        self.ids.insert(kind, id.to_string());
    }

    pub fn get(&self, kind: &str) -> Option<&str> {
        self.ids.get(kind).map(String::as_str)
    }

    /// The pattern with its variables replaced.
    pub fn fill(&self, pattern: &str) -> String {
        replace(pattern, |kind, variable| match variable {
            "name" => "app.css".to_owned(),
            "role" => "office".to_owned(),
            "step" => "initiation".to_owned(),
            "year" => "2026".to_owned(),
            _ => self.get(kind).unwrap_or(NOBODY).to_owned(),
        })
    }
}

/// Replaces each `{variable}`; `kind` is what the segment before it says, in the singular (`rounds` → `round`), or the
/// variable's own name where that says more (`{round_id}`, `{code}`).
pub fn replace(pattern: &str, with: impl Fn(&str, &str) -> String) -> String {
    let mut before = String::new();
    let mut filled = Vec::new();
    for segment in pattern.split('/') {
        let variable = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match variable {
            Some(variable) => {
                let kind = match variable.strip_suffix("_id") {
                    Some(kind) => kind,
                    None if variable == "id" => before.trim_end_matches('s'),
                    None => variable,
                };
                filled.push(with(kind, variable));
            }
            None => filled.push(segment.to_owned()),
        }
        before = segment.to_owned();
    }
    filled.join("/")
}

/// Whether the pattern has a variable that is an id.
pub fn has_id(pattern: &str) -> bool {
    pattern.contains("{id}") || pattern.contains("_id}")
}
