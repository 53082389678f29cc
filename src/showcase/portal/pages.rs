//! The portal's pages.

mod find;
mod guide;
mod home;
mod notices;
mod shown;

use chrono::{Days, Duration};

pub use find::{feed, search};
pub use guide::guide;
pub use home::home;
pub use notices::{announcement, announcements};
pub use shown::{case, cases, site, sites};

use super::views::NoticeShown;
use crate::clock::{self, Instant};
use crate::error::Result;
use crate::web::Page;
use crate::web::cache::{Content, Public};

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

/// The first instant after the last day of a publicity that was not superseded.
fn end_of_publicity(notice: &NoticeShown) -> Option<Instant> {
    notice
        .ends_on
        .filter(|_| notice.superseded_by.is_none())
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
