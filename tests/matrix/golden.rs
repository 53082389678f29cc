//! What was answered before, kept beside the tests.

/// Holds the text against the file of this name; `UPDATE_GOLDEN=1` writes it anew.
pub fn golden(name: &str, text: &str) {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(std::path::Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept == text {
        return;
    }
    let (mut old, mut new) = (kept.lines(), text.lines());
    let mut route = "";
    for number in 1.. {
        let (kept, now) = (old.next(), new.next());
        if kept != now {
            panic!(
                "{name}:{number}: under {route}\n  kept: {}\n  now:  {}\nIf that is meant: UPDATE_GOLDEN=1, and review the diff.",
                kept.unwrap_or("(nothing)"),
                now.unwrap_or("(nothing)")
            );
        }
        if let Some(line) = now.filter(|line| !line.starts_with(' ')) {
            route = line;
        }
    }
}
