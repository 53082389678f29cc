//! A tab of a real browser: Chromium behind ChromeDriver, one of each per test.

mod hands;

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::cookies::Cookie;
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::support::TestApp;

/// Browser tests run when `tests/run` asks for them.
pub fn wanted() -> bool {
    std::env::var("BIAOGAN_BROWSER").is_ok_and(|value| value == "1")
}

pub struct Tab<'a> {
    app: &'a TestApp,
    runtime: Runtime,
    client: Client,
    driver: Child,
    profile: PathBuf,
    sessions: RefCell<HashMap<String, Cookie<'static>>>,
}

/// Keys that are no letters, as WebDriver names them.
#[derive(Clone, Copy)]
pub enum Key {
    Tab,
    Enter,
}

impl Key {
    fn code(self) -> char {
        match self {
            Self::Tab => '\u{E004}',
            Self::Enter => '\u{E007}',
        }
    }
}

const CONTROL: char = '\u{E009}';

/// A command of Chromium's own.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base_url: &url::Url,
        session_id: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base_url.join(&format!(
            "session/{}/{}",
            session_id.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

fn start_driver() -> (Child, u16) {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is installed (tests/run does that)");
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = loop {
        let line = lines.next().expect("chromedriver says its port").unwrap();
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            break port.trim_end_matches('.').parse().unwrap();
        }
    };
    // Goes on reading, so that the driver never waits for us.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    (driver, port)
}

impl<'a> Tab<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        let (driver, port) = start_driver();
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("chromium_{port}"));
        std::fs::create_dir_all(&profile).unwrap();
        let capabilities = json!({
            "browserName": "chrome",
            "unhandledPromptBehavior": "accept",
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            "goog:chromeOptions": { "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
                "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-default-apps", "--lang=zh-CN", "--window-size=1280,900",
                format!("--user-data-dir={}", profile.display()),
            ] },
        });
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let client = runtime
            .block_on(
                ClientBuilder::new(hyper_util_connector())
                    .capabilities(capabilities.as_object().unwrap().clone())
                    .connect(&format!("http://127.0.0.1:{port}")),
            )
            .unwrap();
        Self {
            app,
            runtime,
            client,
            driver,
            profile,
            sessions: RefCell::default(),
        }
    }

    /// Goes on as this person: the first time by logging in, then with the session they had.
    #[track_caller]
    pub fn act_as(&self, username: &str, password: &str) {
        const COOKIE: &str = "biaogan";
        self.leave();
        let kept = self.sessions.borrow().get(username).cloned();
        match kept {
            Some(cookie) => self
                .runtime
                .block_on(self.client.add_cookie(cookie))
                .unwrap(),
            None => {
                self.login(username, password);
                let cookie = self
                    .runtime
                    .block_on(self.client.get_named_cookie(COOKIE))
                    .unwrap();
                self.sessions
                    .borrow_mut()
                    .insert(username.to_owned(), cookie.into_owned());
            }
        }
    }

    /// Goes on as nobody in particular.
    pub fn leave(&self) {
        self.runtime
            .block_on(self.client.delete_all_cookies())
            .unwrap();
    }

    /// Does something that leaves the page, and waits until the next one is there.
    #[track_caller]
    fn away_by(&self, what: impl FnOnce()) {
        self.run("window.left_behind = true; document.querySelectorAll('details').forEach(d => { d.open = true })", Vec::new());
        what();
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(15) {
            let arrived = self.run(
                "return !window.left_behind && document.readyState === 'complete'",
                Vec::new(),
            );
            if arrived == true {
                return;
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        self.shot("failed");
        panic!("nothing happened at {}:\n{}", self.place(), self.text());
    }

    /// Cut off from the net from here on, or on it again.
    pub fn offline(&self, offline: bool) {
        self.chromium(
            "Network.emulateNetworkConditions",
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 }),
        );
    }

    /// Narrow as a phone from here on, or wide again.
    pub fn phone(&self, phone: bool) {
        if phone {
            self.size(390, 844);
        } else {
            self.chromium("Emulation.clearDeviceMetricsOverride", json!({}));
        }
    }

    pub fn go(&self, path: &str) {
        let url = format!("{}{path}", self.app.url);
        self.runtime.block_on(self.client.goto(&url)).unwrap();
    }

    /// A page of the disk.
    pub fn open(&self, file: &std::path::Path) {
        let url = format!("file://{}", file.display());
        self.runtime.block_on(self.client.goto(&url)).unwrap();
    }

    /// Where the browser is now, without the host.
    pub fn place(&self) -> String {
        let url = self.runtime.block_on(self.client.current_url()).unwrap();
        url.as_str().trim_start_matches(&self.app.url).to_owned()
    }

    pub fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.runtime
            .block_on(self.client.execute(script, arguments))
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    pub fn text(&self) -> String {
        let text = self.run("return document.body.innerText", Vec::new());
        text.as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn sees(&self, text: &str) {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(5) {
            if self.text().contains(text) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.shot("failed");
        panic!("{} does not show {text:?}:\n{}", self.place(), self.text());
    }

    /// The state beside the page's heading.
    #[track_caller]
    pub fn badge(&self, text: &str) {
        let shown = self.run(
            "const tag = document.querySelector('main h1 .tag'); return tag ? tag.innerText.trim() : ''",
            Vec::new(),
        );
        if shown != text {
            self.shot("failed");
        }
        assert_eq!(shown, text, "{}:\n{}", self.place(), self.text());
    }

    /// The page needs no scrolling sideways.
    #[track_caller]
    pub fn fits(&self) {
        let over = self.run(
            "const root = document.documentElement; return root.scrollWidth - root.clientWidth",
            Vec::new(),
        );
        assert_eq!(over, 0, "{} is too wide", self.place());
    }

    /// Logs in by typing name and password.
    #[track_caller]
    pub fn login(&self, username: &str, password: &str) {
        self.go("/login");
        self.fill("username", username);
        self.fill("password", password);
        self.press("登录");
        self.sees("待办");
    }

    #[track_caller]
    fn element(&self, xpath: &str) -> Element {
        let all = self
            .runtime
            .block_on(self.client.find_all(Locator::XPath(xpath)))
            .unwrap();
        for element in all {
            if self
                .runtime
                .block_on(element.is_displayed())
                .unwrap_or(false)
            {
                return element;
            }
        }
        self.shot("failed");
        panic!("nothing at {} is {xpath}:\n{}", self.place(), self.text());
    }

    fn issue(&self, path: &'static str, body: Value) -> Value {
        self.runtime
            .block_on(self.client.issue_cmd(Extension { path, body }))
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn chromium(&self, command: &str, parameters: Value) -> Value {
        let body = json!({ "cmd": command, "params": parameters });
        self.issue("goog/cdp/execute", body)
    }

    fn size(&self, width: u64, height: u64) {
        let screen = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.chromium("Emulation.setDeviceMetricsOverride", screen);
    }

    /// The whole page at desktop and phone width, into `target/screenshots`. Nothing may stick out sideways.
    pub fn shot(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        for width in [1280, 390] {
            self.size(width, 900);
            let measured = self.run(
                "const e = document.documentElement; return [e.scrollHeight, e.scrollWidth]",
                Vec::new(),
            );
            let height = measured[0].as_u64().unwrap_or(900).clamp(600, 12_000);
            let wide = measured[1].as_u64().unwrap_or(0);
            if name != "failed" {
                assert!(
                    wide <= width,
                    "{} is {wide} px wide on a screen of {width} px",
                    self.place()
                );
            }
            self.size(width, height);
            let image = self.runtime.block_on(self.client.screenshot()).unwrap();
            std::fs::write(folder.join(format!("{name}-{width}.png")), image).unwrap();
        }
        self.chromium("Emulation.clearDeviceMetricsOverride", json!({}));
    }

    /// No script failed, and nothing was asked of another host.
    pub fn finish(self) {
        let logged = self.issue("se/log", json!({ "type": "browser" }));
        let faults: Vec<&Value> = logged
            .as_array()
            .into_iter()
            .flatten()
            .filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING")
            // A refusal shown as a page is a 4xx on purpose.
            .filter(|line| {
                !line["message"]
                    .as_str()
                    .unwrap_or_default()
                    .contains("the server responded with a status of 4")
            })
            // A test that cuts the net off means it.
            .filter(|line| {
                !line["message"]
                    .as_str()
                    .unwrap_or_default()
                    .contains("ERR_INTERNET_DISCONNECTED")
            })
            .collect();
        assert!(faults.is_empty(), "the console says: {faults:#?}");
        let traffic = self.issue("se/log", json!({ "type": "performance" }));
        for line in traffic.as_array().into_iter().flatten() {
            let event: Value = serde_json::from_str(line["message"].as_str().unwrap_or_default())
                .unwrap_or_default();
            if event["message"]["method"] != "Network.requestWillBeSent" {
                continue;
            }
            let url = event["message"]["params"]["request"]["url"]
                .as_str()
                .unwrap_or_default();
            let ours = url.starts_with(&self.app.url)
                || [
                    "data:",
                    "blob:",
                    "about:",
                    "chrome:",
                    "chrome-extension:",
                    "devtools:",
                ]
                .iter()
                .any(|scheme| url.starts_with(scheme));
            assert!(ours, "asked of another host: {url}");
        }
    }
}

fn hyper_util_connector() -> hyper_util::client::legacy::connect::HttpConnector {
    hyper_util::client::legacy::connect::HttpConnector::new()
}

impl Drop for Tab<'_> {
    fn drop(&mut self) {
        let _ = self.runtime.block_on(self.client.clone().close());
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}
