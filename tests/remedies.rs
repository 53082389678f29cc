//! A remedy names who may: where it asks for a step, it names a role to which the table of verbs allows that step.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// How remedies speak of a step, and the verb it is.
const STEPS: &[(&str, &str)] = &[
    ("终止合同", "terminate: POST /contracts/{id}/terminate"),
    ("答复异议", "answer: POST /objections/{id}/answer"),
    ("开始评分。", "start_scoring: POST /rounds/{id}/scoring"),
    ("接替", "replace: POST /rounds/{id}/panel/replacements"),
    ("延长截止时间", "extend: POST /rounds/{id}/extend"),
    ("授予角色", "grant_role: POST /users/{id}/roles"),
    ("撤回已提交", "withdraw: POST /bids/{id}/withdraw"),
    (
        "通过或者退回",
        "pass: POST /projects/{id}/steps/{step}/pass",
    ),
];

/// How people call who holds a role.
const ROLES: &[(&str, &[&str])] = &[
    ("office", &["党建部"]),
    ("committee_secretary", &["党委书记"]),
    ("branch_secretary", &["支部书记", "组织书记"]),
    ("system_admin", &["系统管理员"]),
    ("security_admin", &["安全管理员"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Who may do each verb, from the table that is checked against the program.
fn allowed() -> BTreeMap<String, Vec<String>> {
    let table = fs::read_to_string(root().join("tests/golden/verbs.txt")).unwrap();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut verb = String::new();
    for line in table.lines() {
        match line.strip_prefix("    ") {
            None => verb = line.to_owned(),
            Some(who) => {
                let roles = who.split(": ").next().unwrap().split(", ");
                all.entry(verb.clone())
                    .or_default()
                    .extend(roles.map(str::to_owned));
            }
        }
    }
    all
}

fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), text));
        }
    }
}

/// The words of every remedy, with its file: what is written between the brackets of the call.
fn remedies() -> Vec<(String, String)> {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut all = Vec::new();
    for (path, text) in files {
        for (at, call) in text.match_indices(".remedy(") {
            let (mut depth, mut words, mut within) = (1, String::new(), false);
            for sign in text[at + call.len()..].chars() {
                match sign {
                    '"' => within = !within,
                    '(' if !within => depth += 1,
                    ')' if !within => depth -= 1,
                    sign if within => words.push(sign),
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
            all.push((path.clone(), words));
        }
    }
    all
}

#[test]
fn a_remedy_names_somebody_who_may() {
    let allowed = allowed();
    let remedies = remedies();
    assert!(remedies.len() > 150, "only {} were read", remedies.len());
    let mut wrong = Vec::new();
    for (words, verb) in STEPS {
        let roles = allowed
            .get(*verb)
            .unwrap_or_else(|| panic!("nobody may {verb}"));
        let named: Vec<&str> = ROLES
            .iter()
            .filter(|(role, _)| roles.iter().any(|one| one == role))
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        let spoken: Vec<_> = remedies
            .iter()
            .filter(|(_, text)| text.contains(words))
            .collect();
        assert!(!spoken.is_empty(), "no remedy speaks of {words}");
        for (path, text) in spoken {
            if !named.iter().any(|name| text.contains(name)) {
                wrong.push(format!("{path}: {text} ({verb} is for {roles:?})"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
