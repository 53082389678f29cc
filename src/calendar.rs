//! Working days (工作日) in China: Monday to Friday, changed by the State Council's yearly notice on holidays and
//! make-up days (调休). Pure: the table comes in as data, which the office may edit.
//!
//! The notice for a year appears late in the year before. A date in a year the table does not cover counts Monday to
//! Friday, and the answer names that year, so that the page can warn.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// `seed/holidays.json`: 2024 to 2026, from the State Council's notices; only days that differ from Monday to Friday.
pub const BUILT_IN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/seed/holidays.json"));

/// Most working days that can be added at once (about forty years).
pub const MAX_WORKING_DAYS: u32 = 10_000;

/// Most calendar days that can be counted over (about a century).
pub const MAX_SPAN_DAYS: i64 = 36_600;

/// The holiday every year's notice holds with at least one day between Monday and Friday.
const EVERY_YEAR: &str = "国庆节";

/// A day that is not what its weekday says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayDay {
    /// The date, in China.
    pub date: NaiveDate,
    /// `true`: a make-up day (a worked Saturday or Sunday). `false`: a day off.
    pub working: bool,
    /// 春节, or 春节调休上班.
    pub name: String,
}

/// The table of deviations and the years it covers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holidays {
    days: BTreeMap<NaiveDate, HolidayDay>,
    years: BTreeSet<i32>,
}

/// An answer, with the years that were looked at but are not in the table, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T> {
    /// The answer, with Monday to Friday assumed for missing years.
    pub value: T,
    /// Years without a table.
    pub missing_years: Vec<i32>,
}

impl<T> Answer<T> {
    /// What to tell the user when years are missing.
    pub fn warning(&self) -> Option<String> {
        if self.missing_years.is_empty() {
            return None;
        }
        let years: Vec<String> = self.missing_years.iter().map(i32::to_string).collect();
        Some(format!(
            "节假日表缺少 {} 年，暂按周一至周五计算，请补录国务院放假安排",
            years.join("、")
        ))
    }
}

impl Holidays {
    /// A table for the given years. Refuses a date listed twice and a date outside those years.
    pub fn new(
        days: Vec<HolidayDay>,
        years: impl IntoIterator<Item = i32>,
    ) -> Result<Self, String> {
        let mut table = Self {
            days: BTreeMap::new(),
            years: years.into_iter().collect(),
        };
        for day in days {
            let date = day.date;
            if !table.years.contains(&date.year()) {
                return Err(format!("节假日表：{date} 不在所列年份之内"));
            }
            if table.days.insert(date, day).is_some() {
                return Err(format!("节假日表：{date} 重复"));
            }
        }
        Ok(table)
    }

    /// Reads `[{"date","working","name"}]`. A year is covered when it has a 国庆节 day off; days of other years (the
    /// eve of a covered 元旦, say) are refused, as half a year's table would go unnoticed.
    pub fn from_json(json: &str) -> Result<Self, String> {
        let days: Vec<HolidayDay> =
            serde_json::from_str(json).map_err(|error| format!("节假日表无法读取：{error}"))?;
        let years: BTreeSet<i32> = days
            .iter()
            .filter(|day| !day.working && day.name.contains(EVERY_YEAR))
            .map(|day| day.date.year())
            .collect();
        Self::new(days, years)
    }

    /// The table that comes with the program.
    pub fn built_in() -> Result<Self, String> {
        Self::from_json(BUILT_IN)
    }

