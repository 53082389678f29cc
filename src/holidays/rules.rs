//! What a year of the table may hold, and how a notice's lines are read. Pure.

use chrono::{Datelike, Months, NaiveDate, Weekday};

use super::Days;
use crate::audit::sha256_hex;
use crate::calendar::{HolidayDay, Holidays};
use crate::error::{Error, Refusal};
use crate::who::{Actor, Role};

/// Years somebody may enter.
pub const YEARS: std::ops::RangeInclusive<i64> = 2000..=2100;

/// Most days and letters of a year that is entered.
const MOST_DAYS: usize = 200;
const MOST_LETTERS: usize = 20_000;

/// Who looks the table up: offices and system administrators.
pub fn may_read(actor: &Actor) -> Result<(), Error> {
    actor.person()?;
    if actor.has(Role::Office) || actor.has(Role::SystemAdmin) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("role_required", "节假日表由党委党建部和系统管理员查看。")
            .remedy("请联系本单位党委党建部。"),
    ))
}

/// The office of a topmost committee, and system administrators: everybody counts by the same table.
pub fn may_change(actor: &Actor) -> Result<(), Error> {
    may_read(actor)?;
    if actor.has(Role::SystemAdmin) || actor.holds_topmost(Role::Office) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new(
            "top_office_required",
            "节假日表全系统共用，由最上级党委的党建部或系统管理员修改。",
        )
        .remedy("请联系上级党委党建部。"),
    ))
}

/// First and last day; None for a year nobody may enter.
pub fn bounds(year: i64) -> Option<(NaiveDate, NaiveDate)> {
    let of = i32::try_from(year).ok().filter(|_| YEARS.contains(&year))?;
    NaiveDate::from_ymd_opt(of, 1, 1).zip(NaiveDate::from_ymd_opt(of, 12, 31))
}

/// What was entered, as it is kept, or what is wrong with it.
pub fn entered(of: i64, days: &Days) -> Result<Vec<HolidayDay>, Vec<String>> {
    match days {
        Days::Listed(days) if days.is_empty() || days.len() > MOST_DAYS => {
            Err(vec![format!("请写 1 至 {MOST_DAYS} 天。")])
        }
        Days::Listed(days) => year(of, days),
        Days::Pasted(text) if text.chars().count() > MOST_LETTERS => {
            Err(vec![format!("最多 {MOST_LETTERS} 个字。")])
        }
        Days::Pasted(text) => year(of, &lines(of, text)?),
    }
}

pub fn falls_in(day: &HolidayDay, year: i64) -> bool {
    i64::from(day.date.year()) == year
}

fn weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Of the days in their order: a line each.
pub fn digest<'a>(days: impl Iterator<Item = &'a HolidayDay>) -> String {
    let lines: String = days
        .map(|day| {
            let sign = if day.working { '+' } else { '-' };
            format!("{} {sign} {}\n", day.date, day.name)
        })
        .collect();
    sha256_hex(lines.as_bytes())
}

/// A year as it is kept: in order, without the weekends that a notice names along with a holiday. Or what is wrong.
pub fn year(year: i64, days: &[HolidayDay]) -> Result<Vec<HolidayDay>, Vec<String>> {
    let mut faults = Vec::new();
    let mut kept = Vec::new();
    for day in days {
        let name = day.name.trim();
        if !falls_in(day, year) {
            faults.push(format!("{} 不在 {year} 年，请录入那一年的表。", day.date));
        } else if name.is_empty() || name.chars().count() > 40 {
            faults.push(format!("{} 的名称请写 1 至 40 个字。", day.date));
        } else if day.working && !weekend(day.date) {
            faults.push(format!("{} 本来就是工作日，不用写上班。", day.date));
        } else if day.working || !weekend(day.date) {
            kept.push(HolidayDay {
                name: name.to_owned(),
                ..day.clone()
            });
        }
    }
    kept.sort_by_key(|day| day.date);
    if let Ok(of) = i32::try_from(year)
        && let Err(fault) = Holidays::new(kept.clone(), [of])
    {
        faults.push(format!("{fault}。"));
    }
    if faults.is_empty()
        && !kept
            .iter()
            .any(|day| !day.working && day.name.contains("国庆节"))
    {
        faults.push("没有国庆节，请检查是否粘贴完整。".to_owned());
    }
    if faults.is_empty() {
        Ok(kept)
    } else {
        Err(faults)
    }
}

/// Reads lines such as `2027-10-01至2027-10-07 休 国庆节`, `10月9日,班,国庆节调休上班` or a CSV's `2027-01-01,休,元旦`; a
/// date without a year is of this one. Every line that cannot be read is named.
pub fn lines(year: i64, text: &str) -> Result<Vec<HolidayDay>, Vec<String>> {
    let (mut days, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with("日期") {
            continue;
        }
        match one_line(year, line) {
            Some(found) => days.extend(found),
            None => faults.push(format!("第 {number} 行看不懂：{line}")),
        }
    }
    if faults.is_empty() {
        Ok(days)
    } else {
        Err(faults)
    }
}

