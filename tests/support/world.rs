//! A company in the middle of its work, and which of its subjects stands in for `{id}` in each route's path.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TestApp;

/// Ids of subjects by kind: `round`, `bid`, `contract` …; a kind nobody made has no entry.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct World {
    ids: BTreeMap<String, String>,
}

/// An id nothing has.
pub const NOBODY: &str = "404404404";

impl World {
    /// Somebody to be done something to, and the organizations such bodies name.
    pub fn of_people(app: &TestApp) -> Self {
        let mut world = Self::default();
        world.set("user", app.user_id("biandian"));
        let all = app.actor("sysadmin").reads("/organizations?limit=200");
        for (kind, code) in [("organization", "TX-BD"), ("committee", "TX")] {
            let found = all.items().iter().find(|item| item["code"] == code);
            world.set(kind, found.unwrap()["id"].as_i64().unwrap());
        }
        world
    }

    pub fn set(&mut self, kind: &str, id: impl ToString) {
        self.ids.insert(kind.to_owned(), id.to_string());
    }

    /// The same as set, from an answer's field.
    #[track_caller]
    pub fn note(&mut self, kind: &str, id: &Value) {
        match id {
            Value::Number(id) => self.set(kind, id),
            Value::String(id) => self.set(kind, id),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                panic!("{id} is no {kind}")
            }
        }
    }

    /// As if nobody had made anything else.
    pub fn only(&self, kinds: &[&str]) -> Self {
        let ids = self.ids.iter();
        Self {
            ids: ids
                .filter(|(kind, _)| kinds.contains(&kind.as_str()))
                .map(|(kind, id)| (kind.clone(), id.clone()))
                .collect(),
        }
    }

    #[track_caller]
    pub fn id(&self, kind: &str) -> i64 {
        let id = self.get(kind).unwrap_or_else(|| panic!("no {kind}"));
        id.parse().unwrap()
    }

    pub fn get(&self, kind: &str) -> Option<&str> {
        self.ids.get(kind).map(String::as_str)
    }

    /// The pattern with its variables replaced.
    pub fn fill(&self, pattern: &str) -> String {
        replace(pattern, |kind, variable| match constant(variable) {
            Some(constant) => constant.to_owned(),
            None => self.get(kind).unwrap_or(NOBODY).to_owned(),
        })
    }
}

/// What stands for a variable that names no subject.
fn constant(variable: &str) -> Option<&'static str> {
    Some(match variable {
        "name" => "app.css",
        "role" => "office",
        "step" => "initiation",
        "year" => "2026",
        _ => return None,
    })
}

/// The kinds of subjects the pattern's path names.
pub fn kinds(pattern: &str) -> Vec<String> {
    let found = std::cell::RefCell::new(Vec::new());
    replace(pattern, |kind, variable| {
        if constant(variable).is_none() {
            found.borrow_mut().push(kind.to_owned());
        }
        String::new()
    });
    found.into_inner()
}

/// Replaces each `{variable}`; `kind` is what the segment before it says, in the singular (`rounds` → `round`), or the
/// variable's own name where that says more (`{round_id}`), or both (`vote/{code}` → `vote_code`).
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
                    Some(kind) => kind.to_owned(),
                    None if variable == "id" => before.trim_end_matches('s').to_owned(),
                    // Each kind of code opens something else.
                    None if variable == "code" => format!("{}_code", before.trim_end_matches('s')),
                    None => variable.to_owned(),
                };
                filled.push(with(&kind, variable));
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