    /// The years covered, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.years.iter().copied()
    }

    /// The deviations, ascending.
    pub fn days(&self) -> impl Iterator<Item = &HolidayDay> {
        self.days.values()
    }

    /// Whether people work on this day.
    pub fn is_working_day(&self, date: NaiveDate) -> Answer<bool> {
        let mut missing = BTreeSet::new();
        let value = self.look_up(date, &mut missing);
        answer(value, missing)
    }

    /// The `n`-th working day after `start`; the start day itself is not counted, and with `n = 0` it is the answer,
    /// working or not. `None` for more than [`MAX_WORKING_DAYS`] or beyond the calendar.
    pub fn add_working_days(&self, start: NaiveDate, n: u32) -> Option<Answer<NaiveDate>> {
        if n > MAX_WORKING_DAYS {
            return None;
        }
        let mut missing = BTreeSet::new();
        let (mut date, mut left) = (start, n);
        while left > 0 {
            date = date.succ_opt()?;
            if self.look_up(date, &mut missing) {
                left -= 1;
            }
        }
        Some(answer(date, missing))
    }

    /// Working days after `start` up to and including `end`, the inverse of [`Self::add_working_days`]; 0 when `end`
    /// is not after `start`. `None` over more than [`MAX_SPAN_DAYS`].
    pub fn working_days_between(&self, start: NaiveDate, end: NaiveDate) -> Option<Answer<u32>> {
        if end.signed_duration_since(start).num_days() > MAX_SPAN_DAYS {
            return None;
        }
        let mut missing = BTreeSet::new();
        let (mut date, mut count) = (start, 0);
        while date < end {
            date = date.succ_opt()?;
            if self.look_up(date, &mut missing) {
                count += 1;
            }
        }
        Some(answer(count, missing))
    }

    fn look_up(&self, date: NaiveDate, missing: &mut BTreeSet<i32>) -> bool {
        if !self.years.contains(&date.year()) {
            missing.insert(date.year());
        }
        match self.days.get(&date) {
            Some(day) => day.working,
            None => !matches!(date.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }
}

fn answer<T>(value: T, missing: BTreeSet<i32>) -> Answer<T> {
    Answer {
        value,
        missing_years: missing.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn table() -> Holidays {
        Holidays::built_in().unwrap()
    }

    #[test]
    fn built_in_table_covers_three_years_and_lists_only_deviations() {
        assert_eq!(table().years().collect::<Vec<_>>(), [2024, 2025, 2026]);
        for day in table().days() {
            let weekend = matches!(day.date.weekday(), Weekday::Sat | Weekday::Sun);
            assert_eq!(
                day.working, weekend,
                "{} is what its weekday says",
                day.date
            );
        }
    }

    #[test]
    fn adds_working_days_across_holidays_and_make_up_days() {
        for (start, n, end) in [
            ("2026-02-11", 5, "2026-02-25"),
            ("2026-09-29", 5, "2026-10-12"),
            ("2026-03-02", 5, "2026-03-09"),
            ("2026-02-13", 1, "2026-02-14"),
            ("2025-12-31", 1, "2026-01-04"),
            ("2024-02-09", 1, "2024-02-18"),
            ("2025-01-27", 5, "2025-02-10"),
            ("2025-09-30", 3, "2025-10-11"),
            ("2026-02-15", 0, "2026-02-15"),
        ] {
            let answer = table().add_working_days(date(start), n).unwrap();
            assert_eq!(
                answer,
                Answer {
                    value: date(end),
                    missing_years: vec![]
                },
                "{start} + {n}"
            );
            assert_eq!(answer.warning(), None);
            assert_eq!(
                table()
                    .working_days_between(date(start), date(end))
                    .unwrap()
                    .value,
                n
            );
        }
    }

    /// Working days per month, counted by PyPI `chinesecalendar` 1.11.0.
    #[test]
    fn agrees_with_a_second_opinion_month_by_month() {
        for (year, months) in SECOND_OPINION {
            for (month, expected) in (1..).zip(months) {
                let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
                let next = first.checked_add_months(chrono::Months::new(1)).unwrap();
                let counted = table()
                    .working_days_between(first.pred_opt().unwrap(), next.pred_opt().unwrap())
                    .unwrap();
                assert_eq!(counted.value, expected, "{year}-{month}");
            }
        }
    }

    const SECOND_OPINION: [(i32, [u32; 12]); 3] = [
        (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
    ];

    #[test]
    fn a_year_without_table_is_named() {
        let answer = table().add_working_days(date("2026-12-30"), 3).unwrap();
        assert_eq!(answer.value, date("2027-01-04"));
        assert_eq!(answer.missing_years, [2027]);
        assert!(answer.warning().unwrap().contains("2027"));
        assert_eq!(
            table().is_working_day(date("2023-10-02")).missing_years,
            [2023]
        );
        let span = table()
            .working_days_between(date("2026-12-31"), date("2028-01-01"))
            .unwrap();
        assert_eq!(span.missing_years, [2027, 2028]);
    }

    #[test]
    fn refuses_a_bad_table_and_absurd_spans() {
        let day = |text: &str| HolidayDay {
            date: date(text),
            working: false,
            name: "国庆节".into(),
        };
        assert!(Holidays::new(vec![day("2027-10-01"), day("2027-10-01")], [2027]).is_err());
        assert!(Holidays::new(vec![day("2028-10-02")], [2027]).is_err());
        assert!(Holidays::from_json("[{\"date\":\"2027-13-01\"}]").is_err());
        assert!(
            Holidays::from_json(r#"[{"date":"2027-01-01","working":false,"name":"元旦"}]"#)
                .is_err()
        );
        assert_eq!(table().add_working_days(NaiveDate::MAX, 1), None);
        assert_eq!(
            table().add_working_days(date("2026-01-01"), MAX_WORKING_DAYS + 1),
            None
        );
        assert_eq!(
            table().working_days_between(NaiveDate::MIN, NaiveDate::MAX),
            None
        );
        assert_eq!(
            table()
                .working_days_between(NaiveDate::MAX, NaiveDate::MIN)
                .unwrap()
                .value,
            0
        );
    }

    proptest! {
        #[test]
        fn adding_lands_on_a_working_day_and_counting_inverts_it(offset in 0i64..1400, n in 1u32..300) {
            let start = date("2023-06-01") + chrono::Duration::days(offset);
            let end = table().add_working_days(start, n).unwrap();
            prop_assert!(table().is_working_day(end.value).value);
            prop_assert_eq!(table().working_days_between(start, end.value).unwrap().value, n);
            prop_assert_eq!(table().add_working_days(start, n).unwrap(), end);
        }
    }
}
