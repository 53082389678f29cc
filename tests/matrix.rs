//! The permission matrix: every route as every role, held against `golden/matrix_*.txt`, at each moment of a company's
//! work. A change to them is reviewed like code; `UPDATE_GOLDEN=1` rewrites it.
//!
//! The first table has every route; what says the same at any time, or has no subject at a moment, is left out of the
//! tables of other moments. Those of a tender leave the forms out, too: they give the commands that the API gives.

mod bodies;
mod golden;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::http::Method;
use biaogan::routes::{self, Access, Route};
use serde::{Deserialize, Serialize};

pub use self::bodies::body;
pub use self::golden::golden;
use crate::support::moments::Moment;
use crate::support::world::{self, World};
use crate::support::{Answer, Browser, Client, TestApp, TestDatabase, sample};

/// Whose part is played, and by whom. The bids are 运维党支部's.
pub const ROLES: &[(&str, Option<&str>)] = &[
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

/// Somebody logged in, with a program and with a browser, in every copy of a company.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    pub token: String,
    cookie: String,
    csrf: String,
}

impl Session {
    fn begin(app: &TestApp, username: &str) -> Self {
        let browser = app.browser(username);
        Self {
            token: app.token(username),
            cookie: browser.cookies(),
            csrf: browser.csrf("/help"),
        }
    }
}

/// A company at one moment, copied whenever a call changed something.
pub struct Stage {
    pub moment: Moment,
    pub world: World,
    pub sessions: BTreeMap<String, Session>,
}

impl Stage {
    pub fn at(moment: Moment) -> Self {
        let (_, (world, sessions)) = Self::copy(moment);
        Self {
            moment,
            world,
            sessions,
        }
    }

    fn copy(moment: Moment) -> (TestDatabase, (World, BTreeMap<String, Session>)) {
        TestDatabase::kept_with(&format!("matrix {moment:?}"), || {
            let (app, world) = moment.start();
            let known = ROLES.iter().filter_map(|(_, username)| *username);
            let sessions = known
                .map(|username| (username.to_owned(), Session::begin(&app, username)))
                .collect();
            (app.into_database(), (world, sessions))
        })
    }

    pub fn start(&self) -> TestApp {
        let (database, _) = Self::copy(self.moment);
        // Everybody logged in a little after the moment.
        TestApp::start_on(database, &self.moment.later(10), |_| {})
    }

    fn call(&self, app: &TestApp, route: &Route, username: Option<&str>) -> Answer {
        let path = self.world.fill(route.path);
        let session = username.map(|username| &self.sessions[username]);
        if route.path.starts_with("/api/") {
            let client = Client::new(&app.url, session.map(|session| session.token.clone()));
            return self.call_api(&client, route, &path);
        }
        let browser = match session {
            Some(session) => Browser::known(&app.url, &session.cookie),
            None => app.visitor(),
        };
        if route.method == Method::GET {
            return browser.get(&path);
        }
        let Some(session) = session else {
            return browser.post_raw(&path, &[]);
        };
        let command = format!("/api/v1{}", route.path);
        let sent = sample::fields(&body("POST", &command, &self.world));
        let mut fields = vec![("csrf", session.csrf.as_str())];
        fields.extend(
            sent.iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        );
        browser.post_raw(&path, &fields)
    }

    fn call_api(&self, client: &Client, route: &Route, path: &str) -> Answer {
        let method = route.method.as_str();
        if route.method == Method::GET || route.method == Method::DELETE {
            return client.send(method, path, &[], &[]);
        }
        let body = body(method, route.path, &self.world).to_string();
        let headers = [("Content-Type", "application/json"), ("If-Match", "\"v1\"")];
        let answer = client.send(method, path, &headers[..1], body.as_bytes());
        if answer.status != 428 {
            return answer;
        }
        client.send(method, path, &headers, body.as_bytes())
    }

