//! Search and the feed.

use serde::{Deserialize, Serialize};
use validator::Validate;

use super::{SHORTEST, next_page, public};
use crate::error::Result;
use crate::showcase::portal::lists;
use crate::showcase::portal::views::{Hit, HitKind, NoticeShown};
use crate::web::cache::{Content, Public};
use crate::web::{Ask, Page};

#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct SearchForm {
    #[validate(length(max = 40))]
    pub q: Option<String>,
    pub cursor: Option<String>,
}

/// `GET /search?q=`
pub fn search(ask: &mut Ask) -> Result<Public> {
    let query: SearchForm = ask.query()?;
    let c = &mut *ask.c;
    let q = query.q.clone().unwrap_or_default();
    let q = q.trim();
    let page = Page::new("portal/search.html").with("q", q);
    let enough = q.chars().count() >= SHORTEST;
    if !enough {
        return public(
            page.with("hits", &Vec::<Hit>::new())
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
    let listing = lists::search(c, q, after, 30)?;
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

impl From<Hit> for HitLine {
    fn from(hit: Hit) -> Self {
        Self {
            kind: hit.kind.label(),
            gold: hit.kind != HitKind::Announcement,
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
pub fn feed(ask: &mut Ask) -> Result<Public> {
    let (name, base) = (ask.app.name.clone(), ask.app.public_url.clone());
    let c = &mut *ask.c;
    let notices = lists::announcements(c, None, 30)?.items;
    Ok(Public {
        content: Content::Text(
            "application/atom+xml; charset=utf-8",
            atom(&name, base.trim_end_matches('/'), &notices),
        ),
        until: None,
    })
}

fn atom(name: &str, base: &str, notices: &[NoticeShown]) -> String {
    let updated = notices
        .iter()
        .map(|notice| notice.posted_at)
        .max()
        .unwrap_or_default();
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
            at = notice.posted_at,
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
