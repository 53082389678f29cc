//! A schedule held against working days: warnings, never refusals, and last year's dates moved to this year's.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use crate::calendar::Holidays;
use crate::clock::{Instant, from_local, local, local_date, show_date};
use crate::error::FieldErrors;

/// Fewer working days than this between the beginning and the deadline are too few to write a bid in.
pub const WORKING_DAYS_TO_BID: u32 = 5;

/// Offices work from 8:00 to 18:00.
const FIRST_HOUR: u32 = 8;
const LAST_HOUR: u32 = 18;

/// Days off in a row, weekends included, that make a publicity period hard to notice.
const LONG_BREAK: usize = 4;

/// The dates of a round, as they are planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    pub opens_at: Instant,
    pub deadline: Instant,
    pub opening_at: Instant,
}

/// What is unusual about a schedule, beside the field it concerns. `now` is when it was or is about to be published.
pub fn warnings(
    holidays: &Holidays,
    schedule: Schedule,
    publicity_days: i64,
    now: Instant,
) -> FieldErrors {
    let mut found = FieldErrors::new();
    let mut say = |field: &str, text: String| {
        found.entry(field.to_owned()).or_default().push(text);
    };
    for (field, at, what) in [
        ("deadline", schedule.deadline, "截止"),
        ("opening_at", schedule.opening_at, "开标"),
    ] {
        let day = local_date(at);
        if !holidays.is_working_day(day).value {
            say(
                field,
                format!(
                    "{}{}，{what}宜放在工作日。",
                    show_date(day),
                    off(holidays, day)
                ),
            );
        }
        if outside_hours(local(at)) {
            say(field, format!("{what}时间不在 8:00 至 18:00 之间。"));
        }
    }
    let begins = local_date(schedule.opens_at.max(now));
    let deadline = local_date(schedule.deadline);
    if let Some(days) = holidays.working_days_between(begins, deadline)
        && days.value < WORKING_DAYS_TO_BID
        && schedule.deadline > now
    {
        say(
            "deadline",
            format!(
                "从{}到截止只有 {} 个工作日，少于 {WORKING_DAYS_TO_BID} 个，支部来不及准备。",
                show_date(begins),
                days.value
            ),
        );
    }
    let opening = local_date(schedule.opening_at);
    if let Some(next) = holidays.add_working_days(deadline, 1)
        && opening != deadline
        && opening > next.value
    {
        say(
            "opening_at",
            format!(
                "开标宜在截止当日或下一个工作日（{}），密封时间不宜过长。",
                show_date(next.value)
            ),
        );
    }
    if let Some(text) = broken_publicity(holidays, opening, publicity_days) {
        say("publicity_days", text);
    }
    let years: Vec<String> = missing_years(holidays, begins, opening);
    if !years.is_empty() {
        say(
            "opens_at",
            format!(
                "节假日表缺少 {} 年，暂按周一至周五计算，请补录国务院放假安排。",
                years.join("、")
            ),
        );
    }
    found
}

fn off(holidays: &Holidays, day: NaiveDate) -> String {
    match holidays.days().find(|special| special.date == day) {
        Some(special) => format!("是{}假期", special.name),
        None => format!("是星期{}", weekday(day)),
    }
}

fn weekday(day: NaiveDate) -> char {
    ['一', '二', '三', '四', '五', '六', '日']
        .into_iter()
        .nth(day.weekday().num_days_from_monday() as usize)
        .unwrap_or('日')
}

fn outside_hours(at: NaiveDateTime) -> bool {
    at.hour() < FIRST_HOUR || (at.hour(), at.minute(), at.second()) > (LAST_HOUR, 0, 0)
}

/// A publicity period that could begin the day after the opening and runs across a long holiday.
fn broken_publicity(holidays: &Holidays, from: NaiveDate, days: i64) -> Option<String> {
    let until = holidays
        .add_working_days(from, u32::try_from(days).ok()?)?
        .value;
    let (mut day, mut run, mut longest) = (from, 0, 0);
    let mut name = None;
    while day < until {
        day = day.succ_opt()?;
        if holidays.is_working_day(day).value {
            run = 0;
            continue;
        }
        run += 1;
        longest = longest.max(run);
        if name.is_none() {
            name = holidays
                .days()
                .find(|special| special.date == day && !special.working)
                .map(|special| special.name.clone());
        }
    }
    let name = name.filter(|_| longest >= LONG_BREAK)?;
    Some(format!(
        "如果开标后随即公示，{days} 个工作日要到{}，中间隔着{name}假期。",
        show_date(until)
    ))
}

