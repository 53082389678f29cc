//! Bodies of the right shape, made from what the service's own OpenAPI document says of them.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::world::World;

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(biaogan::openapi::json().unwrap()).unwrap());

/// The smallest body an operation may take: every required field, and nothing else. An empty object where the operation
/// has none.
pub fn body(method: &str, path: &str, world: &World) -> Value {
    let operation = &DOCUMENT["paths"][path][method.to_lowercase()];
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match value("", schema, world) {
        Value::Null => json!({}),
        made => made,
    }
}

fn value(name: &str, schema: &Value, world: &World) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let at = reference.trim_start_matches('#');
        return value(name, DOCUMENT.pointer(at).unwrap_or(&Value::Null), world);
    }
    for first in [&schema["example"], &schema["enum"][0], &schema["const"]] {
        if !first.is_null() {
            return first.clone();
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(fields) = value(name, part, world) {
                whole.extend(fields);
            }
        }
        return Value::Object(whole);
    }
    for choice in ["oneOf", "anyOf"] {
        let any = schema[choice].as_array().and_then(|all| {
            all.iter()
                .find(|one| one["type"] != "null")
                .map(|one| value(name, one, world))
        });
        if let Some(made) = any {
            return made;
        }
    }
    let kind = match &schema["type"] {
        Value::Array(all) => all.iter().find(|one| *one != "null").cloned(),
        one => Some(one.clone()),
    };
    match kind.as_ref().and_then(Value::as_str) {
        Some("object") => object(schema, world),
        Some("array") => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            (0..least)
                .map(|_| value(name, &schema["items"], world))
                .collect()
        }
        Some("boolean") => json!(true),
        Some("integer" | "number") => {
            let kind = name.strip_suffix("_id").unwrap_or("-");
            let known = world.get(kind).and_then(|id| id.parse::<i64>().ok());
            json!(known.unwrap_or_else(|| schema["minimum"].as_i64().unwrap_or(1).max(1)))
        }
        Some("string") => text(schema),
        _ => Value::Null,
    }
}

fn object(schema: &Value, world: &World) -> Value {
    let mut made = Map::new();
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap_or_default();
        let field = value(name, &schema["properties"][name], world);
        made.insert(name.to_owned(), field);
    }
    Value::Object(made)
}

fn text(schema: &Value) -> Value {
    match schema["format"].as_str() {
        Some("date") => json!("2026-03-02"),
        Some("date-time") => json!("2026-03-02T01:00:00Z"),
        _ => {
            let least = schema["minLength"].as_u64().unwrap_or(2).max(2);
            json!("事".repeat(usize::try_from(least).unwrap_or(2)))
        }
    }
}

/// The same as the fields of a form: `members[0][seat]`.
pub fn fields(body: &Value) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    flatten(String::new(), body, &mut fields);
    fields
}

fn flatten(name: String, value: &Value, fields: &mut Vec<(String, String)>) {
    let below = |key: &str| {
        if name.is_empty() {
            key.to_owned()
        } else {
            format!("{name}[{key}]")
        }
    };
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                flatten(below(key), member, fields);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                flatten(below(&n.to_string()), item, fields);
            }
        }
        Value::Null => {}
        Value::String(text) => fields.push((name, text.clone())),
        Value::Bool(_) | Value::Number(_) => fields.push((name, value.to_string())),
    }
}
