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
    let (name, text) = if message.contains("missing field") {
        (inside(quoted), "请填写这一项。".to_owned())
    } else if message.contains("unknown field") {
        // serde_path_to_error already names the unknown field itself.
        let full = form_name(path);
        let name = if full.ends_with(&format!("[{quoted}]")) || full == quoted {
            full
        } else {
            inside(quoted)
        };
        (name, "没有这个字段。".to_owned())
    } else if message.contains("duplicate field") {
        (inside(quoted), "这一项重复了。".to_owned())
    } else if message.contains("unknown variant") {
        (form_name(path), format!("没有“{quoted}”这个选项。"))
    } else {
        (form_name(path), format!("格式不正确（{message}）。"))
    };
    let name = if name.is_empty() || name == "." {
        "body".to_owned()
    } else {
        name
    };
    BTreeMap::from([(name, vec![text])])
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
        let missing = from_serde("targets[0]", "missing field `unit`");
        assert_eq!(missing.keys().next().unwrap(), "targets[0][unit]");
    }
}
