//! What the words of a form mean, and what is stored as a form would have typed it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{NaiveDateTime, Timelike};
use serde::Serialize;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::Values;
use crate::clock::{self, Instant};
use crate::error::{Error, Result};
use crate::web::{call, errors, serde_path};
use crate::{money, text};

/// Empty values count as absent; local times (`2026-03-01T09:00`, of fields ending in `_at` or `deadline`) are
/// Shanghai's and become instants, amounts of money are typed in 元 and become 分. Rows of a repeated group that are empty throughout drop out, keeping their order.
pub fn parse_pairs<T: DeserializeOwned + Validate>(pairs: &[(String, String)]) -> Result<T> {
    let mut rows: BTreeMap<String, BTreeMap<usize, usize>> = BTreeMap::new();
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    sound_names(pairs)?;
    for (name, value) in pairs {
        if name.contains('\0') || value.contains('\0') {
            return Err(errors::unseen(&name.replace('\0', "")));
        }
        let value = cleaned(name, value)?;
        if value.is_empty() {
            continue;
        }
        let name = renumber(name, &mut rows);
        let value = match kind_of(&name) {
            Kind::Instant => instant_of(&value),
            Kind::Money => money::from_yuan(&value)
                .ok_or_else(|| {
                    Error::field(&name, "请填写金额，以元为单位，最多两位小数，如 12000.50。")
                })?
                .to_string(),
            Kind::Plain => value.into_owned(),
        };
        encoded.append_pair(&name, &value);
    }
    let text = encoded.finish();
    let input: T = serde_qs::Config::new()
        .max_depth(DEPTH)
        .use_form_encoding(true)
        .deserialize_str::<serde_path::Tracked<T>>(&text)
        .map_err(|error| Error::Invalid(errors::from_serde("", &error.to_string())))?
        .into_result()
        .map_err(|(path, message)| Error::Invalid(errors::from_serde(&path, &message)))?;
    call::valid(input)
}

/// How deep the fields of a form lie in each other, at the most.
const DEPTH: usize = 6;
/// Rows of a repeated group are numbered from 0 to this.
const LAST_ROW: usize = 999;

/// A row's number is no reason to make all those before it, nor a name to go as deep as it likes.
pub(crate) fn sound_names(pairs: &[(String, String)]) -> Result<()> {
    for (name, _) in pairs {
        let inside = || {
            name.split('[')
                .skip(1)
                .map(|part| part.trim_end_matches(']'))
        };
        let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let within = |part: &str| part.parse().is_ok_and(|row: usize| row <= LAST_ROW);
        if inside().count() >= DEPTH {
            let name = errors::brief(name);
            return Err(Error::field(&name, format!("“{name}”嵌套太深。")));
        }
        if inside().any(|part| number(part) && !within(part)) {
            let name = errors::brief(name);
            let words = format!("“{name}”的行号太大，最多到 {LAST_ROW}。");
            return Err(Error::field(name, words));
        }
    }
    Ok(())
}

/// `targets[3][unit]` becomes `targets[1][unit]` if rows 0 and 3 are the only ones with anything in them.
fn renumber(name: &str, rows: &mut BTreeMap<String, BTreeMap<usize, usize>>) -> String {
    let Some((head, rest)) = name.split_once('[') else {
        return name.to_owned();
    };
    let Some((index, tail)) = rest.split_once(']') else {
        return name.to_owned();
    };
    let Ok(index) = index.parse::<usize>() else {
        return name.to_owned();
    };
    let known = rows.entry(head.to_owned()).or_default();
    let next = known.len();
    let index = *known.entry(index).or_insert(next);
    format!("{head}[{index}]{tail}")
}

fn cleaned<'a>(name: &str, value: &'a str) -> Result<Cow<'a, str>> {
    if text::is_secret(name) {
        return Ok(Cow::Borrowed(value));
    }
    text::clean(value).map_err(|text::ControlCharacter| errors::unseen(name))
}

/// How people type what a field means, told by its name.
enum Kind {
    /// Shanghai's local time: `_at`, `deadline`.
    Instant,
    /// 元: `amount`, `budget`, `budget_ceiling`.
    Money,
    Plain,
}

fn kind_of(name: &str) -> Kind {
    let field = name.trim_end_matches(']');
    let field = field.rsplit('[').next().unwrap_or(field);
    if field.ends_with("_at") || field.ends_with("deadline") {
        Kind::Instant
    } else if matches!(field, "amount" | "budget" | "budget_ceiling") {
        Kind::Money
    } else {
        Kind::Plain
    }
}

fn instant_of(value: &str) -> String {
    read_instant(value).map_or_else(|| value.to_owned(), |at| at.to_string())
}

/// Value of an `<input type="datetime-local">`: as exact as need be, to the millisecond, so that what nobody touched is what it was.
fn input_instant(at: Instant) -> String {
    let at = clock::local(at);
    let shape = match (at.second(), at.nanosecond()) {
        (0, 0) => "%Y-%m-%dT%H:%M",
        (_, 0) => "%Y-%m-%dT%H:%M:%S",
        (_, _) => "%Y-%m-%dT%H:%M:%S%.3f",
    };
    at.format(shape).to_string()
}

