//! Projects and their six steps, from the contract in force to the acceptance's door.

mod pages;
mod steps;

use serde_json::{Value, json};

use crate::contracts::drafted;
use crate::support::TestApp;

/// A project of 运维党支部, started on 1 March 2026.
fn project() -> (TestApp, String) {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = app.sign_both("yunwei.sj", &drafted(&app, round)[0]);
    (app, format!("/api/v1/projects/{}", contract["project_id"]))
}

fn id_of(path: &str) -> i64 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

fn step<'a>(project: &'a Value, kind: &str) -> &'a Value {
    project["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["step"] == kind)
        .unwrap()
}

fn submit(app: &TestApp, path: &str, kind: &str) -> Value {
    app.api("yunwei")
        .post(
            &format!("{path}/steps/{kind}/submit"),
            json!({ "evidence": "已完成。" }),
        )
        .expect(200)
        .json
}
