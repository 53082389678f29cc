//! The service itself: real HTTP on a free port, a clock that stands still until it is set.

use std::collections::HashMap;
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread::JoinHandle;

use actix_web::dev::ServerHandle;
use biaogan::clock::{Clock, Instant};
use biaogan::config::Config;
use biaogan::limits::Allowance;
use biaogan::web::App;
use chrono::{DateTime, Duration, FixedOffset};
use serde_json::json;

use super::client::{Browser, Client};
use super::database::TestDatabase;
use super::queries;

/// When a test begins, unless it says otherwise.
pub const START: &str = "2026-03-01T09:00+08:00";

/// An instant as tests write it.
pub fn instant(text: &str) -> Instant {
    Instant::from_micros(moment(text).timestamp_micros())
}

pub fn moment(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z")
        .or_else(|_| DateTime::parse_from_rfc3339(text))
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Tests and the people in them live in China.
fn local(at: DateTime<FixedOffset>) -> DateTime<FixedOffset> {
    at.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap())
}

pub struct TestApp {
    pub app: App,
    pub url: String,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
    tokens: Mutex<HashMap<String, String>>,
    /// What the clock was set to last.
    at: Mutex<DateTime<FixedOffset>>,
    checked: AtomicBool,
    // Dropped last: the server must let go of it first.
    database: Option<TestDatabase>,
}

/// What the service under test keeps to itself.
pub const SECRET: &[u8] = b"a secret for tests, 0123456789abcdef";

pub fn config(database: &TestDatabase) -> Config {
    let plenty = NonZeroU32::new(1_000_000).unwrap();
    Config {
        database_url: database.url.clone(),
        listen: "127.0.0.1:0".to_owned(),
        public_url: "http://127.0.0.1".to_owned(),
        secret: SECRET.to_vec(),
        files: database.folder.join("files"),
        heads_file: database.folder.join("heads"),
        name: "国网唐县供电公司党委".to_owned(),
        demo: false,
        limits: Allowance {
            logins: plenty,
            posts: plenty,
            votes: plenty,
            codes: plenty,
            ..Allowance::default()
        },
    }
}

