//! The portal's pages.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{Datelike, Days, Duration};
use serde::{Deserialize, Serialize};
use validator::Validate;

use super::body::paragraphs;
use super::store;
use super::views::{
    self, AdoptionShown, CaseCard, CaseShown, NoticeLine, NoticeShown, RoundLine, SiteCard,
    TopicLine,
};
use crate::app::App;
use crate::clock::{self, Instant};
use crate::error::Result;
use crate::ids::{AnnouncementId, CaseId, RoundId, SiteId};
use crate::rounds::{self, RoundState};
use crate::web::cache::{Content, Public};
use crate::web::{Page, PageQuery, Query};

/// Least letters to search for.
pub const SHORTEST: usize = 2;
/// How long a page that counts bids may lag behind, in seconds.
const LAG: i64 = 20;

fn public(page: Page, until: Option<Instant>) -> Result<Public> {
    Ok(Public {
        content: Content::Page(page),
        until,
    })
}

/// The first instant after the last day of a publicity.
fn end_of_publicity(notice: &NoticeShown) -> Option<Instant> {
    notice
        .ends_on
        .and_then(|day| day.checked_add_days(Days::new(1)))
        .map(clock::start_of)
}

/// The nearest of these instants that is still to come.
fn next_after(now: Instant, instants: impl IntoIterator<Item = Instant>) -> Option<Instant> {
    instants.into_iter().filter(|at| *at > now).min()
}

fn next_page(base: &str, cursor: Option<&String>) -> Option<String> {
    cursor.map(|cursor| format!("{base}cursor={cursor}"))
}

/// A deadline counts in itself, so the page changes just after it.
fn just_after(at: Instant) -> Instant {
    at + Duration::microseconds(1)
}

/// `GET /`
pub async fn home(app: Data<App>, req: HttpRequest) -> Result<HttpResponse> {
    let committee = app.name.clone();
    app.public(&req, move |c, now| {
        let today = clock::local_date(now);
        let numbers = store::numbers(c)?;
        let cases = views::cases(c, None, 6)?.items;
        let sites = views::sites(c, None, 4)?.items;
        let notices = views::announcements(c, None, 8)?.items;
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
    })
    .await
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
        .filter(|row| row.state == super::super::ReplicationState::Confirmed)
        .count();
    let lit: Vec<Lit> = adoptions
        .into_iter()
        .take(MOST)
        .zip(0i64..)
        .map(|(row, nth)| Lit {
            y: 28 + nth * 40,
            text_y: 34 + nth * 40,
            name: row.organization,
            confirmed: row.state == super::super::ReplicationState::Confirmed,
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

/// `GET /cases`
pub async fn cases(
    app: Data<App>,
    req: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, _| {
        let listing = views::cases(c, query.after()?, query.limit.unwrap_or(24))?;
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
    })
    .await
}

/// `GET /cases/{id}`
pub async fn case(app: Data<App>, req: HttpRequest, id: Path<CaseId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, _| {
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
    })
    .await
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
                super::super::ReplicationState::Confirmed => "gold",
                super::super::ReplicationState::Adopted
                | super::super::ReplicationState::Reported => "",
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
pub async fn sites(
    app: Data<App>,
    req: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, _| {
        let listing = views::sites(c, query.after()?, query.limit.unwrap_or(24))?;
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
    })
    .await
}

/// `GET /sites/{id}`
pub async fn site(app: Data<App>, req: HttpRequest, id: Path<SiteId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, now| {
        let site = views::site(c, id)?;
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
    })
    .await
}

/// `GET /announcements`
pub async fn announcements(
    app: Data<App>,
    req: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, now| {
        let today = clock::local_date(now);
        let listing = views::announcements(c, query.after()?, query.limit.unwrap_or(30))?;
        let until = next_after(now, listing.items.iter().filter_map(end_of_publicity));
        let page = Page::new("portal/announcements.html")
            .with(
                "notices",
                &listing
                    .items
                    .iter()
                    .map(|notice| NoticeLine::of(notice, today))
                    .collect::<Vec<_>>(),
            )
            .with("first", &query.cursor.as_ref().map(|_| "/announcements"))
            .with(
                "next",
                &next_page("/announcements?", listing.next_cursor.as_ref()),
            );
        public(page, until)
    })
    .await
}

