//! Turning deserialization and validation failures into field errors, and errors into problem+json.

use std::collections::BTreeMap;

use serde::Serialize;
use validator::{ValidationErrors, ValidationErrorsKind};

use crate::error::{Error, FieldErrors};

/// RFC 9457 problem details.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells them apart.
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[schema(example = "Conflict")]
    pub title: String,
    #[schema(example = 409)]
    pub status: u16,
    /// For people, in Chinese: what is wrong and what would change it.
    #[schema(example = "截止时间已过，不能再提交。")]
    pub detail: String,
    /// Stable, for programs.
    #[schema(example = "deadline_passed")]
    pub code: &'static str,
    pub request_id: String,
    /// Field name to what is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<FieldErrors>,
}

impl Problem {
    pub fn new(error: &Error, request_id: &str) -> Self {
        let refusal = error.refusal();
        let status = error.status();
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: format!("{}{}", refusal.reason, refusal.remedy),
            code: refusal.code,
            request_id: request_id.to_owned(),
            fields: error.fields().cloned(),
        }
    }
}

/// `targets[0].unit` as a form names it: `targets[0][unit]`.
fn form_name(path: &str) -> String {
    let mut name = String::new();
    for (nth, part) in path.split('.').enumerate() {
        if nth == 0 || part.starts_with('[') {
            name.push_str(part);
            continue;
        }
        match part.split_once('[') {
            Some((field, rest)) => name.push_str(&format!("[{field}][{rest}")),
            None => name.push_str(&format!("[{part}]")),
        }
    }
    name
}

/// What serde said, for people.
pub fn from_serde(path: &str, message: &str) -> FieldErrors {
    let quoted = message.split('`').nth(1).unwrap_or_default();
    let inside = |field: &str| {
        let full = if path == "." || path.is_empty() {
            field.to_owned()
        } else {
            format!("{path}.{field}")
        };
        form_name(&full)
    };
    let (name, text) = if message.starts_with("missing field") {
        (inside(quoted), "请填写这一项。".to_owned())
    } else if message.starts_with("unknown field") {
        // serde_path_to_error already names the unknown field itself.
        let full = form_name(path);
        let name = if full.ends_with(&format!("[{quoted}]")) || full == quoted {
            full
        } else {
            inside(quoted)
        };
        (name, no_field(quoted))
    } else if message.starts_with("duplicate field") {
        (inside(quoted), "这一项重复了。".to_owned())
    } else if message.starts_with("unknown variant") {
        (
            form_name(path),
            format!("没有“{}”这个选项。", brief(quoted)),
        )
    } else {
        (form_name(path), expected(message).to_owned())
    };
    let name = if name.is_empty() || name == "." {
        "body".to_owned()
    } else {
        name
    };
    BTreeMap::from([(name, vec![text])])
}

/// A name that nothing is called by.
pub fn no_field(name: &str) -> String {
    format!("没有“{}”这个字段。", brief(name))
}

/// The beginning of what somebody sent, for telling it back.
pub fn brief(text: &str) -> String {
    text.chars().take(60).collect()
}

/// What should stand there, by how a deserializer says it: the end of its sentence, or all of it.
const EXPECTED: &[(&str, &str)] = &[
    ("expected f", "请填写数字。"),
    ("expected unit", "这一项应当为空。"),
    ("expected i", "请填写整数，且不要太大或太小。"),
    ("expected u", "请填写不小于零的整数，且不要太大。"),
    ("expected a boolean", "请填写是或否（true 或 false）。"),
    ("expected a string", "请填写文字。"),
    ("expected a sequence", "请填写一个列表。"),
    ("expected a map", "请填写一个对象。"),
    ("expected struct", "请填写一个对象。"),
    ("expected tuple", "列表的长短不对。"),
    ("expected a tuple", "列表的长短不对。"),
    ("expected variant", "请从给定的选项里选一个。"),
    ("expected enum", "请从给定的选项里选一个。"),
    (
        "date and time",
        "请填写日期和时间，如 2026-03-02T09:00:00+08:00。",
    ),
    ("formatted date", "请填写日期，如 2026-03-02。"),
    ("float literal", "请填写数字。"),
    ("digit found", "请填写整数。"),
    ("parse integer", "请填写整数。"),
    ("number too", "数字太大或太小。"),
    ("`true` or `false`", "请填写是或否（true 或 false）。"),
    (
        "premature end of input",
        "请填写完整的日期或时间，如 2026-03-02 或 2026-03-02T09:00:00+08:00。",
    ),
    (
        "input contains invalid",
        "请填写日期或时间，如 2026-03-02 或 2026-03-02T09:00:00+08:00。",
    ),
    ("input is out of range", "没有这个日期或时间。"),
    ("trailing input", "日期或时间后面有多余的字。"),
];