fn one_line(year: i64, line: &str) -> Option<Vec<HolidayDay>> {
    let mut cells = line
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | '，' | ';' | '；' | '、'))
        .filter(|cell| !cell.is_empty());
    let (dates, kind) = (cells.next()?, cells.next()?);
    let working = match kind {
        "班" | "上班" | "调休" | "true" => true,
        "休" | "放假" | "休息" | "false" => false,
        _ => return None,
    };
    let rest: Vec<&str> = cells.collect();
    let name = match (rest.as_slice(), working) {
        ([], true) => "调休上班".to_owned(),
        ([], false) => return None,
        (words, _) => words.join(""),
    };
    let (first, last) = match dates.split_once(['至', '~', '～', '—']) {
        Some((first, last)) => (date(year, first)?, date(year, last)?),
        None => (date(year, dates)?, date(year, dates)?),
    };
    // A holiday is days long, not months.
    if last < first || last > first.checked_add_months(Months::new(1))? {
        return None;
    }
    Some(
        first
            .iter_days()
            .take_while(|date| *date <= last)
            .map(|date| HolidayDay {
                date,
                working,
                name: name.clone(),
            })
            .collect(),
    )
}

/// `2027-10-01`, `2027/10/1`, `2027.10.1`, `2027年10月1日`, `10月1日`, `10-1`.
fn date(year: i64, text: &str) -> Option<NaiveDate> {
    let numbers: Vec<u32> = text
        .trim_end_matches('日')
        .split(['-', '/', '.', '年', '月'])
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    match numbers.as_slice() {
        [year, month, day] => NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, *month, *day),
        [month, day] => NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, *month, *day),
        _ => None,
    }
}

/// As the form shows a year: runs of days off of one name on a line of their own.
pub fn text(days: &[HolidayDay]) -> String {
    let mut lines: Vec<(NaiveDate, NaiveDate, bool, &str)> = Vec::new();
    for day in days {
        match lines.last_mut() {
            Some((_, last, working, name))
                if !day.working
                    && !*working
                    && *name == day.name
                    && between_is_weekend(*last, day.date) =>
            {
                *last = day.date;
            }
            _ => lines.push((day.date, day.date, day.working, &day.name)),
        }
    }
    lines
        .into_iter()
        .map(|(first, last, working, name)| {
            let dates = if first == last {
                first.to_string()
            } else {
                format!("{first}至{last}")
            };
            format!("{dates} {} {name}\n", if working { "班" } else { "休" })
        })
        .collect()
}

fn between_is_weekend(last: NaiveDate, next: NaiveDate) -> bool {
    last.iter_days()
        .skip(1)
        .take_while(|date| *date < next)
        .all(weekend)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTICE: &str = "日期,休或班,名称\n2027-01-01至2027-01-03 休 元旦\n2027/1/4，班，元旦\n10月1日~10月7日\t休\t国庆节\n2027年10月9日 上班\n";

    #[test]
    fn a_notice_is_read_as_people_paste_it() {
        let read = lines(2027, NOTICE).unwrap();
        assert_eq!(read.len(), 3 + 1 + 7 + 1);
        assert_eq!(read[11].name, "调休上班");
        assert_eq!(read[11].date, "2027-10-09".parse().unwrap());
        let faults = lines(
            2027,
            "元旦放假三天\n2027-01-01 休 元旦\n2027-02-30 休 春节\n1月1日至6月1日 休 春节",
        )
        .unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].starts_with("第 1 行"), "{faults:?}");
    }

    #[test]
    fn a_year_keeps_what_differs_from_its_weekdays() {
        // 2027-01-04 is a Monday.
        let faults = year(2027, &lines(2027, NOTICE).unwrap()).unwrap_err();
        assert_eq!(faults, ["2027-01-04 本来就是工作日，不用写上班。"]);
        let good = lines(2027, &NOTICE.replace("2027/1/4，班，元旦\n", "")).unwrap();
        let kept = year(2027, &good).unwrap();
        assert!(kept.iter().all(|day| day.working == weekend(day.date)));
        // New Year's day is a Friday; of seven days in October two are a weekend.
        assert_eq!(kept.len(), 1 + 5 + 1);
        assert_eq!(
            year(2027, &lines(2027, &text(&kept)).unwrap()).unwrap(),
            kept
        );
        for (days, what) in [
            (lines(2027, "1月1日 休 元旦").unwrap(), "国庆节"),
            (
                lines(2027, "10月1日 休 国庆节\n10月1日 休 国庆节").unwrap(),
                "重复",
            ),
            (lines(2026, "10月1日 休 国庆节").unwrap(), "不在 2027 年"),
        ] {
            assert!(year(2027, &days).unwrap_err()[0].contains(what), "{what}");
        }
    }

    #[test]
    fn the_built_in_years_come_back_from_their_text() {
        let table = Holidays::built_in().unwrap();
        for of in [2024, 2025, 2026] {
            let days: Vec<HolidayDay> = table
                .days()
                .filter(|day| falls_in(day, of))
                .cloned()
                .collect();
            assert_eq!(
                year(of, &lines(of, &text(&days)).unwrap()).unwrap(),
                days,
                "{of}"
            );
        }
    }
}
