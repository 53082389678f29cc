//! A button and its command are one: what the button of a verb says to somebody at some moment, the command does. And the
//! table of it, in `golden/verbs.txt`: who may do what, when.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::test::TestRequest;
use biaogan::error::{Error, Result};
use biaogan::routes::{self, Access, Route};
use biaogan::session;
use biaogan::web::call::Body;
use biaogan::web::entry::{Offered, Sent, Words};

use crate::matrix::{self, Session, Stage, golden};
use crate::support::moments::Moment;
use crate::support::{Answer, TestApp, world};

/// Refusals that depend on what was sent: a sheet that was handed in is not saved as a draft; codes of one kind may be used
/// up while there are others.
const WORDS: &[&str] = &[
    "sheet_submitted",
    "no_unused_codes",
    "voters_unconfirmed",
    "there_already",
];

/// Every verb that a program may call, where its subject is there at this moment.
fn verbs(stage: &Stage) -> Vec<Route> {
    let mut all = routes::table();
    all.retain(|route| {
        route.path.starts_with("/api/")
            && route.access == Access::Person
            && !route.verbs.is_empty()
            && world::kinds(route.path)
                .iter()
                .all(|kind| stage.world.get(kind).is_some())
    });
    all.sort_by_key(|route| (route.path.replace('{', "\u{7f}{"), route.method.to_string()));
    all
}

fn people() -> impl Iterator<Item = (&'static str, &'static str)> {
    let roles = matrix::ROLES.iter();
    roles.filter_map(|(role, username)| username.map(|username| (*role, username)))
}

/// What the button says.
fn offered(app: &TestApp, stage: &Stage, route: &Route, session: &Session) -> Result<Offered> {
    let path = stage.world.fill(route.path);
    let mut request = TestRequest::default().insert_header(("Content-Type", "application/json"));
    for (name, value) in route.path.split('/').zip(path.split('/')) {
        if let Some(name) = name.strip_prefix('{') {
            request = request.param(name.trim_end_matches('}').to_owned(), value.to_owned());
        }
    }
    let request = request.to_http_request();
    let sent = Sent {
        words: Words::Json(Body::new(&request, body(stage, route))),
        version: None,
    };
    let ready = route.verbs[0].at(&request)?;
    let who = session::claims_of(app.app.keys(), &session.token);
    let now = app.app.clock().now();
    app.app.db.read_now(|c| {
        let actor = session::resolve(c, &who)?;
        ready.offered(c, &actor, now, &sent)
    })
}

fn body(stage: &Stage, route: &Route) -> Vec<u8> {
    let body = matrix::body(route.method.as_str(), route.path, &stage.world);
    body.to_string().into_bytes()
}

/// What the command does.
fn pressed(app: &TestApp, stage: &Stage, route: &Route, session: &Session, version: i64) -> Answer {
    let tag = format!("\"v{version}\"");
    let headers = [
        ("Content-Type", "application/json"),
        ("If-Match", tag.as_str()),
    ];
    let client = crate::support::Client::new(&app.url, Some(session.token.clone()));
    let path = stage.world.fill(route.path);
    client.send(route.method.as_str(), &path, &headers, &body(stage, route))
}

/// Status and code of a refusal.
fn refusal(error: Error) -> (u16, String) {
    let status = actix_web::ResponseError::status_code(&error).as_u16();
    (status, error.refusal().code.to_string())
}

/// Every verb × person at a moment: the command does what the button says.
fn walk(moment: Moment) {
    let stage = Stage::at(moment);
    let mut app = stage.start();
    app.unchecked();
    let (mut asked, mut done, mut faults) = (0, 0, Vec::new());
    for route in verbs(&stage) {
        for (_, username) in people() {
            let session = &stage.sessions[username];
            let (version, said) = match offered(&app, &stage, &route, session) {
                Ok(offered) => (offered.version, offered.refusal.err().map(refusal)),
                Err(error) => (1, Some(refusal(error))),
            };
            let answer = pressed(&app, &stage, &route, session, version);
            let code = answer.json["code"].as_str().unwrap_or_default().to_owned();
            asked += 1;
            let agree = match &said {
                Some((status, said)) => (*status, said) == (answer.status, &code),
                // What was sent may still be wrong.
                None => {
                    [200, 201, 202, 204, 422].contains(&answer.status)
                        || WORDS.contains(&code.as_str())
                }
            };
            if !agree {
                let does = format!("{} {}", answer.status, answer.json["code"]);
                faults.push(format!(
                    "{username} {}: the button says {said:?}, the command {does}",
                    answer.call
                ));
            }
            if answer.status < 300 {
                done += 1;
                app = stage.start();
                app.unchecked();
            }
        }
    }
    assert!(faults.is_empty(), "{moment:?}\n{}", faults.join("\n"));
    assert!(
        asked > 100 && done > 0,
        "{asked} buttons asked, {done} pressed"
    );
}

/// A test for each moment, so that they run side by side.
macro_rules! moments {
    ($($name:ident: $moment:ident;)+) => {
        $(#[test]
        fn $name() {
            walk(Moment::$moment);
        })+
    };
}

moments! {
    buttons_while_a_round_is_a_draft: Draft;
    buttons_while_bids_are_written: Open;
    buttons_while_bids_are_in: Sealed;
    buttons_between_deadline_and_opening: Closed;
    buttons_once_the_box_is_opened: Opened;
    buttons_while_reviewers_score: Scoring;
    buttons_once_scores_are_locked: Scored;
    buttons_once_the_secretary_decided: Decided;
    buttons_during_the_publicity: Publicized;
    buttons_once_a_round_is_concluded: Concluded;
    buttons_while_a_contract_is_signed: Drafted;
    buttons_once_a_contract_is_in_force: InForce;
    buttons_while_a_project_is_accepted: Accepting;
    buttons_once_a_project_is_accepted: Accepted;
    buttons_once_others_copy_it: Shown;
}

/// Role × verb: at which moments the button can be pressed.
#[test]
fn who_may_do_what_and_when() {
    let mut table: BTreeMap<String, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    for moment in Moment::ALL {
        let stage = Stage::at(moment);
        let app = stage.start();
        app.unchecked();
        for route in verbs(&stage) {
            let name = route.verbs[0].name();
            let at = route.path.trim_start_matches("/api/v1");
            let line = table
                .entry(format!("{name}: {} {at}", route.method))
                .or_default();
            for (role, username) in people() {
                let offered = offered(&app, &stage, &route, &stage.sessions[username]);
                if offered.is_ok_and(|offered| offered.refusal.is_ok()) {
                    line.entry(role).or_default().push(format!("{moment:?}"));
                }
            }
        }
    }
    let mut text = String::from("# Who may do what, and at which moments of a company's work\n");
    for (verb, by_role) in table {
        writeln!(text, "{verb}").unwrap();
        let mut by_moments: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
        for (role, moments) in by_role {
            by_moments.entry(moments).or_default().push(role);
        }
        for (moments, roles) in by_moments {
            let when = if moments.len() == Moment::ALL.len() {
                "always".to_owned()
            } else {
                moments.join(" ")
            };
            writeln!(text, "    {}: {when}", roles.join(", ")).unwrap();
        }
    }
    golden("verbs.txt", &text);
}