/// `GET /announcements/{id}`
pub async fn announcement(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AnnouncementId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, now| {
        let notice = NoticeShown::from(store::announcement(c, id)?);
        let until = next_after(now, end_of_publicity(&notice));
        let running = end_of_publicity(&notice).is_some_and(|end| now < end);
        let page = Page::new("portal/announcement.html")
            .with("line", &NoticeLine::of(&notice, clock::local_date(now)))
            .with("posted", &clock::show_instant(notice.posted_at.naive_utc()))
            .with("intro", &paragraphs(&notice.body.intro))
            .with("tables", &notice.body.tables)
            .with("outro", &paragraphs(&notice.body.outro))
            .with("ends_on", &notice.ends_on.map(clock::show_date))
            .with("running", &running)
            .with("round", &notice.round_id);
        public(page, until)
    })
    .await
}

/// `GET /guides/{round_id}`: what a round asks for; of its bids the number alone.
pub async fn guide(app: Data<App>, req: HttpRequest, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, now| {
        let (round, committee) = store::published_round(c, id)?;
        let topics: Vec<TopicLine> = rounds::topics(c, id)?
            .into_iter()
            .map(TopicLine::from)
            .collect();
        let today = clock::local_date(now);
        let notices: Vec<NoticeLine> = store::announcements_of(c, id)?
            .into_iter()
            .map(|row| NoticeLine::of(&NoticeShown::from((row, committee.clone())), today))
            .collect();
        let state = round.state_at(now);
        let until = next_after(
            now,
            [
                round.opens_at,
                just_after(round.deadline),
                round.opening_at,
                now + Duration::seconds(LAG),
            ],
        );
        let page = Page::new("portal/guide.html")
            .with("id", &round.id)
            .with("title", &round.title)
            .with("committee", &committee)
            .with("state", &state.label())
            .with(
                "open",
                &(state == RoundState::Open && round.opens_at <= now),
            )
            .with("guide", &paragraphs(&round.guide))
            .with("topics", &topics)
            .with("bids", &round.bid_count)
            .with("steps", &schedule(&round, state, now))
            .with("deadline", &clock::show_instant(round.deadline))
            .with("publicity_days", &round.publicity_days)
            .with("cancel_reason", &round.cancel_reason)
            .with("notices", &notices);
        public(page, until)
    })
    .await
}

#[derive(Serialize)]
struct Step {
    label: &'static str,
    date: Option<String>,
    state: &'static str,
}

fn schedule(round: &rounds::Round, state: RoundState, now: Instant) -> Vec<Step> {
    let date = |at: Instant| Some(clock::show_instant(at));
    let reached = match state {
        RoundState::Draft | RoundState::Open if now < round.opens_at => 0,
        RoundState::Draft | RoundState::Open => 1,
        RoundState::Sealed => 2,
        RoundState::Opened | RoundState::Scoring | RoundState::Scored => 3,
        RoundState::Decided => 4,
        RoundState::Publicized => 5,
        RoundState::Concluded => 7,
        RoundState::Cancelled => 8,
    };
    [
        ("发布", date(round.opens_at)),
        ("申报截止", date(round.deadline)),
        ("开标", date(round.opened_at.unwrap_or(round.opening_at))),
        ("评审", None),
        ("党委决定", None),
        (
            "公示",
            round
                .publicity_until
                .map(|day| format!("至{}", clock::show_date(day))),
        ),
        ("办结", round.concluded_at.and_then(date)),
    ]
    .into_iter()
    .zip(0..)
    .map(|((label, date), nth)| Step {
        label,
        date,
        state: match nth {
            _ if reached == 8 => "failed",
            nth if nth < reached => "done",
            nth if nth == reached => "now",
            _ => "todo",
        },
    })
    .collect()
}

