//! What a list shows comes as a file, too: with the same filters, the same rights, the same rows, and nothing besides.

use std::collections::HashSet;
use std::io::Cursor;

use biaogan::routes::{self, Route};
use serde_json::Value;
use zip::ZipArchive;

use crate::matrix::ROLES;
use crate::support::moments::Moment;
use crate::support::world::{self, World};
use crate::support::{Answer, Client, TestApp};

/// Every list that comes as a file, of pages (`false`) or of programs.
fn lists(by_program: bool) -> Vec<Route> {
    let mut all = routes::table();
    all.retain(|route| route.as_file && route.path.starts_with("/api/") == by_program);
    assert!(all.len() > 5);
    all
}

fn addresses(world: &World, by_program: bool) -> Vec<String> {
    let there = |route: &Route| {
        let kinds = world::kinds(route.path);
        kinds.iter().all(|kind| world.get(kind).is_some())
    };
    let routes = lists(by_program);
    let named = routes.iter().filter(|route| there(route));
    named.map(|route| world.fill(route.path)).collect()
}

/// All rows that a program is shown, page by page; none if it is refused.
fn shown(client: &Client, path: &str) -> Result<Vec<Value>, Box<Answer>> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = client.get(&format!("{path}?limit=100{cursor}"));
        if answer.status != 200 {
            return Err(Box::new(answer));
        }
        rows.extend(answer.json["items"].as_array().unwrap().iter().cloned());
        match answer.json["next_cursor"].as_str() {
            None => return Ok(rows),
            Some(next) => cursor = format!("&cursor={next}"),
        }
    }
}

fn commas(answer: &Answer) -> Vec<Vec<String>> {
    let text = answer.text.strip_prefix('\u{feff}').unwrap();
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// Every value that a row says, as text.
fn said(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|one| said(one, all)),
        Value::Object(values) => {
            all.push(value.to_string());
            values.values().for_each(|one| said(one, all));
        }
        other => all.push(other.to_string()),
    }
}

/// The program's own words, such as labels: they tell nothing of anybody.
fn source() -> HashSet<String> {
    let mut files = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src"
    ))];
    let mut text = String::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|one| one.unwrap().path()),
            );
        } else {
            text += &std::fs::read_to_string(path).unwrap();
        }
    }
    text.split('"').map(str::to_owned).collect()
}

/// A cell is what the row says, word for word or part by part, a number or a time, or a word of the program's own.
fn told(cell: &str, row: &[String], source: &HashSet<String>) -> bool {
    let plain = cell.trim_start_matches('\'');
    let own = |text: &str| {
        text.is_empty()
            || row.iter().any(|one| one == text)
            || text
                .chars()
                .all(|one| one.is_ascii_digit() || "-: .".contains(one))
            || source.contains(text)
    };
    own(plain) || plain.split(['、', '（', '）']).all(own)
}

#[test]
fn a_file_has_what_the_list_shows_and_to_nobody_else() {
    let source = source();
    let (mut files, mut refused) = (0, 0);
    for moment in [Moment::Sealed, Moment::Scoring, Moment::Shown] {
        let (app, world) = moment.start();
        // A result is no list.
        let lists = addresses(&world, true).into_iter();
        for path in lists.filter(|path| !path.ends_with("/result")) {
            for (role, username) in ROLES {
                let client = username.map_or_else(|| app.client(), |name| app.api(name));
                let file = client.get(&format!("{path}?format=csv"));
                match shown(&client, &path) {
                    Err(answer) => {
                        assert_eq!(
                            (file.status, &file.json["code"]),
                            (answer.status, &answer.json["code"]),
                            "{role} {path}"
                        );
                        refused += 1;
                    }
                    Ok(rows) => {
                        let file = file.expect(200);
                        let table = commas(&file);
                        assert_eq!(
                            table.len(),
                            rows.len(),
                            "{moment:?}: {role} {path}: {}",
                            file.text
                        );
                        for (cells, row) in table.iter().zip(&rows) {
                            let mut values = Vec::new();
                            said(row, &mut values);
                            for cell in cells {
                                assert!(
                                    told(cell, &values, &source),
                                    "{moment:?}: {role} {path}: {cell} in {row}"
                                );
                            }
                        }
                        files += 1;
                    }
                }
            }
        }
    }
    assert!(
        files > 100 && refused > 100,
        "{files} files, {refused} refused"
    );
}

