//! Load bench: what the service serves, as a share of its own `/healthz`, at 1,000 and at 100,000 bids.
//!
//! `cargo bench --bench load` makes the data once (under `target/tmp`), starts the release binary on one core,
//! and loads it from this process over loopback. Ratios are what counts: machines are noisy.
//!
//! `BENCH_BIDS=1000,100000` chooses the sizes, `BENCH_SECONDS=3` the time of each measurement.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

const PASSWORD: &str = "Bench#2026-load";
const CONNECTIONS: usize = 32;

fn main() -> Result<()> {
    // `cargo test --benches` only wants to know that it builds and starts.
    if std::env::args().any(|argument| argument == "--test") {
        return Ok(());
    }
    let sizes: Vec<usize> = std::env::var("BENCH_BIDS")
        .unwrap_or_else(|_| "1000,100000".to_owned())
        .split(',')
        .map(|size| size.trim().parse().context("BENCH_BIDS"))
        .collect::<Result<_>>()?;
    let mut runs = Vec::new();
    for bids in &sizes {
        let data = prepare(*bids)?;
        let run = measure(&data, *bids)?;
        runs.push(run);
    }
    if let [small, .., large] = runs.as_slice() {
        println!(
            "\n## {} bids against {} bids (share of /healthz, small ÷ large; 1.00 is no slowdown)\n",
            large.bids, small.bids
        );
        let (few, many) = (base(&small.rows), base(&large.rows));
        for (before, after) in small.rows.iter().zip(&large.rows) {
            let slowdown = (before.rate / few) / (after.rate / many).max(1e-9);
            println!("{:<34} {slowdown:>6.2}", before.name);
        }
    }
    Ok(())
}

fn binary() -> &'static str {
    env!("CARGO_BIN_EXE_biaogan")
}

/// The newest migration's name: data made under an older schema is of no use.
fn schema() -> Result<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.into_iter().max().context("no migrations")
}

/// A generated company of this size, made once for each schema.
fn prepare(bids: usize) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{bids}"));
    let schema = schema()?;
    if std::fs::read_to_string(folder.join("done")).is_ok_and(|made| made == schema) {
        return Ok(folder);
    }
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let organizations = (bids / 100).clamp(20, 1000);
    let started = Instant::now();
    let made = Command::new(binary())
        .args([
            "generate",
            "--organizations",
            &organizations.to_string(),
            "--bids",
            &bids.to_string(),
        ])
        .args(["--password", PASSWORD, "--data"])
        .arg(&folder)
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .status()?;
    if !made.success() {
        bail!("generate failed");
    }
    println!(
        "made {organizations} organizations and {bids} bids in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    std::fs::write(folder.join("done"), schema)?;
    Ok(folder)
}

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(data: &Path) -> Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let address: SocketAddr = format!("127.0.0.1:{port}").parse()?;
        // One core for the server, the other for the load, where the system can pin.
        let pinned = Command::new("taskset")
            .args(["-c", "0", "true"])
            .status()
            .is_ok_and(|status| status.success());
        let mut command = if pinned {
            let mut command = Command::new("taskset");
            command.args(["-c", "0", binary()]);
            command
        } else {
            Command::new(binary())
        };
        let child = command
            .arg("serve")
            .env(
                "BIAOGAN_DATABASE_URL",
                format!("sqlite:{}", data.join("biaogan.db").display()),
            )
            .env("BIAOGAN_LISTEN", address.to_string())
            .env("BIAOGAN_SECRET_FILE", data.join("secret"))
            .env("BIAOGAN_FILES", data.join("files"))
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()?;
        let server = Self { child, address };
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("the server does not answer")
    }

    /// Resident memory in MB, where the system tells.
    fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// One keep-alive connection.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    fn send(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let mut part = [0u8; 32 * 1024];
        let (head_end, head) = loop {
            let read = self.stream.read(&mut part)?;
            if read == 0 {
                bail!("the server hung up");
            }
            self.buffer
                .extend_from_slice(part.get(..read).unwrap_or_default());
            if let Some(end) = self
                .buffer
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                let head = String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default())
                    .to_lowercase();
                break (end + 4, head);
            }
        };
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let length = header(&head, "content-length").and_then(|value| value.parse::<usize>().ok());
        let chunked = header(&head, "transfer-encoding").is_some();
        loop {
            let have = self.buffer.len() - head_end;
            let complete = match length {
                Some(length) => have >= length,
                None if chunked => self.buffer.ends_with(b"0\r\n\r\n"),
                None => true,
            };
            if complete {
                break;
            }
            let read = self.stream.read(&mut part)?;
            if read == 0 {
                bail!("the server hung up");
            }
            self.buffer
                .extend_from_slice(part.get(..read).unwrap_or_default());
        }
        Ok(Answer {
            status,
            head,
            body: self.buffer.get(head_end..).unwrap_or_default().to_vec(),
        })
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
}

fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\n{headers}\r\n").into_bytes()
}

fn json_request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

struct Row {
    name: &'static str,
    rate: f64,
    median: f64,
    p99: f64,
    /// Resident memory of the server just after, in MB.
    memory: f64,
}

struct Run {
    bids: usize,
    rows: Vec<Row>,
}

fn seconds() -> Duration {
    let seconds = std::env::var("BENCH_SECONDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(3.0);
    Duration::from_secs_f64(seconds)
}

/// The same request over and over, from so many connections.
fn hammer(address: SocketAddr, name: &'static str, clients: usize, request: &[u8]) -> Result<Row> {
    let warm = Connection::open(address)?.send(request)?;
    if !(200..400).contains(&warm.status) {
        bail!(
            "{name}: status {}: {}",
            warm.status,
            String::from_utf8_lossy(&warm.body)
        );
    }
    let request = Arc::new(request.to_vec());
    measure_with(name, clients, move |_| {
        let request = request.clone();
        let mut connection = Connection::open(address)?;
        Ok(Box::new(move || {
            let answer = connection.send(&request)?;
            if answer.status >= 400 {
                bail!("status {}", answer.status);
            }
            Ok(())
        }))
    })
}

type Shot = Box<dyn FnMut() -> Result<()> + Send>;

fn measure_with(
    name: &'static str,
    clients: usize,
    make: impl Fn(usize) -> Result<Shot>,
) -> Result<Row> {
    let stop = Arc::new(AtomicBool::new(false));
    let times = Arc::new(Mutex::new(Vec::<f64>::new()));
    let mut threads = Vec::new();
    let started = Instant::now();
    for client in 0..clients {
        let mut shot = make(client)?;
        let (stop, times) = (stop.clone(), times.clone());
        threads.push(std::thread::spawn(move || -> Result<()> {
            let mut mine = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let before = Instant::now();
                shot()?;
                mine.push(before.elapsed().as_secs_f64() * 1000.0);
            }
            if let Ok(mut all) = times.lock() {
                all.extend(mine);
            }
            Ok(())
        }));
    }
    std::thread::sleep(seconds());
    stop.store(true, Ordering::Relaxed);
    for thread in threads {
        match thread.join() {
            Ok(outcome) => outcome.with_context(|| name)?,
            Err(_) => bail!("{name}: a client panicked"),
        }
    }
    let elapsed = started.elapsed().as_secs_f64();
    let mut times = times
        .lock()
        .map_err(|_| anyhow::anyhow!("poisoned"))?
        .clone();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let index = ((times.len() as f64 - 1.0).max(0.0) * share) as usize;
        times.get(index).copied().unwrap_or(0.0)
    };
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let rate = times.len() as f64 / elapsed;
    Ok(Row {
        name,
        rate,
        median: at(0.5),
        p99: at(0.99),
        memory: 0.0,
    })
}