fn missing_years(holidays: &Holidays, from: NaiveDate, until: NaiveDate) -> Vec<String> {
    let known: Vec<i32> = holidays.years().collect();
    (from.year()..=until.year())
        .filter(|year| !known.contains(year))
        .map(|year| year.to_string())
        .collect()
}

/// Last year's dates for this year: the same day of the year where that lies ahead, else from the next working day;
/// as many working days apart as they were, on working days, in working hours.
pub fn moved(holidays: &Holidays, last: Schedule, now: Instant) -> Schedule {
    let today = local_date(now);
    let opened = local_date(last.opens_at);
    let wanted = same_day(opened, today.year());
    let start = if today.year() > opened.year() && wanted > today {
        wanted
    } else {
        after(holidays, today, 1)
    };
    let opens_on = working_from(holidays, start);
    let opens_at = at(opens_on, local(last.opens_at).time());
    let days = |from: Instant, to: Instant| {
        holidays
            .working_days_between(local_date(from), local_date(to))
            .map_or(0, |answer| answer.value)
    };
    let mut deadline_on = after(holidays, opens_on, days(last.opens_at, last.deadline));
    let mut deadline = at(deadline_on, local(last.deadline).time());
    if deadline <= opens_at {
        deadline_on = after(holidays, deadline_on, 1);
        deadline = at(deadline_on, local(last.deadline).time());
    }
    let opening_on = after(holidays, deadline_on, days(last.deadline, last.opening_at));
    let mut opening_at = at(opening_on, local(last.opening_at).time());
    if opening_at < deadline {
        opening_at = at(
            after(holidays, opening_on, 1),
            local(last.opening_at).time(),
        );
    }
    Schedule {
        opens_at,
        deadline,
        opening_at,
    }
}

/// Dates for a tender that takes failed topics up again: ten working days from the next one, opened the day after.
pub fn supplementary(holidays: &Holidays, now: Instant) -> Schedule {
    let opens_on = after(holidays, local_date(now), 1);
    let deadline_on = after(holidays, opens_on, 2 * WORKING_DAYS_TO_BID);
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
    Schedule {
        opens_at: at(opens_on, hour(9)),
        deadline: at(deadline_on, hour(17)),
        opening_at: at(after(holidays, deadline_on, 1), hour(9)),
    }
}

fn same_day(day: NaiveDate, year: i32) -> NaiveDate {
    day.with_year(year)
        .or_else(|| (day - Duration::days(1)).with_year(year))
        .unwrap_or(day)
}

fn working_from(holidays: &Holidays, day: NaiveDate) -> NaiveDate {
    if holidays.is_working_day(day).value {
        day
    } else {
        after(holidays, day, 1)
    }
}

fn after(holidays: &Holidays, day: NaiveDate, days: u32) -> NaiveDate {
    holidays
        .add_working_days(day, days)
        .map_or(day, |answer| answer.value)
}

/// That time of that day, moved into working hours.
fn at(day: NaiveDate, time: NaiveTime) -> Instant {
    let first = NaiveTime::from_hms_opt(FIRST_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    let last = NaiveTime::from_hms_opt(LAST_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    from_local(day.and_time(time.clamp(first, last)))
}

/// `还有 3 个工作日`, `今天`, `已过`.
pub fn days_left(holidays: &Holidays, now: Instant, at: Instant) -> String {
    let (today, day) = (local_date(now), local_date(at));
    if at < now {
        return "已过".to_owned();
    }
    if today == day {
        return "今天".to_owned();
    }
    match holidays.working_days_between(today, day) {
        Some(days) if days.value > 0 => format!("还有 {} 个工作日", days.value),
        Some(_) | None => format!("还有 {} 天", (day - today).num_days()),
    }
}

#[cfg(test)]
mod tests;