    /// What each role is answered at each of these routes.
    fn table(&self, title: &str, routes: &[Route]) -> String {
        let mut text = format!("# {title}\n");
        let mut app = self.start();
        for route in routes {
            let mut by_answer: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for (role, username) in ROLES {
                let answer = self.call(&app, route, *username);
                assert_sound(route, role, &answer);
                by_answer.entry(summary(&answer)).or_default().push(role);
                if changed_something(route, &answer) {
                    app = self.start();
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
        text
    }
}

/// Nothing breaks, and nobody from the street comes in.
fn assert_sound(route: &Route, role: &str, answer: &Answer) {
    assert!(
        answer.status < 500,
        "{role}: {}: {}",
        answer.call,
        answer.text
    );
    if route.access == Access::Person && role == "visitor" {
        let shut_out = summary(answer);
        let page = !route.path.starts_with("/api/");
        assert!(
            answer.status == 401 || (page && shut_out == "303 /login"),
            "a visitor got {shut_out} at {}",
            answer.call
        );
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

fn routes() -> impl Iterator<Item = Route> {
    let mut all = routes::table();
    all.retain(|route| route.access != Access::Demo);
    // As they are found: whatever room a route moves to, its line stays where it is.
    all.sort_by_key(|route| (route.path.replace('{', "\u{7f}{"), route.method.to_string()));
    all.into_iter()
}

#[test]
fn every_route_as_every_role_while_bids_are_sealed() {
    let mut stage = Stage::at(Moment::Sealed);
    // Ids that this table has been reviewed with.
    stage.world = stage.world.only(&[
        "user",
        "organization",
        "committee",
        "round",
        "bid",
        "topic",
        "question",
        "attachment",
    ]);
    let routes: Vec<Route> = routes().collect();
    let text = stage.table("bids are in and sealed", &routes);
    golden("matrix_sealed.txt", &text);
}

#[test]
fn every_route_as_every_role_while_a_project_is_accepted() {
    let mut stage = Stage::at(Moment::Accepting);
    stage.world = stage.world.only(&[
        "user",
        "organization",
        "committee",
        "round",
        "bid",
        "contract",
        "project",
        "acceptance",
        "evaluation",
        "score_sheet",
    ]);
    // What says the same at any time stands in the other table.
    let routes: Vec<Route> = routes()
        .filter(|route| route.path.contains('{'))
        .filter(|route| !route.path.contains("/users/") && !route.path.contains("/organizations/"))
        .collect();
    let text = stage.table(
        "the round is concluded and its winner's project is being accepted",
        &routes,
    );
    golden("matrix_accepting.txt", &text);
}

/// What a tender is about, from its draft to its conclusion.
const TENDER: &[&str] = &[
    "round",
    "topic",
    "question",
    "bid",
    "revision",
    "attachment",
    "evaluation",
    "score_sheet",
    "objection",
    "objection_code",
    "complaint",
    "complaint_code",
    "box_code",
];

/// Every route whose subjects there are, and are among these.
fn walk(moment: Moment, title: &str, subjects: &[&str], file: &str) {
    let stage = Stage::at(moment);
    let there =
        |kind: &String| subjects.contains(&kind.as_str()) && stage.world.get(kind).is_some();
    let forms = subjects != TENDER;
    let routes: Vec<Route> = routes()
        .filter(|route| forms || route.method == Method::GET || route.path.starts_with("/api/"))
        .filter(|route| {
            let kinds = world::kinds(route.path);
            !kinds.is_empty() && kinds.iter().all(there)
        })
        .collect();
    assert!(!routes.is_empty());
    golden(file, &stage.table(title, &routes));
}

/// A test for each moment, so that they run side by side.
macro_rules! moments {
    ($($name:ident: $moment:ident $subjects:expr, $title:literal, $file:literal;)+) => {
        $(#[test]
        fn $name() {
            walk(Moment::$moment, $title, $subjects, $file);
        })+
    };
}

moments! {
    every_role_while_a_round_is_a_draft:
        Draft TENDER, "the round is a draft", "matrix_draft.txt";
    every_role_while_bids_are_written:
        Open TENDER, "the round is open, its first bid is being written", "matrix_open.txt";
    every_role_between_deadline_and_opening:
        Closed TENDER, "the deadline has passed, nothing is opened", "matrix_closed.txt";
    every_role_once_the_box_is_opened:
        Opened TENDER, "the box has been opened", "matrix_opened.txt";
    every_role_while_reviewers_score:
        Scoring TENDER, "reviewers are scoring, the chair's first sheet is in", "matrix_scoring.txt";
    every_role_once_scores_are_locked:
        Scored TENDER, "all sheets are in and locked", "matrix_scored.txt";
    every_role_once_the_secretary_decided:
        Decided TENDER, "the secretary has decided", "matrix_decided.txt";
    every_role_during_the_publicity:
        Publicized TENDER, "the result is in its publicity, with an objection", "matrix_publicized.txt";
    every_role_once_a_round_is_concluded:
        Concluded TENDER, "the round is concluded, no contract is drafted", "matrix_concluded.txt";
    every_role_while_a_contract_is_signed:
        Drafted &["contract"], "the contract waits for both signatures", "matrix_drafted.txt";
    every_role_once_a_contract_is_in_force:
        InForce &["contract", "project", "step"], "the contract is in force, its first step is reported",
        "matrix_in_force.txt";
    every_role_once_a_project_is_accepted:
        Accepted &["contract", "project", "step", "acceptance", "certificate_code", "case"],
        "the project is accepted, its case is a draft", "matrix_accepted.txt";
    every_role_once_others_copy_it:
        Shown &["case", "site", "replication", "announcement"],
        "the case is published, the site named and copied", "matrix_shown.txt";
}
