//! One question to a face of a room: who asks, when, about what, on one snapshot of the data.

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest};
use serde::Serialize;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::forms::{self, Values};
use super::paging::Listing;
use super::shell::Page;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{FieldErrors, Refusal, Result};
use crate::web::App;
use crate::who::Actor;

pub struct Ask<'a> {
    pub c: &'a mut Conn,
    pub actor: &'a Actor,
    pub now: Instant,
    pub app: &'a App,
    /// The address without its query.
    pub path: &'a str,
    pub(super) query: &'a str,
    /// Asked by `HEAD`: nobody sees the answer, and what is shown once is not used up.
    pub head: bool,
    pub again: Again,
}

/// Asked by `HEAD`.
pub(super) struct OnlyHead;

/// Whether nobody will see the body of the answer.
pub(super) fn only_head(req: &HttpRequest) -> bool {
    req.extensions().contains::<OnlyHead>()
}

/// What a face does with a question, once the address is read.
pub type Job<R> = Box<dyn FnOnce(&mut Ask) -> Result<R> + Send>;
/// Reads the address.
pub type Maker<R> = Arc<dyn Fn(&HttpRequest) -> Result<Job<R>> + Send + Sync>;

/// The same, asked several times: for each page of a list.
pub type Pager<R> = Box<dyn FnMut(&mut Ask) -> Result<R> + Send>;
/// Reads the address.
pub type Pages<R> = Arc<dyn Fn(&HttpRequest) -> Result<Pager<R>> + Send + Sync>;

impl Ask<'_> {
    /// What a query needs: the data, who asks, and when.
    pub fn parts(&mut self) -> (&mut Conn, &Actor, Instant) {
        (self.c, self.actor, self.now)
    }

    /// The query string, known keys only; empty values count as absent.
    pub fn query<Q: DeserializeOwned + Validate>(&self) -> Result<Q> {
        forms::parse_pairs(&forms::pairs(self.query.as_bytes()))
    }

    /// A page of a list, with the links on and back to its first page under the same filters.
    pub fn paged<T: Serialize>(&self, template: &'static str, listing: &Listing<T>) -> Page {
        let pairs = forms::pairs(self.query.as_bytes());
        let (cursor, filters): (Vec<_>, Vec<_>) = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .partition(|(name, _)| name == "cursor");
        let address = |cursor: Option<&String>| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(filters.iter().copied());
            query.extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
            format!("{}?{}", self.path, query.finish())
        };
        let next = listing.next_cursor.as_ref();
        Page::new(template)
            .with("listing", listing)
            .with("next", &next.map(|cursor| address(Some(cursor))))
            .with("first", &(!cursor.is_empty()).then(|| address(None)))
    }
}

/// What a refused form is shown again with; empty at a first look.
#[derive(Debug, Clone, Default)]
pub struct Again {
    /// What was tried: the verb's name.
    pub verb: &'static str,
    pub values: Values,
    pub errors: FieldErrors,
    /// Somebody else changed the subject meanwhile.
    pub conflict: Option<Refusal>,
    /// What is stored now and differs from what was typed, by the field's id on the page: shown beside it.
    pub(super) theirs: Values,
    /// A group of rows that is to have one more, asked for without a script.
    pub add: Option<String>,
}

impl Again {
    /// What was typed into a form that its handler read itself.
    pub fn typed(values: Values, errors: FieldErrors) -> Self {
        Self {
            values,
            errors,
            ..Self::default()
        }
    }

    /// What is stored: at a first look the form shows it, after a conflict it stands beside what was typed.
    pub fn fill<T: Serialize>(&mut self, stored: &T) -> Result<()> {
        let stored = forms::values_of(stored)?;
        if self.values.is_empty() {
            self.values = stored;
        } else if self.conflict.is_some() {
            let differs = |(name, value): &(String, String)| {
                !name.contains('=') && self.value(name).trim() != value.trim()
            };
            let changed = stored.into_iter().filter(differs);
            self.theirs = changed
                .map(|(name, value)| (format!("f-{name}"), value))
                .collect();
        }
        Ok(())
    }

    /// What was ticked of a group of boxes.
    pub fn ticked<T: From<i64>>(&self, name: &str) -> Vec<T> {
        let prefix = format!("{name}[]=");
        self.values
            .keys()
            .filter_map(|key| key.strip_prefix(&prefix)?.parse::<i64>().ok())
            .map(T::from)
            .collect()
    }

    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// Rows to show of a repeated group: those typed, `least` at the least, one more where it was asked for.
    pub fn rows(&self, group: &str, least: usize) -> usize {
        let head = format!("{group}[");
        let typed = self
            .values
            .keys()
            .filter_map(|name| name.strip_prefix(&head)?.split_once(']')?.0.parse().ok())
            .map(|index: usize| index.saturating_add(1))
            .max()
            .unwrap_or(0)
            .min(200);
        let more = usize::from(self.add.as_deref() == Some(group));
        typed.max(least) + more
    }

    /// Puts words, faults and the conflict on the page, with the status they ask for.
    pub(super) fn onto(self, mut page: Page) -> Page {
        if !page.context.contains_key("values") {
            page.context.insert("values", &self.values);
        }
        if !page.context.contains_key("errors") {
            page.context.insert("errors", &self.errors);
        }
        page.context.insert("tried", self.verb);
        page.context.insert("conflict", &self.conflict);
        page.context.insert("theirs", &self.theirs);
        if self.conflict.is_some() {
            page.status = 409;
        } else if !self.errors.is_empty() {
            page.status = 422;
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_their_highest_number() {
        let again = Again {
            values: Values::from([
                ("targets[0][name]".into(), "a".into()),
                ("targets[2][name]".into(), "b".into()),
                ("targets[2][name]=b".into(), "1".into()),
            ]),
            add: Some("targets".into()),
            ..Again::default()
        };
        assert_eq!(again.rows("targets", 1), 4);
        assert_eq!(again.rows("budget", 2), 2);
    }
}