fn login(address: SocketAddr, username: &str) -> Result<String> {
    let body = serde_json::json!({ "username": username, "password": PASSWORD }).to_string();
    let answer =
        Connection::open(address)?.send(&json_request("POST", "/api/v1/session", "", &body))?;
    let shown: serde_json::Value = serde_json::from_slice(&answer.body)?;
    let token = shown
        .get("token")
        .and_then(|token| token.as_str())
        .context("login failed")?;
    Ok(format!("Authorization: Bearer {token}\r\n"))
}

/// The page's cookie.
fn browse(address: SocketAddr, username: &str) -> Result<String> {
    let body = format!(
        "username={username}&password={}",
        PASSWORD.replace('#', "%23")
    );
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut head = vec![0; 8192];
    let read = stream.read(&mut head)?;
    let text = String::from_utf8_lossy(head.get(..read).unwrap_or_default()).into_owned();
    let cookie = text
        .lines()
        .find_map(|line| {
            line.to_lowercase()
                .starts_with("set-cookie: biaogan=")
                .then(|| line.to_owned())
        })
        .context("no cookie")?;
    let value = cookie
        .split_once(": ")
        .and_then(|(_, rest)| rest.split(';').next())
        .context("no cookie")?;
    Ok(format!("Cookie: {value}\r\n"))
}