#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct SearchForm {
    #[validate(length(max = 40))]
    pub q: Option<String>,
    pub cursor: Option<String>,
}

/// `GET /search?q=`
pub async fn search(
    app: Data<App>,
    req: HttpRequest,
    query: Query<SearchForm>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, _| {
        let q = query.q.clone().unwrap_or_default();
        let q = q.trim();
        let page = Page::new("portal/search.html").with("q", q);
        let enough = q.chars().count() >= SHORTEST;
        if !enough {
            return public(
                page.with("hits", &Vec::<views::Hit>::new())
                    .with("too_short", &!q.is_empty())
                    .with("next", &None::<String>),
                None,
            );
        }
        let after = query
            .cursor
            .as_deref()
            .map(crate::web::Cursor::read)
            .transpose()?;
        let listing = views::search(c, q, after, 30)?;
        let encoded: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        let hits: Vec<HitLine> = listing.items.into_iter().map(HitLine::from).collect();
        public(
            page.with("hits", &hits).with("too_short", &false).with(
                "next",
                &next_page(
                    &format!("/search?q={encoded}&"),
                    listing.next_cursor.as_ref(),
                ),
            ),
            None,
        )
    })
    .await
}

#[derive(Serialize)]
struct HitLine {
    kind: &'static str,
    gold: bool,
    href: String,
    title: String,
    organization: String,
    before: String,
    hit: String,
    after: String,
}

impl From<views::Hit> for HitLine {
    fn from(hit: views::Hit) -> Self {
        Self {
            kind: hit.kind.label(),
            gold: hit.kind != views::HitKind::Announcement,
            href: hit.href,
            title: hit.title,
            organization: hit.organization,
            before: hit.before,
            hit: hit.hit,
            after: hit.after,
        }
    }
}

/// `GET /feed.xml`: the newest announcements as Atom.
pub async fn feed(app: Data<App>, req: HttpRequest) -> Result<HttpResponse> {
    let (name, base) = (app.name.clone(), app.public_url.clone());
    app.public(&req, move |c, _| {
        let notices = views::announcements(c, None, 30)?.items;
        Ok(Public {
            content: Content::Text(
                "application/atom+xml; charset=utf-8",
                atom(&name, base.trim_end_matches('/'), &notices),
            ),
            until: None,
        })
    })
    .await
}

fn atom(name: &str, base: &str, notices: &[NoticeShown]) -> String {
    let updated = notices
        .iter()
        .map(|notice| notice.posted_at)
        .max()
        .unwrap_or(chrono::DateTime::UNIX_EPOCH)
        .to_rfc3339();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\
         <title>{title} · 公示与通报</title><id>{base}/</id><updated>{updated}</updated>\
         <link rel=\"alternate\" href=\"{base}/announcements\"/><link rel=\"self\" href=\"{base}/feed.xml\"/>",
        title = xml_text(name),
        base = xml_text(base),
    );
    for notice in notices {
        xml.push_str(&format!(
            "<entry><title>{title}</title><id>{base}/announcements/{id}</id>\
             <link rel=\"alternate\" href=\"{base}/announcements/{id}\"/><updated>{at}</updated>\
             <author><name>{who}</name></author><category term=\"{kind}\"/><content type=\"text\">{text}</content></entry>",
            title = xml_text(&notice.title),
            base = xml_text(base),
            id = notice.id,
            at = notice.posted_at.to_rfc3339(),
            who = xml_text(&notice.committee),
            kind = notice.kind,
            text = xml_text(&notice.body.text()),
        ));
    }
    xml.push_str("</feed>\n");
    xml
}

/// Text for XML: escaped, without the control characters XML cannot hold.
fn xml_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(letter),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => safe.push(letter),
        }
    }
    safe
}
