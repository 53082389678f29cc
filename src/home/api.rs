//! `/api/v1/todos`.

use crate::error::Result;
use crate::web::{Ask, Listing, PageQuery, Reply};

/// The list is made anew for each page: its key is the place in it.
pub fn list(ask: &mut Ask) -> Result<Reply> {
    let query: PageQuery = ask.query()?;
    let (limit, after) = (query.limit(), query.after()?.unwrap_or(-1));
    let waiting = (0i64..).zip(super::all(ask)?.0);
    let page = waiting
        .skip_while(|(nth, _)| *nth <= after)
        .take(usize::try_from(limit + 1).unwrap_or(0));
    let listing = Listing::new(page.collect(), limit, |(nth, _)| *nth);
    Reply::ok(&listing.map(|(_, todo)| todo))
}
