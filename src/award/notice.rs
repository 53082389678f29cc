//! What is posted: ranking, outcomes, reasons, lots, and how to object.

use serde_json::{Value, json};

use crate::clock::show_date;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::numbers::excerpt;
use crate::numbers::result_file::{self, LotDraw, ResultFile, TieBreakMethod, TopicChange};
use crate::numbers::rules::{marks_text, plain_marks};
use crate::panel::scene::Scene;
use crate::result::actions::lock::file_of;
use crate::result::{self, Outcome, Superseded};
use crate::rounds;

/// The notice: ranking, outcomes, reasons, and how to object. A corrected one names what changed, and shows the topics in
/// which something did.
pub fn notice(c: &mut Conn, scene: &Scene, anew: Option<&Superseded>) -> Result<String> {
    let stored = result::result(c, scene.evaluation.id)?.ok_or(Error::NotFound)?;
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
    if let Some(decision) = result::decision(c, scene.round.id)? {
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
    if result::has_lots(c, scene.evaluation.id)? {
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
pub fn ranking_tables(
    c: &mut Conn,
    scene: &Scene,
    file: &ResultFile,
    only: Option<&[i64]>,
) -> Result<Vec<Value>> {
    let rows = result::rows(c, scene.evaluation.id)?;
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
