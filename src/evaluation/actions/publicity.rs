//! Publicity (公示) and the end of a round.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::lock::file_of;
use super::objection::ANSWER_DAYS;
use super::panel;
use super::scene::{self, Scene};
use crate::audit::{self, Verb};
use crate::clock::{self, Instant, show_date};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::evaluation::input::plain_marks;
use crate::evaluation::result_file::{self, LotDraw, ResultFile, TieBreakMethod, TopicChange};
use crate::evaluation::rules::marks_text;
use crate::evaluation::store::{self, Superseded};
use crate::evaluation::{Outcome, excerpt};
use crate::failed;
use crate::holidays;
use crate::ids::RoundId;
use crate::rounds::rules::Action;
use crate::rounds::{self, AnnouncementKind, Post};
use crate::who::Actor;

/// The last day of a publicity that starts on this one. Refused where the holiday table lacks a year, be it only for the
/// answer to an objection of the last day: nobody is to be turned away later for want of a date.
fn last_day(c: &mut Conn, from: NaiveDate, days: i64) -> Result<NaiveDate> {
    let until = holidays::working_days_after(c, from, days)?;
    holidays::working_days_after(c, until, ANSWER_DAYS)?;
    Ok(until)
}

/// Why publicity cannot start now, if so: for the button.
pub fn publicize_refusal(c: &mut Conn, scene: &Scene, now: Instant) -> Result<Option<Refusal>> {
    if let Err(refusal) = scene.next(Action::Publicize, now) {
        return Ok(Some(refusal));
    }
    match last_day(c, clock::local_date(now), scene.round.publicity_days) {
        Ok(_) => Ok(None),
        Err(Error::Conflict(refusal)) => Ok(Some(refusal)),
        Err(other) => Err(other),
    }
}

/// Starts the publicity period today.
pub fn publicize(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<(Scene, Option<String>)> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    let now = tx.now();
    scene.next(Action::Publicize, now)?;
    let earlier = published_before(tx, &scene)?;
    let warning = post(tx, &mut scene, earlier.as_ref())?;
    audit::record(
        tx,
        actor,
        panel::event(&scene, Verb::RoundPublicized).detail(json!({
            "from": scene.round.publicity_from,
            "until": scene.round.publicity_until,
        })),
    )?;
    Ok((scene, warning))
}

/// The result the public saw last, if it was superseded since.
fn published_before(tx: &mut Tx, scene: &Scene) -> Result<Option<Superseded>> {
    let heads = store::superseded_heads(tx, scene.evaluation.id)?;
    match heads.iter().find(|one| one.published) {
        Some(head) => Ok(Some(store::superseded(tx, scene.evaluation.id, head.id)?)),
        None => Ok(None),
    }
}

/// Sets the period, from today on, and posts the outcome on the portal; `anew` is the result posted before.
fn post(tx: &mut Tx, scene: &mut Scene, anew: Option<&Superseded>) -> Result<Option<String>> {
    let from = clock::local_date(tx.now());
    let until = last_day(tx, from, scene.round.publicity_days)?;
    scene.round.version = rounds::start_publicity(tx, &scene.round, from, until)?;
    scene.round.state = rounds::RoundState::Publicized;
    scene.round.publicity_from = Some(from);
    scene.round.publicity_until = Some(until);
    let body = notice(tx, scene, anew)?;
    let id = rounds::announce(
        tx,
        Post {
            committee: scene.round.committee_id,
            round: Some(scene.round.id),
            kind: AnnouncementKind::Publicity,
            title: match anew {
                None => format!("中标公示：{}", scene.round.title),
                Some(_) => format!("中标公示（更正）：{}", scene.round.title),
            },
            body,
            ends_on: Some(until),
        },
    )?;
    rounds::supersede_notices(tx, scene.round.id, id)?;
    holidays::reminder(tx, from)
}

