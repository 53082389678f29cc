//! JSON as it is taken from programs: a field given twice is refused, and texts obey the rule of [`crate::text`].

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::text;

/// What was wrong, and where: `targets[0][unit]`.
#[derive(Debug)]
pub struct Fault {
    pub field: String,
    pub kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    GivenTwice,
    ControlCharacter,
}

/// The value of a JSON text. `Ok(Err)` is JSON with a fault in it.
pub fn read(body: &[u8]) -> Result<Result<Value, Fault>, serde_json::Error> {
    let fault = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Place {
        field: String::new(),
        fault: &fault,
    }
    .deserialize(&mut reader)?;
    reader.end()?;
    Ok(match fault.into_inner() {
        Some(fault) => Err(fault),
        None => Ok(value),
    })
}

/// Where the reader is; the first fault is kept, and what follows is still read, so that broken JSON is told first.
struct Place<'a> {
    field: String,
    fault: &'a RefCell<Option<Fault>>,
}

impl Place<'_> {
    fn found(&self, field: &str, kind: Kind) {
        self.fault.borrow_mut().get_or_insert_with(|| Fault {
            field: field.to_owned(),
            kind,
        });
    }

    fn text(&self, typed: &str) -> Value {
        if text::is_secret(&self.field) && !typed.contains('\0') {
            return Value::String(typed.to_owned());
        }
        match text::clean(typed) {
            Ok(text) => Value::String(text.into_owned()),
            Err(text::ControlCharacter) => {
                self.found(&self.field, Kind::ControlCharacter);
                Value::Null
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(self.text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        loop {
            let place = Place {
                field: format!("{}[{}]", self.field, all.len()),
                fault: self.fault,
            };
            match items.next_element_seed(place)? {
                Some(item) => all.push(item),
                None => return Ok(Value::Array(all)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let field = if self.field.is_empty() {
                name.clone()
            } else {
                format!("{}[{name}]", self.field)
            };
            if name.contains('\0') {
                self.found(&self.field, Kind::ControlCharacter);
            }
            if all.contains_key(&name) {
                self.found(&field, Kind::GivenTwice);
            }
            let value = fields.next_value_seed(Place {
                field,
                fault: self.fault,
            })?;
            all.insert(name, value);
        }
        if all.len() > 10_000 {
            return Err(A::Error::custom("too many fields"));
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cleaned_and_passwords_kept() {
        let value = read(r#"{"a":" x ","password":" y ","b":["\u3000",{"c":1.5}]}"#.as_bytes());
        let expected = serde_json::json!({ "a": "x", "password": " y ", "b": ["", { "c": 1.5 }] });
        assert_eq!(value.unwrap().unwrap(), expected);
    }

    #[test]
    fn faults_are_named_where_they_are() {
        for (body, field, kind) in [
            (r#"{"a":1,"a":2}"#, "a", Kind::GivenTwice),
            (
                r#"{"a":[{"b":"x\u0000"}]}"#,
                "a[0][b]",
                Kind::ControlCharacter,
            ),
            (
                r#"{"password":"x\u0000"}"#,
                "password",
                Kind::ControlCharacter,
            ),
        ] {
            let fault = read(body.as_bytes()).unwrap().unwrap_err();
            assert_eq!((fault.field.as_str(), fault.kind), (field, kind), "{body}");
        }
        assert!(read(b"{\"a\":1,\"a\":2").is_err());
    }
}
