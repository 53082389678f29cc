//! Walking along a chain from its first event to its head, up to the place where it does not hold.

use std::collections::HashMap;

use super::digest;
use super::known::{self, Known};
use super::seal::Seals;
use super::store::{self, ChainRow, EventRow, RowLine};
use super::tree::{self, Peaks};
use crate::clock::Instant;
use crate::db::heads::Line;
use crate::db::{Backend, Conn};
use crate::error::Result;
use crate::ids::AuditEventId;

const PAGE: i64 = 1000;
/// Heads are in their file by then.
const IN_FLIGHT: chrono::Duration = chrono::Duration::minutes(1);

/// What was met on the way.
pub struct Walked {
    pub events: i64,
    pub broken: Option<Broken>,
}

/// The first thing that does not fit.
#[derive(Debug)]
pub struct Broken {
    /// The place in the chain.
    pub seq: i64,
    pub fault: String,
}

/// How far one has come.
#[derive(Default)]
struct Place {
    seq: i64,
    digest: String,
    /// The tree over the events so far.
    peaks: Peaks,
    /// When the first event was recorded that the heads file does not know, and the last of all.
    unknown: Option<Instant>,
    newest: Option<Instant>,
}

/// Recomputes a chain, and holds it against the heads that are known of it and the seals of its events.
pub fn walk(c: &mut Conn, chain: &ChainRow, known: &Known, seals: &Seals) -> Result<Walked> {
    let known = known.chain(chain.id);
    let furthest = known.last().map_or(0, |line| line.count);
    let mut place = Place::default();
    let (mut events, mut broken) = (0, None);
    loop {
        let page = store::events_after(c, chain.id, place.seq, PAGE)?;
        if page.is_empty() {
            break;
        }
        let mut left = left_by(c, &page)?;
        for event in page {
            events += 1;
            let left = left.remove(&event.id).unwrap_or_default();
            if broken.is_none() {
                broken = fault(chain, &place, (&event, &left), (known, seals));
            }
            place.newest = Some(event.at);
            if event.seq > furthest {
                place.unknown = place.unknown.or(place.newest);
            }
            let nodes = place.peaks.push(event.seq, &event.digest);
            if broken.is_none() {
                broken = off_the_tree(&event, &tree::write(&nodes));
            }
            place.seq = event.seq;
            place.digest = event.digest;
        }
    }
    let broken = broken.or_else(|| at_the_end(c.backend(), chain, &place, furthest));
    Ok(Walked { events, broken })
}

/// Why the event is not the one that comes next.
fn fault(
    chain: &ChainRow,
    place: &Place,
    (event, left): (&EventRow, &[RowLine]),
    (known, seals): (&[Line], &Seals),
) -> Option<Broken> {
    let (seq, next) = (event.seq, place.seq + 1);
    let named = format!("event {seq} ({}, id {})", event.verb, event.id);
    let fault = if seq > chain.count {
        format!("event {seq} was inserted beyond the head")
    } else if seq != next {
        format!("event {next} is missing")
    } else if event.previous_digest != place.digest {
        format!("event {seq} does not follow the one before it")
    } else if digest::of(event, chain.committee_id) != event.digest {
        format!("{named} was changed")
    } else if !seals.hold(event) {
        format!("{named} was not written by this service")
    } else if !left_holds(event, left) {
        format!("what {named} left behind was changed")
    } else if !known::fits(known, seq, &event.digest) {
        format!("event {seq} differs from the heads file")
    } else {
        return None;
    };
    let seq = seq.min(next);
    Some(Broken { seq, fault })
}

/// Whether the event keeps other nodes than it completes. Events of old times keep none until the service has started.
fn off_the_tree(event: &EventRow, nodes: &str) -> Option<Broken> {
    let kept = event.nodes.as_deref()?;
    (kept != nodes).then(|| Broken {
        seq: event.seq,
        fault: format!(
            "event {} keeps other nodes than those of the tree",
            event.seq
        ),
    })
}

/// Why the last event is not where the chain ends.
fn at_the_end(backend: Backend, chain: &ChainRow, place: &Place, furthest: i64) -> Option<Broken> {
    let last = place.seq;
    // What is being committed at this moment is not in the file yet; other nodes have files of their own.
    let behind = place
        .unknown
        .zip(place.newest)
        .is_some_and(|(first, last)| last - first > IN_FLIGHT);
    let fault = if furthest > last {
        known::cut_off(last, furthest)
    } else if behind && furthest > 0 && backend == Backend::Sqlite {
        format!("the heads file ends at event {furthest}, there are {last}")
    } else if chain.count != last {
        format!("the head counts {} events, there are {last}", chain.count)
    } else if chain.head != place.digest {
        format!("the head is not the digest of event {last}")
    } else if !chain.peaks.is_empty() && chain.peaks != tree::write(&place.peaks.0) {
        "the tree is not that of its events".to_owned()
    } else {
        return None;
    };
    Some(Broken {
        seq: last + 1,
        fault,
    })
}

fn left_by(c: &mut Conn, page: &[EventRow]) -> Result<HashMap<AuditEventId, Vec<RowLine>>> {
    let ids = page.iter().map(|event| event.id).collect();
    let mut left: HashMap<AuditEventId, Vec<RowLine>> = HashMap::new();
    for line in store::left_by_each(c, ids)? {
        left.entry(line.event_id).or_default().push(line);
    }
    Ok(left)
}

/// Whether the rows are those that the event told of.
pub fn left_holds(event: &EventRow, rows: &[RowLine]) -> bool {
    match (&event.salt, &event.left_digest) {
        (Some(salt), Some(told)) => digest::of_rows(salt, rows) == *told,
        (None, None) => rows.is_empty(),
        (Some(_), None) | (None, Some(_)) => false,
    }
}
