//! Announcements.

use serde_json::json;

use super::{end_of_publicity, next_after, next_page, public};
use crate::clock;
use crate::error::Result;
use crate::ids::AnnouncementId;
use crate::showcase::portal::body::paragraphs;
use crate::showcase::portal::lists;
use crate::showcase::portal::views::NoticeLine;
use crate::web::cache::Public;
use crate::web::{Ask, Page, PageQuery};

/// `GET /announcements`
pub fn announcements(ask: &mut Ask) -> Result<Public> {
    let query: PageQuery = ask.query()?;
    let (c, _, now) = ask.parts();
    let today = clock::local_date(now);
    let listing = lists::announcements(c, query.after()?, query.limit.unwrap_or(30))?;
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
}

/// `GET /announcements/{id}`
pub fn announcement(ask: &mut Ask, id: AnnouncementId) -> Result<Public> {
    let (c, _, now) = ask.parts();
    let notice = lists::announcement(c, id)?;
    let until = next_after(now, end_of_publicity(&notice));
    let running = end_of_publicity(&notice).is_some_and(|end| now < end);
    let page = Page::new("portal/announcement.html")
        .with("line", &NoticeLine::of(&notice, clock::local_date(now)))
        .with("posted", &clock::show_instant(notice.posted_at))
        .with("intro", &paragraphs(&notice.body.intro))
        .with("tables", &notice.body.tables)
        .with("outro", &paragraphs(&notice.body.outro))
        .with("ends_on", &notice.ends_on.map(clock::show_date))
        .with("running", &running)
        .with(
            "superseded_by",
            &notice
                .superseded_by
                .map(|id| lists::announcement(c, id))
                .transpose()?
                .map(|row| json!({ "href": format!("/announcements/{}", row.id), "title": row.title })),
        )
        .with("round", &notice.round_id);
    public(page, until)
}
