//! Lists page by key, never by offset.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use validator::Validate;

use super::forms;
use crate::error::{Error, Result};

/// Rows a list shows unless told.
pub const DEFAULT_LIMIT: i64 = 50;

/// `limit` and `cursor` of any list.
#[derive(Debug, Clone, Default, Deserialize, Serialize, Validate, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Rows wanted, 1 to 200; 50 unless told.
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl PageQuery {
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// The key to go on after.
    pub fn after(&self) -> Result<Option<i64>> {
        self.cursor.as_deref().map(Cursor::read).transpose()
    }
}

/// A key with a check sum, so that a made-up cursor is refused.
pub struct Cursor;

impl Cursor {
    pub fn write(key: i64) -> String {
        format!("{key:x}-{}", Self::check(key))
    }

    fn check(key: i64) -> String {
        Sha256::digest(format!("biaogan cursor {key}"))
            .iter()
            .take(4)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    pub fn read(text: &str) -> Result<i64> {
        text.split_once('-')
            .and_then(|(key, check)| {
                let key = i64::from_str_radix(key, 16).ok()?;
                (Self::check(key) == check).then_some(key)
            })
            .ok_or_else(|| Error::field("cursor", "游标无效，请从第一页重新开始。"))
    }
}

/// One page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Listing<T> {
    pub items: Vec<T>,
    /// For the next page; null on the last.
    pub next_cursor: Option<String>,
}

impl<T> Listing<T> {
    /// From `limit + 1` rows: the one too many tells that there is more.
    pub fn new(mut items: Vec<T>, limit: i64, key: impl Fn(&T) -> i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items
            .last()
            .filter(|_| more)
            .map(|last| Cursor::write(key(last)));
        Self { items, next_cursor }
    }

    pub fn map<U>(self, body: impl FnMut(T) -> U) -> Listing<U> {
        Listing {
            items: self.items.into_iter().map(body).collect(),
            next_cursor: self.next_cursor,
        }
    }
}

/// A query string with known keys only; empty values count as absent.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(forms::parse_pairs(&forms::pairs(req.query_string().as_bytes())).map(Self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_and_a_made_up_one_does_not() {
        assert_eq!(Cursor::read(&Cursor::write(77)).unwrap(), 77);
        for made_up in [
            "77",
            "4d-00000000",
            "",
            "zz-1",
            "-",
            "ffffffffffffffffffff-1",
        ] {
            assert!(Cursor::read(made_up).is_err(), "{made_up}");
        }
    }

    #[test]
    fn the_row_too_many_is_not_shown() {
        let page = Listing::new(vec![9, 8, 7], 2, |row| *row);
        assert_eq!(page.items, [9, 8]);
        assert_eq!(Cursor::read(&page.next_cursor.unwrap()).unwrap(), 8);
        assert!(
            Listing::new(vec![9, 8], 2, |row| *row)
                .next_cursor
                .is_none()
        );
    }
}
