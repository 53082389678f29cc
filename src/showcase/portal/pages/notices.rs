//! Announcements and the guides of rounds.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Duration;
use serde::Serialize;

use super::{LAG, end_of_publicity, just_after, next_after, next_page, public};
use crate::app::App;
use crate::clock::{self, Instant};
use crate::error::Result;
use crate::ids::{AnnouncementId, RoundId};
use crate::rounds::{self, RoundState};
use crate::showcase::portal::body::paragraphs;
use crate::showcase::portal::views::{NoticeLine, NoticeShown, TopicLine};
use crate::showcase::portal::{lists, store};
use crate::web::{Page, PageQuery, Query};

/// `GET /announcements`
pub async fn announcements(
    app: Data<App>,
    req: HttpRequest,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let query = query.0;
    app.public(&req, move |c, now| {
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
    })
    .await
}

/// `GET /announcements/{id}`
pub async fn announcement(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AnnouncementId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, now| {
        let notice = NoticeShown::from(store::announcement(c, id)?);
        let until = next_after(now, end_of_publicity(&notice));
        let running = end_of_publicity(&notice).is_some_and(|end| now < end);
        let page = Page::new("portal/announcement.html")
            .with("line", &NoticeLine::of(&notice, clock::local_date(now)))
            .with("posted", &clock::show_instant(notice.posted_at.naive_utc()))
            .with("intro", &paragraphs(&notice.body.intro))
            .with("tables", &notice.body.tables)
            .with("outro", &paragraphs(&notice.body.outro))
            .with("ends_on", &notice.ends_on.map(clock::show_date))
            .with("running", &running)
            .with("round", &notice.round_id);
        public(page, until)
    })
    .await
}

/// `GET /guides/{round_id}`: what a round asks for; of its bids the number alone.
pub async fn guide(app: Data<App>, req: HttpRequest, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.public(&req, move |c, now| {
        let (round, committee) = store::published_round(c, id)?;
        let topics: Vec<TopicLine> = rounds::topics(c, id)?
            .into_iter()
            .map(TopicLine::from)
            .collect();
        let today = clock::local_date(now);
        let notices: Vec<NoticeLine> = store::announcements_of(c, id)?
            .into_iter()
            .map(|row| NoticeLine::of(&NoticeShown::from((row, committee.clone())), today))
            .collect();
        let state = round.state_at(now);
        let until = next_after(
            now,
            [
                round.opens_at,
                just_after(round.deadline),
                round.opening_at,
                now + Duration::seconds(LAG),
            ],
        );
        let page = Page::new("portal/guide.html")
            .with("id", &round.id)
            .with("title", &round.title)
            .with("committee", &committee)
            .with("state", &state.label())
            .with(
                "open",
                &(state == RoundState::Open && round.opens_at <= now),
            )
            .with("guide", &paragraphs(&round.guide))
            .with("topics", &topics)
            .with("bids", &round.bid_count)
            .with("steps", &schedule(&round, state, now))
            .with("deadline", &clock::show_instant(round.deadline))
            .with("publicity_days", &round.publicity_days)
            .with("cancel_reason", &round.cancel_reason)
            .with("notices", &notices);
        public(page, until)
    })
    .await
}

#[derive(Serialize)]
struct Step {
    label: &'static str,
    date: Option<String>,
    state: &'static str,
}

fn schedule(round: &rounds::Round, state: RoundState, now: Instant) -> Vec<Step> {
    let date = |at: Instant| Some(clock::show_instant(at));
    let reached = match state {
        RoundState::Draft | RoundState::Open if now < round.opens_at => 0,
        RoundState::Draft | RoundState::Open => 1,
        RoundState::Sealed => 2,
        RoundState::Opened | RoundState::Scoring | RoundState::Scored => 3,
        RoundState::Decided => 4,
        RoundState::Publicized => 5,
        RoundState::Concluded => 7,
        RoundState::Cancelled => 8,
    };
    [
        ("发布", date(round.opens_at)),
        ("申报截止", date(round.deadline)),
        ("开标", date(round.opened_at.unwrap_or(round.opening_at))),
        ("评审", None),
        ("党委决定", None),
        (
            "公示",
            round
                .publicity_until
                .map(|day| format!("至{}", clock::show_date(day))),
        ),
        ("办结", round.concluded_at.and_then(date)),
    ]
    .into_iter()
    .zip(0..)
    .map(|((label, date), nth)| Step {
        label,
        date,
        state: match nth {
            _ if reached == 8 => "failed",
            nth if nth < reached => "done",
            nth if nth == reached => "now",
            _ => "todo",
        },
    })
    .collect()
}
