//! What the portal shows, for pages and programs alike.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::rules;
use super::body::{Body, paragraphs, passage};
use super::store::{self, Adoption, CaseRow, NoticeRow, RoundRow, SiteRow, Slice};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{AnnouncementId, CaseId, ProjectId, RoundId, SiteId};
use crate::rounds::{AnnouncementKind, Lane, Topic};
use crate::web::Listing;

/// A published case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseShown {
    pub id: CaseId,
    pub project_id: ProjectId,
    pub title: String,
    pub organization: String,
    /// 立一个项目.
    pub establish: String,
    /// 破一个难题.
    pub solve: String,
    /// 塑一个品牌.
    pub brand: String,
    /// 创一种模式.
    pub model: String,
    pub published_at: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub published: String,
}

impl From<CaseRow> for CaseShown {
    fn from((case, organization): CaseRow) -> Self {
        Self {
            id: case.id,
            project_id: case.project_id,
            title: case.title,
            organization,
            establish: case.establish,
            solve: case.solve,
            brand: case.brand,
            model: case.model,
            published_at: case.published_at.map(|at| at.and_utc()),
            published: case
                .published_at
                .map(|at| clock::show_date(clock::local_date(at)))
                .unwrap_or_default(),
        }
    }
}

/// A case as a card: the first words of each of the four.
#[derive(Debug, Serialize)]
pub struct CaseCard {
    pub href: String,
    pub title: String,
    pub organization: String,
    pub four: Vec<(&'static str, String)>,
}

impl From<&CaseShown> for CaseCard {
    fn from(case: &CaseShown) -> Self {
        Self {
            href: format!("/cases/{}", case.id),
            title: case.title.clone(),
            organization: case.organization.clone(),
            four: vec![
                ("立", short(&case.establish, 42)),
                ("破", short(&case.solve, 42)),
                ("塑", short(&case.brand, 42)),
                ("创", short(&case.model, 42)),
            ],
        }
    }
}

/// The beginning of a text, cut at a sentence if one ends early enough.
pub fn short(text: &str, most: usize) -> String {
    let first = text.lines().next().unwrap_or_default();
    if first.chars().count() <= most {
        return first.to_owned();
    }
    let head: String = first.chars().take(most).collect();
    match head.rfind(['。', '；']) {
        Some(at)
            if head
                .get(..at)
                .is_some_and(|h| h.chars().count() >= most / 3) =>
        {
            head.get(..at).unwrap_or_default().to_owned()
        }
        Some(_) | None => format!("{head}…"),
    }
}

/// A demonstration site.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SiteShown {
    pub id: SiteId,
    pub project_id: ProjectId,
    pub name: String,
    pub organization: String,
    pub place: String,
    /// 场所.
    pub premises: String,
    /// 内涵.
    pub content: String,
    /// 特色.
    pub feature: String,
    /// `named` or `delisted`.
    pub state: super::super::SiteState,
    /// One to three.
    pub stars: i64,
    pub named_on: Option<NaiveDate>,
    /// The last day of the term.
    pub term_until: Option<NaiveDate>,
    pub delist_reason: Option<String>,
    /// How many organizations adopted the model.
    pub replications: i64,
    #[serde(skip)]
    pub stars_text: String,
    #[serde(skip)]
    pub stars_words: &'static str,
}

impl SiteShown {
    fn of((site, organization): SiteRow, replications: i64) -> Self {
        Self {
            id: site.id,
            project_id: site.project_id,
            name: site.name,
            organization,
            place: site.place,
            premises: site.premises,
            content: site.content,
            feature: site.feature,
            state: site.state,
            stars: site.stars,
            named_on: site.named_on,
            term_until: site.term_until,
            delist_reason: site.delist_reason,
            replications,
            stars_text: rules::stars_text(site.stars),
            stars_words: rules::stars_words(site.stars),
        }
    }
}

/// A site as a card.
#[derive(Debug, Serialize)]
pub struct SiteCard {
    pub href: String,
    pub name: String,
    pub organization: String,
    pub place: String,
    pub stars: String,
    pub words: &'static str,
    pub named: String,
    pub replications: i64,
}

impl From<&SiteShown> for SiteCard {
    fn from(site: &SiteShown) -> Self {
        Self {
            href: format!("/sites/{}", site.id),
            name: site.name.clone(),
            organization: site.organization.clone(),
            place: site.place.clone(),
            stars: site.stars_text.clone(),
            words: site.stars_words,
            named: site.named_on.map(clock::show_date).unwrap_or_default(),
            replications: site.replications,
        }
    }
}

