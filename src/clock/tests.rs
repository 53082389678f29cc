use super::*;

#[test]
fn shanghai_is_eight_hours_ahead() {
    let at = "2026-03-01T16:30:00Z".parse().unwrap();
    assert_eq!(show_instant(at), "2026年3月2日 00:30");
    assert_eq!(from_local(local(at)), at);
    assert_eq!(start_of(local_date(at)), at - Duration::minutes(30));
}

#[test]
fn seconds_are_shown_and_kept_where_there_are_any() {
    for (at, shown, typed) in [
        ("2026-03-01T16:30:00Z", "00:30", "2026-03-02T00:30"),
        ("2026-03-01T15:59:59Z", "23:59:59", "2026-03-01T23:59:59"),
        ("2026-03-01T16:30:00.5Z", "00:30", "2026-03-02T00:30:00.500"),
        (
            "2026-03-01T16:30:01.25Z",
            "00:30:01",
            "2026-03-02T00:30:01.250",
        ),
    ] {
        let at: Instant = at.parse().unwrap();
        assert!(show_instant(at).ends_with(&format!(" {shown}")), "{at}");
        assert_eq!(input_instant(at), typed);
        assert_eq!(read_input(typed), Some(at));
    }
    assert_eq!(read_input("2026-03-02 00:30"), None);
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
