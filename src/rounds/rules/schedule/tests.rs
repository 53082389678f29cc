use super::*;
use proptest::prelude::*;

fn table() -> Holidays {
    Holidays::built_in().unwrap()
}

/// `2026-03-20 17:00` in Shanghai.
fn t(text: &str) -> Instant {
    from_local(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap())
}

fn schedule(opens: &str, deadline: &str, opening: &str) -> Schedule {
    Schedule {
        opens_at: t(opens),
        deadline: t(deadline),
        opening_at: t(opening),
    }
}

#[test]
fn a_schedule_on_working_days_is_left_alone() {
    let plan = schedule("2026-03-02 09:00", "2026-03-20 17:00", "2026-03-23 09:00");
    assert_eq!(
        warnings(&table(), plan, 5, t("2026-02-27 09:00")),
        FieldErrors::new()
    );
}

#[test]
fn each_unusual_date_is_told_beside_its_field() {
    let now = t("2026-02-27 09:00");
    for (opens, deadline, opening, days, field, words) in [
        // The Monday off after 清明.
        (
            "2026-03-02 09:00",
            "2026-04-06 17:00",
            "2026-04-07 09:00",
            5,
            "deadline",
            "清明",
        ),
        (
            "2026-03-02 09:00",
            "2026-03-21 17:00",
            "2026-03-23 09:00",
            5,
            "deadline",
            "星期六",
        ),
        (
            "2026-03-02 09:00",
            "2026-03-20 23:59",
            "2026-03-23 09:00",
            5,
            "deadline",
            "8:00 至 18:00",
        ),
        (
            "2026-03-02 09:00",
            "2026-03-20 07:59",
            "2026-03-20 09:00",
            5,
            "deadline",
            "8:00 至 18:00",
        ),
        (
            "2026-03-02 09:00",
            "2026-03-20 17:00",
            "2026-03-22 09:00",
            5,
            "opening_at",
            "星期日",
        ),
        (
            "2026-03-02 09:00",
            "2026-03-20 17:00",
            "2026-03-23 19:30",
            5,
            "opening_at",
            "8:00 至 18:00",
        ),
        (
            "2026-03-02 09:00",
            "2026-03-06 17:00",
            "2026-03-09 09:00",
            5,
            "deadline",
            "只有 4 个工作日",
        ),
        (
            "2026-03-02 09:00",
            "2026-03-20 17:00",
            "2026-03-24 09:00",
            5,
            "opening_at",
            "2026年3月23日",
        ),
        (
            "2026-09-01 09:00",
            "2026-09-28 17:00",
            "2026-09-29 09:00",
            5,
            "publicity_days",
            "2026年10月12日",
        ),
        (
            "2027-03-01 09:00",
            "2027-03-19 17:00",
            "2027-03-22 09:00",
            5,
            "opens_at",
            "2027 年",
        ),
    ] {
        let found = warnings(&table(), schedule(opens, deadline, opening), days, now);
        let texts = found.get(field).cloned().unwrap_or_default().join("");
        assert!(texts.contains(words), "{deadline} {opening}: {found:?}");
        assert_eq!(found.len(), 1, "{deadline} {opening}: {found:?}");
    }
}

#[test]
fn make_up_days_are_working_days_and_the_hours_bounds_are_in() {
    // 10 October 2026 is a Saturday that is worked.
    let plan = schedule("2026-09-21 09:00", "2026-10-10 18:00", "2026-10-12 08:00");
    assert_eq!(
        warnings(&table(), plan, 5, t("2026-09-01 09:00")),
        FieldErrors::new()
    );
}

#[test]
fn last_years_dates_keep_their_day_and_their_working_days() {
    let last = schedule("2025-03-03 09:00", "2025-03-21 17:00", "2025-03-24 09:00");
    let moved = moved(&table(), last, t("2026-01-05 10:00"));
    assert_eq!(
        moved,
        schedule("2026-03-03 09:00", "2026-03-23 17:00", "2026-03-24 09:00")
    );
    // What lies behind starts with the next working day.
    let late = super::moved(&table(), last, t("2026-03-06 10:00"));
    assert_eq!(
        late,
        schedule("2026-03-09 09:00", "2026-03-27 17:00", "2026-03-30 09:00")
    );
}

#[test]
fn a_leap_day_and_the_small_hours_find_their_place() {
    let last = schedule("2024-02-29 00:00", "2024-03-29 23:59", "2024-03-30 06:00");
    let moved = moved(&table(), last, t("2026-01-05 10:00"));
    assert_eq!(moved.opens_at, t("2026-02-28 08:00"), "a make-up Saturday");
    assert_eq!(
        local(moved.deadline).time(),
        NaiveTime::from_hms_opt(18, 0, 0).unwrap()
    );
    assert!(moved.opening_at >= moved.deadline);
}

proptest! {
    #[test]
    fn a_moved_schedule_lies_ahead_in_order_on_working_days_in_working_hours(
        opens in 0i64..700, length in 0i64..60, gap in 0i64..10, later in 0i64..600,
        hours in (0i64..24, 1i64..24, 0i64..24),
    ) {
        let base = t("2024-01-01 00:00");
        let at = |days, hour| base + Duration::days(days) + Duration::hours(hour);
        let last = Schedule {
            opens_at: at(opens, hours.0),
            deadline: at(opens + length, hours.0.max(hours.1)) + Duration::minutes(1),
            opening_at: at(opens + length + gap + 1, hours.2),
        };
        let now = at(opens + later, 10);
        let holidays = table();
        let new = moved(&holidays, last, now);
        prop_assert!(new.opens_at > now && new.opens_at < new.deadline && new.deadline <= new.opening_at);
        for instant in [new.opens_at, new.deadline, new.opening_at] {
            prop_assert!(holidays.is_working_day(local_date(instant)).value);
            prop_assert!(!outside_hours(local(instant)));
        }
        prop_assert!(super::super::check_schedule(new.opens_at, new.deadline, new.opening_at).is_empty());
        // What was moved once needs no moving: the distances stay.
        let again = moved(&holidays, new, now);
        let days = |plan: Schedule| {
            holidays.working_days_between(local_date(plan.opens_at), local_date(plan.deadline)).unwrap().value
        };
        prop_assert_eq!(days(new), days(again));
    }

    #[test]
    fn a_supplementary_tender_is_nothing_to_warn_of(day in 0i64..700) {
        let now = t("2024-01-02 10:00") + Duration::days(day);
        let mut found = warnings(&table(), supplementary(&table(), now), 5, now);
        found.remove("publicity_days");
        prop_assert_eq!(found, FieldErrors::new());
    }
}
