//! `/api/v1/todos`.

use super::TodoShown;
use crate::error::Result;
use crate::tables::Sheet;
use crate::web::{Ask, Listing, PageQuery};

/// The list is made anew for each page: its key is the place in it.
pub fn list(ask: &mut Ask) -> Result<Listing<TodoShown>> {
    let query: PageQuery = ask.query()?;
    let (limit, after) = (query.limit(), query.after()?.unwrap_or(-1));
    let waiting = (0i64..).zip(super::all(ask)?.0);
    let page = waiting
        .skip_while(|(nth, _)| *nth <= after)
        .take(usize::try_from(limit + 1).unwrap_or(0));
    let listing = Listing::new(page.collect(), limit, |(nth, _)| *nth);
    Ok(listing.map(|(_, todo)| todo))
}

pub const TODOS: Sheet<TodoShown> = Sheet {
    name: "待办",
    columns: &[
        ("时限", |row| row.due.into()),
        ("要做什么", |row| row.what.as_str().into()),
        ("说明", |row| row.why.as_str().into()),
        ("已超时", |row| row.late.into()),
    ],
};
