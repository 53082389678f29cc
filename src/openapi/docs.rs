//! `/api/docs`: the OpenAPI document for people, drawn on the server.

use std::sync::LazyLock;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::Result;
use crate::session::Who;
use crate::web::{App, Page};

#[derive(Serialize)]
struct Tag {
    name: String,
    title: String,
    operations: Vec<Operation>,
}

#[derive(Serialize)]
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    open: bool,
    parameters: Vec<Field>,
    body: Option<Content>,
    responses: Vec<Response>,
}

/// A parameter of a call or a property of a schema.
#[derive(Serialize)]
struct Field {
    name: String,
    /// Where a parameter stands: `path`, `query`, `header`.
    place: String,
    required: bool,
    kind: Kind,
    bounds: String,
    description: String,
}

/// A type in words, with the schema it refers to if it is a named one.
#[derive(Serialize)]
struct Kind {
    text: String,
    schema: Option<String>,
}

#[derive(Serialize)]
struct Content {
    media: String,
    kind: Kind,
    example: String,
}

#[derive(Serialize)]
struct Response {
    status: String,
    good: bool,
    meaning: String,
    content: Option<Content>,
}

#[derive(Serialize)]
struct Schema {
    name: String,
    description: String,
    values: Vec<String>,
    fields: Vec<Field>,
    kind: Kind,
}

#[derive(Serialize, Default)]
struct View {
    description: String,
    version: String,
    tags: Vec<Tag>,
    schemas: Vec<Schema>,
}

static VIEW: LazyLock<View> = LazyLock::new(|| match serde_json::to_value(super::document()) {
    Ok(document) => view(&document),
    Err(error) => {
        log::error!("the OpenAPI document: {error}");
        View::default()
    }
});

/// `GET /api/docs`
pub async fn show(app: Data<App>, req: HttpRequest, who: Who) -> Result<HttpResponse> {
    app.page(&req, who, |_, _, _| {
        Ok(Page::new("docs/api.html").with("docs", &*VIEW))
    })
    .await
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

fn view(document: &Value) -> View {
    let info = document.get("info").unwrap_or(&Value::Null);
    let mut tags: Vec<Tag> = array(document, "tags")
        .map(|tag| Tag {
            name: text(tag, "name"),
            title: text(tag, "description"),
            operations: Vec::new(),
        })
        .collect();
    for (path, item) in object(document, "paths") {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(found) = item.get(method) else {
                continue;
            };
            let name = array(found, "tags")
                .next()
                .and_then(Value::as_str)
                .unwrap_or("other")
                .to_owned();
            let operation = operation(document, method, path, found);
            match tags.iter_mut().find(|tag| tag.name == name) {
                Some(tag) => tag.operations.push(operation),
                None => tags.push(Tag {
                    title: name.clone(),
                    name,
                    operations: vec![operation],
                }),
            }
        }
    }
    tags.retain(|tag| !tag.operations.is_empty());
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, schema)| Schema {
            name: name.clone(),
            description: text(schema, "description"),
            values: array(schema, "enum")
                .map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                })
                .collect(),
            fields: fields(schema),
            kind: kind(schema),
        })
        .collect();
    View {
        description: text(info, "description"),
        version: text(info, "version"),
        tags,
        schemas,
    }
}

fn operation(document: &Value, method: &str, path: &str, found: &Value) -> Operation {
    let body = found
        .get("requestBody")
        .and_then(|body| content(document, body));
    Operation {
        id: format!("{method}{}", path.replace(['/', '{', '}', '.'], "-")),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(found, "summary").replace('`', ""),
        description: text(found, "description").replace('`', ""),
        open: array(found, "security").any(|one| one.as_object().is_some_and(Map::is_empty)),
        parameters: array(found, "parameters")
            .map(|parameter| {
                let schema = parameter.get("schema").unwrap_or(&Value::Null);
                Field {
                    name: text(parameter, "name"),
                    place: text(parameter, "in"),
                    required: parameter.get("required") == Some(&Value::Bool(true)),
                    kind: kind(schema),
                    bounds: bounds(schema),
                    description: text(parameter, "description"),
                }
            })
            .collect(),
        body,
        responses: object(found, "responses")
            .map(|(status, response)| Response {
                good: status.starts_with('2') || status.starts_with('3'),
                meaning: meaning(status, &text(response, "description")),
                content: content(document, response),
                status: status.clone(),
            })
            .collect(),
    }
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

fn content(document: &Value, holder: &Value) -> Option<Content> {
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
    Some(Content {
        media: media.clone(),
        kind: kind(schema),
        example: shown,
    })
}

fn fields(schema: &Value) -> Vec<Field> {
    let required: Vec<&str> = array(schema, "required")
        .filter_map(Value::as_str)
        .collect();
    object(schema, "properties")
        .map(|(name, property)| Field {
            name: name.clone(),
            place: String::new(),
            required: required.contains(&name.as_str()),
            kind: kind(property),
            bounds: bounds(property),
            description: text(property, "description"),
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

fn kind(schema: &Value) -> Kind {
    let inner = present(schema);
    if let Some(name) = reference(inner) {
        return Kind {
            text: name.to_owned(),
            schema: Some(name.to_owned()),
        };
    }
    let name = type_of(inner);
    if name == "array" {
        let items = kind(inner.get("items").unwrap_or(&Value::Null));
        return Kind {
            text: format!("{}[]", items.text),
            schema: items.schema,
        };
    }
    let format = text(inner, "format");
    Kind {
        text: match (name.as_str(), format.as_str()) {
            ("", _) => "任意".to_owned(),
            (_, "date-time") => "时刻".to_owned(),
            (_, "date") => "日期".to_owned(),
            ("integer", _) => "整数".to_owned(),
            ("number", _) => "数".to_owned(),
            ("string", _) => "文字".to_owned(),
            ("boolean", _) => "是否".to_owned(),
            ("object", _) => "对象".to_owned(),
            (other, _) => other.to_owned(),
        },
        schema: None,
    }
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
        let calls: Vec<&Operation> = VIEW.tags.iter().flat_map(|tag| &tag.operations).collect();
        assert!(calls.len() > 5);
        let name = |call: &Operation| format!("{} {}", call.method, call.path);
        let silent: Vec<String> = calls
            .iter()
            .filter(|call| call.summary.is_empty())
            .map(|call| name(call))
            .collect();
        assert!(silent.is_empty(), "without a doc comment: {silent:#?}");
        for call in calls {
            if let Some(body) = &call.body
                && body.media == "application/json"
            {
                assert!(!body.example.is_empty(), "{}", name(call));
            }
        }
    }
}
