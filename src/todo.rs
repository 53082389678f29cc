//! One thing that waits for somebody, and until when. Rooms say what waits in their `todos`; [`crate::home`] gathers
//! it.

use chrono::NaiveDate;

use crate::clock::{self, Instant};

/// Lines of one kind that are looked up for one person, the most urgent ones; [`crate::home`] shows fewer and says how many
/// more there are.
pub const MOST: i64 = 100;

/// Until when something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The end of this day.
    On(NaiveDate),
    /// This instant.
    At(Instant),
}

impl Due {
    /// When it is late.
    pub fn instant(self) -> Instant {
        match self {
            Self::On(day) => clock::start_of(day) + chrono::Duration::days(1),
            Self::At(at) => at,
        }
    }

    /// `逾期 3 天`, `今天 14:30`, `3月24日`.
    pub fn shown(self, now: Instant) -> String {
        use chrono::{Datelike, Timelike};
        let today = clock::local_date(now);
        let day = match self {
            Self::On(day) => day,
            Self::At(at) => clock::local_date(at),
        };
        if self.instant() < now {
            let days = (today - day).num_days();
            return if days > 0 {
                format!("逾期 {days} 天")
            } else {
                "已逾期".to_owned()
            };
        }
        let time = match self {
            Self::On(_) => String::new(),
            Self::At(at) => {
                let at = clock::local(at);
                format!(" {:02}:{:02}", at.hour(), at.minute())
            }
        };
        match (day - today).num_days() {
            0 => format!("今天{time}"),
            1 => format!("明天{time}"),
            _ if day.year() == today.year() => format!("{}月{}日{time}", day.month(), day.day()),
            _ => clock::show_date(day),
        }
    }
}

/// One thing that waits.
#[derive(Debug, Clone)]
pub struct Todo {
    pub due: Option<Due>,
    /// What is to be done, as an order to oneself: “审核第三步材料”.
    pub what: String,
    /// Why, or what hangs on it; may be empty.
    pub why: String,
    pub href: String,
    /// On the button: “去审核”.
    pub action_label: String,
    /// Late though no date says so; a due time that has passed counts as late anyway.
    pub late: bool,
}

impl Todo {
    /// Something without a date.
    pub fn new(what: String, why: impl Into<String>, href: String, label: &'static str) -> Self {
        Self {
            due: None,
            what,
            why: why.into(),
            href,
            action_label: label.to_owned(),
            late: false,
        }
    }

    #[must_use]
    pub fn due(mut self, at: Instant) -> Self {
        self.due = Some(Due::At(at));
        self
    }
}
