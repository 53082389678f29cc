//! A subject that is a row with more beside it is one object to programs: its parts are laid together.

use serde_json::{Map, Value, json};

/// Lays the parts of each schema together.
pub fn lay(document: &mut Value) {
    let Some(schemas) = document.pointer("/components/schemas").cloned() else {
        return;
    };
    for (name, schema) in schemas.as_object().into_iter().flatten() {
        let mut whole = Whole::default();
        if schema.get("allOf").is_some()
            && whole.add(&schemas, schema)
            && let Some(place) = document.pointer_mut(&format!("/components/schemas/{name}"))
        {
            *place = whole.object(schema.get("description"));
        }
    }
}

#[derive(Default)]
struct Whole {
    properties: Map<String, Value>,
    required: Vec<Value>,
}

impl Whole {
    /// Adds an object, or all parts of one; says whether it was made of objects alone.
    fn add(&mut self, schemas: &Value, schema: &Value) -> bool {
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return parts.iter().all(|part| self.add(schemas, part));
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let name = name.rsplit('/').next().unwrap_or_default();
            return schemas
                .get(name)
                .is_some_and(|found| self.add(schemas, found));
        }
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return false;
        };
        self.properties.extend(properties.clone());
        let required = schema.get("required").and_then(Value::as_array);
        self.required.extend(required.cloned().unwrap_or_default());
        true
    }

    fn object(self, description: Option<&Value>) -> Value {
        let mut object = json!({
            "type": "object", "properties": self.properties, "required": self.required,
        });
        if let (Some(says), Some(object)) = (description, object.as_object_mut()) {
            object.insert("description".to_owned(), says.clone());
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_and_what_stands_beside_it_are_one_object() {
        let mut document = json!({ "components": { "schemas": {
            "Row": { "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } },
            "Shown": { "description": "One.", "allOf": [
                { "$ref": "#/components/schemas/Row" },
                { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
            ] },
            "Kind": { "allOf": [{ "type": "string" }] },
        } } });
        let before = document["components"]["schemas"]["Kind"].clone();
        lay(&mut document);
        let schemas = &document["components"]["schemas"];
        assert_eq!(schemas["Shown"]["required"], json!(["id", "name"]));
        assert_eq!(schemas["Shown"]["properties"]["id"]["type"], "integer");
        assert_eq!(schemas["Shown"]["description"], "One.");
        assert_eq!(schemas["Kind"], before);
    }
}