impl TestApp {
    /// The seed company's organizations, people and accounts; no round yet.
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// The same with another configuration, such as `demo` or tight limits.
    pub fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_on(TestDatabase::with_company(), START, change)
    }

    /// With a clock that runs on from this instant.
    pub fn start_running(database: TestDatabase, at: &str) -> Self {
        Self::start_by(database, Clock::shifted(instant(at)), at, |_| {})
    }

    /// On a database of one's own making, at this instant.
    pub fn start_on(database: TestDatabase, at: &str, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_by(database, Clock::fixed(instant(at)), at, change)
    }

    fn start_by(
        database: TestDatabase,
        clock: Clock,
        at: &str,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        queries::install();
        let mut config = config(&database);
        change(&mut config);
        let app = App::new(&config, clock, biaogan::rooms::asked()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (started, wait) = mpsc::channel();
        let served = app.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                // Each worker compiles the table of routes; what waits does so on threads beside it.
                let server = served.serve(listener, 1).unwrap();
                started.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self {
            app,
            url,
            server: wait.recv().unwrap(),
            thread: Some(thread),
            tokens: Mutex::default(),
            at: Mutex::new(moment(at)),
            checked: AtomicBool::new(true),
            database: Some(database),
        }
    }

    pub fn database(&self) -> &TestDatabase {
        self.database.as_ref().unwrap()
    }

    /// This test breaks something on purpose: the invariants are not checked at its end.
    pub fn unchecked(&self) {
        self.checked.store(false, Ordering::SeqCst);
    }

    /// Stops serving and hands the database over, which is sound.
    pub fn into_database(mut self) -> TestDatabase {
        self.stop();
        self.assert_sound();
        self.unchecked();
        self.database.take().unwrap()
    }

    /// What the invariants find wrong, apart from what this test has edited behind the trail's back.
    pub fn findings(&self) -> Vec<String> {
        let found = biaogan::check::run(&self.app.db, &self.app.files).unwrap();
        self.database().but_edits(found)
    }

    fn assert_sound(&self) {
        if self.checked.load(Ordering::SeqCst) && !std::thread::panicking() {
            let findings = self.findings();
            assert!(findings.is_empty(), "invariants are broken: {findings:#?}");
        }
    }

    fn stop(&mut self) {
        // The command is sent when `stop` is called; the future only waits for it.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            if ended.is_err() && !std::thread::panicking() {
                panic!("the server panicked");
            }
        }
    }

    pub fn set_clock(&self, at: &str) {
        self.app.clock().set(instant(at));
        *self.at.lock().unwrap() = moment(at);
    }

    /// What time it is in the test.
    pub fn now(&self) -> DateTime<FixedOffset> {
        local(*self.at.lock().unwrap())
    }

    /// Such as `2026-03-01`.
    pub fn today(&self) -> String {
        self.now().date_naive().to_string()
    }

    /// Nobody does anything for so long.
    pub fn wait(&self, time: Duration) {
        self.set_clock(&(self.now() + time).to_rfc3339());
    }

    /// Nobody in particular.
    pub fn client(&self) -> Client {
        Client::new(&self.url, None)
    }

    /// Somebody by API, logged in once per test.
    pub fn api(&self, username: &str) -> Client {
        Client::new(&self.url, Some(self.token(username)))
    }

    /// Somebody with the password they have now.
    pub fn log_in(&self, username: &str, password: &str) -> Client {
        let body = json!({ "username": username, "password": password });
        let login = self.client().post("/api/v1/session", body).expect(201);
        Client::new(&self.url, login.json["token"].as_str().map(str::to_owned))
    }

    /// Two administrators set somebody's password anew: one asks, the other sets it.
    pub fn reset(&self, username: &str, password: &str) {
        let path = format!("/api/v1/users/{}", self.user_id(username));
        let reason = json!({ "reason": "本人忘记口令，已当面核实。" });
        self.api("secadmin")
            .post(&format!("{path}/reset"), reason)
            .expect(202);
        self.api("sysadmin")
            .post(&format!("{path}/password"), json!({ "password": password }))
            .expect(204);
    }

    /// Somebody is given a role, confirmed where it waits for a second administrator.
    pub fn grant(&self, username: &str, role: &str, organization: &serde_json::Value) {
        let path = format!("/api/v1/users/{}/roles", self.user_id(username));
        let body = json!({ "role": role, "organization_id": organization });
        let granted = self.api("secadmin").post(&path, body).done();
        if granted.status == 202 {
            self.api("sysadmin")
                .post(&format!("{path}/{}/confirm", granted.id()), json!({}))
                .expect(200);
        }
    }

    /// Somebody changes the password that another gave them, and comes back with their own.
    pub fn make_own(&self, username: &str, given: &str, own: &str) -> Client {
        let first = self.log_in(username, given);
        let id = first.get("/api/v1/me").expect(200).id();
        let body = json!({ "current": given, "password": own });
        first
            .post(&format!("/api/v1/users/{id}/password"), body)
            .expect(204);
        self.log_in(username, own)
    }

    /// The token of somebody logged in once per test.
    pub fn token(&self, username: &str) -> String {
        let mut tokens = self.tokens.lock().unwrap();
        let token = tokens.entry(username.to_owned()).or_insert_with(|| {
            let login = self.client().post(
                "/api/v1/session",
                json!({ "username": username, "password": PASSWORD }),
            );
            login.expect(201).json["token"].as_str().unwrap().to_owned()
        });
        token.clone()
    }

    /// Somebody with a browser: cookies, forms, CSRF tokens.
    pub fn browser(&self, username: &str) -> Browser {
        let browser = Browser::new(&self.url);
        browser
            .post_raw("/login", &[("username", username), ("password", PASSWORD)])
            .expect(303);
        browser
    }

    /// A browser nobody has logged in with.
    pub fn visitor(&self) -> Browser {
        Browser::new(&self.url)
    }
}

/// Of every account of the seed company.
pub const PASSWORD: &str = "Correct#Horse1";

impl Drop for TestApp {
    /// Whatever a test did, the company it leaves behind is sound.
    fn drop(&mut self) {
        self.stop();
        self.assert_sound();
    }
}