/// The sentence for people; what a type of ours says in Chinese is one already.
fn expected(message: &str) -> &str {
    if message.starts_with(|letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter)) {
        return message;
    }
    // What was sent stands in the middle, and may say anything.
    let said = message.rfind("expected ").and_then(|at| message.get(at..));
    let known = EXPECTED
        .iter()
        .find(|(words, _)| said.unwrap_or(message).contains(words));
    known.map_or("填写不正确。", |(_, sentence)| sentence)
}

/// A text with a control character, which no database, paper or table keeps.
pub fn unseen(field: &str) -> Error {
    let field = if field.is_empty() { "body" } else { field };
    Error::field(field, "含有不可见的控制字符，请删除后重新填写。")
}

/// What `validator` found, under the names forms use. Rejected values are never echoed.
pub fn from_validator(errors: &ValidationErrors) -> FieldErrors {
    let mut fields = FieldErrors::new();
    collect(errors, "", &mut fields);
    fields
}

fn collect(errors: &ValidationErrors, prefix: &str, fields: &mut FieldErrors) {
    for (name, kind) in errors.errors() {
        let name = if prefix.is_empty() {
            name.to_string()
        } else {
            format!("{prefix}[{name}]")
        };
        match kind {
            ValidationErrorsKind::Field(list) => {
                let messages = list.iter().map(|error| {
                    error
                        .message
                        .as_ref()
                        .map_or_else(|| default_message(error), ToString::to_string)
                });
                fields.entry(name).or_default().extend(messages);
            }
            ValidationErrorsKind::Struct(inner) => collect(inner, &name, fields),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{name}[{index}]"), fields);
                }
            }
        }
    }
}

fn default_message(error: &validator::ValidationError) -> String {
    let bound = |key: &'static str| error.params.get(key).map(ToString::to_string);
    match error.code.as_ref() {
        "length" => match (bound("min"), bound("max")) {
            (Some(min), Some(max)) if min == "1" => format!("请填写，最多 {max} 个字。"),
            (Some(min), Some(max)) => format!("长度须在 {min} 到 {max} 之间。"),
            (None, Some(max)) => format!("最多 {max}。"),
            (Some(min), None) => format!("至少 {min}。"),
            (None, None) => "长度不合适。".to_owned(),
        },
        "range" => match (bound("min"), bound("max")) {
            (Some(min), Some(max)) => format!("须在 {min} 到 {max} 之间。"),
            (None, Some(max)) => format!("不能大于 {max}。"),
            (Some(min), None) => format!("不能小于 {min}。"),
            (None, None) => "超出范围。".to_owned(),
        },
        _ => "填写不正确。".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_form_names() {
        assert_eq!(form_name("targets[0].unit"), "targets[0][unit]");
        assert_eq!(form_name("team.members[2]"), "team[members][2]");
        assert_eq!(form_name("title"), "title");
        let unknown = from_serde("rows[0]", "unknown field `colour`, expected `name`");
        assert_eq!(unknown["rows[0][colour]"], ["没有“colour”这个字段。"]);
        let missing = from_serde("targets[0]", "missing field `unit`");
        assert_eq!(missing.keys().next().unwrap(), "targets[0][unit]");
    }

    #[test]
    fn what_a_parser_says_is_said_in_chinese() {
        for (message, sentence) in [
            ("invalid type: string \"一\", expected f64", "请填写数字。"),
            (
                "invalid type: null, expected i64 at line 1 column 56",
                "请填写整数",
            ),
            (
                "invalid value: integer `-1`, expected u32",
                "请填写不小于零的整数",
            ),
            (
                "invalid type: string \"expected f64\", expected a boolean",
                "请填写是或否",
            ),
            ("invalid type: map, expected a string", "请填写文字。"),
            ("invalid digit found in string", "请填写整数。"),
            ("premature end of input", "请填写完整的日期或时间"),
            ("data did not match any variant", "填写不正确。"),
            ("请先选一项。", "请先选一项。"),
        ] {
            let found = from_serde("a", message);
            assert!(found["a"][0].starts_with(sentence), "{message}: {found:?}");
        }
    }
}
