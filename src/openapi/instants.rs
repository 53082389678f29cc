//! An instant is a text like any other to a program: where a schema names the type, the text is put in its place.

use serde_json::{Map, Value, json};

const REFERENCE: &str = "#/components/schemas/Instant";

/// Puts the text in the place of the type, everywhere in the document.
pub fn spell_out(document: &mut Value) {
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.remove("Instant");
    }
    walk(document);
}

fn walk(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if is_instant(fields) {
                fields.remove("$ref");
                spell(fields, json!("string"));
            } else if let Some(reference) = optional(fields) {
                fields.remove("oneOf");
                fields.extend(reference);
                fields.remove("$ref");
                spell(fields, json!(["string", "null"]));
            }
            fields.values_mut().for_each(walk);
        }
        Value::Array(items) => items.iter_mut().for_each(walk),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_instant(fields: &Map<String, Value>) -> bool {
    fields.get("$ref").is_some_and(|place| place == REFERENCE)
}

/// The reference, with its description, of a schema that says: nothing, or an instant.
fn optional(fields: &Map<String, Value>) -> Option<Map<String, Value>> {
    let choices = fields.get("oneOf")?.as_array()?;
    let nothing = choices.iter().any(|one| *one == json!({ "type": "null" }));
    let mut instants = choices
        .iter()
        .filter_map(Value::as_object)
        .filter(|one| is_instant(one));
    let found = instants.next()?;
    (nothing && choices.len() == 2).then(|| found.clone())
}

fn spell(fields: &mut Map<String, Value>, kind: Value) {
    fields.insert("type".to_owned(), kind);
    fields.insert("format".to_owned(), json!("date-time"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_gives_way_to_the_text() {
        let named = json!({ "$ref": REFERENCE });
        let mut document = json!({
            "components": { "schemas": {
                "Instant": { "type": "string", "format": "date-time" },
                "Round": { "properties": {
                    "at": named,
                    "until": { "$ref": REFERENCE, "description": "Included." },
                    "ended": { "oneOf": [
                        { "type": "null" },
                        { "$ref": REFERENCE, "description": "Where it has." },
                    ] },
                    "all": { "type": "array", "items": named },
                    "other": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Day" }] },
                } },
            } },
        });
        spell_out(&mut document);
        assert_eq!(
            document,
            json!({ "components": { "schemas": { "Round": { "properties": {
                "at": { "type": "string", "format": "date-time" },
                "until": { "type": "string", "format": "date-time", "description": "Included." },
                "ended": {
                    "type": ["string", "null"], "format": "date-time", "description": "Where it has.",
                },
                "all": { "type": "array", "items": { "type": "string", "format": "date-time" } },
                "other": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Day" }] },
            } } } } })
        );
    }

    #[test]
    fn the_document_names_no_instant() {
        let text = crate::openapi::json().unwrap();
        assert!(!text.contains(REFERENCE));
        assert!(text.contains("date-time"));
    }
}
