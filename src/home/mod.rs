//! What waits for whoever is logged in, most urgent first.
//!
//! Each room says it as `ROOM.todos`: what waits for this actor and nothing they may not see, with a constant number of
//! queries.

pub mod api;
pub mod pages;
pub mod room;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::error::Result;
use crate::todo::{Due, MOST, Todo};
use crate::web::Ask;

/// A thing that waits, ready to be shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TodoShown {
    /// The instant from which on it is late; none without a date.
    pub due: Option<Instant>,
    /// The same for people, relative to now.
    #[schema(example = "今天 14:30")]
    pub when: String,
    /// What is to be done.
    #[schema(example = "核查“任务分解”：平安“365”")]
    pub what: String,
    /// Why, or what hangs on it; may be empty.
    pub why: String,
    /// The page where it is done.
    #[schema(example = "/projects/12?step=breakdown")]
    pub href: String,
    #[schema(example = "去核查")]
    pub action_label: String,
    pub late: bool,
}

/// Lines that are shown, at the most.
const SHOWN: usize = 50;

/// What waits for somebody: as much as is shown, and how much it is in all.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    pub shown: Vec<TodoShown>,
    pub late: usize,
    pub count: usize,
    /// There may be more than `count`: some room named only the most urgent.
    pub or_more: bool,
}

/// What waits for this actor, as much as a page shows.
pub fn todos(ask: &mut Ask) -> Result<Waiting> {
    let (all, or_more) = all(ask)?;
    Ok(cut(all, or_more))
}

/// Everything the rooms named: late first, then by due time, undated last; and whether there may be more.
pub fn all(ask: &mut Ask) -> Result<(Vec<TodoShown>, bool)> {
    let now = ask.now;
    let mut all = Vec::new();
    let mut or_more = false;
    for source in &ask.app.asked.todos {
        let waiting = source(ask.c, ask.actor, now)?;
        or_more |= i64::try_from(waiting.len()).is_ok_and(|count| count >= MOST);
        all.extend(waiting);
    }
    Ok((ordered(all, now), or_more))
}

fn cut(mut shown: Vec<TodoShown>, or_more: bool) -> Waiting {
    let (count, late) = (shown.len(), shown.iter().filter(|todo| todo.late).count());
    shown.truncate(SHOWN);
    Waiting {
        shown,
        late,
        count,
        or_more,
    }
}

fn ordered(mut all: Vec<Todo>, now: Instant) -> Vec<TodoShown> {
    let late = |todo: &Todo| todo.late || todo.due.is_some_and(|due| due.instant() < now);
    all.sort_by_key(|todo| {
        (
            !late(todo),
            todo.due.is_none(),
            todo.due.map(Due::instant).unwrap_or_default(),
        )
    });
    all.into_iter()
        .map(|todo| TodoShown {
            due: todo.due.map(Due::instant),
            when: match todo.due {
                Some(due) => due.shown(now),
                None if todo.late => "已逾期".to_owned(),
                None => "待办".to_owned(),
            },
            late: late(&todo),
            what: todo.what,
            why: todo.why,
            href: todo.href,
            action_label: todo.action_label,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::clock;

    fn day(month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, month, day).unwrap()
    }

    fn todo(what: &str, due: Option<Due>, late: bool) -> Todo {
        Todo {
            due,
            what: what.to_owned(),
            why: String::new(),
            href: "/".to_owned(),
            action_label: "办".to_owned(),
            late,
        }
    }

    #[test]
    fn of_many_the_most_urgent_are_shown_and_the_rest_is_told() {
        let now = clock::from_local(day(3, 2).and_hms_opt(9, 0, 0).unwrap());
        let mut all: Vec<Todo> = (0..70).map(|_| todo("undated", None, false)).collect();
        all.push(todo("overdue", Some(Due::On(day(2, 14))), false));
        let waiting = cut(ordered(all, now), false);
        assert_eq!(waiting.shown[0].what, "overdue");
        assert_eq!(
            (waiting.shown.len(), waiting.count, waiting.late),
            (50, 71, 1)
        );
    }

    #[test]
    fn the_most_urgent_comes_first_and_says_when() {
        let now = clock::from_local(day(3, 2).and_hms_opt(9, 0, 0).unwrap());
        let at = clock::from_local(day(3, 2).and_hms_opt(14, 30, 0).unwrap());
        let shown = ordered(
            vec![
                todo("undated", None, false),
                todo("later", Some(Due::On(day(3, 24))), false),
                todo("today", Some(Due::At(at)), false),
                todo("overdue", Some(Due::On(day(2, 14))), false),
                todo("last day", Some(Due::On(day(3, 2))), false),
            ],
            now,
        );
        let lines: Vec<(&str, &str, bool)> = shown
            .iter()
            .map(|todo| (todo.what.as_str(), todo.when.as_str(), todo.late))
            .collect();
        assert_eq!(
            lines,
            [
                ("overdue", "逾期 16 天", true),
                ("today", "今天 14:30", false),
                ("last day", "今天", false),
                ("later", "3月24日", false),
                ("undated", "待办", false),
            ]
        );
    }
}