#[test]
fn a_workbook_has_the_rows_of_the_page_and_the_page_leads_to_it() {
    let (app, world) = Moment::Shown.start();
    for path in addresses(&world, false) {
        let seen = ROLES
            .iter()
            .filter_map(|(_, username)| *username)
            .find(|name| app.browser(name).get(&path).status == 200)
            .unwrap_or_else(|| panic!("nobody is shown {path}"));
        let browser = app.browser(seen);
        let page = browser.get(&path).expect(200);
        assert!(page.text.contains(&format!("{path}?format=xlsx")), "{path}");
        let file = browser.get(&format!("{path}?format=xlsx")).expect(200);
        assert!(file.header("content-disposition").contains(".xlsx"));
        let mut zip = ZipArchive::new(Cursor::new(file.bytes)).unwrap();
        let sheet = zip.by_name("xl/worksheets/sheet1.xml").unwrap();
        let sheet = std::io::read_to_string(sheet).unwrap();
        let rows = commas(&browser.get(&format!("{path}?format=csv")).expect(200)).len();
        assert_eq!(sheet.matches("<row ").count(), rows + 1, "{path}");
        assert!(!sheet.contains("<f>"), "{path}");
    }
}

/// The ranking with every mark, as who may read the result reads it.
#[test]
fn a_ranking_is_a_table_with_a_column_for_each_criterion() {
    let (app, world) = Moment::Scored.start();
    let path = world.fill("/api/v1/rounds/{id}/result");
    let supervisor = app.api("supervisor");
    let result = supervisor.get(&path).expect(200).json;
    let file = supervisor.get(&format!("{path}?format=csv")).expect(200);
    let text = file.text.lines().next().unwrap().to_owned();
    for criterion in result["criteria"].as_array().unwrap() {
        assert!(text.contains(criterion["name"].as_str().unwrap()), "{text}");
    }
    let topics = result["topics"].as_array().unwrap().iter();
    let ranked: Vec<&Value> = topics
        .flat_map(|topic| topic["rows"].as_array().unwrap())
        .collect();
    let table = commas(&file);
    assert!(!ranked.is_empty() && table.len() == ranked.len());
    for (cells, row) in table.iter().zip(ranked) {
        assert_eq!(cells[2], row["title"]);
        assert_eq!(cells[4], row["total"]["shown"].as_str().unwrap_or_default());
        let marks: Vec<&str> = row["criteria"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["shown"].as_str().unwrap())
            .collect();
        assert_eq!(cells[11..], marks);
    }
    let stranger = app.api("biandian");
    let refused = stranger.get(&path);
    let file = stranger.get(&format!("{path}?format=xlsx"));
    assert_eq!(
        (file.status, &file.json["code"]),
        (refused.status, &refused.json["code"])
    );
    assert_ne!(file.status, 200);
}

#[test]
fn filters_hold_for_the_file_and_what_is_no_format_is_refused() {
    let app = TestApp::start();
    app.round().published();
    let office = app.api("office");
    let rows = |query: &str| {
        commas(
            &office
                .get(&format!("/api/v1/rounds?format=csv{query}"))
                .expect(200),
        )
        .len()
    };
    assert_eq!(
        (rows(""), rows("&state=draft"), rows("&year=2031")),
        (1, 0, 0)
    );
    assert_eq!(rows("&limit=1"), 1);
    office
        .get("/api/v1/rounds?format=pdf")
        .refused(422, "invalid");
    office
        .get("/api/v1/rounds?format=csv&colour=red")
        .refused(422, "invalid");
    app.client()
        .get("/api/v1/rounds?format=csv")
        .refused(401, "unauthorized");
    let page = app
        .browser("office")
        .get("/rounds?state=open&format=csv")
        .expect(200);
    assert_eq!(page.header("content-type"), "text/csv; charset=utf-8");
}

/// More rows than are read at once, each of them there, in the order of the list.
#[test]
fn a_long_list_is_whole() {
    let app = TestApp::start();
    app.database().execute(
        "INSERT INTO organizations (id, parent_id, committee_id, kind, name, short_name, code, code_key, path, position, disabled, version, created_at, updated_at, folded) \
         SELECT o.id * 1000 + n.n, o.id, o.committee_id, 'branch', '第' || n.n || '支部', '第' || n.n || '支部', 'L' || n.n, 'l' || n.n, \
         o.path || (o.id * 1000 + n.n) || '/', n.n, FALSE, 1, o.created_at, o.updated_at, '' \
         FROM organizations o CROSS JOIN (WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 450) SELECT n FROM count) n \
         WHERE o.id = (SELECT min(id) FROM organizations)",
    );
    app.unchecked();
    let office = app.api("office");
    let file = commas(&office.get("/api/v1/organizations?format=csv").expect(200));
    let rows = shown(&office, "/api/v1/organizations").unwrap_or_default();
    assert!(file.len() > 450);
    let (filed, listed): (Vec<String>, Vec<String>) = (
        file.iter().map(|row| row[0].clone()).collect(),
        rows.iter().map(|row| row["id"].to_string()).collect(),
    );
    assert_eq!(filed, listed);
}
