//! Templates, embedded in the binary.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};
use rust_embed::RustEmbed;
use tera::{Context, Kwargs, State, Tera, Value};

use crate::clock::{self, Instant};
use crate::error::Result;
use crate::marks::show_hundredths;
use crate::money::show_yuan;
use crate::text::quoted;
use crate::trail;
use crate::who::Role;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Files;

static TERA: LazyLock<Result<Tera, String>> =
    LazyLock::new(|| build().map_err(|error| format!("{error:?}")));

fn build() -> tera::TeraResult<Tera> {
    let mut tera = Tera::new();
    tera.register_filter("mark", |value: i64, _: Kwargs, _: &State| {
        show_hundredths(value)
    });
    tera.register_filter("points", |value: f64, _: Kwargs, _: &State| {
        format!("{value:.2}")
    });
    tera.register_filter("yuan", |value: i64, _: Kwargs, _: &State| show_yuan(value));
    tera.register_filter("size", |value: i64, _: Kwargs, _: &State| show_size(value));
    tera.register_filter("quoted", |value: String, _: Kwargs, _: &State| {
        quoted(&value)
    });
    tera.register_filter("lines", |value: String, _: Kwargs, _: &State| {
        value
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    register_time(&mut tera);
    register_labels(&mut tera);
    let files: Vec<(String, String)> = Files::iter()
        .filter(|name| name.ends_with(".html"))
        .filter_map(|name| {
            let file = Files::get(&name)?;
            Some((
                name.to_string(),
                String::from_utf8_lossy(&file.data).into_owned(),
            ))
        })
        .collect();
    tera.add_raw_templates(files)?;
    Ok(tera)
}

/// Instants and days, which templates have as JSON has them, as people in China read them; nothing stays nothing.
fn register_time(tera: &mut Tera) {
    tera.register_filter("instant", |value: Value, _: Kwargs, _: &State| {
        shown(&value, |text| Some(clock::show_instant(text.parse().ok()?)))
    });
    tera.register_filter("day", |value: Value, _: Kwargs, _: &State| {
        shown(&value, |text| Some(clock::show_date(day_of(text)?)))
    });
    tera.register_filter("weekday", |value: Value, _: Kwargs, _: &State| {
        shown(&value, |text| Some(weekday(day_of(text)?)))
    });
    tera.register_filter("time", |value: Value, _: Kwargs, _: &State| {
        shown(&value, |text| Some(clock::show_time(text.parse().ok()?)))
    });
}

/// What stands on the ground floors and is named on many pages, as people read it.
fn register_labels(tera: &mut Tera) {
    tera.register_filter("role_label", |value: String, _: Kwargs, _: &State| {
        value
            .parse::<Role>()
            .map_or(value, |role| role.label().to_owned())
    });
    tera.register_filter("event_label", |value: String, _: Kwargs, _: &State| {
        trail::label(&value).to_owned()
    });
    tera.register_filter("subject_label", |value: String, _: Kwargs, _: &State| {
        trail::subject_label(&value).to_owned()
    });
}

fn shown(value: &Value, show: impl Fn(&str) -> Option<String>) -> tera::TeraResult<String> {
    if value.is_none() {
        return Ok(String::new());
    }
    value
        .as_str()
        .and_then(show)
        .ok_or_else(|| tera::Error::message(format!("neither an instant nor a day: {value}")))
}

/// A day, or the day on which an instant falls in China.
fn day_of(text: &str) -> Option<NaiveDate> {
    text.parse()
        .ok()
        .or_else(|| text.parse::<Instant>().ok().map(clock::local_date))
}

fn weekday(day: NaiveDate) -> String {
    let name = match day.weekday() {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    };
    format!("星期{name}")
}

fn show_size(bytes: i64) -> String {
    if bytes < 1024 {
        format!("{bytes} 字节")
    } else if bytes < 1024 * 1024 {
        format!("{} KB", bytes / 1024)
    } else {
        format!(
            "{}.{} MB",
            bytes / 1_048_576,
            bytes % 1_048_576 * 10 / 1_048_576
        )
    }
}

/// Renders one template.
pub fn render(name: &str, context: &Context) -> Result<String> {
    let tera = TERA
        .as_ref()
        .map_err(|error| anyhow::anyhow!("templates: {error}"))?;
    Ok(tera.render(name, context)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_compiles() {
        if let Err(error) = build() {
            panic!("{error:?}");
        }
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(show_size(1_572_864), "1.5 MB");
    }

    fn said(template: &str, at: impl serde::Serialize) -> tera::TeraResult<String> {
        let mut tera = Tera::new();
        register_time(&mut tera);
        tera.add_raw_template("it", template).unwrap();
        let mut context = Context::new();
        context.insert("at", &at);
        tera.render("it", &context)
    }

    #[test]
    fn instants_and_days_read_as_in_china() {
        let at: Instant = "2026-03-01T16:30:59.5Z".parse().unwrap();
        for (template, text) in [
            ("{{ at | instant }}", "2026年3月2日 00:30:59"),
            ("{{ at | day }}", "2026年3月2日"),
            ("{{ at | time }}", "00:30"),
        ] {
            assert_eq!(said(template, at).unwrap(), text);
            assert_eq!(said(template, Some(at)).unwrap(), text);
            assert_eq!(said(template, None::<Instant>).unwrap(), "");
            assert!(said(template, "soon").is_err());
            assert!(said(template, 20_260_302).is_err());
        }
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        assert_eq!(said("{{ at | day }}", day).unwrap(), "2026年3月2日");
        assert_eq!(said("{{ at | day }}", None::<NaiveDate>).unwrap(), "");
        assert!(said("{{ at | instant }}", day).is_err());
    }
}
