//! The portal's first page.

use chrono::Datelike;
use serde::Serialize;

use super::{end_of_publicity, just_after, next_after, public};
use crate::clock;
use crate::error::Result;
use crate::showcase::ReplicationState;
use crate::showcase::portal::views::{CaseCard, NoticeLine, RoundLine, SiteCard};
use crate::showcase::portal::{lists, store};
use crate::web::cache::Public;
use crate::web::{Ask, Page};

/// `GET /`
pub fn home(ask: &mut Ask) -> Result<Public> {
    let committee = ask.app.name.clone();
    let (c, _, now) = ask.parts();
    let today = clock::local_date(now);
    let numbers = store::numbers(c)?;
    let cases = lists::cases(c, None, 6)?.items;
    let sites = lists::sites(c, None, 4)?.items;
    let notices = lists::announcements(c, None, 8)?.items;
    let rounds = store::open_rounds(c, now)?;
    let lamp = match sites.iter().max_by_key(|site| site.replications) {
        Some(site) if site.replications > 0 => {
            let case = store::case_of_project(c, site.project_id)?;
            let adoptions = store::adoptions(c, Some(site.id), case.map(|(id, _)| id))?;
            Some(lamp(
                &site.organization,
                site.named_on.map(|day| day.year()),
                adoptions,
            ))
        }
        Some(_) | None => None,
    };
    let until = next_after(
        now,
        rounds
            .iter()
            .flat_map(|(round, _)| [round.opens_at, just_after(round.deadline)])
            .chain(notices.iter().filter_map(end_of_publicity)),
    );
    let page = Page::new("portal/home.html")
        .with("committee", &committee)
        .with("case_count", &numbers.cases)
        .with("site_count", &numbers.sites)
        .with("replication_count", &numbers.replications)
        .with("lamp", &lamp)
        .with(
            "cases",
            &cases.iter().map(CaseCard::from).collect::<Vec<_>>(),
        )
        .with(
            "sites",
            &sites.iter().map(SiteCard::from).collect::<Vec<_>>(),
        )
        .with(
            "notices",
            &notices
                .iter()
                .map(|notice| NoticeLine::of(notice, today))
                .collect::<Vec<_>>(),
        )
        .with(
            "rounds",
            &rounds
                .iter()
                .map(|round| RoundLine::of(round, now))
                .collect::<Vec<_>>(),
        );
    public(page, until)
}

/// One lamp and whom it lit, ready to be drawn.
#[derive(Serialize)]
struct Lamp {
    origin: String,
    label: String,
    height: i64,
    middle: i64,
    lit: Vec<Lit>,
    more: usize,
    words: String,
}

#[derive(Serialize)]
struct Lit {
    y: i64,
    text_y: i64,
    name: String,
    confirmed: bool,
}

fn lamp(origin: &str, year: Option<i32>, adoptions: Vec<store::Adoption>) -> Lamp {
    const MOST: usize = 6;
    let all = adoptions.len();
    let confirmed = adoptions
        .iter()
        .filter(|row| row.state == ReplicationState::Confirmed)
        .count();
    let lit: Vec<Lit> = adoptions
        .into_iter()
        .take(MOST)
        .zip(0i64..)
        .map(|(row, nth)| Lit {
            y: 28 + nth * 40,
            text_y: 34 + nth * 40,
            name: row.organization,
            confirmed: row.state == ReplicationState::Confirmed,
        })
        .collect();
    let rows = i64::try_from(lit.len()).unwrap_or(1).max(2);
    Lamp {
        origin: origin.to_owned(),
        label: year.map_or_else(|| origin.to_owned(), |year| format!("{origin} · {year}")),
        height: 16 + rows * 40,
        middle: 8 + rows * 20,
        more: all.saturating_sub(MOST),
        words: format!("点亮图：{origin}的做法被 {all} 个组织采用，其中 {confirmed} 个已经印证"),
        lit,
    }
}