/// What such an input sends, or nothing if it is no local time.
pub fn read_instant(typed: &str) -> Option<Instant> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%.f"]
        .iter()
        .find_map(|shape| NaiveDateTime::parse_from_str(typed, shape).ok())
        .map(clock::from_local)
}

/// An input as a form would have typed it: for filling an edit form from what is stored.
pub fn values_of<T: Serialize>(input: &T) -> Result<Values> {
    let mut values = Values::new();
    flatten(String::new(), &serde_json::to_value(input)?, &mut values);
    Ok(values)
}

fn flatten(name: String, value: &serde_json::Value, values: &mut Values) {
    use serde_json::Value;
    match value {
        Value::Null => {}
        Value::Bool(flag) => {
            values.insert(name, flag.to_string());
        }
        Value::Number(number) => {
            let shown = match (kind_of(&name), number.as_i64()) {
                (Kind::Money, Some(cents)) => money::to_yuan(cents),
                _ => number.to_string(),
            };
            values.insert(name, shown);
        }
        Value::String(text) => {
            let shown = match kind_of(&name) {
                Kind::Instant => text.parse().map_or_else(|_| text.clone(), input_instant),
                Kind::Money | Kind::Plain => text.clone(),
            };
            values.insert(name, shown);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if !item.is_object() && !item.is_array() {
                    let plain = item
                        .as_str()
                        .map_or_else(|| item.to_string(), str::to_owned);
                    values.insert(format!("{name}[]={plain}"), "1".to_owned());
                }
                flatten(format!("{name}[{index}]"), item, values);
            }
        }
        Value::Object(fields) => {
            for (field, item) in fields {
                let inner = if name.is_empty() {
                    field.clone()
                } else {
                    format!("{name}[{field}]")
                };
                flatten(inner, item, values);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        title: String,
        opens_at: clock::Instant,
        quota: i64,
        #[serde(default)]
        note: Option<String>,
        #[serde(default)]
        rows: Vec<Row>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Row {
        name: String,
        mark: f64,
    }

    fn parse(text: &str) -> Result<Sample> {
        parse_pairs(&super::super::pairs(text.as_bytes()))
    }

    #[test]
    fn a_form_reads_like_a_body_and_back() {
        let sample = parse(
            "title=%E5%AE%89&opens_at=2026-03-01T09:00&quota=2&note=&rows[0][name]=a&rows[0][mark]=36.5&rows[1][name]=&rows[3][name]=b&rows[3][mark]=1",
        )
        .unwrap();
        assert_eq!(sample.title, "安");
        assert_eq!(sample.opens_at.to_string(), "2026-03-01T01:00:00Z");
        assert_eq!(sample.rows.len(), 2);
        let values = values_of(&sample).unwrap();
        assert_eq!(values["opens_at"], "2026-03-01T09:00");
        assert_eq!(values["rows[1][name]"], "b");
    }

    #[test]
    fn what_nobody_touched_is_what_it_was() {
        for (at, typed) in [
            ("2026-03-01T16:30:00Z", "2026-03-02T00:30"),
            ("2026-03-01T15:59:59Z", "2026-03-01T23:59:59"),
            ("2026-03-01T16:30:00.5Z", "2026-03-02T00:30:00.500"),
            ("2026-03-01T16:30:01.25Z", "2026-03-02T00:30:01.250"),
        ] {
            let at: Instant = at.parse().unwrap();
            assert_eq!(input_instant(at), typed);
            assert_eq!(read_instant(typed), Some(at));
        }
        assert_eq!(read_instant("2026-03-02 00:30"), None);
    }

    #[test]
    fn errors_name_the_field() {
        for (text, field) in [
            ("opens_at=2026-03-01T09:00&quota=2", "title"),
            ("title=a&opens_at=2026-03-01T09:00&quota=x", "quota"),
            ("title=a&opens_at=yesterday&quota=1", "opens_at"),
            (
                "title=a&opens_at=2026-03-01T09:00&quota=1&rows[0][name]=a",
                "rows[0][mark]",
            ),
            (
                "title=a&opens_at=2026-03-01T09:00&quota=1&colour=red",
                "colour",
            ),
            ("rows[99000][name]=a", "rows[99000][name]"),
            (
                "rows[0][name][1000000000000]=a",
                "rows[0][name][1000000000000]",
            ),
            ("rows[99999999999999999999]=a", "rows[99999999999999999999]"),
            ("a[b][c][d][e][f][g]=1", "a[b][c][d][e][f][g]"),
        ] {
            match parse(text) {
                Err(Error::Invalid(fields)) => {
                    assert_eq!(fields.keys().next().unwrap(), field, "{text}");
                    let said = &fields[field][0];
                    let latin = said.replace(field, "");
                    assert!(!latin.contains(|c: char| c.is_ascii_lowercase()), "{said}");
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
