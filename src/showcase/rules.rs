//! Pure rules of the showcase.

use chrono::{Datelike, NaiveDate};

use super::{ReplicationAction, ReplicationState, SiteAction, SiteState};
use crate::error::Refusal;

/// A site is named for so many years, then rechecked.
pub const TERM_YEARS: i32 = 3;

/// Where a site goes.
pub fn next_site(state: SiteState, action: SiteAction) -> Result<SiteState, Refusal> {
    match (state, action) {
        (SiteState::Nominated, SiteAction::Name) => Ok(SiteState::Named),
        (SiteState::Named, SiteAction::Recheck) => Ok(SiteState::Named),
        (SiteState::Named, SiteAction::Delist) => Ok(SiteState::Delisted),
        (SiteState::Nominated, SiteAction::Recheck | SiteAction::Delist) => {
            Err(Refusal::new("site_not_named", "示范点尚未命名。").remedy("请党委书记先命名。"))
        }
        (SiteState::Named, SiteAction::Name) => {
            Err(Refusal::new("site_already_named", "示范点已经命名。")
                .remedy("调整星级的，请党委书记复核。"))
        }
        (SiteState::Delisted, SiteAction::Name | SiteAction::Recheck | SiteAction::Delist) => {
            Err(Refusal::new("site_delisted", "示范点已经摘牌，不再变动。"))
        }
    }
}

/// Where a replication goes. A report may be corrected until the origin confirms it.
pub fn next_replication(
    state: ReplicationState,
    action: ReplicationAction,
) -> Result<ReplicationState, Refusal> {
    match (state, action) {
        (ReplicationState::Adopted | ReplicationState::Reported, ReplicationAction::Report) => {
            Ok(ReplicationState::Reported)
        }
        (ReplicationState::Reported, ReplicationAction::Confirm) => Ok(ReplicationState::Confirmed),
        (ReplicationState::Adopted, ReplicationAction::Confirm) => Err(Refusal::new(
            "replication_not_reported",
            "采用单位还没有反馈成效，不能印证。",
        )
        .remedy("请采用单位先反馈成效。")),
        (ReplicationState::Confirmed, ReplicationAction::Report | ReplicationAction::Confirm) => {
            Err(Refusal::new(
                "replication_confirmed",
                "这次复制已经印证，不再变动。",
            ))
        }
    }
}

/// The last day of a term that begins on `from`.
pub fn term_until(from: NaiveDate) -> NaiveDate {
    let year = from.year() + TERM_YEARS;
    from.with_year(year)
        .or_else(|| NaiveDate::from_ymd_opt(year, 2, 28))
        .map_or(from, |day| day.pred_opt().unwrap_or(day))
}

/// ★ for each star.
pub fn stars_text(stars: i64) -> String {
    "★".repeat(usize::try_from(stars.clamp(0, 5)).unwrap_or(0))
}

/// 一星、二星、三星.
pub fn stars_words(stars: i64) -> &'static str {
    match stars {
        1 => "一星",
        2 => "二星",
        3 => "三星",
        _ => "未评星",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_transition() {
        let mut table = String::new();
        for state in SiteState::ALL {
            for action in SiteAction::ALL {
                let cell = next_site(*state, *action)
                    .map_or_else(|refusal| refusal.code, SiteState::as_str);
                table.push_str(&format!("{state} {action} {cell}\n"));
            }
        }
        assert_eq!(
            table,
            "nominated name named\nnominated recheck site_not_named\nnominated delist site_not_named\n\
             named name site_already_named\nnamed recheck named\nnamed delist delisted\n\
             delisted name site_delisted\ndelisted recheck site_delisted\ndelisted delist site_delisted\n"
        );
    }

    #[test]
    fn every_replication_transition() {
        let mut table = String::new();
        for state in ReplicationState::ALL {
            for action in ReplicationAction::ALL {
                let cell = next_replication(*state, *action)
                    .map_or_else(|refusal| refusal.code, ReplicationState::as_str);
                table.push_str(&format!("{state} {action} {cell}\n"));
            }
        }
        assert_eq!(
            table,
            "adopted report reported\nadopted confirm replication_not_reported\n\
             reported report reported\nreported confirm confirmed\n\
             confirmed report replication_confirmed\nconfirmed confirm replication_confirmed\n"
        );
    }

    #[test]
    fn a_term_ends_the_day_before_its_anniversary() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert_eq!(term_until(day(2026, 3, 1)), day(2029, 2, 28));
        assert_eq!(term_until(day(2028, 2, 29)), day(2031, 2, 27));
        assert_eq!(term_until(day(2026, 1, 1)), day(2028, 12, 31));
    }
}
