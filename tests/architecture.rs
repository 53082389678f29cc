//! The house keeps its rooms apart: who may mention whom is read off the source.

use std::fs;
use std::path::{Path, PathBuf};

struct Source {
    /// Relative to the repository: `src/people/store.rs`.
    path: String,
    /// Code lines with their numbers; comments and everything from a unit-test module on are left out.
    lines: Vec<(usize, String)>,
    length: usize,
}

impl Source {
    /// `people` of `src/people/actions/decide.rs`; empty for a file right under `src`.
    fn room(&self) -> &str {
        let inside = self.path.trim_start_matches("src/");
        inside.split_once('/').map_or("", |(room, _)| room)
    }

    /// Whether it is `layer.rs` or lies in a folder `layer/`.
    fn is_layer(&self, layer: &str) -> bool {
        self.path.ends_with(&format!("/{layer}.rs")) || self.path.contains(&format!("/{layer}/"))
    }

    fn mentions(&self, words: &[&str]) -> Vec<String> {
        self.lines
            .iter()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
            .map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
            .collect()
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
}

fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    files_below(&root().join("src"), ".rs", &mut paths);
    assert!(paths.len() > 40, "the source was not found");
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let lines = text
                .lines()
                .enumerate()
                .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
                .filter(|(_, line)| !line.trim_start().starts_with("//"))
                .map(|(nth, line)| (nth + 1, line.to_owned()))
                .collect();
            Source {
                path: path
                    .strip_prefix(root())
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/"),
                lines,
                length: text.lines().count(),
            }
        })
        .filter(|source| !source.path.ends_with("/tests.rs"))
        .collect()
}

fn rooms() -> Vec<String> {
    let mut rooms: Vec<String> = fs::read_dir(root().join("src"))
        .unwrap()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    rooms.sort();
    rooms
}

#[track_caller]
fn none(breaches: Vec<String>, rule: &str) {
    assert!(breaches.is_empty(), "{rule}:\n  {}", breaches.join("\n  "));
}

#[test]
fn only_stores_speak_to_the_database() {
    // ids, marks and error give types the database reads; the replies of repeated calls are kept beside the web layer.
    const ALSO: &[&str] = &[
        "src/ids.rs",
        "src/marks.rs",
        "src/error.rs",
        "src/web/respond.rs",
    ];
    let breaches = sources()
        .iter()
        .filter(|source| {
            !(source.is_layer("store")
                || ["db", "check"].contains(&source.room())
                || ALSO.contains(&source.path.as_str()))
        })
        .flat_map(|source| source.mentions(&["diesel::", "use diesel", "db::schema", "schema::"]))
        .collect();
    none(breaches, "diesel and the schema belong to store.rs and db/");
}

#[test]
fn rules_are_pure() {
    let breaches = sources()
        .iter()
        .filter(|source| source.is_layer("rules"))
        .flat_map(|source| {
            source.mentions(&[
                "crate::db",
                "Conn",
                "Tx",
                "real_now",
                "Clock",
                "Utc::now",
                "std::fs",
                "std::net",
                "std::env",
                "crate::app",
                "web::call",
                "web::respond",
                "HttpRe",
            ])
        })
        .collect();
    none(
        breaches,
        "rules take facts as arguments: no database, clock or I/O",
    );
}

#[test]
fn no_room_goes_through_another_rooms_wall() {
    let rooms = rooms();
    let mut breaches = Vec::new();
    for source in sources() {
        // The tables of all there is.
        if source.path == "src/routes.rs" || source.room() == "openapi" {
            continue;
        }
        for (number, line) in &source.lines {
            for room in rooms.iter().filter(|room| room.as_str() != source.room()) {
                for wall in ["store", "pages", "api"] {
                    let at = format!("{room}::{wall}");
                    let named = line.split(&at).skip(1).any(|rest| {
                        !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
                    });
                    if named {
                        breaches.push(format!("{}:{number}: {}", source.path, line.trim()));
                    }
                }
            }
        }
    }
    none(
        breaches,
        "a room's store, pages and api are its own; others use its door",
    );
}

#[test]
fn pages_and_api_leave_writing_to_actions() {
    let breaches = sources()
        .iter()
        .filter(|source| source.is_layer("pages") || source.is_layer("api"))
        .flat_map(|source| source.mentions(&["audit::record", "publish_change", "savepoint("]))
        .collect();
    none(breaches, "pages and api parse, call and show");
}

#[test]
fn only_the_clock_reads_the_time() {
    let breaches = sources()
        .iter()
        .filter(|source| source.path != "src/clock.rs")
        .flat_map(|source| source.mentions(&["Utc::now", "Local::now", "SystemTime::now"]))
        .collect();
    none(breaches, "only clock.rs reads the time");
}

#[test]
fn only_storage_opens_stored_files() {
    let breaches = sources()
        .iter()
        .filter(|source| source.path.starts_with("src/files/"))
        .filter(|source| source.path != "src/files/storage.rs")
        .flat_map(|source| source.mentions(&["fs::", "File::open", "OpenOptions"]))
        .collect();
    none(breaches, "one place opens stored files and one writes them");
}

#[test]
fn files_are_short() {
    const LIMIT: usize = 450;
    // Tables and formats that read better in one piece.
    const LONG: &[(&str, usize)] = &[
        ("src/people/store.rs", 600),
        ("src/routes.rs", 800),
        ("src/openapi/mod.rs", 600),
        ("src/db/schema.rs", 1400),
        ("src/routes.rs", 700),
        ("src/openapi/mod.rs", 700),
    ];
    let breaches = sources()
        .iter()
        .filter_map(|source| {
            let limit = LONG
                .iter()
                .find(|(path, _)| *path == source.path)
                .map_or(LIMIT, |(_, limit)| *limit);
            (source.length > limit).then(|| format!("{}: {} lines", source.path, source.length))
        })
        .collect();
    none(breaches, "a long file splits by verb");
}

#[test]
fn every_room_has_a_door_plate() {
    let breaches = rooms()
        .into_iter()
        .filter(|room| {
            let door = root().join(format!("src/{room}/mod.rs"));
            !fs::read_to_string(door).is_ok_and(|text| text.starts_with("//!"))
        })
        .collect();
    none(breaches, "mod.rs says what the room owns");
}

#[test]
fn templates_hold_no_script_or_style() {
    let mut paths = Vec::new();
    files_below(&root().join("templates"), ".html", &mut paths);
    assert!(!paths.is_empty());
    let mut breaches = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        for (nth, line) in text.lines().enumerate() {
            let inline_script = line.contains("<script") && !line.contains(" src=");
            let style = line.contains("<style") || line.contains(" style=");
            let handler = line.split_whitespace().any(|word| {
                word.strip_prefix("on").is_some_and(|rest| {
                    rest.split_once('=').is_some_and(|(event, value)| {
                        !event.is_empty()
                            && event.bytes().all(|b| b.is_ascii_lowercase())
                            && (value.starts_with('"') || value.starts_with('\''))
                    })
                })
            });
            let elsewhere = ["src=\"http", "href=\"http", "src=\"//", "url(http"]
                .iter()
                .any(|text| line.contains(text));
            if inline_script || style || handler || elsewhere {
                breaches.push(format!("{}:{}: {}", path.display(), nth + 1, line.trim()));
            }
        }
    }
    none(
        breaches,
        "the content security policy allows own files only",
    );
}
