//! The permission matrix: every route as every role, held against `golden/matrix_*.txt`. A change to them is reviewed
//! like code; `UPDATE_GOLDEN=1` rewrites it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::http::Method;
use biaogan::routes::{self, Access, Route};
use serde_json::{Value, json};

use crate::support::sample;
use crate::support::world::World;
use crate::support::{Answer, TestApp, TestDatabase};

/// Whose part is played, and by whom. The bids are 运维党支部's.
const ROLES: &[(&str, Option<&str>)] = &[
    ("visitor", None),
    ("applicant", Some("yunwei")),
    ("applicant_elsewhere", Some("renhou")),
    ("branch_secretary", Some("yunwei.sj")),
    ("secretary_elsewhere", Some("renhou.sj")),
    ("reviewer", Some("reviewer1")),
    ("office", Some("office")),
    ("committee_secretary", Some("secretary")),
    ("supervisor", Some("supervisor")),
    ("system_admin", Some("sysadmin")),
    ("security_admin", Some("secadmin")),
    ("audit_admin", Some("auditadmin")),
];

/// A company at one moment, kept to be copied whenever a call changed something.
struct Moment {
    name: &'static str,
    at: &'static str,
    world: World,
    kept: TestDatabase,
}

/// Sound bodies, so that nobody is refused for what they sent before their right is asked.
fn body(method: &str, path: &str, world: &World) -> Value {
    let id = |kind: &str| {
        world
            .get(kind)
            .and_then(|id| id.parse::<i64>().ok())
            .unwrap_or(1)
    };
    match path {
        "/api/v1/rounds/{id}/extend" => {
            json!({ "deadline": "2026-04-20T09:00:00Z", "opening_at": "2026-04-21T01:00:00Z", "reason": "顺延" })
        }
        "/api/v1/rounds/{id}/cancel"
        | "/api/v1/bids/{id}/void"
        | "/api/v1/contracts/{id}/terminate" => {
            json!({ "reason": "不再需要" })
        }
        "/api/v1/rounds/{id}/opening" => json!({
            "openers": [{ "username": "office", "password": "Correct#Horse1" }, { "username": "supervisor", "password": "Correct#Horse1" }], "attendance": "两人",
        }),
        "/api/v1/rounds/{id}/panel" => {
            json!({ "members": [{ "user_id": id("user"), "seat": "chair" }] })
        }
        "/api/v1/recusals/{id}/lift" => json!({ "reason": "登记有误" }),
        "/api/v1/recusals/{id}/confirm" => json!({ "agree": true }),
        "/api/v1/rounds/{id}/panel/draw" => json!({ "seats": 5 }),
        "/api/v1/rounds/{id}/panel/draw/nonce" | "/api/v1/rounds/{id}/presentation/nonce" => {
            json!({ "nonce": "七月流火九月授衣" })
        }
        "/api/v1/rounds/{id}/lots" => json!({ "bid_ids": [1, 2], "word": "七月流火九月授衣" }),
        "/api/v1/lots/{id}/reveal" => json!({ "word": "七月流火九月授衣" }),
        "/api/v1/lots/{id}/void" => json!({ "reason": "没有揭示" }),
        "/api/v1/rounds/{id}/panel/answer" => json!({ "accept": true }),
        "/api/v1/rounds/{id}/panel/replacements" => {
            json!({ "out_user_id": id("user"), "reason": "因病" })
        }
        "/api/v1/users/{id}/posts" => json!({
            "organization_id": id("organization"), "post": "联系领导", "from_on": "2025-01-01",
        }),
        "/api/v1/users/{id}/posts/{post}/end" => json!({ "until_on": "2026-01-31" }),
        "/api/v1/users/{id}/relations" => {
            json!({ "kind": "kin", "organization_id": id("organization") })
        }
        "/api/v1/score_sheets/{id}/reopen" => json!({ "reason": "请核对" }),
        "/api/v1/score_sheets/{id}/dispute" => json!({ "reason": "与原件不符" }),
        "/api/v1/bids/{id}/score_sheet" => json!({ "marks": [], "submit": false }),
        "/api/v1/contracts/{id}/sign" => json!({ "password": "Correct#Horse1" }),
        "/api/v1/organizations" => json!({
            "parent_id": id("committee"), "kind": "branch", "name": "新支部", "short_name": "新支部", "code": "TX-NEW",
        }),
        "/api/v1/users" => json!({
            "organization_id": id("organization"), "staff_number": "TX9999", "name": "新人", "post": "员工",
        }),
        "/api/v1/users/{id}/roles" => {
            json!({ "role": "branch_secretary", "organization_id": id("organization") })
        }
        "/api/v1/replications" => json!({ "case_id": 404404404, "adapted": "按本所实际调整。" }),
        // Not a wrong one over and over: that locks the account.
        "/api/v1/session" => json!({}),
        "/api/v1/users/{id}/password" => json!({ "password": "Another#Horse2" }),
        "/api/v1/rounds" => crate::support::rounds::round_body(),
        "/api/v1/rounds/{id}/questions" => json!({ "question": "可以联合申报吗？" }),
        "/api/v1/questions/{id}/answer" => json!({ "answer": "可以。" }),
        "/api/v1/rounds/{id}/corrections" => json!({ "text": "名额更正为两个。" }),
        "/api/v1/topics/{id}/decision" => json!({ "decision": "close", "reason": "不再安排。" }),
        "/api/v1/topics/{id}/split" => json!({
            "reason": "各有所长。", "shares": [
                { "bid_id": id("bid"), "scope": "试点", "budget": 1 }, { "bid_id": 404404404, "scope": "推广", "budget": 1 },
            ],
        }),
        "/api/v1/rounds/{id}/mergers" => json!({
            "lead_bid_id": id("bid"), "partner_bid_ids": [404404404], "statement": "甲做一，乙做二。", "reason": "同一个难题",
        }),
        "/api/v1/mergers/{id}" => json!({ "statement": "甲做二，乙做一。" }),
        "/api/v1/mergers/{id}/answer" => json!({ "agree": true, "digest": "00" }),
        "/api/v1/mergers/{id}/withdraw" => json!({ "reason": "改为分别评审" }),
        "/api/v1/bids/{id}/joint" => json!({ "agree": true }),
        _ => sample::body(method, path, world),
    }
}

