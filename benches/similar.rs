//! Similarity bench: what a search costs with 10,000 bids of the round against 100,000 of ten earlier rounds.
//!
//! `cargo bench --bench similar` makes the data once (under `target/tmp`), with copies planted that keep 60 to 95 % of
//! another's sentences, and searches through the same steps as the service: once with nothing signed, once with the
//! signatures of earlier rounds kept. Meanwhile somebody else writes every few milliseconds; the longest they waited is
//! printed, and the most memory the process had. Ratios between the sizes are what counts: machines are noisy.
//!
//! `BENCH_SIMILAR=1000x10000,10000x100000` chooses the sizes: bids of the round x earlier ones.
#![expect(
    clippy::disallowed_methods,
    reason = "plants bids straight into the tables: by the actions it would take an hour"
)]

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use biaogan::bids::BidContent;
use biaogan::clock::{self, Clock};
use biaogan::config::Config;
use biaogan::db::{Conn, Manager, migrate};
use biaogan::generate::{self, Size};
use biaogan::ids::{BidId, OrganizationId, RoundId};
use biaogan::session;
use biaogan::similar::search::{self, Step};
use biaogan::web::{App, Asked};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};

#[path = "../src/similar/rules/texts.rs"]
mod texts;
use texts::{Dice, Language, Text};

