//! How the log is written: lines for people, or, with `BIAOGAN_LOG_FORMAT=json`, an object a line for programs.

use std::io::Write;

use env_logger::fmt::Formatter;
use log::Record;
use log::kv::{self, VisitSource};
use serde_json::{Map, Value, json};

/// What is logged: `RUST_LOG`, or this.
const LEVELS: &str = "info,actix_server=warn";

pub fn begin() -> anyhow::Result<()> {
    let mut builder =
        env_logger::Builder::from_env(env_logger::Env::default().default_filter_or(LEVELS));
    match std::env::var("BIAOGAN_LOG_FORMAT").as_deref() {
        Ok("json") => {
            builder.format(as_json);
        }
        Ok("text" | "") | Err(_) => {}
        Ok(other) => {
            anyhow::bail!("BIAOGAN_LOG_FORMAT: `{other}` is neither `text` nor `json`")
        }
    }
    builder.init();
    Ok(())
}

struct Fields(Map<String, Value>);

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: kv::Key<'kvs>, value: kv::Value<'kvs>) -> Result<(), kv::Error> {
        let value = serde_json::to_value(&value).unwrap_or_else(|_| json!(value.to_string()));
        self.0.insert(key.to_string(), value);
        Ok(())
    }
}

fn as_json(out: &mut Formatter, record: &Record) -> std::io::Result<()> {
    let mut fields = Fields(Map::new());
    fields
        .0
        .insert("time".to_owned(), json!(out.timestamp_millis().to_string()));
    fields
        .0
        .insert("level".to_owned(), json!(record.level().as_str()));
    fields.0.insert("target".to_owned(), json!(record.target()));
    fields
        .0
        .insert("message".to_owned(), json!(record.args().to_string()));
    if let Err(error) = record.key_values().visit(&mut fields) {
        fields
            .0
            .insert("unsaid".to_owned(), json!(error.to_string()));
    }
    writeln!(out, "{}", Value::Object(fields.0))
}
