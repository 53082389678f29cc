//! A round at one glance: where it is, the next step, who is waited for, and the working days left.

use chrono::NaiveDate;
use serde::Serialize;

use crate::award;
use crate::calendar::Holidays;
use crate::clock::{self, Instant, show_instant};
use crate::db::Conn;
use crate::error::Result;
use crate::failed;
use crate::ids::RoundId;
use crate::rounds::rules::schedule;
use crate::rounds::{self, Round, RoundState, actions};
use crate::scoring::actions::work;
use crate::seats;

/// One step of the lifecycle stepper.
#[derive(Debug, Serialize)]
pub struct Stage {
    pub label: &'static str,
    pub date: Option<String>,
    /// `done`, `now`, `next` (waited for, not begun), `todo` or `failed`.
    pub state: &'static str,
}

/// Where the round is, with dates.
pub fn stages(round: &Round, now: Instant) -> Vec<Stage> {
    use RoundState::{
        Cancelled, Concluded, Decided, Draft, Open, Opened, Publicized, Scored, Scoring, Sealed,
    };
    let short = clock::show_short;
    let day = |day: NaiveDate| day.format("%-m月%-d日").to_string();
    let (deadline, opened) = (round.deadline, round.opened_at.unwrap_or(round.opening_at));
    let publicity = match (round.publicity_from, round.publicity_until) {
        (Some(from), Some(until)) => format!("{}至{}", day(from), day(until)),
        _ => format!("{} 个工作日", round.publicity_days),
    };
    // Those before it are done; it goes on, or has not begun; None: it ends here.
    let (reached, here) = match round.state_at(now) {
        Draft => (Some(0), "next"),
        Open if now < round.opens_at => (Some(1), "next"),
        Open => (Some(1), "now"),
        Sealed => (Some(2), "now"),
        Opened => (Some(4), "next"),
        Scoring => (Some(4), "now"),
        Scored => (Some(5), "next"),
        Decided => (Some(6), "next"),
        Publicized => (Some(6), "now"),
        Concluded => (Some(8), "now"),
        Cancelled => (None, "now"),
    };
    let last = if reached.is_some() {
        "办结"
    } else {
        "已取消"
    };
    [
        ("发布", round.published_at.map(short)),
        ("招标", Some(format!("至{}", short(deadline)))),
        ("密封", Some(short(deadline))),
        ("开标", Some(short(opened))),
        ("评分", None),
        ("决定", None),
        ("公示", Some(publicity)),
        (last, round.concluded_at.map(short)),
    ]
    .into_iter()
    .enumerate()
    .map(|(nth, (label, date))| {
        let state = match reached {
            None if nth == 7 => "failed",
            Some(reached) if nth < reached => "done",
            Some(reached) if nth == reached => here,
            Some(_) | None => "todo",
        };
        Stage { label, date, state }
    })
    .collect()
}

#[derive(Debug, Serialize)]
pub struct DateLine {
    pub label: &'static str,
    pub at: String,
    /// `还有 3 个工作日`.
    pub left: String,
    pub soon: bool,
}

/// Something beside the way that waits, with where to do it.
#[derive(Debug, Serialize)]
pub struct Waiting {
    pub text: String,
    pub href: String,
}

#[derive(Debug, Serialize)]
pub struct Desk {
    pub next: &'static str,
    /// Who is waited for, and for what.
    pub waits: String,
    pub dates: Vec<DateLine>,
    pub waiting: Vec<Waiting>,
}

/// For the committee's own people (`full`) also what waits inside; for everybody else what is public.
pub fn desk(c: &mut Conn, round: &Round, full: bool, now: Instant) -> Result<Desk> {
    let holidays = crate::holidays::table(c)?;
    let state = round.state_at(now);
    let (next, waits) = next_step(c, round, state, full, now)?;
    let waiting = if full {
        waiting(c, round.id, state)?
    } else {
        Vec::new()
    };
    Ok(Desk {
        next,
        waits,
        dates: dates(&holidays, round, state, now),
        waiting,
    })
}

fn waiting(c: &mut Conn, id: RoundId, state: RoundState) -> Result<Vec<Waiting>> {
    let mut found = Vec::new();
    let mut add = |text, href| found.push(Waiting { text, href });
    let open = matches!(state, RoundState::Open | RoundState::Sealed);
    if let Some((_, count)) = rounds::unanswered(c, vec![id])?.first()
        && open
    {
        let href = format!("/rounds/{id}/questions");
        add(format!("{count} 个问题等待答复"), href);
    }
    if let Some((_, count)) = failed::undecided(c, vec![id])?.first() {
        let href = "#failed".to_owned();
        add(format!("{count} 个流标的标的等待决定"), href);
    }
    let objections = award::open_objections(c, id)?;
    if objections > 0 {
        let href = format!("/rounds/{id}/objections");
        add(format!("{objections} 件异议等待答复"), href);
    }
    Ok(found)
}

