//! Everything of the showcase that is this person's to keep.

use serde::Serialize;

use crate::clock;
use crate::error::Result;
use crate::showcase::{SiteState, rules, store};
use crate::web::{Ask, Page};
use crate::who::policy;

#[derive(Serialize)]
struct Line {
    href: String,
    title: String,
    organization: String,
    state: &'static str,
    tone: &'static str,
    note: String,
}

/// `GET /showcase`
pub fn list(ask: &mut Ask) -> Result<Page> {
    let Ask { c, actor, .. } = ask;
    policy::business_person(actor)?;
    let over = actor.paths_of(policy::OVERSEERS);
    let own = policy::own_work(actor);
    let cases: Vec<Line> = store::case_lines(c, &over, &own, false)?
        .into_iter()
        .map(|case| Line {
            href: format!("/showcase/cases/{}", case.id),
            title: case.title,
            organization: case.organization,
            state: if case.published_at.is_some() {
                "已发布"
            } else {
                "待发布"
            },
            tone: if case.published_at.is_some() {
                "green"
            } else {
                "amber"
            },
            note: case
                .published_at
                .map(|at| clock::show_date(clock::local_date(at)))
                .unwrap_or_default(),
        })
        .collect();
    let sites: Vec<Line> = store::site_lines(c, &over, &own, None)?
        .into_iter()
        .map(|(site, organization)| Line {
            href: format!("/showcase/sites/{}", site.id),
            title: site.name,
            organization,
            state: site.state.label(),
            tone: match site.state {
                SiteState::Nominated => "amber",
                SiteState::Named => "gold",
                SiteState::Delisted => "",
            },
            note: match site.term_until {
                Some(day) => format!(
                    "{}，至{}",
                    rules::stars_words(site.stars),
                    clock::show_date(day)
                ),
                None => String::new(),
            },
        })
        .collect();
    let line = |(row, organization): (store::Replication, String)| Line {
        href: format!("/showcase/replications/{}", row.id),
        title: row.adapted,
        organization,
        state: row.state.label(),
        tone: "",
        note: clock::show_date(row.adopted_on),
    };
    let mine: Vec<Line> = store::adopted_by(c, &own, None)?
        .into_iter()
        .map(line)
        .collect();
    let theirs: Vec<Line> = store::adopted_from(c, &own, None)?
        .into_iter()
        .map(line)
        .collect();
    Ok(Page::new("showcase/list.html")
        .with("cases", &cases)
        .with("sites", &sites)
        .with("mine", &mine)
        .with("theirs", &theirs))
}
