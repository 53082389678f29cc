//! Lists ask the same number of queries for 5 rows as for 60.

use serde_json::json;

use crate::support::TestApp;
use crate::support::actors::site_body;
use crate::support::rounds::round_body;

/// The least of a few visits: the first one of a session also marks it as used, a moment later.
fn cost(app: &TestApp, who: &str, path: &str) -> usize {
    let (client, browser) = (app.api(who), app.browser(who));
    let visit = || {
        let answer = if path.starts_with("/api/") {
            client.get(path)
        } else {
            browser.get(path)
        };
        answer.expect(200);
    };
    (0..4).map(|_| app.queries(visit)).min().unwrap()
}

/// Costs of all paths with few rows, then with many, must be equal.
fn constant(app: &TestApp, paths: &[(&str, String)], grow: impl FnOnce()) {
    let few: Vec<usize> = paths
        .iter()
        .map(|(who, path)| cost(app, who, path))
        .collect();
    grow();
    for ((who, path), few) in paths.iter().zip(few) {
        let many = cost(app, who, path);
        assert_eq!(few, many, "{path} as {who}: {few} queries, then {many}");
        assert!(few <= 25, "{path} as {who} asks {few} queries");
    }
}

#[test]
fn people_and_the_trail_cost_the_same_at_any_length() {
    let app = TestApp::start();
    for (who, path) in [
        ("sysadmin", "/api/v1/users"),
        ("sysadmin", "/api/v1/organizations"),
        ("auditadmin", "/api/v1/audit"),
        ("auditadmin", "/audit"),
    ] {
        let few = cost(&app, who, &format!("{path}?limit=5"));
        let many = cost(&app, who, &format!("{path}?limit=60"));
        assert_eq!(few, many, "{path}");
        assert!(few <= 10, "{path}: {few}");
    }
}

#[test]
fn rounds_cost_the_same_at_any_length() {
    let app = TestApp::start();
    let make = |count: usize| {
        for _ in 0..count {
            app.api("office")
                .post("/api/v1/rounds", round_body())
                .expect(201);
        }
    };
    make(5);
    let paths = [
        ("office", "/api/v1/rounds?limit=100".to_owned()),
        ("office", "/rounds".to_owned()),
        ("supervisor", "/home".to_owned()),
    ];
    constant(&app, &paths, || make(55));
}

#[test]
fn bids_cost_the_same_at_any_length() {
    let app = TestApp::start();
    let mut body = crate::support::rounds::round_body();
    body["bids_per_lane"] = serde_json::json!(99);
    let round = app.round_of(body).published();
    let make = |count: usize| {
        for _ in 0..count {
            round.submitted_bid("yunwei", 2);
        }
    };
    make(5);
    let paths = [
        ("yunwei", round.path("/bids?limit=100")),
        ("yunwei", format!("/rounds/{}/bids", round.id)),
        ("yunwei", format!("/rounds/{}", round.id)),
        ("yunwei", "/home".to_owned()),
        ("office", format!("/rounds/{}", round.id)),
    ];
    constant(&app, &paths, || make(55));
    round.open();
    let opened = cost(&app, "office", &round.path("/bids?limit=5"));
    assert_eq!(opened, cost(&app, "office", &round.path("/bids?limit=60")));
    app.api("yunwei")
        .post(&round.path("/bids"), json!({}))
        .expect(409);
}

/// Accepted projects of these branches, each with a published case and a named site.
fn show(app: &TestApp, branches: &[&str], projects: &[i64]) {
    let (office, secretary) = (app.actor("office"), app.actor("secretary"));
    for (branch, project) in branches.iter().zip(projects) {
        let acceptance = office.begins_acceptance(*project).done();
        app.closes_acceptance(acceptance.id(), 75, "good", 4);
        secretary.grades(&acceptance, json!({})).done();
        let case = app.actor(branch).writes_case(*project).done();
        office.publishes_case(&case).done();
        let mut site = site_body(*project);
        site["reason"] = json!("做法可看可学。");
        let site = office.does("/sites", site).done();
        secretary.names(&site, 2).done();
    }
}

#[test]
fn a_history_costs_the_same_at_any_length() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let applicant = app.api("yunwei");
    let path = format!("/api/v1/bids/{bid}");
    let mut content = applicant.get(&path).expect(200).json["content"].clone();
    let mut version = 1;
    let mut save = |count: usize| {
        for _ in 0..count {
            content["problem"] = json!(format!("第 {version} 稿。"));
            applicant.put(&path, version, content.clone()).expect(200);
            version += 1;
        }
    };
    save(4);
    let paths = [
        ("yunwei", format!("{path}/revisions?limit=60")),
        ("yunwei", format!("/bids/{bid}/revisions?limit=60")),
        ("yunwei", format!("/bids/{bid}")),
    ];
    constant(&app, &paths, || save(40));
}

#[test]
fn contracts_projects_and_their_showcase_cost_the_same_at_any_length() {
    let (app, projects) = TestApp::ready(&["yunwei"]);
    show(&app, &["yunwei"], &projects);
    let project = projects[0];
    let paths: Vec<(&str, String)> = [
        ("office", "/api/v1/contracts?limit=60"),
        ("office", "/contracts"),
        ("secretary", "/contracts"),
        ("office", "/api/v1/projects?limit=60"),
        ("office", "/projects"),
        ("supervisor", "/projects"),
        ("office", "/showcase"),
        ("yunwei", "/showcase"),
        ("office", "/home"),
    ]
    .into_iter()
    .map(|(who, path)| (who, path.to_owned()))
    .chain([
        ("office", format!("/projects/{project}")),
        ("office", format!("/api/v1/projects/{project}")),
    ])
    .collect();
    constant(&app, &paths, || {
        let branches = ["renhou", "biandian", "jianxiu"];
        let round = app.concluded_by(&branches);
        show(&app, &branches, &app.projects_of(round, &branches));
    });
}
