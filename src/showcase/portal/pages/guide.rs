//! The guide of a round: all one needs to know to bid and to trust, without a login, on paper too.

use chrono::Duration;
use serde::Serialize;

use super::{LAG, just_after, next_after, public};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::Result;
use crate::failed;
use crate::ids::RoundId;
use crate::people;
use crate::rounds::{self, Round, RoundState};
use crate::seats::{self, Veil};
use crate::showcase::portal::body::paragraphs;
use crate::showcase::portal::store;
use crate::showcase::portal::views::{NoticeLine, NoticeShown, TopicLine};
use crate::web::cache::Public;
use crate::web::{Ask, Page, PageQuery};

/// How many questions the guide holds; beyond that the round's own page lists them.
const QUESTIONS: i64 = 200;

/// `GET /guides/{round_id}`: what a round asks for; of its bids the number alone.
pub fn guide(ask: &mut Ask, id: RoundId) -> Result<Public> {
    let (c, _, now) = ask.parts();
    let (round, committee) = store::published_round(c, id)?;
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
    public(page(c, &round, state, committee, now)?, until)
}

fn page(
    c: &mut Conn,
    round: &Round,
    state: RoundState,
    committee: String,
    now: Instant,
) -> Result<Page> {
    let topics: Vec<TopicLine> = rounds::topics(c, round.id)?
        .into_iter()
        .map(TopicLine::from)
        .collect();
    let today = clock::local_date(now);
    let veil = Veil::of_all(c, round.id)?;
    let notices: Vec<NoticeLine> = store::announcements_of(c, round.id)?
        .into_iter()
        .map(|row| NoticeLine::of(&NoticeShown::of((row, committee.clone()), &veil), today))
        .collect();
    let rule = seats::rule_of_round(c, round.id)?;
    let (size, members) = panel(c, round)?;
    let questions: Vec<Answered> = rounds::actions::questions::answered(c, round.id, QUESTIONS)?
        .into_iter()
        .map(|row| Answered {
            question: veil.text(&row.question),
            answer: veil.text(row.answer.as_deref().unwrap_or_default()),
            at: row.answered_at.map(clock::show_instant).unwrap_or_default(),
        })
        .collect();
    let failed: Vec<Vec<String>> = failed::stories(c, round.id)?
        .into_iter()
        .map(|story| failed::told(&story, &veil))
        .collect();
    Ok(Page::new("portal/guide.html")
        .with("id", &round.id)
        .with("title", &round.title)
        .with("committee", &committee)
        .with("year", &round.year)
        .with("state", &state.label())
        .with(
            "open",
            &(state == RoundState::Open && round.opens_at <= now),
        )
        .with("guide", &paragraphs(&round.guide))
        .with("topics", &topics)
        .with("bids", &round.bid_count)
        .with("steps", &schedule(round, state, now))
        .with("opens_at", &clock::show_instant(round.opens_at))
        .with("deadline", &clock::show_instant(round.deadline))
        .with("opening_at", &clock::show_instant(round.opening_at))
        .with("published_at", &round.published_at.map(clock::show_instant))
        .with("publicity_days", &round.publicity_days)
        .with("contract_days", &round.contract_days)
        .with("bids_per_lane", &round.bids_per_lane)
        .with("criteria", &rule.criteria)
        .with("rule", &seats::in_words(&rule))
        .with(
            "weights",
            &[
                ("实地评审", round.onsite_weight),
                ("问卷调查", round.questionnaire_weight),
                ("民主测评", round.appraisal_weight),
                ("过程", round.process_weight),
            ],
        )
        .with("panel_size", &size)
        .with("panel", &members)
        .with("changes", &changes(c, round, &veil)?)
        .with("questions", &questions)
        .with("failed", &failed)
        .with("cancelled", &veil.texts(rounds::cancelled_notice(round)))
        .with("notices", &notices))
}

#[derive(Serialize)]
struct Answered {
    question: String,
    answer: String,
    at: String,
}

/// How many sit on the panel, and who: names after the opening, so that nobody is talked to before.
fn panel(c: &mut Conn, round: &Round) -> Result<(usize, Vec<String>)> {
    let evaluation = seats::of_round(c, round.id)?.id;
    let members = seats::panel(c, evaluation)?;
    if round.opened_at.is_none() {
        return Ok((members.len(), Vec::new()));
    }
    let ids: Vec<_> = members.iter().map(|member| member.user_id).collect();
    let names = people::user_names(c, &ids)?;
    let shown = members
        .iter()
        .map(|member| {
            let name = names.get(&member.user_id).cloned().unwrap_or_default();
            match member.seat {
                seats::Seat::Chair => format!("{name}（{}）", member.seat.label()),
                seats::Seat::Member => name,
            }
        })
        .collect();
    Ok((members.len(), shown))
}

#[derive(Serialize)]
struct Change {
    kind: &'static str,
    at: String,
    lines: Vec<String>,
}

/// What was changed since the publication, oldest first: later dates with their reasons, and corrections.
fn changes(c: &mut Conn, round: &Round, veil: &Veil) -> Result<Vec<Change>> {
    let mut found: Vec<(Instant, Change)> = Vec::new();
    for row in rounds::actions::amendments(c, round.id)? {
        found.push((
            row.at,
            Change {
                kind: "延期",
                at: clock::show_instant(row.at),
                lines: vec![
                    format!(
                        "申报截止由{}延至{}，开标由{}改为{}。",
                        clock::show_instant(row.old_deadline),
                        clock::show_instant(row.new_deadline),
                        clock::show_instant(row.old_opening_at),
                        clock::show_instant(row.new_opening_at)
                    ),
                    format!("原因：{}", veil.text(&row.reason)),
                ],
            },
        ));
    }
    let corrections = rounds::actions::questions::corrections(c, round.id, &PageQuery::default())?;
    for row in corrections.items {
        found.push((
            row.posted_at,
            Change {
                kind: "更正",
                at: clock::show_instant(row.posted_at),
                lines: paragraphs(&veil.text(&row.text)),
            },
        ));
    }
    found.sort_by_key(|(at, _)| *at);
    Ok(found.into_iter().map(|(_, change)| change).collect())
}

#[derive(Serialize)]
struct Step {
    label: &'static str,
    date: Option<String>,
    state: &'static str,
}

fn schedule(round: &rounds::Round, state: RoundState, now: Instant) -> Vec<Step> {
    let date = |at: Instant| Some(clock::show_instant(at));
    let (reached, here) = match state {
        RoundState::Draft | RoundState::Open if now < round.opens_at => (0, "next"),
        RoundState::Draft | RoundState::Open => (1, "now"),
        RoundState::Sealed => (2, "next"),
        RoundState::Opened => (3, "next"),
        RoundState::Scoring | RoundState::Scored => (3, "now"),
        RoundState::Decided => (4, "next"),
        RoundState::Publicized => (5, "now"),
        RoundState::Concluded => (7, "now"),
        RoundState::Cancelled => (8, "now"),
    };
    [
        ("开始申报", date(round.opens_at)),
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
            nth if nth == reached => here,
            _ => "todo",
        },
    })
    .collect()
}
