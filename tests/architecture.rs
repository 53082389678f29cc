//! The house keeps its rooms apart: who may mention whom is read off the source.

mod circles;

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

    /// `people` of `src/people/store.rs`, `routes` of `src/routes.rs`; empty for the roots of the crate.
    fn home(&self) -> &str {
        let inside = self.path.trim_start_matches("src/");
        match inside.split_once('/') {
            Some((room, _)) => room,
            None if ["lib.rs", "main.rs"].contains(&inside) => "",
            None => inside.trim_end_matches(".rs"),
        }
    }

    fn is_face(&self) -> bool {
        self.home() == "desk" || FACES.iter().any(|face| self.is_layer(face))
    }

    /// Where its items live: `["people", "store"]` of `src/people/store.rs`.
    fn module(&self) -> Vec<String> {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        inside
            .split('/')
            .filter(|part| !["mod", "lib", "main"].contains(part))
            .map(str::to_owned)
            .collect()
    }

    fn text(&self) -> String {
        let lines = self.lines.iter();
        lines.map(|(_, line)| format!("{line}\n")).collect()
    }

    /// Every path within the crate that this file names, from the crate's root on, with its line.
    fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let text = self.text();
        let module = self.module();
        let mut found = Vec::new();
        for start in ["crate::", "super::", "self::"] {
            for (at, _) in text.match_indices(start) {
                let (before, mut rest) = text.split_at(at);
                if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                    continue;
                }
                let mut base = if start == "crate::" {
                    Vec::new()
                } else {
                    module.clone()
                };
                while let Some(after) = rest.strip_prefix("super::") {
                    base.pop();
                    rest = after;
                }
                let rest = rest.strip_prefix(start).unwrap_or(rest);
                let line = self.lines[before.matches('\n').count()].0;
                found.extend(
                    named(rest)
                        .into_iter()
                        .map(|tail| (line, [base.clone(), tail].concat())),
                );
            }
        }
        for (line, text) in &self.lines {
            if let Some((_, child)) = text.split_once("use ")
                && FACES
                    .iter()
                    .any(|face| child.starts_with(&format!("{face}::")))
            {
                found.push((*line, [module.clone(), named(child)[0].clone()].concat()));
            }
        }
        found
    }

    fn mentions(&self, words: &[&str]) -> Vec<String> {
        self.lines
            .iter()
            .filter(|(_, line)| words.iter().any(|word| line.contains(word)))
            .map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
            .collect()
    }
}

/// The house, low to high. A room, its faces too, looks at lower floors, and at those named before it on its own floor;
/// at nobody else's. A room that is not here has no floor yet.
const FLOORS: &[&[&str]] = &[
    // The ground: types and tools that know no room.
    &[
        "clock", "calendar", "ids", "marks", "money", "text", "todo", "trail", "error", "limits",
    ],
    &["crypto", "db", "config", "numbers", "tables"],
    &["who"],
    &["audit"],
    &["sealing"],
    &["session"],
    &["web"],
    &["verbs", "login"],
    &["people", "holidays", "files"],
    &["seats"],
    &["rounds"],
    &["bids"],
    &["failed", "similar", "shares", "projects"],
    &["joint", "opening"],
    &["panel", "scoring", "result", "award"],
    &["rulings", "contracts", "attachments"],
    &[
        "acceptance",
        "showcase",
        "checkpoints",
        "complaints",
        "restructure",
    ],
    // Faces of rooms that show what stands above them.
    &["desk"],
    &["help", "home"],
    &["seed", "demo", "generate"],
    &["rooms", "check", "openapi", "routes", "serve", "cli"],
];

/// What a room shows of itself and hands to the house: looked at by nobody else.
const FACES: &[&str] = &[
    "pages",
    "api",
    "history_api",
    "view",
    "views",
    "todo",
    "check",
    "portal",
    "room",
];

