//! The ranking as a table: all topics, with the mark for each criterion.

use super::part::Part;
use super::shown::{ExactMean, RankedBid};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{RoundId, TopicId};
use crate::tables::{Cell, Table};
use crate::who::Actor;

/// Of all topics, or of one.
pub fn table(c: &mut Conn, actor: &Actor, round: RoundId, only: Option<TopicId>) -> Result<Table> {
    let part = Part::whole(only);
    let (_, result) = super::read(c, actor, round, &part)?;
    let heads = HEADS.into_iter().map(str::to_owned);
    let criteria = result.criteria.iter();
    let marks = criteria.map(|one| format!("{}（{} 分）", one.name, one.full_marks));
    let mut table = Table::new("评审结果", heads.chain(marks).collect());
    for topic in &result.topics {
        table.extend(topic.rows.iter().map(|row| cells(&topic.title, row)))?;
    }
    Ok(table)
}

const HEADS: [&str; 11] = [
    "标的",
    "名次",
    "项目",
    "申报组织",
    "得分",
    "有效评分表",
    "计入评分表",
    "按规则建议",
    "决定",
    "候补次序",
    "不同于建议的理由",
];

fn cells(topic: &str, row: &RankedBid) -> Vec<Cell> {
    let mark = |mean: &ExactMean| {
        let hundredths = mean.shown.replace('.', "").parse();
        hundredths.map_or_else(|_| mean.shown.as_str().into(), Cell::Hundredths)
    };
    let mut all = vec![
        topic.into(),
        row.rank.map(i64::from).into(),
        row.title.as_str().into(),
        row.organization.as_str().into(),
        row.total.as_ref().map(mark).into(),
        i64::from(row.sheets_valid).into(),
        i64::from(row.sheets_kept).into(),
        row.proposal.label().into(),
        row.outcome.map(|outcome| outcome.label()).into(),
        row.reserve_order.into(),
        row.reason.clone().into(),
    ];
    all.extend(row.criteria.iter().map(mark));
    all
}