/// A notice posted on the portal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeShown {
    pub id: AnnouncementId,
    pub round_id: Option<RoundId>,
    pub kind: AnnouncementKind,
    pub title: String,
    pub committee: String,
    pub posted_at: DateTime<Utc>,
    /// Last day of a publicity.
    pub ends_on: Option<NaiveDate>,
    pub body: Body,
}

impl From<NoticeRow> for NoticeShown {
    fn from((row, committee): NoticeRow) -> Self {
        Self {
            id: row.id,
            round_id: row.round_id,
            kind: row.kind,
            title: row.title,
            committee,
            posted_at: row.posted_at.and_utc(),
            ends_on: row.ends_on,
            body: Body::read(&row.body),
        }
    }
}

/// A notice in a list.
#[derive(Debug, Serialize)]
pub struct NoticeLine {
    pub href: String,
    pub title: String,
    pub kind: &'static str,
    pub committee: String,
    pub date: String,
    /// While a publicity runs: until when objections can be raised.
    pub running: Option<String>,
}

impl NoticeLine {
    pub fn of(notice: &NoticeShown, today: NaiveDate) -> Self {
        Self {
            href: format!("/announcements/{}", notice.id),
            title: notice.title.clone(),
            kind: notice.kind.label(),
            committee: notice.committee.clone(),
            date: clock::show_date(clock::local_date(notice.posted_at.naive_utc())),
            running: notice
                .ends_on
                .filter(|day| *day >= today)
                .map(|day| format!("公示至{}", clock::show_date(day))),
        }
    }
}

/// An open round in a list.
#[derive(Debug, Serialize)]
pub struct RoundLine {
    pub href: String,
    pub title: String,
    pub committee: String,
    pub deadline: String,
    pub opens: Option<String>,
    pub bids: i64,
}

impl RoundLine {
    pub fn of((round, committee): &RoundRow, now: Instant) -> Self {
        Self {
            href: format!("/guides/{}", round.id),
            title: round.title.clone(),
            committee: committee.clone(),
            deadline: clock::show_instant(round.deadline),
            opens: (round.opens_at > now).then(|| clock::show_instant(round.opens_at)),
            bids: round.bid_count,
        }
    }
}

/// A topic of a published round.
#[derive(Debug, Serialize)]
pub struct TopicLine {
    pub lane: &'static str,
    pub title: String,
    pub requirements: Vec<String>,
    pub quota: i64,
    pub budget_ceiling: Option<i64>,
    pub failed: bool,
}

impl From<Topic> for TopicLine {
    fn from(topic: Topic) -> Self {
        Self {
            lane: match topic.lane {
                Lane::Commissioned => Lane::Commissioned.label(),
                Lane::SelfProposed => Lane::SelfProposed.label(),
            },
            title: topic.title,
            requirements: paragraphs(&topic.requirements),
            quota: topic.quota,
            budget_ceiling: topic.budget_ceiling,
            failed: topic.failed,
        }
    }
}

/// One adoption, as shown under a site or a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AdoptionShown {
    pub organization: String,
    pub adapted: String,
    pub effect: String,
    pub state: super::super::ReplicationState,
    pub adopted_on: NaiveDate,
    #[serde(skip)]
    pub date: String,
}

impl From<Adoption> for AdoptionShown {
    fn from(row: Adoption) -> Self {
        Self {
            organization: row.organization,
            adapted: row.adapted,
            effect: row.effect,
            state: row.state,
            adopted_on: row.adopted_on,
            date: clock::show_date(row.adopted_on),
        }
    }
}

/// An accepted project.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProjectShown {
    pub id: ProjectId,
    pub title: String,
    pub organization: String,
    /// `excellent`, `good` or `qualified`.
    pub grade: String,
    /// Its published case, if there is one.
    pub case_id: Option<CaseId>,
}

crate::text_enum! {
    /// What was found.
    HitKind { Case = "case" "优秀项目", Site = "site" "示范点", Announcement = "announcement" "公示" }
}

/// One result of a search.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Hit {
    pub kind: HitKind,
    pub id: i64,
    pub title: String,
    /// Organization or committee.
    pub organization: String,
    #[schema(example = "/cases/123")]
    pub href: String,
    /// The words before the hit.
    pub before: String,
    /// The hit as it stands in the text.
    pub hit: String,
    /// The words after it.
    pub after: String,
}

pub fn cases(c: &mut Conn, before: Option<i64>, limit: i64) -> Result<Listing<CaseShown>> {
    let slice = Slice {
        before,
        limit: limit + 1,
        containing: None,
    };
    let rows = store::cases(c, &slice)?;
    Ok(Listing::new(rows, limit, |row| row.0.id.0).map(CaseShown::from))
}

