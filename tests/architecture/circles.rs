//! The files of a room look at each other in one direction, whatever door they go through.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Source, named, none, sources};

type Module = Vec<String>;

/// A room, or all of them, as modules.
struct Plan<'a> {
    files: BTreeMap<Module, &'a Source>,
    /// What a module names as its own though it stands elsewhere: `pub use`.
    doors: BTreeMap<(Module, String), Module>,
}

impl<'a> Plan<'a> {
    fn of(sources: &'a [Source]) -> Self {
        let files = sources.iter().map(|one| (one.module(), one)).collect();
        let doors = BTreeMap::new();
        let mut plan = Self { files, doors };
        for source in sources {
            for path in plan.named_by(&parted(source).1) {
                let name = path.last().cloned().unwrap_or_default();
                plan.doors.insert((source.module(), name), path);
            }
        }
        plan
    }

    /// Every path a file names: from the crate's root, from where it stands, and from what it brought in.
    fn named_by(&self, source: &Source) -> Vec<Module> {
        let module = source.module();
        let mut paths: Vec<Module> = source.paths().into_iter().map(|(_, path)| path).collect();
        let below = |one: &&Module| one.len() == module.len() + 1 && one.starts_with(&module);
        let children = self.files.keys().filter(below);
        let near: BTreeSet<Module> = paths
            .iter()
            .filter(|path| self.files.contains_key(*path))
            .chain(children)
            .cloned()
            .collect();
        let text = source.text();
        for base in near {
            let Some(start) = base.last().map(|name| format!("{name}::")) else {
                continue;
            };
            for (at, _) in text.match_indices(&start) {
                let (before, rest) = text.split_at(at);
                if !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
                    let tails = named(&rest[start.len()..]).into_iter();
                    paths.extend(tails.map(|tail| [base.clone(), tail].concat()));
                }
            }
        }
        paths
    }

    /// The file that holds what a path names, behind however many doors; None of a module as a whole.
    fn home(&self, mut path: Module) -> Option<Module> {
        for _ in 0..9 {
            let inside = (1..path.len()).rev();
            let depth = inside
                .clone()
                .find(|depth| self.files.contains_key(&path[..*depth]))?;
            let door = (path[..depth].to_vec(), path[depth].clone());
            match self.doors.get(&door) {
                Some(behind) if *behind != path => {
                    path = [behind.as_slice(), &path[depth + 1..]].concat();
                }
                Some(_) | None if self.files.contains_key(&path) => return None,
                Some(_) | None => return Some(door.0),
            }
        }
        None
    }

    /// Files of the same room that this one looks at. What stands in a folder may know what the folder is called by.
    fn looks_at(&self, source: &Source) -> BTreeSet<Module> {
        let module = source.module();
        self.named_by(&parted(source).0)
            .into_iter()
            .filter_map(|path| self.home(path))
            .filter(|home| home.first() == module.first() && !module.starts_with(home))
            .collect()
    }

    /// The shortest way from each file back to itself.
    fn circles(&self) -> Vec<String> {
        let looks: BTreeMap<&Module, BTreeSet<Module>> = self
            .files
            .iter()
            .map(|(module, source)| (module, self.looks_at(source)))
            .collect();
        let mut found = BTreeMap::new();
        for start in self.files.keys() {
            let mut seen = BTreeSet::new();
            let mut ways = VecDeque::from([vec![start]]);
            while let Some(way) = ways.pop_front() {
                for next in way
                    .last()
                    .and_then(|last| looks.get(last))
                    .into_iter()
                    .flatten()
                {
                    if next == start {
                        let names: Vec<&str> = way
                            .iter()
                            .map(|one| self.files[*one].path.as_str())
                            .collect();
                        let members: BTreeSet<&str> = names.iter().copied().collect();
                        found.entry(members).or_insert(names.join(" -> "));
                        ways.clear();
                        break;
                    }
                    if seen.insert(next) {
                        ways.push_back([way.as_slice(), &[next]].concat());
                    }
                }
            }
        }
        found.into_values().collect()
    }
}

/// A file without what it passes on, and what it passes on alone.
fn parted(source: &Source) -> (Source, Source) {
    let (mut own, mut passed) = (Vec::new(), Vec::new());
    let mut passing = false;
    for (number, line) in &source.lines {
        passing |=
            line.starts_with("pub use ") || line.starts_with("pub(") && line.contains(") use ");
        let part = if passing { &mut passed } else { &mut own };
        part.push((*number, line.clone()));
        passing &= !line.trim_end().ends_with(';');
    }
    let part = |lines| Source {
        path: source.path.clone(),
        lines,
        length: 0,
    };
    (part(own), part(passed))
}

#[test]
fn files_of_a_room_form_no_circle() {
    none(
        Plan::of(&sources()).circles(),
        "of two files of a room, one looks at the other",
    );
}

#[test]
fn a_circle_is_found_whatever_it_goes_through() {
    let circles = |files: &[(&str, &str)]| {
        let planted: Vec<Source> = files
            .iter()
            .map(|(path, text)| Source {
                path: format!("src/joint/{path}"),
                lines: text.lines().map(|line| (1, line.to_owned())).collect(),
                length: 1,
            })
            .collect();
        Plan::of(&planted).circles()
    };
    let verb = ("verbs/sign.rs", "use crate::joint::scene::JointScene;");
    let verbs = "mod sign;\npub use sign::{\n  Sign,\n};";
    let scene = ("scene.rs", "pub struct JointScene;");
    for (door, looking, length) in [
        ("", "use super::verbs::sign::Sign;", 2),
        (verbs, "use super::verbs::Sign;", 2),
        (verbs, "use super::verbs;\nfn a() { verbs::Sign }", 2),
        (verbs, "fn a() { crate::joint::verbs::Sign }", 2),
        (
            "use super::scene::JointScene;\nconst OFFERS: u8 = 1;",
            "use super::verbs::OFFERS;",
            2,
        ),
    ] {
        let found = circles(&[("scene.rs", looking), ("verbs/mod.rs", door), verb]);
        assert_eq!(found.len(), 1, "{door} {looking}");
        assert_eq!(found[0].split(" -> ").count(), length, "{found:?}");
    }
    let view = ("view.rs", "use super::verbs::Sign;");
    let third = ("scene.rs", "use super::view::Shown;");
    assert_eq!(
        circles(&[third, view, ("verbs/mod.rs", verbs), verb]).len(),
        1
    );
    let below = (
        "verbs/sign.rs",
        "use super::Says;\nuse crate::joint::scene::JointScene;",
    );
    let says = "mod sign;\npub use sign::Sign;\npub trait Says {}\nfn a() { sign::Sign }";
    assert!(circles(&[scene, view, ("verbs/mod.rs", says), below]).is_empty());
}
