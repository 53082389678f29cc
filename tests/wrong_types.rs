//! Words of the wrong kind, in every field of every body there is: told by field, in Chinese, at both doors.

use serde_json::{Value, json};

use crate::support::world::World;
use crate::support::{Answer, TestApp};

/// What only a parser would say.
const PARSERS: &[&str] = &[
    "expected",
    "invalid",
    "column",
    "struct",
    "variant",
    "missing",
    "unknown",
    "integer",
    "string",
    "sequence",
    "premature",
    "trailing",
    "EOF",
    "u32",
    "i64",
    "f64",
    "input",
    "parse",
    "serde",
    "line ",
    "type:",
];

/// Nothing that a person is told is a parser's.
#[track_caller]
fn in_chinese(answer: &Answer) {
    let mut said = vec![answer.json["detail"].clone()];
    for (name, texts) in answer.json["fields"].as_object().into_iter().flatten() {
        assert!(!name.is_empty(), "{}", answer.text);
        said.extend(texts.as_array().unwrap().iter().cloned());
    }
    for text in said {
        let text = text.as_str().unwrap();
        // Names of fields stand in quotation marks.
        let ours: String = text
            .split('“')
            .map(|part| part.rsplit('”').next().unwrap())
            .collect();
        let found = PARSERS.iter().find(|word| ours.contains(*word));
        assert!(
            found.is_none() && !text.is_empty(),
            "{}: {text}",
            answer.call
        );
    }
}

/// A schema with what it refers to in its place.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(at) = schema["$ref"].as_str() {
        return resolved(
            document,
            document.pointer(at.trim_start_matches('#')).unwrap(),
        );
    }
    for kind in ["allOf", "oneOf", "anyOf"] {
        let mut parts = schema[kind].as_array().into_iter().flatten();
        if let Some(part) = parts.find(|part| part["type"] != "null") {
            return resolved(document, part);
        }
    }
    schema
}

fn is(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind
        || schema["type"]
            .as_array()
            .is_some_and(|all| all.contains(&json!(kind)))
}

/// Something of the right shape.
fn sample(document: &Value, schema: &Value) -> Value {
    let schema = resolved(document, schema);
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    if is(schema, "object") {
        let fields = schema["properties"].as_object().into_iter().flatten();
        return fields
            .map(|(name, field)| (name.clone(), sample(document, field)))
            .collect();
    }
    match schema["format"].as_str() {
        Some("date-time") => json!("2026-03-02T01:00:00Z"),
        Some("date") => json!("2026-03-02"),
        _ if is(schema, "array") => json!([sample(document, &schema["items"])]),
        _ if is(schema, "boolean") => json!(true),
        _ if is(schema, "integer") || is(schema, "number") => json!(1),
        _ => json!("一"),
    }
}

/// Where something stands in a body, from the outside in.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let mut inside = |name: &str, value: &Value| {
        let at = format!("{at}/{name}");
        places(value, &at, found);
        found.push(at);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| inside(name, value)),
        Value::Array(items) => items.iter().for_each(|value| inside("0", value)),
        _ => {}
    }
}

#[test]
fn no_field_of_any_body_tells_of_the_parser() {
    let app = TestApp::start();
    let (office, world) = (app.api("office"), World::of_people(&app));
    let document = office.get("/api/openapi.json").expect(200).json;
    let wrong = [
        json!(null),
        json!(true),
        json!("一二"),
        json!("2026-13-45T25:00:00Z"),
        json!(1.5),
        json!(-1e300),
        json!([[]]),
        json!({ "?": 1 }),
    ];
    let (mut told, mut nth) = (0, 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            // Logging in is counted, and locks.
            if !schema.is_object() || path.ends_with("/session") {
                continue;
            }
            let body = sample(&document, schema);
            let mut all = Vec::new();
            places(&body, "", &mut all);
            let url = world.fill(path);
            let send = |body: &Value| {
                let headers = [("Content-Type", "application/json"), ("If-Match", "\"v1\"")];
                office.send(
                    &method.to_uppercase(),
                    &url,
                    &headers,
                    body.to_string().as_bytes(),
                )
            };
            let mut extra = body.clone();
            extra["colour"] = json!(1);
            let answer = send(&extra);
            in_chinese(&answer);
            if answer.status == 422 && answer.text.contains("colour") {
                assert!(
                    answer.text.contains("没有“colour”这个字段。"),
                    "{}",
                    answer.text
                );
            }
            for at in all {
                // Three kinds of wrong for each field, in turn.
                for _ in 0..3 {
                    nth += 1;
                    let mut sent = body.clone();
                    *sent.pointer_mut(&at).unwrap() = wrong[nth % wrong.len()].clone();
                    let answer = send(&sent);
                    assert!(answer.status < 500, "{}: {}", answer.call, answer.text);
                    if answer.status >= 400 {
                        in_chinese(&answer);
                        told += usize::from(answer.status == 422);
                    }
                }
            }
        }
    }
    assert!(told > 300, "{told} were told what is wrong");
    for broken in ["{", "[1,", "{\"a\":\u{1}}", "{\"a\":1}x", "[[[["] {
        let headers = [("Content-Type", "application/json")];
        let answer = office.send("POST", "/api/v1/rounds", &headers, broken.as_bytes());
        in_chinese(&answer.refused(400, "malformed_json"));
    }
}

#[test]
fn a_row_of_any_number_costs_nothing() {
    let app = TestApp::start();
    let round = app.round();
    let office = app.browser("office");
    let action = format!("/rounds/{}/edit", round.id);
    let token = office.csrf("/home");
    for name in [
        "topics[99000][title]",
        "topics[1000000000000][title]",
        "topics[18446744073709551615]",
        "rule[criteria][99000][name]",
        "a[b][c][d][e][f][g][h]",
    ] {
        for more in [("version", "1"), ("add", "topics")] {
            let sent = [("csrf", token.as_str()), (name, "一"), more];
            let answer = office.post_raw(&action, &sent).expect(422);
            let words = answer.text.contains("行号太大") || answer.text.contains("嵌套太深");
            assert!(words && answer.text.contains(name), "{}", answer.text);
        }
    }
    // A field nobody knows is named on the page as well.
    let sent = [
        ("csrf", token.as_str()),
        ("version", "1"),
        ("colour", "red"),
    ];
    office
        .post_raw(&action, &sent)
        .expect(422)
        .contains("没有“colour”这个字段。");
}