fn call(app: &TestApp, route: &Route, world: &World, username: Option<&str>) -> Answer {
    let path = world.fill(route.path);
    let method = route.method.as_str();
    if route.path.starts_with("/api/") {
        let client = username.map_or_else(|| app.client(), |username| app.api(username));
        if route.method == Method::GET || route.method == Method::DELETE {
            return client.send(method, &path, &[], &[]);
        }
        let body = body(method, route.path, world).to_string();
        let headers = [("Content-Type", "application/json"), ("If-Match", "\"v1\"")];
        return client.send(method, &path, &headers, body.as_bytes());
    }
    match username {
        None if route.method == Method::GET => app.visitor().get(&path),
        None => app.visitor().post_raw(&path, &[]),
        Some(username) => {
            let browser = app.browser(username);
            if route.method == Method::GET {
                browser.get(&path)
            } else {
                let token = browser.csrf("/help");
                let sent = sample::fields(&body("POST", &format!("/api/v1{}", route.path), world));
                let mut fields = vec![("csrf", token.as_str())];
                fields.extend(
                    sent.iter()
                        .map(|(name, text)| (name.as_str(), text.as_str())),
                );
                browser.post_raw(&path, &fields)
            }
        }
    }
}

/// `403 role_required`, `303 /login`, `200`.
fn summary(answer: &Answer) -> String {
    let status = answer.status;
    match status {
        303 if answer.header("location").starts_with("/login") => "303 /login".to_owned(),
        400.. => match answer.json["code"].as_str() {
            Some(code) => format!("{status} {code}"),
            None => status.to_string(),
        },
        _ => status.to_string(),
    }
}

fn changed_something(route: &Route, answer: &Answer) -> bool {
    route.method != Method::GET && (200..400).contains(&answer.status)
}