/// What is unusual about the schedule while it can still be moved.
pub fn warnings(holidays: &Holidays, round: &Round, now: Instant) -> crate::error::FieldErrors {
    match round.state_at(now) {
        RoundState::Draft | RoundState::Open => schedule::warnings(
            holidays,
            actions::drafting::schedule_of(round),
            round.publicity_days,
            round.published_at.unwrap_or(now),
        ),
        RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => crate::error::FieldErrors::new(),
    }
}

fn next_step(
    c: &mut Conn,
    round: &Round,
    state: RoundState,
    full: bool,
    now: Instant,
) -> Result<(&'static str, String)> {
    Ok(match state {
        RoundState::Draft => {
            let evaluation = seats::of_round(c, round.id)?;
            match seats::panel_fault(c, evaluation.id)? {
                Some(fault) => ("组成评审委员会", format!("等党建部：{}", fault.reason)),
                None => (
                    "发布批次",
                    "等党建部发布，发布以后各支部才看得到。".to_owned(),
                ),
            }
        }
        RoundState::Open if now < round.opens_at => (
            "开始申报",
            format!(
                "{}起可以提交，现在可以起草和提问。",
                show_instant(round.opens_at)
            ),
        ),
        RoundState::Open => (
            "截止",
            "等各支部申报。截止以前可以提问、更正和延期。".to_owned(),
        ),
        RoundState::Sealed if now < round.opening_at => (
            "开标",
            format!("{} 份申报书已密封，等开标时间。", round.bid_count),
        ),
        RoundState::Sealed => (
            "开标",
            "等党建部主持开标，纪委督导员须到场监督。".to_owned(),
        ),
        RoundState::Opened if !rounds::standing(c, vec![round.id])?.contains(&round.id) => (
            "以流标办结",
            "各标的全部流标，等党建部逐个作出决定。".to_owned(),
        ),
        RoundState::Opened => ("开始评分", "等党建部开始评分。".to_owned()),
        RoundState::Scoring if full => ("锁定评分", scoring(c, round)?),
        RoundState::Scoring => ("锁定评分", "等评审委员评分。".to_owned()),
        RoundState::Scored => ("党委决定", "等党委书记决定中标。".to_owned()),
        RoundState::Decided => ("发布公示", "等党建部发布公示。".to_owned()),
        RoundState::Publicized => match round.publicity_until {
            Some(until) if clock::local_date(now) <= until => {
                ("办结", "等公示期满，没有未答复的异议。".to_owned())
            }
            Some(_) | None => ("办结", "公示期已满，等党建部办结。".to_owned()),
        },
        RoundState::Concluded => ("签订合同", "已办结，中标项目由党建部起草合同。".to_owned()),
        RoundState::Cancelled => ("无", actions::fate(round).to_owned()),
    })
}

/// Whom scoring waits for, with how many sheets each still owes: never a mark.
fn scoring(c: &mut Conn, round: &Round) -> Result<String> {
    let owed = work::sheets_owed(c, round.id)?;
    if owed.is_empty() {
        return Ok("评审委员都已评完，等主任委员或党建部锁定。".to_owned());
    }
    let people =
        crate::people::user_names(c, &owed.iter().map(|(user, _)| *user).collect::<Vec<_>>())?;
    let names: Vec<String> = owed
        .iter()
        .map(|(user, count)| {
            let name = people.get(user).map_or("", String::as_str);
            format!("{name}（{count} 份）")
        })
        .collect();
    Ok(format!("等评审委员评分：{}。", names.join("、")))
}

fn dates(holidays: &Holidays, round: &Round, state: RoundState, now: Instant) -> Vec<DateLine> {
    let line = |label, at: Instant| DateLine {
        label,
        at: show_instant(at),
        left: schedule::days_left(holidays, now, at),
        soon: at >= now && at - now < chrono::Duration::days(2),
    };
    let end_of = |day: NaiveDate| clock::start_of(day) + chrono::Duration::hours(24);
    match state {
        RoundState::Draft | RoundState::Open => {
            let mut all = vec![line("截止", round.deadline), line("开标", round.opening_at)];
            if state == RoundState::Draft || now < round.opens_at {
                all.insert(0, line("开始申报", round.opens_at));
            }
            all
        }
        RoundState::Sealed => vec![line("开标", round.opening_at)],
        RoundState::Publicized => round
            .publicity_until
            .map(|until| DateLine {
                at: clock::show_date(until),
                ..line("公示至", end_of(until) - chrono::Duration::seconds(1))
            })
            .into_iter()
            .collect(),
        RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Concluded
        | RoundState::Cancelled => Vec::new(),
    }
}