fn fetch(address: SocketAddr, path: &str, headers: &str) -> Result<serde_json::Value> {
    let answer = Connection::open(address)?.send(&get(path, headers))?;
    if answer.status != 200 {
        bail!("{path}: status {}", answer.status);
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

fn id_of(value: &serde_json::Value) -> i64 {
    value
        .get("id")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or(0)
}

fn items(value: &serde_json::Value) -> Vec<serde_json::Value> {
    value
        .get("items")
        .and_then(|items| items.as_array())
        .cloned()
        .unwrap_or_default()
}

fn measure(data: &Path, bids: usize) -> Result<Run> {
    let server = Server::start(data)?;
    let address = server.address;
    let office = login(address, "office")?;
    let cookie = browse(address, "office")?;
    let rounds = items(&fetch(address, "/api/v1/rounds", &office)?);
    let round = |state: &str| {
        rounds
            .iter()
            .find(|round| round.get("state").and_then(|s| s.as_str()) == Some(state))
            .map(id_of)
            .with_context(|| format!("no round is {state}"))
    };
    let (opened, scored, scoring) = (round("opened")?, round("scored")?, round("scoring")?);
    let first = items(&fetch(
        address,
        &format!("/api/v1/rounds/{opened}/bids"),
        &office,
    )?)
    .first()
    .map(id_of)
    .context("no bid")?;
    let plain = [
        ("/healthz", get("/healthz", "")),
        ("portal, cached", get("/", "")),
        ("portal, not modified", not_modified(address)?),
        (
            "bid list, page of 50",
            get(&format!("/rounds/{opened}/bids"), &cookie),
        ),
        (
            "bid list, JSON of 50",
            get(&format!("/api/v1/rounds/{opened}/bids"), &office),
        ),
        ("bid page", get(&format!("/bids/{first}"), &cookie)),
        (
            "ranking page",
            get(&format!("/rounds/{scored}/result"), &cookie),
        ),
    ];
    // Not counted: the first to be measured would pay for everybody's warming up.
    hammer(address, "warming up", CONNECTIONS, &get("/healthz", ""))?;
    let mut rows = Vec::new();
    for (name, request) in &plain {
        let mut row = hammer(address, name, CONNECTIONS, request)?;
        row.memory = server.memory().unwrap_or(0.0);
        rows.push(row);
    }
    let mut one = submit(address, "score submission, 1 client", scoring, 1, &office)?;
    one.memory = server.memory().unwrap_or(0.0);
    let mut many = submit(
        address,
        "score submission, 16 clients",
        scoring,
        16,
        &office,
    )?;
    many.memory = server.memory().unwrap_or(0.0);
    let spread = many.p99 / one.median.max(0.001);
    rows.push(one);
    rows.push(many);
    print(bids, &rows);
    println!("p99 of 16 clients ÷ median of one: {spread:.1}");
    if let Some(memory) = server.memory() {
        println!("resident memory after the run: {memory:.0} MB");
    }
    Ok(Run { bids, rows })
}

/// The portal asked for with the ETag it had.
fn not_modified(address: SocketAddr) -> Result<Vec<u8>> {
    let answer = Connection::open(address)?.send(&get("/", ""))?;
    let etag = header(&answer.head, "etag").context("the portal has no ETag")?;
    Ok(get("/", &format!("If-None-Match: {etag}\r\n")))
}

/// Durable score submissions: each client is a reviewer who hands in one sheet after the other, again and again.
fn submit(
    address: SocketAddr,
    name: &'static str,
    round: i64,
    clients: usize,
    office: &str,
) -> Result<Row> {
    let shown = fetch(
        address,
        &format!("/api/v1/rounds/{round}/bids?limit=200"),
        office,
    )?;
    let bids: Vec<i64> = items(&shown).iter().map(id_of).collect();
    let reviewers = (1..=7)
        .map(|nth| login(address, &format!("reviewer{nth}")))
        .collect::<Result<Vec<_>>>()?;
    measure_with(name, clients, move |client| {
        let token = reviewers
            .get(client % reviewers.len())
            .cloned()
            .context("no reviewer")?;
        // Clients of one reviewer take different bids.
        let mut mine: Vec<(i64, String, String)> = Vec::new();
        let mut connection = Connection::open(address)?;
        for bid in bids.iter().skip(client).step_by(16).take(8) {
            let path = format!("/api/v1/bids/{bid}/score_sheet");
            let answer = connection.send(&get(&path, &token))?;
            let etag = header(&answer.head, "etag")
                .context("a sheet has no ETag")?
                .to_owned();
            let sheet: serde_json::Value = serde_json::from_slice(&answer.body)?;
            let marks: Vec<serde_json::Value> = sheet
                .get("criteria")
                .and_then(|criteria| criteria.as_array())
                .context("a sheet has no criteria")?
                .iter()
                .map(|criterion| {
                    let full = criterion.get("full_marks").and_then(serde_json::Value::as_f64).unwrap_or(0.0);
                    serde_json::json!({ "criterion_id": id_of(criterion), "mark": (full * 0.8).floor(), "comment": "按标准评分。" })
                })
                .collect();
            let body = serde_json::json!({ "marks": marks, "submit": true }).to_string();
            mine.push((*bid, etag, body));
        }
        let mut next = 0usize;
        Ok(Box::new(move || {
            let count = mine.len().max(1);
            let (bid, etag, body) = mine.get_mut(next % count).context("no bid to score")?;
            next += 1;
            let path = format!("/api/v1/bids/{bid}/score_sheet");
            let answer = connection.send(&json_request(
                "PUT",
                &path,
                &format!("{token}If-Match: {etag}\r\n"),
                body,
            ))?;
            if answer.status >= 300 {
                bail!(
                    "status {}: {}",
                    answer.status,
                    String::from_utf8_lossy(&answer.body)
                );
            }
            *etag = header(&answer.head, "etag").context("no ETag")?.to_owned();
            Ok(())
        }))
    })
}

/// Requests/s of `/healthz`, which everything is held against.
fn base(rows: &[Row]) -> f64 {
    rows.first().map_or(1.0, |row| row.rate.max(0.001))
}

fn print(bids: usize, rows: &[Row]) {
    let base = base(rows);
    println!("\n## {bids} bids\n");
    println!(
        "{:<34} {:>12} {:>10} {:>10} {:>12} {:>10}",
        "", "requests/s", "median ms", "p99 ms", "of /healthz", "memory MB"
    );
    for row in rows {
        println!(
            "{:<34} {:>12.0} {:>10.2} {:>10.2} {:>11.1}% {:>10.0}",
            row.name,
            row.rate,
            row.median,
            row.p99,
            row.rate / base * 100.0,
            row.memory
        );
    }
}