pub fn sites(c: &mut Conn, before: Option<i64>, limit: i64) -> Result<Listing<SiteShown>> {
    let slice = Slice {
        before,
        limit: limit + 1,
        containing: None,
    };
    let rows = store::sites(c, &slice)?;
    let counts = counts(c, &rows)?;
    Ok(Listing::new(rows, limit, |row| row.0.id.0).map(|row| {
        let replications = counts.get(&row.0.id).copied().unwrap_or(0);
        SiteShown::of(row, replications)
    }))
}

fn counts(c: &mut Conn, rows: &[SiteRow]) -> Result<HashMap<SiteId, i64>> {
    let ids = rows.iter().map(|row| row.0.id).collect();
    Ok(store::replication_counts(c, ids)?.into_iter().collect())
}

pub fn site(c: &mut Conn, id: SiteId) -> Result<SiteShown> {
    let row = store::site(c, id)?;
    let counts = counts(c, std::slice::from_ref(&row))?;
    let replications = counts.get(&id).copied().unwrap_or(0);
    Ok(SiteShown::of(row, replications))
}

pub fn announcements(
    c: &mut Conn,
    before: Option<i64>,
    limit: i64,
) -> Result<Listing<NoticeShown>> {
    let slice = Slice {
        before,
        limit: limit + 1,
        containing: None,
    };
    let rows = store::announcements(c, &slice)?;
    Ok(Listing::new(rows, limit, |row| row.0.id.0).map(NoticeShown::from))
}

pub fn projects(c: &mut Conn, before: Option<i64>, limit: i64) -> Result<Listing<ProjectShown>> {
    let slice = Slice {
        before,
        limit: limit + 1,
        containing: None,
    };
    let rows = store::projects(c, &slice)?;
    let cases: HashMap<ProjectId, CaseId> =
        store::cases_of(c, rows.iter().map(|row| row.id).collect())?
            .into_iter()
            .collect();
    Ok(
        Listing::new(rows, limit, |row| row.id.0).map(|row| ProjectShown {
            id: row.id,
            title: row.title,
            organization: row.organization,
            grade: row.grade.unwrap_or_default(),
            case_id: cases.get(&row.id).copied(),
        }),
    )
}

/// Published cases, named sites and announcements that contain the text, newest first.
pub fn search(c: &mut Conn, needle: &str, before: Option<i64>, limit: i64) -> Result<Listing<Hit>> {
    let slice = Slice {
        before,
        limit: limit + 1,
        containing: Some(needle.to_owned()),
    };
    let mut found: Vec<(i64, Option<Hit>)> = Vec::new();
    for (case, organization) in store::cases(c, &slice)? {
        let texts = [
            &case.title,
            &case.solve,
            &case.establish,
            &case.brand,
            &case.model,
            &organization,
        ];
        let hit = hit(
            needle,
            &texts,
            HitKind::Case,
            case.id.0,
            &case.title,
            &organization,
        );
        found.push((case.id.0, hit));
    }
    for (site, organization) in store::sites(c, &slice)? {
        let texts = [
            &site.name,
            &site.content,
            &site.feature,
            &site.premises,
            &site.place,
            &organization,
        ];
        let hit = hit(
            needle,
            &texts,
            HitKind::Site,
            site.id.0,
            &site.name,
            &organization,
        );
        found.push((site.id.0, hit));
    }
    for (notice, committee) in store::announcements(c, &slice)? {
        let text = Body::read(&notice.body).text();
        let texts = [&notice.title, &text];
        let kind = HitKind::Announcement;
        let hit = hit(needle, &texts, kind, notice.id.0, &notice.title, &committee);
        found.push((notice.id.0, hit));
    }
    found.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    // A match in an announcement's JSON frame is no match: it drops out after the cursor was counted.
    let listing = Listing::new(found, limit, |(id, _)| *id);
    Ok(Listing {
        items: listing
            .items
            .into_iter()
            .filter_map(|(_, hit)| hit)
            .collect(),
        next_cursor: listing.next_cursor,
    })
}

fn hit(
    needle: &str,
    texts: &[&String],
    kind: HitKind,
    id: i64,
    title: &str,
    organization: &str,
) -> Option<Hit> {
    // The title is shown anyway: a passage of the text tells more.
    let (title_text, rest) = texts.split_first()?;
    let (before, hit, after) = rest
        .iter()
        .find_map(|text| passage(text, needle))
        .or_else(|| passage(title_text, needle))?;
    Some(Hit {
        kind,
        id,
        title: title.to_owned(),
        organization: organization.to_owned(),
        href: match kind {
            HitKind::Case => format!("/cases/{id}"),
            HitKind::Site => format!("/sites/{id}"),
            HitKind::Announcement => format!("/announcements/{id}"),
        },
        before,
        hit,
        after,
    })
}
