//! Sheets filled in on paper: entered by the office with their scan, confirmed, disputed, corrected, replaced; who
//! learns what, and that they count like any other.

mod checking;
mod entering;
mod form;
mod scans;

use std::fs;

use biaogan::routes;
use serde_json::{Value, json};

use crate::scoring::{
    CANARIES, COMMENT, NOTES, everything, lock, read, reopen, restore, scoring, sheet_of, shown_of,
    tells,
};
use crate::support::rounds::{TestRound, round_body};
use crate::support::world::World;
use crate::support::{Answer, TestApp, multipart};

/// A scan whose bytes can be found again.
const SCAN: &[u8] = b"%PDF-1.7\nsigned in ink by hand 8675309\n%%EOF\n";

/// Marks at this share of the full marks, each with a comment.
fn marks(app: &TestApp, reviewer: &str, bid: i64, percent: f64) -> Value {
    let path = format!("/api/v1/bids/{bid}/score_sheet");
    let sheet = app.api(reviewer).get(&path).expect(200);
    sheet.json["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let full = one["full_marks"].as_f64().unwrap();
            let mark = (full * percent / 50.0).round() / 2.0;
            json!({ "criterion_id": one["id"], "mark": mark, "comment": "材料扎实" })
        })
        .collect()
}

fn send(
    app: &TestApp,
    who: &str,
    evaluation: i64,
    sheet: &Value,
    name: &str,
    scan: &[u8],
) -> Answer {
    let words = sheet.to_string();
    let (kind, body) = multipart(&[("sheet", &words)], name, "application/pdf", scan);
    let path = format!("/api/v1/evaluations/{evaluation}/paper_sheets");
    app.api(who)
        .send("POST", &path, &[("Content-Type", &kind)], &body)
}

/// The office enters a sheet of this reviewer.
fn enter(app: &TestApp, evaluation: i64, reviewer: &str, bid: i64, percent: f64) -> Answer {
    let sheet = json!({
        "reviewer_id": app.user_id(reviewer), "bid_id": bid,
        "marks": marks(app, reviewer, bid, percent),
    });
    send(app, "office", evaluation, &sheet, "扫描.pdf", SCAN)
}

/// A minute goes by, so that what is done next comes later.
fn tick(app: &TestApp) {
    let clock = app.app.clock();
    clock.set(clock.now() + chrono::Duration::minutes(1));
}

/// Enters a sheet again; without a scan, the old one stays.
fn correct(
    app: &TestApp,
    who: &str,
    sheet: &Value,
    version: i64,
    body: &Value,
    scan: Option<&[u8]>,
) -> Answer {
    tick(app);
    let words = body.to_string();
    let name = if scan.is_some() { "更正.pdf" } else { "" };
    let (kind, body) = multipart(
        &[("sheet", &words)],
        name,
        "application/pdf",
        scan.unwrap_or(b""),
    );
    let tag = format!("\"v{version}\"");
    app.api(who).send(
        "PUT",
        &format!("/api/v1/score_sheets/{}/paper", sheet["id"]),
        &[("Content-Type", &kind), ("If-Match", &tag)],
        &body,
    )
}

fn dispute(app: &TestApp, who: &str, sheet: &Value, reason: &str) -> Answer {
    tick(app);
    let path = format!("/api/v1/score_sheets/{}/dispute", sheet["id"]);
    app.api(who).post(&path, json!({ "reason": reason }))
}

fn confirm(app: &TestApp, who: &str, sheet: &Value) -> Answer {
    tick(app);
    let path = format!("/api/v1/score_sheets/{}/confirm", sheet["id"]);
    app.api(who).post(&path, json!({}))
}

fn scan_of(app: &TestApp, who: &str, scan: &Value) -> Answer {
    app.api(who).get(&format!("/api/v1/attachments/{scan}"))
}

/// Gives somebody the office's role over the committee, too.
fn into_office(app: &TestApp, who: &str) {
    let all = app
        .api("sysadmin")
        .get("/api/v1/organizations?limit=200")
        .expect(200);
    let committee = all.items().iter().find(|one| one["code"] == "TX").unwrap();
    app.grant(who, "office", &committee["id"]);
}

fn stored_files(app: &TestApp) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for folder in fs::read_dir(&app.app.files).into_iter().flatten().flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            found.push(fs::read(file.path()).unwrap());
        }
    }
    found
}

fn verbs(app: &TestApp, sheet: &Value) -> Vec<String> {
    let path = format!("/api/v1/audit?subject=score_sheet:{}", sheet["id"]);
    let trail = app.api("auditadmin").get(&path).expect(200);
    assert_eq!(tells(&trail.text), None);
    let mut events = trail.items().to_vec();
    events.sort_by_key(|one| one["seq"].as_i64());
    events
        .iter()
        .map(|one| one["verb"].as_str().unwrap().to_owned())
        .collect()
}

/// What a result says, but for ids and digests.
fn said(round: &TestRound) -> Vec<Value> {
    let result = round
        .app
        .api("supervisor")
        .get(&round.path("/result"))
        .expect(200);
    let rows = result.json["topics"][0]["rows"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            let mut sheets: Vec<Value> = row["sheets"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    json!([
                        one["alias"],
                        one["total_shown"],
                        one["dropped"],
                        one["submitted_at"]
                    ])
                })
                .collect();
            sheets.sort_by_key(ToString::to_string);
            json!([
                row["title"],
                row["rank"],
                row["total"],
                row["criteria"],
                row["proposal"],
                row["normalized"],
                sheets,
            ])
        })
        .collect()
}
