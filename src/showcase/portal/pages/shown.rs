//! Cases and sites, and who adopted them.

use chrono::Days;
use serde::Serialize;

use super::{next_after, next_page, public};
use crate::clock;
use crate::error::Result;
use crate::ids::{CaseId, SiteId};
use crate::showcase::ReplicationState;
use crate::showcase::portal::body::paragraphs;
use crate::showcase::portal::views::{AdoptionShown, CaseCard, CaseShown, SiteCard};
use crate::showcase::portal::{lists, store};
use crate::web::cache::Public;
use crate::web::{Ask, Page, PageQuery};

/// `GET /cases`
pub fn cases(ask: &mut Ask) -> Result<Public> {
    let query: PageQuery = ask.query()?;
    let c = &mut *ask.c;
    let listing = lists::cases(c, query.after()?, query.limit.unwrap_or(24))?;
    let total = store::numbers(c)?.cases;
    let page = Page::new("portal/cases.html")
        .with(
            "cases",
            &listing.items.iter().map(CaseCard::from).collect::<Vec<_>>(),
        )
        .with("total", &total)
        .with("first", &query.cursor.as_ref().map(|_| "/cases"))
        .with("next", &next_page("/cases?", listing.next_cursor.as_ref()));
    public(page, None)
}

/// `GET /cases/{id}`
pub fn case(ask: &mut Ask, id: CaseId) -> Result<Public> {
    let c = &mut *ask.c;
    let case = CaseShown::from(store::case(c, id)?);
    let site = store::site_of_project(c, case.project_id)?;
    let adoptions = store::adoptions(c, site.as_ref().map(|(id, _)| *id), Some(id))?;
    let four = [
        ("立一个项目", &case.establish),
        ("破一个难题", &case.solve),
        ("塑一个品牌", &case.brand),
        ("创一种模式", &case.model),
    ]
    .map(|(label, text)| (label, paragraphs(text)));
    let page = Page::new("portal/case.html")
        .with("id", &id)
        .with("title", &case.title)
        .with("organization", &case.organization)
        .with("published", &case.published)
        .with("four", &four)
        .with(
            "site",
            &site.map(|(id, name)| (format!("/sites/{id}"), name)),
        )
        .with("adoptions", &shown(adoptions));
    public(page, None)
}

#[derive(Serialize)]
struct AdoptionLine {
    organization: String,
    date: String,
    adapted: String,
    effect: String,
    state: &'static str,
    tone: &'static str,
}

fn shown(adoptions: Vec<store::Adoption>) -> Vec<AdoptionLine> {
    adoptions
        .into_iter()
        .map(AdoptionShown::from)
        .map(|row| AdoptionLine {
            tone: match row.state {
                ReplicationState::Confirmed => "gold",
                ReplicationState::Adopted | ReplicationState::Reported => "",
            },
            organization: row.organization,
            date: row.date,
            adapted: row.adapted,
            effect: row.effect,
            state: row.state.label(),
        })
        .collect()
}

/// `GET /sites`
pub fn sites(ask: &mut Ask) -> Result<Public> {
    let query: PageQuery = ask.query()?;
    let c = &mut *ask.c;
    let listing = lists::sites(c, query.after()?, query.limit.unwrap_or(24))?;
    let total = store::numbers(c)?.sites;
    let page = Page::new("portal/sites.html")
        .with(
            "sites",
            &listing.items.iter().map(SiteCard::from).collect::<Vec<_>>(),
        )
        .with("total", &total)
        .with("first", &query.cursor.as_ref().map(|_| "/sites"))
        .with("next", &next_page("/sites?", listing.next_cursor.as_ref()));
    public(page, None)
}

/// `GET /sites/{id}`
pub fn site(ask: &mut Ask, id: SiteId) -> Result<Public> {
    let (c, _, now) = ask.parts();
    let site = lists::site(c, id)?;
    let today = clock::local_date(now);
    let case = store::case_of_project(c, site.project_id)?;
    let adoptions = store::adoptions(c, Some(id), case.as_ref().map(|(id, _)| *id))?;
    let overdue = site.term_until.is_some_and(|day| day < today);
    let until = next_after(
        now,
        site.term_until
            .and_then(|day| day.checked_add_days(Days::new(1)))
            .map(clock::start_of),
    );
    let page = Page::new("portal/site.html")
        .with("id", &id)
        .with("site", &SiteCard::from(&site))
        .with("state", &site.state.label())
        .with("delisted", &site.delist_reason)
        .with("overdue", &overdue)
        .with("term_until", &site.term_until.map(clock::show_date))
        .with("premises", &paragraphs(&site.premises))
        .with("content", &paragraphs(&site.content))
        .with("feature", &paragraphs(&site.feature))
        .with(
            "case",
            &case.map(|(id, title)| (format!("/cases/{id}"), title)),
        )
        .with("adoptions", &shown(adoptions));
    public(page, until)
}
