//! The only place that reads the time.
//!
//! An [`Instant`] is UTC with microseconds; people see Asia/Shanghai (UTC+8, no summer time). Dates of the business use
//! the app's clock; sessions and tokens use real time.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, Duration, FixedOffset, NaiveDate, NaiveDateTime, Timelike, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};

/// A moment, the same for everybody: UTC with microseconds, which is what both databases keep. RFC 3339 in JSON.
///
/// Whatever is finer is cut off where an instant is made, so that two that look alike are alike.
#[derive(
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::AsExpression,
    diesel::FromSqlRow,
)]
#[diesel(sql_type = Timestamp)]
pub struct Instant(NaiveDateTime);

impl Instant {
    /// So many microseconds after 1970; 1970 itself where no calendar reaches.
    pub fn from_micros(micros: i64) -> Self {
        Self(
            DateTime::from_timestamp_micros(micros)
                .unwrap_or_default()
                .naive_utc(),
        )
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.utc().timestamp_micros()
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.utc().timestamp_millis()
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.utc().timestamp()
    }

    /// The year in UTC, of any instant there is.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    fn of_utc(at: NaiveDateTime) -> Self {
        Self::from_micros(at.and_utc().timestamp_micros())
    }

    fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self::of_utc(self.0 + time)
    }
}

impl Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, time: Duration) -> Self {
        Self::of_utc(self.0 - time)
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.0 - earlier.0
    }
}

/// As in JSON: `2026-03-02T01:00:00Z`.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What [`Deserialize`] takes: RFC 3339 at whatever distance from UTC.
impl FromStr for Instant {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, chrono::ParseError> {
        Ok(Self::of_utc(
            text.parse::<DateTime<FixedOffset>>()?.naive_utc(),
        ))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.utc().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let at = DateTime::<Utc>::deserialize(deserializer)?;
        Ok(Self::of_utc(at.naive_utc()))
    }
}

impl<DB> FromSql<Timestamp, DB> for Instant
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(bytes).map(Self::of_utc)
    }
}

