//! The only place that reads the time.
//!
//! Instants are UTC with microseconds, kept as `NaiveDateTime` in the database; people see Asia/Shanghai (UTC+8, no
//! summer time). Dates of the business use the app's clock; sessions and tokens use real time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveDateTime, Timelike, Utc};

/// A UTC instant with microsecond precision.
pub type Instant = NaiveDateTime;

#[derive(Clone, Debug)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    Real,
    /// Real time plus so many microseconds: the demo's clock.
    Shifted(AtomicI64),
    /// Stands still until it is set: tests and seeding. Microseconds since 1970.
    Fixed(AtomicI64),
}

impl Clock {
    pub fn real() -> Self {
        Self(Arc::new(Kind::Real))
    }

    /// A clock that starts at `now` and then runs on.
    pub fn shifted(now: Instant) -> Self {
        let shift = now - real_now();
        Self(Arc::new(Kind::Shifted(AtomicI64::new(
            shift.num_microseconds().unwrap_or(0),
        ))))
    }

    pub fn fixed(now: Instant) -> Self {
        Self(Arc::new(Kind::Fixed(AtomicI64::new(
            now.and_utc().timestamp_micros(),
        ))))
    }

    pub fn now(&self) -> Instant {
        match &*self.0 {
            Kind::Real => real_now(),
            Kind::Shifted(shift) => {
                real_now() + Duration::microseconds(shift.load(Ordering::SeqCst))
            }
            Kind::Fixed(micros) => from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Sets a demo's or a test's clock; the real one cannot be set.
    pub fn set(&self, now: Instant) {
        match &*self.0 {
            Kind::Real => {}
            Kind::Shifted(shift) => shift.store(
                (now - real_now()).num_microseconds().unwrap_or(0),
                Ordering::SeqCst,
            ),
            Kind::Fixed(micros) => micros.store(now.and_utc().timestamp_micros(), Ordering::SeqCst),
        }
    }

    pub fn today(&self) -> NaiveDate {
        local_date(self.now())
    }
}

/// Real time, for sessions, tokens and measuring.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the time"
)]
pub fn real_now() -> Instant {
    from_micros(Utc::now().timestamp_micros())
}

fn from_micros(micros: i64) -> Instant {
    DateTime::from_timestamp_micros(micros)
        .unwrap_or(DateTime::UNIX_EPOCH)
        .naive_utc()
}

fn shanghai() -> FixedOffset {
    #[expect(clippy::expect_used, reason = "a constant")]
    FixedOffset::east_opt(8 * 3600).expect("UTC+8 is a valid offset")
}

/// The instant as people in China read it.
pub fn local(at: Instant) -> NaiveDateTime {
    at.and_utc().with_timezone(&shanghai()).naive_local()
}

pub fn local_date(at: Instant) -> NaiveDate {
    local(at).date()
}

/// The instant at which a Shanghai wall clock shows `local`.
pub fn from_local(local: NaiveDateTime) -> Instant {
    local - Duration::hours(8)
}

/// The first instant of the given day in Shanghai.
pub fn start_of(day: NaiveDate) -> Instant {
    from_local(day.and_time(chrono::NaiveTime::MIN))
}

/// `2026年3月2日 09:00`
pub fn show_instant(at: Instant) -> String {
    let at = local(at);
    format!(
        "{} {:02}:{:02}",
        show_date(at.date()),
        at.hour(),
        at.minute()
    )
}

/// `2026年3月2日`
pub fn show_date(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// Value of an `<input type="datetime-local">`.
pub fn input_instant(at: Instant) -> String {
    local(at).format("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shanghai_is_eight_hours_ahead() {
        let at = NaiveDate::from_ymd_opt(2026, 3, 1)
            .unwrap()
            .and_hms_opt(16, 30, 0)
            .unwrap();
        assert_eq!(show_instant(at), "2026年3月2日 00:30");
        assert_eq!(from_local(local(at)), at);
        assert_eq!(start_of(local_date(at)), at - Duration::minutes(30));
    }

    #[test]
    fn a_shifted_clock_runs_on_and_can_be_set() {
        let start = NaiveDate::from_ymd_opt(2026, 3, 1)
            .unwrap()
            .and_hms_opt(1, 0, 0)
            .unwrap();
        let clock = Clock::shifted(start);
        assert!(clock.now() >= start);
        clock.set(start + Duration::days(3));
        assert!(clock.now() >= start + Duration::days(3));
    }
}
