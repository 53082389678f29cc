//! What operators watch of the writes: how many wait, and how long a commit takes. In the process's own registry, which
//! `/metrics` shows.

use std::sync::LazyLock;
use std::time::Instant;

use prometheus::{Histogram, HistogramOpts, IntGauge, register_histogram, register_int_gauge};

static WAITING: LazyLock<Option<IntGauge>> = LazyLock::new(|| {
    made(register_int_gauge!(
        "biaogan_writer_queue",
        "Commands that wait for SQLite's one writer"
    ))
});

static COMMITS: LazyLock<Option<Histogram>> = LazyLock::new(|| {
    made(register_histogram!(
        HistogramOpts::new(
            "biaogan_commit_seconds",
            "Time of a commit; on SQLite one carries many commands",
        )
        .buckets(BUCKETS.to_vec())
    ))
});

/// Seconds.
pub const BUCKETS: [f64; 8] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// A metric that cannot be made is logged and missing.
pub fn made<T>(metric: prometheus::Result<T>) -> Option<T> {
    metric.map_err(|error| log::error!("metrics: {error}")).ok()
}

/// So many commands more, or fewer, wait.
pub fn queued(more: i64) {
    if let Some(waiting) = &*WAITING {
        waiting.add(more);
    }
}

/// Runs a commit and keeps how long it took.
pub fn timed<T>(commit: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = commit();
    if let Some(commits) = &*COMMITS {
        commits.observe(began.elapsed().as_secs_f64());
    }
    done
}
