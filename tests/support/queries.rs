//! Counts the queries each database is asked, so that a test can hold a page to a constant number of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, Once};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::TestApp;

type Counter = Arc<AtomicUsize>;

static COUNTERS: LazyLock<Mutex<HashMap<String, Counter>>> = LazyLock::new(Mutex::default);

/// The pool adds parameters of its own to a PostgreSQL URL.
fn counter(url: &str) -> Counter {
    let url = url.strip_prefix("sqlite:").unwrap_or(url);
    let url = url.split('?').next().unwrap_or(url);
    let mut counters = COUNTERS.lock().unwrap();
    counters.entry(url.to_owned()).or_default().clone()
}

/// One for each connection; the first event tells it to which database.
#[derive(Default)]
struct Listener(Option<Counter>);

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                self.0 = Some(counter(url));
            }
            InstrumentationEvent::StartQuery { .. } => {
                if let Some(counter) = &self.0 {
                    counter.fetch_add(1, Ordering::SeqCst);
                }
            }
            _ => {}
        }
    }
}

fn listener() -> Option<Box<dyn Instrumentation>> {
    Some(Box::<Listener>::default())
}

/// Before the first connection.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| set_default_instrumentation(listener).unwrap());
}

impl TestApp {
    /// How many queries the service has asked so far.
    pub fn counted(&self) -> usize {
        counter(&self.database().url).load(Ordering::SeqCst)
    }

    /// How many queries `body` makes the service ask; none at all means that nobody counted.
    pub fn queries(&self, body: impl FnOnce()) -> usize {
        let before = self.counted();
        body();
        let asked = self.counted() - before;
        assert!(asked > 0, "no query was counted");
        asked
    }
}
