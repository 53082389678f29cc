//! Lists and search, for pages and programs alike.

use std::collections::HashMap;

use super::body::passage;
use super::store::{self, NoticeRow, SiteRow, Slice};
use super::views::{CaseShown, Hit, HitKind, NoticeShown, ProjectShown, SiteShown};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{AnnouncementId, CaseId, ProjectId, SiteId};
use crate::seats::Veils;
use crate::text;
use crate::web::{Cursor, Listing};
use crate::who::Actor;

pub fn cases(c: &mut Conn, before: Option<i64>, limit: i64) -> Result<Listing<CaseShown>> {
    let slice = Slice {
        before,
        limit: limit + 1,
        ..Slice::default()
    };
    let rows = store::cases(c, &slice)?;
    Ok(Listing::new(rows, limit, |row| row.0.id.0).map(CaseShown::from))
}

pub fn sites(c: &mut Conn, before: Option<i64>, limit: i64) -> Result<Listing<SiteShown>> {
    let slice = Slice {
        before,
        limit: limit + 1,
        ..Slice::default()
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
        ..Slice::default()
    };
    let rows = store::announcements(c, &slice)?;
    let veils = veils(c, &rows)?;
    Ok(Listing::new(rows, limit, |row| row.0.id.0).map(|row| {
        let veil = veils.over(row.0.round_id);
        NoticeShown::of(row, veil)
    }))
}

/// What is told of a blind round is read by all, and so by its panel.
fn veils(c: &mut Conn, rows: &[NoticeRow]) -> Result<Veils> {
    let rounds = rows.iter().filter_map(|(row, _)| row.round_id);
    Veils::of(c, &Actor::Visitor, rounds)
}

/// A notice as everybody reads it.
pub fn announcement(c: &mut Conn, id: AnnouncementId) -> Result<NoticeShown> {
    let row = store::announcement(c, id)?;
    let veils = veils(c, std::slice::from_ref(&row))?;
    let veil = veils.over(row.0.round_id);
    Ok(NoticeShown::of(row, veil))
}

pub fn projects(c: &mut Conn, before: Option<i64>, limit: i64) -> Result<Listing<ProjectShown>> {
    let slice = Slice {
        before,
        limit: limit + 1,
        ..Slice::default()
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

/// Published cases, named sites and announcements that contain every word of the question, newest first. So many of each
/// are looked through in one go: a page may have few hits, or none, and still a next one.
pub fn search(
    c: &mut Conn,
    question: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Listing<Hit>> {
    let words = &text::words(question);
    let above = store::reach(c, before)?;
    let slice = Slice {
        before,
        above,
        limit: limit + 1,
        containing: words.clone(),
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
            words,
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
            words,
            &texts,
            HitKind::Site,
            site.id.0,
            &site.name,
            &organization,
        );
        found.push((site.id.0, hit));
    }
    let rows = store::announcements(c, &slice)?;
    let veils = veils(c, &rows)?;
    for row in rows {
        let veil = veils.over(row.0.round_id);
        let covered = veil.lies();
        let NoticeShown {
            id,
            title,
            committee,
            body,
            ..
        } = NoticeShown::of(row, veil);
        let text = body.text();
        let texts = [&title, &text];
        // What was found under a cover is not found.
        let open = !covered || words.iter().all(|word| contains(&texts, word));
        let hit = hit(
            words,
            &texts,
            HitKind::Announcement,
            id.0,
            &title,
            &committee,
        );
        found.push((id.0, hit.filter(|_| open)));
    }
    found.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
    // A match in an announcement's JSON frame or under a cover is no match: it drops out after the cursor was counted.
    let listing = Listing::new(found, limit, |(id, _)| *id);
    let older = (above > 0).then(|| Cursor::write(above.saturating_add(1)));
    Ok(Listing {
        items: listing
            .items
            .into_iter()
            .filter_map(|(_, hit)| hit)
            .collect(),
        next_cursor: listing.next_cursor.or(older),
    })
}

fn contains(texts: &[&String], word: &str) -> bool {
    texts.iter().any(|text| passage(text, word).is_some())
}

fn hit(
    words: &[String],
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
        .chain([title_text])
        .find_map(|text| words.iter().find_map(|word| passage(text, word)))?;
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