/// The notice: ranking, outcomes, reasons, and how to object. A corrected one names what changed, and shows the topics in
/// which something did.
fn notice(c: &mut Conn, scene: &Scene, anew: Option<&Superseded>) -> Result<String> {
    let stored = store::result(c, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let file = file_of(&stored)?;
    let mut intro = Vec::new();
    let mut changed: Option<Vec<i64>> = None;
    if let Some(earlier) = anew {
        intro.push(format!("更正说明：{}", earlier.reason));
        let changes = result_file::changes(&serde_json::from_str(&earlier.body)?, &file);
        if changes.is_empty() {
            intro.push("重新办理以后，各标的的结果都没有变化。".to_owned());
        } else {
            intro.extend(changes.iter().map(TopicChange::sentence));
            if changes.len() < file.topics.len() {
                intro.push("其余标的的结果不变，仍以原公示为准。".to_owned());
            }
            changed = Some(changes.iter().map(|change| change.topic_id).collect());
        }
    }
    if let Some(decision) = store::decision(c, scene.round.id)? {
        intro.push(format!(
            "经评审委员会评审、党委会研究决定（{}，{}），现将结果公示如下。",
            decision.minute_number,
            show_date(decision.minute_date)
        ));
    }
    let mut outro = match (scene.round.publicity_from, scene.round.publicity_until) {
        (Some(from), Some(until)) => format!(
            "公示期：{}至{}，共 {} 个工作日。对结果有异议的，可在公示期内实名或匿名提出。",
            show_date(from),
            show_date(until),
            scene.round.publicity_days
        ),
        _ => String::new(),
    };
    let tables = ranking_tables(c, scene, &file, changed.as_deref())?;
    if store::has_lots(c, scene.evaluation.id)? {
        outro = format!("{CHECK_LOTS}\n{outro}");
    }
    let body = json!({
        "intro": intro.join("\n"),
        "tables": tables,
        "outro": outro,
    });
    Ok(body.to_string())
}

/// A table a topic, as the portal shows them; `only` limits them to these topics.
fn ranking_tables(
    c: &mut Conn,
    scene: &Scene,
    file: &ResultFile,
    only: Option<&[i64]>,
) -> Result<Vec<Value>> {
    let rows = store::rows(c, scene.evaluation.id)?;
    let ranked = excerpt::lines(file);
    let told = |topic: i64| only.is_none_or(|only| only.contains(&topic));
    let columns: Vec<String> = ["名次", "项目", "申报组织"]
        .into_iter()
        .map(str::to_owned)
        .chain(file.criteria.iter().map(|criterion| {
            format!(
                "{} {}",
                criterion.name,
                plain_marks(criterion.full_marks_hundredths)
            )
        }))
        .chain(["得分", "结果", "说明"].into_iter().map(str::to_owned))
        .collect();
    let mut tables = Vec::new();
    for topic in rounds::topics(c, scene.round.id)? {
        if !told(topic.id.0) {
            continue;
        }
        if topic.failed {
            tables.push(json!({
                "caption": format!("{}：有效申报不足，流标", topic.title), "columns": [], "rows": [],
            }));
            continue;
        }
        let mut lines: Vec<Vec<String>> = Vec::new();
        for row in rows.iter().filter(|row| row.topic_id == topic.id) {
            let bid = file.bids.iter().find(|bid| bid.id == row.subject_id);
            let (title, organization) = bid.map_or(("", ""), |bid| {
                (bid.title.as_str(), bid.organization.as_str())
            });
            let outcome = match (row.outcome, row.reserve_order) {
                (Some(Outcome::Reserve), Some(order)) => format!("备选第 {order}"),
                (Some(outcome), _) => outcome.label().to_owned(),
                (None, _) => row.proposal.label().to_owned(),
            };
            let ranked = ranked.get(&row.subject_id);
            let mut line = vec![
                row.rank.map_or_else(String::new, |rank| rank.to_string()),
                title.to_owned(),
                organization.to_owned(),
            ];
            line.extend(file.criteria.iter().map(|criterion| {
                let means = ranked.map_or(&[][..], |one| one.criteria.as_slice());
                means
                    .iter()
                    .find(|one| one.criterion_id == criterion.id)
                    .map_or_else(|| "—".to_owned(), |one| one.mean.shown.clone())
            }));
            line.push(row.shown.map_or_else(String::new, marks_text));
            line.push(outcome);
            let notes = [ordered(file, row.subject_id), row.deviation_reason.clone()];
            line.push(notes.into_iter().flatten().collect::<Vec<_>>().join(""));
            lines.push(line);
        }
        tables.push(json!({
            "caption": format!("{}（名额 {} 个）", topic.title, topic.quota),
            "columns": columns,
            "rows": lines,
        }));
    }
    let told_draw = |draw: &&LotDraw| {
        file.bids
            .iter()
            .any(|bid| Some(&bid.id) == draw.bids.first() && told(bid.topic_id))
    };
    let draws = file.lots.iter().filter(told_draw);
    tables.extend(draws.map(|draw| lots_table(file, draw)));
    Ok(tables)
}

/// How bids of equal marks came into their order, if this one did.
fn ordered(file: &ResultFile, bid: i64) -> Option<String> {
    let tie = file.tie_breaks.iter().find(|tie| tie.bid_id == bid)?;
    Some(match tie.method {
        TieBreakMethod::Vote => "得分相同，由评审委员会表决排先后。".to_owned(),
        TieBreakMethod::Lots => "得分相同，由抽签排先后，见下。".to_owned(),
    })
}

/// Everything anybody needs to draw the lots again.
fn lots_table(file: &ResultFile, draw: &LotDraw) -> Value {
    let title = |id: &i64| {
        let bid = file.bids.iter().find(|bid| bid.id == *id);
        let title = bid.map_or("", |bid| bid.title.as_str());
        format!("{title}（{id}）")
    };
    let named = |bids: &[i64]| bids.iter().map(title).collect::<Vec<_>>().join("、");
    let mut rows = vec![["并列的申报书".to_owned(), named(&draw.bids)]];
    let parts = [
        ("评审委员会一方", &draw.chair),
        ("督导员一方", &draw.supervisor),
    ];
    for (who, part) in parts {
        let Some(part) = part else {
            rows.push([who.to_owned(), "没有承诺".to_owned()]);
            continue;
        };
        rows.push([format!("{who}的承诺"), part.commitment.clone()]);
        match &part.revealed {
            Some(held) => {
                rows.push([format!("{who}的口令词"), held.word.clone()]);
                rows.push([format!("{who}的随机数"), held.salt.clone()]);
            }
            None => rows.push([format!("{who}的口令词"), "没有揭示".to_owned()]),
        }
    }
    match (&draw.seed, &draw.void) {
        (Some(seed), _) => {
            rows.push(["种子".to_owned(), seed.clone()]);
            rows.push(["先后".to_owned(), named(&draw.order)]);
        }
        (None, reason) => rows.push(["作废".to_owned(), reason.clone().unwrap_or_default()]),
    }
    json!({
        "caption": format!("同分抽签（批次 {}，第 {} 次）", file.round.id, draw.number),
        "columns": ["事项", "内容"],
        "rows": rows,
    })
}

/// How to check a draw, in one sentence.
const CHECK_LOTS: &str = "同分抽签可以自己核对：承诺是“biaogan-lot-1、随机数、口令词”三行的 SHA-256；种子是“biaogan-lots-1、批次编号、第几次、申报书编号由小到大以逗号相连、评审委员会一方的随机数和口令词、督导员一方的随机数和口令词”各占一行的 SHA-256；“种子、申报书编号”两行的 SHA-256 由小到大就是先后。";

/// Why the round cannot be concluded yet, if so.
pub fn may_conclude(c: &mut Conn, scene: &Scene, now: Instant) -> Result<(), Error> {
    scene.next(Action::Conclude, now)?;
    if let Some(until) = scene.round.publicity_until
        && clock::local_date(now) <= until
    {
        return Err(
            Refusal::new("publicity_running", "公示还没有结束，不能办结。")
                .remedy(format!("公示至{}，次日起可以办结。", show_date(until)))
                .into(),
        );
    }
    let open = store::open_objections(c, scene.round.id)?;
    if open > 0 {
        return Err(Refusal::new(
            "objection_open",
            format!("还有 {open} 件异议没有答复，不能办结。"),
        )
        .remedy("请党建部先答复异议。")
        .into());
    }
    failed::may_conclude(c, scene.round.id)
}

pub fn conclude(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Scene> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    let now = tx.now();
    may_conclude(tx, &scene, now)?;
    scene.round.version = rounds::conclude(tx, &scene.round)?;
    scene.round.state = rounds::RoundState::Concluded;
    let stored = store::result(tx, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let body = json!({
        "intro": "公示期满，没有未办结的异议，结果生效。",
        "tables": ranking_tables(tx, &scene, &file_of(&stored)?, None)?,
    });
    rounds::announce(
        tx,
        Post {
            committee: scene.round.committee_id,
            round: Some(round),
            kind: AnnouncementKind::Result,
            title: format!("结果公告：{}", scene.round.title),
            body: body.to_string(),
            ends_on: None,
        },
    )?;
    let winners = store::winners(tx, round)?;
    audit::record(
        tx,
        actor,
        panel::event(&scene, Verb::RoundConcluded).detail(json!({ "winners": winners })),
    )?;
    Ok(scene)
}