fn write_moment(text: &mut String, moment: &Moment, routes: &[Route]) {
    let start = || TestApp::start_on(moment.kept.copied(), moment.at, |_| {});
    let mut app = start();
    writeln!(text, "# {}", moment.name).unwrap();
    for route in routes {
        let mut by_answer: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (role, username) in ROLES {
            let answer = call(&app, route, &moment.world, *username);
            assert!(
                answer.status < 500,
                "{role}: {}: {}",
                answer.call,
                answer.text
            );
            if route.access == Access::Person && username.is_none() {
                let shut_out = summary(&answer);
                let page = !route.path.starts_with("/api/");
                assert!(
                    answer.status == 401 || (page && shut_out == "303 /login"),
                    "a visitor got {shut_out} at {}",
                    answer.call
                );
            }
            by_answer.entry(summary(&answer)).or_default().push(role);
            if changed_something(route, &answer) {
                app = start();
            }
        }
        writeln!(text, "{} {}", route.method, route.path).unwrap();
        for (answer, roles) in by_answer {
            let who = if roles.len() == ROLES.len() {
                "everybody".to_owned()
            } else {
                roles.join(" ")
            };
            writeln!(text, "    {answer}: {who}").unwrap();
        }
    }
}

/// Bids are in and sealed.
fn sealed() -> Moment {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let mut world = World::default();
    people(&app, &mut world);
    world.set("round", round.id);
    world.set("bid", bid);
    world.set("topic", round.topics[0]);
    let question = json!({ "question": "培训费可以列支吗？" });
    let asked = app
        .api("renhou")
        .post(&round.path("/questions"), question)
        .expect(201);
    world.set("question", asked.id());
    let attachment = app
        .api("yunwei")
        .upload(
            &format!("/api/v1/bids/{bid}/attachments"),
            "a.pdf",
            "application/pdf",
            b"%PDF-1.4\n%%EOF\n",
        )
        .expect(201)
        .id();
    world.set("attachment", attachment);
    Moment {
        name: "bids are in and sealed",
        at: "2026-03-10T09:00+08:00",
        world,
        kept: app.into_database(),
    }
}

fn people(app: &TestApp, world: &mut World) {
    let user = app.user_id("biandian");
    world.set("user", user);
    let organizations = app
        .api("sysadmin")
        .get("/api/v1/organizations?limit=200")
        .expect(200);
    for (kind, code) in [("organization", "TX-BD"), ("committee", "TX")] {
        let found = organizations
            .items()
            .iter()
            .find(|item| item["code"] == code)
            .unwrap();
        world.set(kind, found["id"].as_i64().unwrap());
    }
}

fn golden(name: &str, text: &str) {
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

#[test]
fn every_route_as_every_role_while_bids_are_sealed() {
    let mut text = String::new();
    let routes: Vec<Route> = routes::table()
        .into_iter()
        .filter(|route| route.access != Access::Demo)
        .collect();
    write_moment(&mut text, &sealed(), &routes);
    golden("matrix_sealed.txt", &text);
}

/// The round is concluded, its winner's project stands before its acceptance's decision.
fn accepting() -> Moment {
    let app = TestApp::start();
    let mut world = World::default();
    people(&app, &mut world);
    let (round, bid, contract, project) = crate::journey::contracted(&app);
    world.set("round", round);
    world.set("bid", bid);
    world.set("contract", contract);
    world.set("project", project);
    crate::journey::pass_steps(
        &app,
        project,
        &["initiation", "breakdown", "research_practice", "control"],
    );
    world.set("acceptance", crate::acceptance::begin(&app, project).id());
    let panel = app
        .api("office")
        .get(&format!("/api/v1/rounds/{round}/panel"))
        .expect(200);
    let evaluation = panel.json["evaluation_id"].as_i64().unwrap();
    world.set("evaluation", evaluation);
    let chair = app.user_id("reviewer1");
    let sheets =
        format!("/api/v1/evaluations/{evaluation}/score_sheets?limit=1&reviewer_id={chair}");
    let sheets = app.api("office").get(&sheets).expect(200);
    world.set("score_sheet", sheets.items()[0]["id"].as_i64().unwrap());
    Moment {
        name: "the round is concluded and its winner's project is being accepted",
        at: "2026-04-02T09:00+08:00",
        world,
        kept: app.into_database(),
    }
}

#[test]
fn every_route_as_every_role_while_a_project_is_accepted() {
    let mut text = String::new();
    // What says the same at any time stands in the other table.
    let routes: Vec<Route> = routes::table()
        .into_iter()
        .filter(|route| route.access != Access::Demo && route.path.contains('{'))
        .filter(|route| !route.path.contains("/users/") && !route.path.contains("/organizations/"))
        .collect();
    write_moment(&mut text, &accepting(), &routes);
    golden("matrix_accepting.txt", &text);
}
