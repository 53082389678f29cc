//! What the portal shows, for pages and programs alike.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::rules;
use super::body::{Body, paragraphs};
use super::store::{Adoption, CaseRow, NoticeRow, RoundRow, SiteRow};
use crate::clock::{self, Instant};
use crate::ids::{AnnouncementId, CaseId, ProjectId, RoundId, SiteId};
use crate::rounds::{AnnouncementKind, Lane, Topic};
use crate::seats::Veil;

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
    pub published_at: Option<Instant>,
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
            published_at: case.published_at,
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
    pub fn of((site, organization): SiteRow, replications: i64) -> Self {
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
    pub posted_at: Instant,
    /// Last day of a publicity.
    pub ends_on: Option<NaiveDate>,
    /// The announcement that took its place: it holds no more.
    pub superseded_by: Option<AnnouncementId>,
    pub body: Body,
}

impl NoticeShown {
    /// Under its round's veil.
    pub fn of((row, committee): NoticeRow, veil: &Veil) -> Self {
        Self {
            id: row.id,
            round_id: row.round_id,
            kind: row.kind,
            title: veil.text(&row.title),
            committee,
            posted_at: row.posted_at,
            ends_on: row.ends_on,
            superseded_by: row.superseded_by,
            body: Body::read(&row.body).under(veil),
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
    pub superseded: bool,
}

impl NoticeLine {
    pub fn of(notice: &NoticeShown, today: NaiveDate) -> Self {
        Self {
            href: format!("/announcements/{}", notice.id),
            title: notice.title.clone(),
            kind: notice.kind.label(),
            committee: notice.committee.clone(),
            date: clock::show_date(clock::local_date(notice.posted_at)),
            running: notice
                .ends_on
                .filter(|day| *day >= today && notice.superseded_by.is_none())
                .map(|day| format!("公示至{}", clock::show_date(day))),
            superseded: notice.superseded_by.is_some(),
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
    pub minimum_bids: i64,
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
            minimum_bids: topic.minimum_bids.max(1),
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
#[schema(as = AcceptedProjectShown)]
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
    HitKind { Case = "case" "案例", Site = "site" "示范点", Announcement = "announcement" "公示" }
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
