//! Everything of the showcase that is this person's to keep: the newest of each list, or a page of one.

use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::clock;
use crate::error::Result;
use crate::showcase::store::listed::{self, CaseListed, Part, Reach, SiteListed};
use crate::showcase::store::{self, Replication};
use crate::showcase::{SiteState, rules};
use crate::web::paging::DEFAULT_LIMIT;
use crate::web::{Ask, Cursor, Listing, Page};
use crate::who::policy;

crate::text_enum! {
    /// One of the lists.
    List {
        Cases = "cases" "案例",
        Sites = "sites" "示范点",
        Mine = "mine" "我们采用的做法",
        Theirs = "theirs" "别的组织采用我们的做法",
    }
}

#[derive(Debug, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Only this one.
    list: Option<List>,
    cursor: Option<String>,
}

#[derive(Serialize)]
struct Line {
    href: String,
    title: String,
    organization: String,
    state: &'static str,
    tone: &'static str,
    note: String,
}

/// Lines of one list, and where more of them are.
#[derive(Serialize)]
struct Lines {
    lines: Vec<Line>,
    next: Option<String>,
    first: Option<&'static str>,
}

impl ListQuery {
    fn wants(&self, list: List) -> bool {
        self.list.is_none_or(|only| only == list)
    }

    /// One row more than is shown: it tells that there are more.
    fn part(&self) -> Result<Part> {
        Ok(Part {
            before: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: DEFAULT_LIMIT + 1,
        })
    }

    fn lines<T>(
        &self,
        list: List,
        rows: Vec<T>,
        key: impl Fn(&T) -> i64,
        line: impl Fn(T) -> Line,
    ) -> Lines {
        let Listing { items, next_cursor } = Listing::new(rows, DEFAULT_LIMIT, key);
        let next = |cursor| format!("/showcase?list={}&cursor={cursor}", list.as_str());
        Lines {
            lines: items.into_iter().map(line).collect(),
            next: next_cursor.map(next),
            first: self.list.map(|_| "/showcase"),
        }
    }
}

/// `GET /showcase`
pub fn list(ask: &mut Ask) -> Result<Page> {
    let query: ListQuery = ask.query()?;
    let Ask { c, actor, .. } = ask;
    policy::business_person(actor)?;
    let (reach, own, part) = (Reach::of(actor), policy::own_work(actor), query.part()?);
    let mut page = Page::new("showcase/list.html").with("only", &query.list.map(List::as_str));
    if query.wants(List::Cases) {
        let rows = listed::cases(c, &reach, None, part)?;
        let cases = query.lines(List::Cases, rows, |row| row.id.0, of_case);
        page = page.with("cases", &cases);
    }
    if query.wants(List::Sites) {
        let rows = listed::sites(c, &reach, None, part)?;
        let sites = query.lines(List::Sites, rows, |row| row.id.0, of_site);
        page = page.with("sites", &sites);
    }
    if query.wants(List::Mine) {
        let rows = store::adopted_by(c, &own, None, part)?;
        let mine = query.lines(List::Mine, rows, |row| row.0.id.0, of_replication);
        page = page.with("mine", &mine);
    }
    if query.wants(List::Theirs) {
        let rows = store::adopted_from(c, &own, None, part)?;
        let theirs = query.lines(List::Theirs, rows, |row| row.0.id.0, of_replication);
        page = page.with("theirs", &theirs);
    }
    Ok(page)
}

fn of_case(case: CaseListed) -> Line {
    let day = |at| clock::show_date(clock::local_date(at));
    let (state, tone) = match case.published_at {
        Some(_) => ("已发布", "green"),
        None => ("待发布", "amber"),
    };
    Line {
        href: format!("/showcase/cases/{}", case.id),
        title: case.title,
        organization: case.organization,
        state,
        tone,
        note: case.published_at.map(day).unwrap_or_default(),
    }
}

fn of_site(site: SiteListed) -> Line {
    let until = |day| {
        let stars = rules::stars_words(site.stars);
        format!("{stars}，至{}", clock::show_date(day))
    };
    Line {
        href: format!("/showcase/sites/{}", site.id),
        state: site.state.label(),
        tone: match site.state {
            SiteState::Nominated => "amber",
            SiteState::Named => "gold",
            SiteState::Delisted => "",
        },
        note: site.term_until.map(until).unwrap_or_default(),
        title: site.name,
        organization: site.organization,
    }
}

fn of_replication((row, organization): (Replication, String)) -> Line {
    Line {
        href: format!("/showcase/replications/{}", row.id),
        title: row.adapted,
        organization,
        state: row.state.label(),
        tone: "",
        note: clock::show_date(row.adopted_on),
    }
}
