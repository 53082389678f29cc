//! Templates, embedded in the binary.

use std::sync::LazyLock;

use rust_embed::RustEmbed;
use tera::{Context, Kwargs, State, Tera};

use crate::error::Result;
use crate::marks::show_hundredths;
use crate::money::show_yuan;

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
    tera.register_filter("yuan", |value: i64, _: Kwargs, _: &State| show_yuan(value));
    tera.register_filter("size", |value: i64, _: Kwargs, _: &State| show_size(value));
    tera.register_filter("lines", |value: String, _: Kwargs, _: &State| {
        value
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
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
}
