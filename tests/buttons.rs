//! A button and its command are one: whatever `may` says of a subject, to whomever and whenever, the command does.

use std::collections::BTreeMap;

use actix_web::http::Method;
use biaogan::routes::{self, Access, Route};
use serde_json::Value;

use crate::matrix;
use crate::support::moments::Moment;
use crate::support::world::World;
use crate::support::{Answer, TestApp};

const WHO: &[&str] = &[
    "yunwei",
    "renhou",
    "yunwei.sj",
    "renhou.sj",
    "reviewer1",
    "office",
    "secretary",
    "supervisor",
    "sysadmin",
    "secadmin",
    "auditadmin",
];

/// Where subjects with buttons are read, and what is done to each: its verbs by name.
fn subjects() -> Vec<(&'static str, BTreeMap<&'static str, Route>)> {
    let reads = routes::table().into_iter().filter(|route| {
        route.method == Method::GET
            && route.access == Access::Person
            && route.path.starts_with("/api/v1/")
            && route.path.ends_with('}')
    });
    reads
        .map(|read| {
            let below = format!("{}/", read.path);
            let verbs = routes::table().into_iter().filter_map(|route| {
                let here = route.path == read.path || route.path.starts_with(&below);
                let verb = route.verb.filter(|_| here && route.method != Method::GET)?;
                Some((verb, route))
            });
            (read.path, verbs.collect())
        })
        .collect()
}

struct Walk {
    moment: Moment,
    app: TestApp,
    world: World,
    asked: usize,
    done: usize,
    faults: Vec<String>,
}

impl Walk {
    fn start(moment: Moment) -> Self {
        let (app, world) = moment.start();
        app.unchecked();
        Self {
            moment,
            app,
            world,
            asked: 0,
            done: 0,
            faults: Vec::new(),
        }
    }

    /// What a company was is as it was, after something was done to it.
    fn again(&mut self) {
        let (app, _) = self.moment.start();
        app.unchecked();
        self.app = app;
    }

    fn does(&self, who: &str, route: &Route, part: &str, version: i64) -> Answer {
        let method = route.method.as_str();
        let body = matrix::body(method, route.path, &self.world).to_string();
        let tag = format!("\"v{version}\"");
        let headers = [
            ("Content-Type", "application/json"),
            ("If-Match", tag.as_str()),
        ];
        let path = self.world.fill(&route.path.replace("{step}", part));
        let client = self.app.api(who);
        client.send(method, &path, &headers, body.as_bytes())
    }

    /// The command says what the button said.
    fn press(&mut self, who: &str, route: &Route, part: &Value, refusal: &Value) {
        let (kind, version) = (part["step"].as_str(), part["version"].as_i64());
        let answer = self.does(who, route, kind.unwrap_or_default(), version.unwrap());
        self.asked += 1;
        let agree = match refusal["code"].as_str() {
            Some(code) => [403, 409].contains(&answer.status) && answer.json["code"] == code,
            // Only what was sent may still be wrong.
            None => answer.status < 300 || answer.status == 422,
        };
        if !agree {
            self.faults.push(format!(
                "{:?} {who} {}: the button says {}, the command {} {}",
                self.moment, answer.call, refusal["code"], answer.status, answer.json["code"]
            ));
        }
        if answer.status < 300 {
            self.done += 1;
            self.again();
        }
    }

    /// The subject, or its parts, that say what may be done with them.
    fn press_all(&mut self, who: &str, part: &Value, verbs: &BTreeMap<&'static str, Route>) {
        for (name, refusal) in part["may"].as_object().into_iter().flatten() {
            let route = verbs.get(name.as_str());
            self.press(
                who,
                route.unwrap_or_else(|| panic!("no verb {name}")),
                part,
                refusal,
            );
        }
    }

    fn walk(&mut self) {
        for (path, verbs) in subjects() {
            let address = self.world.fill(path);
            for who in WHO {
                let read = self.app.api(who).get(&address);
                if read.status != 200 {
                    continue;
                }
                self.press_all(who, &read.json, &verbs);
                for step in read.json["steps"].as_array().into_iter().flatten() {
                    self.press_all(who, step, &verbs);
                }
            }
        }
    }
}

fn walk(moment: Moment) -> usize {
    let mut walk = Walk::start(moment);
    walk.walk();
    assert!(walk.faults.is_empty(), "{}", walk.faults.join("\n"));
    assert!(walk.asked > 10, "only {} buttons were pressed", walk.asked);
    walk.done
}

#[test]
fn buttons_say_what_is_done_while_a_contract_is_signed() {
    assert!(walk(Moment::Drafted) > 0);
}

#[test]
fn buttons_say_what_is_done_once_a_contract_is_in_force() {
    assert!(walk(Moment::InForce) > 0);
}

#[test]
fn buttons_say_what_is_done_while_a_project_is_accepted() {
    walk(Moment::Accepting);
}

#[test]
fn buttons_say_what_is_done_once_a_project_is_accepted() {
    walk(Moment::Accepted);
}