impl<DB> ToSql<Timestamp, DB> for Instant
where
    DB: Backend,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl utoipa::ToSchema for Instant {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Instant")
    }
}

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
        Self(Arc::new(Kind::Fixed(AtomicI64::new(now.micros()))))
    }

    pub fn now(&self) -> Instant {
        match &*self.0 {
            Kind::Real => real_now(),
            Kind::Shifted(shift) => {
                real_now() + Duration::microseconds(shift.load(Ordering::SeqCst))
            }
            Kind::Fixed(micros) => Instant::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Whether it is the machine's own, which somebody else may set.
    pub fn is_real(&self) -> bool {
        matches!(&*self.0, Kind::Real)
    }

    /// Sets a demo's or a test's clock; the real one cannot be set.
    pub fn set(&self, now: Instant) {
        match &*self.0 {
            Kind::Real => {}
            Kind::Shifted(shift) => shift.store(
                (now - real_now()).num_microseconds().unwrap_or(0),
                Ordering::SeqCst,
            ),
            Kind::Fixed(micros) => micros.store(now.micros(), Ordering::SeqCst),
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
    Instant::from_micros(Utc::now().timestamp_micros())
}

fn shanghai() -> FixedOffset {
    #[expect(clippy::expect_used, reason = "a constant")]
    FixedOffset::east_opt(8 * 3600).expect("UTC+8 is a valid offset")
}

/// The instant as people in China read it.
pub fn local(at: Instant) -> NaiveDateTime {
    at.utc().with_timezone(&shanghai()).naive_local()
}

pub fn local_date(at: Instant) -> NaiveDate {
    local(at).date()
}

/// The instant at which a Shanghai wall clock shows `local`.
pub fn from_local(local: NaiveDateTime) -> Instant {
    Instant::of_utc(local - Duration::hours(8))
}

/// The first instant of the given day in Shanghai.
pub fn start_of(day: NaiveDate) -> Instant {
    from_local(day.and_time(chrono::NaiveTime::MIN))
}

/// `2026年3月2日 09:00`, and `09:00:30` where it is not on the minute: 23:59:59 is not 23:59.
pub fn show_instant(at: Instant) -> String {
    format!("{} {}", show_date(local_date(at)), exact_time(at))
}

/// `3月2日 09:00`, with seconds where there are any.
pub fn show_short(at: Instant) -> String {
    format!("{} {}", local(at).format("%-m月%-d日"), exact_time(at))
}

fn exact_time(at: Instant) -> String {
    let at = local(at);
    let shape = match at.second() {
        0 => "%H:%M",
        _ => "%H:%M:%S",
    };
    at.format(shape).to_string()
}

/// `2026年3月2日`
pub fn show_date(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `09:00`
pub fn show_time(at: Instant) -> String {
    local(at).format("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shanghai_is_eight_hours_ahead() {
        let at = "2026-03-01T16:30:00Z".parse().unwrap();
        assert_eq!(show_instant(at), "2026年3月2日 00:30");
        assert_eq!(from_local(local(at)), at);
        assert_eq!(start_of(local_date(at)), at - Duration::minutes(30));
    }

    #[test]
    fn seconds_are_shown_where_there_are_any() {
        let at = "2026-03-01T15:59:59.5Z".parse().unwrap();
        assert_eq!(show_instant(at), "2026年3月1日 23:59:59");
        assert_eq!(show_short(at), "3月1日 23:59:59");
    }

    #[test]
    fn a_shifted_clock_runs_on_and_can_be_set() {
        let start = "2026-03-01T01:00:00Z".parse().unwrap();
        let clock = Clock::shifted(start);
        assert!(clock.now() >= start);
        clock.set(start + Duration::days(3));
        assert!(clock.now() >= start + Duration::days(3));
    }

    /// What JSON said of instants before they were a type; digests hold on to it.
    #[test]
    fn json_is_that_of_chrono_to_the_byte() {
        for micros in [
            0,
            -1,
            1,
            1_772_413_200_000_000,
            1_772_413_200_120_000,
            1_772_413_200_000_001,
            253_402_300_800_000_000,
        ] {
            let chronos = DateTime::from_timestamp_micros(micros).unwrap();
            let ours = Instant::from_micros(micros);
            let json = serde_json::to_string(&ours).unwrap();
            assert_eq!(json, serde_json::to_string(&chronos).unwrap());
            assert_eq!(json, format!("\"{ours}\""));
            assert_eq!(serde_json::from_str::<Instant>(&json).unwrap(), ours);
            assert_eq!(ours.micros(), micros);
        }
        assert_eq!(
            Instant::from_micros(1_772_413_200_120_000).to_string(),
            "2026-03-02T01:00:00.120Z"
        );
    }

    #[test]
    fn json_takes_what_chrono_takes_and_keeps_microseconds() {
        for text in [
            "2026-03-02T01:00:00Z",
            "2026-03-02T09:00:00+08:00",
            "2026-03-02 01:00:00.5 +00:00",
            "1969-12-31T23:59:59.999999999Z",
            "+12026-03-02T01:00:00Z",
            "2026-03-02T01:00:00",
            "2026-03-02T01:00Z",
            "2026-02-30T01:00:00Z",
            "",
        ] {
            let json = serde_json::to_string(text).unwrap();
            let chronos = serde_json::from_str::<DateTime<Utc>>(&json);
            let ours = serde_json::from_str::<Instant>(&json);
            assert_eq!(
                ours.as_ref().ok().map(|at| at.micros()),
                chronos.as_ref().ok().map(DateTime::timestamp_micros),
                "{text}"
            );
            assert_eq!(
                ours.as_ref().err().map(ToString::to_string),
                chronos.err().map(|error| error.to_string()),
                "{text}"
            );
            assert_eq!(text.parse::<Instant>().ok(), ours.ok(), "{text}");
        }
        let fine: Instant = "2026-03-02T01:00:00.1234567Z".parse().unwrap();
        assert_eq!(fine.to_string(), "2026-03-02T01:00:00.123456Z");
    }

    #[test]
    fn instants_are_a_time_apart() {
        let at = Instant::from_micros(1_772_413_200_000_000);
        let later = at + Duration::hours(1);
        assert_eq!(later - at, Duration::hours(1));
        assert_eq!(later - Duration::hours(1), at);
        assert!(at < later);
        assert_eq!(at + Duration::nanoseconds(999), at);
    }
}
