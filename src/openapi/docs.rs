//! `/api/docs`: the OpenAPI document for people, drawn on the server.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::web::{Ask, Page};

/// What the template shows: tags with their calls, then the schemas.
static VIEW: LazyLock<Value> = LazyLock::new(|| match serde_json::to_value(super::document()) {
    Ok(document) => view(&document),
    Err(error) => {
        log::error!("the OpenAPI document: {error}");
        json!({ "tags": [], "schemas": [] })
    }
});

/// `GET /api/docs`
pub fn show(_: &mut Ask) -> Result<Page> {
    Ok(Page::new("docs/api.html").with("docs", &*VIEW))
}

fn text(value: &Value, key: &str) -> String {
    value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn object<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn array<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn view(document: &Value) -> Value {
    let info = document.get("info").unwrap_or(&Value::Null);
    let calls = calls(document);
    let tags: Vec<Value> = array(document, "tags")
        .map(|tag| {
            let name = text(tag, "name");
            let of = calls.iter().filter(|call| text(call, "tag") == name);
            json!({
                "title": text(tag, "description"), "operations": of.collect::<Vec<_>>(), "name": name,
            })
        })
        .filter(|tag| array(tag, "operations").next().is_some())
        .collect();
    let components = document.get("components").unwrap_or(&Value::Null);
    let schemas: Vec<Value> = object(components, "schemas")
        .map(|(name, schema)| {
            json!({
                "name": name, "description": text(schema, "description"), "fields": fields(schema),
                "kind": kind(schema),
                "values": schema.get("enum").cloned().unwrap_or_else(|| json!([])),
            })
        })
        .collect();
    json!({
        "description": text(info, "description"), "version": text(info, "version"), "tags": tags,
        "schemas": schemas,
    })
}

fn calls(document: &Value) -> Vec<Value> {
    let methods = ["get", "post", "put", "patch", "delete"];
    object(document, "paths")
        .flat_map(|(path, item)| methods.map(|method| (path, method, item.get(method))))
        .filter_map(|(path, method, found)| Some(call(document, method, path, found?)))
        .collect()
}

fn call(document: &Value, method: &str, path: &str, found: &Value) -> Value {
    let body = found.get("requestBody");
    let responses: Vec<Value> = object(found, "responses")
        .map(|(status, response)| {
            json!({
                "status": status, "content": content(document, response),
                "good": status.starts_with(['2', '3']),
                "meaning": meaning(status, &text(response, "description")),
            })
        })
        .collect();
    let parameters: Vec<Value> = array(found, "parameters")
        .map(|one| {
            let schema = one.get("schema").unwrap_or(&Value::Null);
            let required = one.get("required") == Some(&Value::Bool(true));
            field(&text(one, "name"), &text(one, "in"), required, schema, one)
        })
        .collect();
    json!({
        "id": format!("{method}{}", path.replace(['/', '{', '}', '.'], "-")),
        "tag": array(found, "tags").next(),
        "method": method.to_uppercase(), "path": path,
        "summary": text(found, "summary").replace('`', ""),
        "description": text(found, "description").replace('`', ""),
        "open": array(found, "security").any(|one| one.as_object().is_some_and(Map::is_empty)),
        "parameters": parameters,
        "body": body.and_then(|body| content(document, body)),
        "responses": responses,
    })
}

/// A parameter of a call or a property of a schema. `place` is where a parameter stands: `path`, `query`.
fn field(name: &str, place: &str, required: bool, schema: &Value, described: &Value) -> Value {
    json!({
        "name": name, "place": place, "required": required, "kind": kind(schema), "bounds": bounds(schema),
        "description": text(described, "description"),
    })
}

fn meaning(status: &str, description: &str) -> String {
    if !description.is_empty() {
        return description.to_owned();
    }
    match status {
        "200" => "成功",
        "201" => "已建立",
        "204" => "成功，无正文",
        "304" => "没有变化",
        "400" => "请求无法读取",
        "401" => "未登录或登录已失效",
        "403" => "无权办理，或此刻不许可",
        "404" => "不存在，或无权知道其存在",
        "409" => "状态或版本不允许",
        "412" | "428" => "缺少 If-Match",
        "413" => "内容过大",
        "415" => "类型不支持",
        "422" => "字段不正确，逐项说明",
        "429" => "过于频繁",
        "503" => "繁忙，稍后再试",
        _ => "",
    }
    .to_owned()
}

fn content(document: &Value, holder: &Value) -> Option<Value> {
    let (media, content) = object(holder, "content").next()?;
    let schema = content.get("schema").unwrap_or(&Value::Null);
    let example = content
        .get("example")
        .cloned()
        .unwrap_or_else(|| example(document, schema, 0));
    let shown = if example.is_null() || !media.ends_with("json") {
        String::new()
    } else {
        serde_json::to_string_pretty(&example).unwrap_or_default()
    };
    Some(json!({ "media": media, "kind": kind(schema), "example": shown }))
}

fn fields(schema: &Value) -> Vec<Value> {
    let required: Vec<&str> = array(schema, "required")
        .filter_map(Value::as_str)
        .collect();
    object(schema, "properties")
        .map(|(name, property)| {
            field(
                name,
                "",
                required.contains(&name.as_str()),
                property,
                property,
            )
        })
        .collect()
}

/// The schema itself, or the one it may be beside null.
fn present(schema: &Value) -> &Value {
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(found) = array(schema, key).find(|one| text(one, "type") != "null") {
            return present(found);
        }
    }
    schema
}

fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// The name of a type, without `null`.
fn type_of(schema: &Value) -> String {
    match schema.get("type") {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null")
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    }
}

/// A type in words, with the schema it refers to if it is a named one.
fn kind(schema: &Value) -> Value {
    let (text, schema) = named(schema);
    json!({ "text": text, "schema": schema })
}

fn named(schema: &Value) -> (String, Option<String>) {
    let inner = present(schema);
    if let Some(name) = reference(inner) {
        return (name.to_owned(), Some(name.to_owned()));
    }
    let name = type_of(inner);
    if name == "array" {
        let (items, schema) = named(inner.get("items").unwrap_or(&Value::Null));
        return (format!("{items}[]"), schema);
    }
    let format = text(inner, "format");
    let words = match (name.as_str(), format.as_str()) {
        ("", _) => "任意",
        (_, "date-time") => "时刻",
        (_, "date") => "日期",
        ("integer", _) => "整数",
        ("number", _) => "数",
        ("string", _) => "文字",
        ("boolean", _) => "是否",
        ("object", _) => "对象",
        (other, _) => other,
    };
    (words.to_owned(), None)
}

fn bounds(schema: &Value) -> String {
    let schema = present(schema);
    let mut found = Vec::new();
    for (key, words) in [
        ("minimum", "至少 "),
        ("maximum", "至多 "),
        ("minLength", "最短 "),
        ("maxLength", "最长 "),
        ("minItems", "最少项数 "),
        ("maxItems", "最多项数 "),
    ] {
        if let Some(bound) = schema.get(key) {
            found.push(format!("{words}{bound}"));
        }
    }
    found.join("，")
}

/// How deep an example goes before it stops following schemas.
const DEPTH: usize = 6;

fn example(document: &Value, schema: &Value, depth: usize) -> Value {
    if depth > DEPTH {
        return Value::Null;
    }
    if let Some(given) = schema.get("example") {
        return given.clone();
    }
    if let Some(given) = array(schema, "examples").next() {
        return given.clone();
    }
    let schema = present(schema);
    if let Some(name) = reference(schema) {
        return document
            .pointer(&format!("/components/schemas/{name}"))
            .map_or(Value::Null, |found| example(document, found, depth + 1));
    }
    if let Some(given) = schema.get("example") {
        return given.clone();
    }
    if let Some(first) = array(schema, "enum").next() {
        return first.clone();
    }
    match type_of(schema).as_str() {
        "object" => Value::Object(
            object(schema, "properties")
                .map(|(name, property)| (name.clone(), example(document, property, depth + 1)))
                .collect(),
        ),
        "array" => {
            let items = schema.get("items").unwrap_or(&Value::Null);
            json!([example(document, items, depth + 1)])
        }
        "integer" => json!(1),
        "number" => json!(1.5),
        "boolean" => json!(true),
        "string" => match text(schema, "format").as_str() {
            "date-time" => json!("2026-03-02T01:00:00Z"),
            "date" => json!("2026-03-02"),
            _ => json!("…"),
        },
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_shown_with_an_example_of_what_it_takes() {
        let calls: Vec<&Value> = array(&VIEW, "tags")
            .flat_map(|tag| array(tag, "operations"))
            .collect();
        assert!(calls.len() > 5);
        let name = |call: &Value| format!("{} {}", text(call, "method"), text(call, "path"));
        let silent: Vec<String> = calls
            .iter()
            .filter(|call| text(call, "summary").is_empty())
            .map(|call| name(call))
            .collect();
        assert!(silent.is_empty(), "without a sentence: {silent:#?}");
        for call in calls {
            let body = &call["body"];
            if body["media"] == "application/json" {
                assert_ne!(body["example"], "", "{}", name(call));
            }
        }
        let document = serde_json::to_value(crate::openapi::document()).unwrap();
        let known: Vec<String> = array(&document, "tags")
            .map(|tag| text(tag, "name"))
            .collect();
        for call in super::calls(&document) {
            assert!(
                known.contains(&text(&call, "tag")),
                "{} has no tag",
                name(&call)
            );
        }
    }
}