const DEPARTMENTS: usize = 200;
const ROUNDS: i64 = 10;
/// Ids of what is planted.
const OWN_ROUND: i64 = 900;
const OWN: i64 = 5_000_000;
const EARLIER: i64 = 1_000_000;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test --benches` only wants to know that it builds and starts.
    if arguments.iter().any(|argument| argument == "--test") {
        return Ok(());
    }
    let at = |nth: usize| arguments.get(nth).map_or("", String::as_str);
    match at(1) {
        "prepare" => return prepare(Path::new(at(2)), at(3).parse()?, at(4).parse()?),
        "measure" => return measure(Path::new(at(2)), at(3).parse()?),
        _ => {}
    }
    let sizes = std::env::var("BENCH_SIMILAR");
    let mut costs = Vec::new();
    for size in sizes
        .as_deref()
        .unwrap_or("1000x10000,10000x100000")
        .split(',')
    {
        let (own, earlier) = size.trim().split_once('x').context("BENCH_SIMILAR")?;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("similar-{size}"));
        // Each in a process of its own, so that memory is that of the search alone.
        if !folder.join("done").exists() {
            child(&["prepare", &folder.to_string_lossy(), own, earlier])?;
        }
        println!("\n## {own} bids against {earlier} earlier ones\n");
        child(&["measure", &folder.to_string_lossy(), own])?;
        let seconds: f64 = std::fs::read_to_string(folder.join("seconds"))?.parse()?;
        costs.push((size.trim().to_owned(), seconds / own.parse::<f64>()?));
    }
    if let [(small, few), .., (large, many)] = costs.as_slice() {
        println!(
            "\nA bid of {large} costs {:.2} times what a bid of {small} costs (pairs a bid grow tenfold).",
            many / few
        );
    }
    Ok(())
}

fn child(arguments: &[&str]) -> Result<()> {
    let done = Command::new(std::env::current_exe()?)
        .args(arguments)
        .status()?;
    if !done.success() {
        bail!("{arguments:?} failed");
    }
    Ok(())
}

fn app(folder: &Path) -> Result<App> {
    let config = Config::in_folder(folder, "127.0.0.1:0", false)?;
    migrate::up(&config.database_url)?;
    App::new(&config, Clock::fixed(clock::real_now()), Asked::default())
}

fn sqlite(folder: &Path) -> Result<SqliteConnection> {
    let url = format!("sqlite:{}", folder.join("biaogan.db").display());
    match Manager::new(&url)?.establish()? {
        Conn::Sqlite(conn) => Ok(conn),
        Conn::Postgres(_) => bail!("not SQLite"),
    }
}

fn prepare(folder: &Path, own: usize, earlier: usize) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let size = Size {
        organizations: 3,
        bids: 1,
        seed: 1,
        ..Size::default()
    };
    let app = app(folder)?;
    generate::generate(&app, &size, "Bench#2026-similar", clock::real_now())
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let mut conn = sqlite(folder)?;
    conn.batch_execute(
        "PRAGMA synchronous=OFF; CREATE TEMP TABLE r AS SELECT * FROM rounds LIMIT 1;",
    )?;
    let mut round = |id: i64, days: i64| {
        conn.batch_execute(&format!(
            "UPDATE r SET id = {id}, opened_at = datetime(opened_at, '{days} days'); INSERT INTO rounds SELECT * FROM r;"
        ))
    };
    round(OWN_ROUND, 5)?;
    for id in 1..=ROUNDS {
        round(id, -30)?;
    }
    let language = Language::new(7, DEPARTMENTS);
    let mut dice = Dice(11);
    let mut texts: Vec<Text> = Vec::new();
    let mut sources: Vec<Text> = Vec::new();
    let mut planted = String::new();
    let copies = own / 100;
    for nth in 0..earlier {
        let text = language.bid(&mut dice, nth % DEPARTMENTS);
        if nth % 7 == 0 && sources.len() < copies {
            let (copy, id) = (sources.len() as i64, nth as i64);
            planted += &format!("{} {}\n", OWN + copy, EARLIER + id);
            sources.push(text.clone());
        }
        texts.push(text);
        if texts.len() == 1000 || nth + 1 == earlier {
            let first = nth + 1 - texts.len();
            plant(&mut conn, EARLIER, first, &texts, |nth| {
                1 + nth as i64 % ROUNDS
            })?;
            texts.clear();
        }
    }
    for nth in 0..own {
        let text = match (sources.get(nth), nth.checked_sub(2 * copies)) {
            (Some(source), _) => language.copy(&mut dice, source, 60 + nth % 36),
            (None, Some(_)) | (None, None) => language.bid(&mut dice, nth % DEPARTMENTS),
        };
        texts.push(text);
    }
    for nth in copies..(2 * copies).min(own / 2) {
        if let Some(source) = texts.get(own / 2 + nth).cloned()
            && let Some(place) = texts.get_mut(nth)
        {
            *place = language.copy(&mut dice, &source, 60 + nth % 36);
            planted += &format!("{} {}\n", OWN + nth as i64, OWN + (own / 2 + nth) as i64);
        }
    }
    plant(&mut conn, OWN, 0, &texts, |_| OWN_ROUND)?;
    std::fs::write(folder.join("planted"), planted)?;
    std::fs::write(folder.join("done"), "")?;
    Ok(())
}

/// Bids with these texts, like the one there is.
fn plant(
    conn: &mut SqliteConnection,
    base: i64,
    first: usize,
    texts: &[Text],
    round: impl Fn(usize) -> i64,
) -> Result<()> {
    conn.batch_execute("BEGIN IMMEDIATE")?;
    for (nth, text) in (first..).zip(texts) {
        let (id, round) = (base + nth as i64, round(nth));
        let mut parts = text.chunks(text.len().div_ceil(4)).map(<[String]>::concat);
        let sealed = biaogan::bids::rules::Sealed {
            bid_id: BidId(id),
            round_id: RoundId(round),
            organization_id: OrganizationId(1),
            content: BidContent {
                problem: parts.next().unwrap_or_default(),
                track_record: parts.next().unwrap_or_default(),
                credit: parts.next().unwrap_or_default(),
                capability: parts.next().unwrap_or_default(),
                ..BidContent::default()
            },
            attachments: Vec::new(),
            salt: "00".repeat(16),
        };
        let sealed = serde_json::to_vec(&sealed)?;
        diesel::sql_query(
            "INSERT INTO bids (id, round_id, organization_id, state, draft, draft_revision, draft_saved_at, sealed, \
             digest, receipt, submitted_at, submitted_by, topic_id, title, leader_name, budget_total, version, \
             created_by, created_at, updated_at) SELECT ?, ?, organization_id, 'opened', ?, draft_revision, \
             draft_saved_at, ?, digest, receipt || id, submitted_at, submitted_by, topic_id, title, leader_name, \
             budget_total, version, created_by, created_at, updated_at FROM bids \
             ORDER BY id DESC LIMIT 1",
        )
        .bind::<BigInt, _>(id)
        .bind::<BigInt, _>(round)
        .bind::<Binary, _>(&sealed)
        .bind::<Binary, _>(&sealed)
        .execute(conn)?;
    }
    conn.batch_execute("COMMIT")?;
    Ok(())
}

/// Megabytes of memory by this name in the system's account of the process.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// Writes every few milliseconds until told to stop; answers the longest wait.
fn others(app: &App, stop: &Arc<AtomicBool>) -> std::thread::JoinHandle<Duration> {
    let (app, stop) = (app.clone(), stop.clone());
    std::thread::spawn(move || {
        let mut longest = Duration::ZERO;
        while !stop.load(Ordering::Relaxed) {
            let begun = Instant::now();
            let _written = app.db.write_now(|tx| tx.publish_change());
            longest = longest.max(begun.elapsed());
            std::thread::sleep(Duration::from_millis(5));
        }
        longest
    })
}

fn measure(folder: &Path, own: usize) -> Result<()> {
    let app = app(folder)?;
    sqlite(folder)?.batch_execute(
        "DELETE FROM similar_signings; DELETE FROM similar_parts; DELETE FROM similar_pairs; DELETE FROM similar_searches;",
    )?;
    let planted = std::fs::read_to_string(folder.join("planted"))?;
    let planted: HashSet<(i64, i64)> = planted
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)))
        .collect();
    for (name, says) in [
        ("first", "nothing signed"),
        ("again", "earlier rounds signed"),
    ] {
        let (before, stop) = (memory("VmRSS:"), Arc::new(AtomicBool::new(false)));
        let writing = others(&app, &stop);
        let begun = Instant::now();
        let (phases, longest, pairs) = search(&app).map_err(|error| anyhow::anyhow!("{error}"))?;
        let seconds = begun.elapsed().as_secs_f64();
        stop.store(true, Ordering::Relaxed);
        let waited = writing
            .join()
            .map_err(|_| anyhow::anyhow!("the other writer panicked"))?;
        println!(
            "{name} search ({says}): {seconds:.2} s, {:.2} ms a bid",
            seconds * 1000.0 / own as f64
        );
        for (phase, (steps, time)) in phases {
            println!(
                "  {phase:<14} {:>7.2} s in {steps} steps",
                time.as_secs_f64()
            );
        }
        let found: HashSet<(i64, i64)> =
            pairs.iter().map(|(one, other)| (one.0, other.0)).collect();
        println!(
            "  longest step {:.0} ms; longest wait of another's write {:.0} ms; memory {before:.0} MB before, {:.0} MB at most",
            longest.as_secs_f64() * 1000.0,
            waited.as_secs_f64() * 1000.0,
            memory("VmHWM:")
        );
        println!(
            "  pairs found {}; planted {}, of them found {}; found without being planted {}",
            found.len(),
            planted.len(),
            planted.intersection(&found).count(),
            found.difference(&planted).count()
        );
        std::fs::write(folder.join("seconds"), seconds.to_string())?;
    }
    Ok(())
}

type Phases = Vec<(&'static str, (usize, Duration))>;
type Pairs = Vec<(BidId, BidId)>;

/// The steps of [`biaogan::similar`]'s search on this thread.
fn search(app: &App) -> biaogan::error::Result<(Phases, Duration, Pairs)> {
    let (round, now) = (RoundId(OWN_ROUND), app.clock().now());
    let mut phases: Phases = Vec::new();
    let mut longest = Duration::ZERO;
    let mut spent = |phase: &'static str, begun: Instant| {
        let time = begun.elapsed();
        longest = longest.max(time);
        match phases.iter_mut().find(|(name, _)| *name == phase) {
            Some((_, (steps, all))) => (*steps, *all) = (*steps + 1, *all + time),
            None => phases.push((phase, (1, time))),
        }
    };
    let begun = Instant::now();
    let mut job = app.db.read_now(|c| {
        let actor = session::act_as(c, app.keys(), "office")?;
        search::begin(c, &actor, round, now)
    })?;
    spent("begin", begun);
    let computed = loop {
        let (phase, begun) = (job.phase(), Instant::now());
        match app.db.read_now(|c| job.step(c))? {
            Step::Read => spent(phase, begun),
            Step::Keep(signed) => {
                app.db.write_now(move |tx| search::keep(tx, &signed))?;
                spent(phase, begun);
            }
            Step::Done(computed) => break computed,
        }
    };
    let begun = Instant::now();
    let pairs = computed.pairs();
    let keys = app.clone();
    app.db.write_now(move |tx| {
        let actor = session::act_as(tx, keys.keys(), "office")?;
        search::search(tx, &actor, round, &computed).map(drop)
    })?;
    spent("write", begun);
    Ok((phases, longest, pairs))
}
