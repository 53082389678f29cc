//! What it costs to look at everything there is to see.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;

use actix_web::http::Method;
use biaogan::routes::{self, Access, Route};

use crate::support::world::{self, World};
use crate::support::{Answer, Browser, Client, TestApp};

/// Who looks, most far-sighted first.
const ROLES: &[&str] = &[
    "office",
    "supervisor",
    "secretary",
    "reviewer1",
    "yunwei.sj",
    "yunwei",
    "biandian.sj",
    "visitor",
    "sysadmin",
    "secadmin",
    "auditadmin",
];

/// Every address that shows something.
pub fn shown() -> Vec<Route> {
    let mut all = routes::table();
    all.retain(|route| route.method == Method::GET && route.access != Access::Demo);
    all
}

/// Whether the world has what the address names.
pub fn there(world: &World, route: &Route) -> bool {
    world::kinds(route.path)
        .iter()
        .all(|kind| world.get(kind).is_some())
}

/// The pattern with what the world has, and a question where it wants one.
pub fn address(world: &World, route: &Route) -> String {
    let path = world.fill(route.path);
    match route.path {
        // 公告
        "/search" | "/api/v1/public/search" => format!("{path}?q=%E5%85%AC%E5%91%8A"),
        "/showcase/adopt" => format!("{path}?case_id={}", world.get("case").unwrap_or_default()),
        _ => path,
    }
}

/// What one look cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub bytes: usize,
    pub queries: usize,
    /// Of the service's threads, in microseconds.
    pub cpu: u64,
}

pub struct Lookers<'a> {
    app: &'a TestApp,
    /// Token and cookie of who is logged in.
    known: HashMap<&'static str, Option<(String, String)>>,
}

impl<'a> Lookers<'a> {
    pub fn at(app: &'a TestApp) -> Self {
        let log_in = |role: &'static str| match role {
            "visitor" => (role, None),
            name => (name, Some((app.token(name), app.browser(name).cookies()))),
        };
        let known = ROLES.iter().copied().map(log_in).collect();
        Self { app, known }
    }

    fn look(&self, role: &str, path: &str) -> Answer {
        // Each time by a connection of its own: one that waited may be closed by now.
        let (url, known) = (&self.app.url, &self.known[role]);
        if path.starts_with("/api/") && path != "/api/docs" {
            let token = known.as_ref().map(|(token, _)| token.clone());
            return Client::new(url, token).get(path);
        }
        match known {
            Some((_, cookie)) => Browser::known(url, cookie).get(path),
            None => self.app.visitor().get(path),
        }
    }

    /// The role that is shown most.
    pub fn widest(&self, path: &str) -> Option<&'static str> {
        let mut widest = None;
        for role in ROLES {
            let answer = self.look(role, path);
            assert!(
                answer.status < 500,
                "{role}: {}: {}",
                answer.call,
                answer.text
            );
            let more = widest.is_none_or(|(bytes, _)| answer.bytes.len() > bytes);
            if answer.status == 200 && more {
                widest = Some((answer.bytes.len(), *role));
            }
        }
        widest.map(|(_, role)| role)
    }

    /// The first of the roles that is shown anything.
    pub fn first(&self, path: &str) -> Option<&'static str> {
        let sees = |role: &&&str| self.look(role, path).status == 200;
        ROLES.iter().find(sees).copied()
    }

    /// The least of so many looks; the first one of a session also marks it as used.
    pub fn cost(&self, role: &str, path: &str, looks: usize) -> Cost {
        let one = || {
            if role == "visitor" {
                self.forget();
            }
            let (before, counted) = (used(), self.app.counted());
            let answer = self.look(role, path).expect(200);
            Cost {
                bytes: answer.bytes.len(),
                queries: self.app.counted() - counted,
                cpu: since(&before),
            }
        };
        let all: Vec<Cost> = (0..looks).map(|_| one()).collect();
        Cost {
            bytes: all.iter().map(|cost| cost.bytes).max().unwrap(),
            queries: all.iter().map(|cost| cost.queries).min().unwrap(),
            cpu: all.iter().map(|cost| cost.cpu).min().unwrap(),
        }
    }

    /// What was kept of public pages is made anew.
    fn forget(&self) {
        self.app.app.db.write_now(|tx| tx.publish_change()).unwrap();
    }
}

/// What each of the service's threads has used so far, in nanoseconds; the thread that asks is not one of them.
fn used() -> HashMap<OsString, u64> {
    let own = fs::read_link("/proc/thread-self").unwrap();
    let threads = fs::read_dir("/proc/self/task").unwrap().flatten();
    threads
        .filter(|thread| thread.file_name() != own.file_name().unwrap())
        .filter_map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            Some((thread.file_name(), text.split(' ').next()?.parse().ok()?))
        })
        .collect()
}

/// What they have used since, in microseconds; one that is gone has taken its own with it.
fn since(before: &HashMap<OsString, u64>) -> u64 {
    let new = |(thread, now): (OsString, u64)| now - before.get(&thread).copied().unwrap_or(0);
    used().into_iter().map(new).sum::<u64>() / 1000
}