/// The list of all there is: it names each room's `ROOM`.
const LISTS: &[&str] = &["rooms"];

fn floor(room: &str) -> Option<usize> {
    FLOORS
        .iter()
        .flat_map(|rooms| *rooms)
        .position(|one| *one == room)
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

/// What a path's text names, braces taken apart: `a::{self, b::c}` is `a` and `a::b::c`.
fn named(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start();
    if let Some(inner) = text.strip_prefix('{') {
        return items(inner).into_iter().flat_map(named).collect();
    }
    let length = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    if name.is_empty() || name == "self" {
        return vec![Vec::new()];
    }
    let below = rest
        .strip_prefix("::")
        .map_or_else(|| vec![Vec::new()], named);
    below
        .into_iter()
        .map(|tail| [vec![name.to_owned()], tail].concat())
        .collect()
}

/// The parts of a braced list, up to its end.
fn items(inner: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, sign) in inner.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&inner[from..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&inner[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|item| !item.trim().is_empty());
    found
}

/// A room that looks up or sideways.
fn upwards(source: &Source) -> Vec<String> {
    let own = floor(source.home());
    source
        .paths()
        .into_iter()
        .filter(|(_, path)| {
            path.first().is_some_and(|room| {
                room != source.home() && floor(room).is_some_and(|other| Some(other) > own)
            })
        })
        .map(|(line, path)| format!("{}:{line}: {}", source.path, path.join("::")))
        .collect()
}

/// A face that is looked at by another room, or by its own room's core.
fn faces_looked_at(source: &Source) -> Vec<String> {
    if LISTS.contains(&source.home()) {
        return Vec::new();
    }
    source
        .paths()
        .into_iter()
        .filter(|(_, path)| {
            let own = path.first().is_some_and(|room| room == source.home());
            let face = |part: &&str| FACES.contains(part) && !(own && source.is_face());
            path.iter()
                .skip(1)
                .map(String::as_str)
                .any(|part| face(&part))
        })
        .map(|(line, path)| format!("{}:{line}: {}", source.path, path.join("::")))
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
fn every_room_has_its_floor() {
    let mut here: Vec<String> = sources()
        .iter()
        .map(|source| source.home().to_owned())
        .filter(|room| !room.is_empty())
        .collect();
    here.sort();
    here.dedup();
    let mut planned: Vec<&str> = FLOORS.iter().flat_map(|rooms| *rooms).copied().collect();
    planned.sort_unstable();
    assert_eq!(here, planned, "FLOORS names each room once");
    let aliases = sources()
        .iter()
        .filter(|source| source.path == "src/lib.rs")
        .flat_map(|source| source.mentions(&["pub use"]))
        .collect();
    none(aliases, "a room has one name, and its floor goes by it");
}

#[test]
fn rooms_look_down_only() {
    none(
        sources().iter().flat_map(upwards).collect(),
        "a room looks at lower floors only",
    );
}

#[test]
fn nobody_looks_at_a_face() {
    none(
        sources().iter().flat_map(faces_looked_at).collect(),
        "pages, API, views, to-dos and checks are looked at by their own room's faces only",
    );
}

#[test]
fn an_import_up_is_found_however_it_is_written() {
    let planted = |path: &str, line: &str| Source {
        path: path.to_owned(),
        lines: line.lines().map(|line| (1, line.to_owned())).collect(),
        length: 1,
    };
    for (path, line) in [
        ("src/bids/rules.rs", "use crate::joint;"),
        (
            "src/bids/rules.rs",
            "use crate::{ids,\n joint::{self, rules}};",
        ),
        ("src/bids/mod.rs", "use super::joint::rules;"),
        (
            "src/bids/actions/read.rs",
            "    let x = super::super::super::joint::together(c)?;",
        ),
        (
            "src/error/mod.rs",
            "pub fn noted(event: crate::audit::Event) {}",
        ),
        ("src/people/store.rs", "use crate::holidays::table;"),
        ("src/bids/pages/list.rs", "use crate::joint;"),
        ("src/bids/view.rs", "use crate::failed;"),
        ("src/rounds/room.rs", "use crate::rulings::Close;"),
        ("src/rounds/todo.rs", "use crate::desk;"),
    ] {
        assert!(!upwards(&planted(path, line)).is_empty(), "{path}: {line}");
    }
    for (path, line) in [
        ("src/joint/rules.rs", "use crate::bids::{self, Bid};"),
        ("src/desk/bid/page.rs", "use crate::joint;"),
        ("src/bids/rules.rs", "use super::store;"),
        ("src/holidays/store.rs", "use crate::people;"),
    ] {
        assert!(upwards(&planted(path, line)).is_empty(), "{path}: {line}");
    }
    for (path, line) in [
        ("src/joint/pages.rs", "use crate::bids::view::BidShown;"),
        ("src/joint/rules.rs", "use super::pages::Line;"),
        ("src/joint/scene.rs", "use super::view::JointBidShown;"),
        ("src/joint/mod.rs", "pub use todo::todos;"),
        (
            "src/contracts/verbs/draft.rs",
            "use crate::joint::view::JointBidShown;",
        ),
    ] {
        assert_eq!(
            faces_looked_at(&planted(path, line)).len(),
            1,
            "{path}: {line}"
        );
    }
    assert!(faces_looked_at(&planted("src/joint/pages.rs", "use super::view::Line;")).is_empty());
}

/// Who shows a bid, or tells of a round, asks who reads it.
#[test]
fn faces_find_no_bid_and_no_round_without_asking() {
    let breaches = sources()
        .iter()
        .filter(|source| source.is_face() || source.home() == "desk")
        // Checks read everything and show nothing.
        .filter(|source| source.home() != "check" && !source.is_layer("check"))
        .flat_map(|source| source.mentions(&["bids::find", "bids::by_ids", "rounds::find("]))
        .collect();
    none(
        breaches,
        "a face takes bids and rounds from `visible`, which gives the veil they are read under",
    );
}

#[test]
fn the_map_names_every_room() {
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let breaches = FLOORS
        .iter()
        .flat_map(|rooms| *rooms)
        .filter(|room| !map.contains(&format!("[`{room}`]")))
        .map(|room| (*room).to_owned())
        .collect();
    none(breaches, "the map in lib.rs says a word about each room");
}

#[test]
fn only_stores_speak_to_the_database() {
    // clock, ids, marks and error give types the database reads; the replies of repeated calls are kept beside the web layer.
    const ALSO: &[&str] = &[
        "src/clock.rs",
        "src/ids.rs",
        "src/marks.rs",
        "src/error/mod.rs",
        "src/error/passing.rs",
        "src/web/once.rs",
    ];
    let breaches = sources()
        .iter()
        .filter(|source| {
            !(source.is_layer("store")
                || source.is_layer("check")
                || source.room() == "db"
                || ALSO.contains(&source.path.as_str()))
        })
        .flat_map(|source| source.mentions(&["diesel::", "use diesel", "db::schema", "schema::"]))
        .collect();
    none(
        breaches,
        "diesel and the schema belong to store.rs, check.rs and db/",
    );
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
                "web::App",
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
        .filter(|source| {
            source.room() == "desk" || source.is_layer("pages") || source.is_layer("api")
        })
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
        .filter(|source| ["files", "attachments"].contains(&source.room()))
        .filter(|source| source.path != "src/files/storage.rs")
        .flat_map(|source| source.mentions(&["fs::", "File::open", "OpenOptions"]))
        .collect();
    none(breaches, "one place opens stored files and one writes them");
}

#[test]
fn files_are_short() {
    const LIMIT: usize = 400;
    let breaches = sources()
        .iter()
        .filter(|source| source.length > LIMIT)
        .map(|source| format!("{}: {} lines", source.path, source.length))
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
