//! Does the carried ranking follow from the carried inputs?

use std::collections::BTreeMap;

use crate::numbers::result_file::{self, Mean, ResultFile, Row, TopicRanking, recompute};
use crate::numbers::rules::marks_text;

/// What the file says and its inputs do not yield, one sentence each; empty when all agrees. Inputs that are malformed
/// are a difference, too.
pub fn differences(file: &ResultFile) -> Vec<String> {
    let computed = match recompute(file) {
        Ok(computed) => computed,
        Err(reason) => return vec![reason],
    };
    let mut found = Vec::new();
    for sheet in &file.sheets {
        let sum: i64 = sheet.marks.iter().map(|mark| mark.mark_hundredths).sum();
        if sheet.total_hundredths != sum {
            let (carried, sum) = (marks_text(sheet.total_hundredths), marks_text(sum));
            found.push(format!(
                "评分表 {}：文件记总分 {carried}，各项相加为 {sum}",
                sheet.id
            ));
        }
    }
    if computed == file.ranking {
        return found;
    }

    let before = found.len();
    let carried: BTreeMap<i64, &TopicRanking> = file
        .ranking
        .iter()
        .map(|topic| (topic.topic_id, topic))
        .collect();
    for topic in &computed {
        match carried.get(&topic.topic_id) {
            None => found.push(format!("标的 {}：文件中没有排名", topic.topic_id)),
            Some(carried) => compare_topic(carried, topic, &mut found),
        }
    }
    for topic in carried
        .keys()
        .filter(|id| computed.iter().all(|topic| topic.topic_id != **id))
    {
        found.push(format!("标的 {topic}：文件中有排名，但没有这个标的"));
    }
    if found.len() == before {
        found.push("排名的先后次序或条数与重算不符".to_owned());
    }
    found
}

fn compare_topic(carried: &TopicRanking, computed: &TopicRanking, found: &mut Vec<String>) {
    let topic = computed.topic_id;
    if carried.eligible_reviewers != computed.eligible_reviewers {
        let (old, new) = (carried.eligible_reviewers, computed.eligible_reviewers);
        found.push(format!(
            "标的 {topic}：文件记应评评委 {old} 人，重算为 {new} 人"
        ));
    }
    if carried.unscored != computed.unscored {
        let (old, new) = (&carried.unscored, &computed.unscored);
        found.push(format!(
            "标的 {topic}：文件记未评申报书 {old:?}，重算为 {new:?}"
        ));
    }
    let rows: BTreeMap<i64, &Row> = carried.rows.iter().map(|row| (row.bid_id, row)).collect();
    for row in &computed.rows {
        match rows.get(&row.bid_id) {
            None => found.push(format!(
                "申报书 {}：文件的排名中没有，重算为第 {} 名",
                row.bid_id, row.rank
            )),
            Some(carried) => compare_row(carried, row, found),
        }
    }
    for bid in rows
        .keys()
        .filter(|id| computed.rows.iter().all(|row| row.bid_id != **id))
    {
        found.push(format!("申报书 {bid}：文件的排名中有，重算没有"));
    }
}

fn compare_row(carried: &Row, computed: &Row, found: &mut Vec<String>) {
    let mut say = |what: &str, old: String, new: String| {
        if old != new {
            found.push(format!(
                "申报书 {}：文件记{what} {old}，重算为 {new}",
                computed.bid_id
            ));
        }
    };
    say("名次", carried.rank.to_string(), computed.rank.to_string());
    say("得分", mean(&carried.total), mean(&computed.total));
    say("各项平均分", criteria(carried), criteria(computed));
    say("评分表数", sheets(carried), sheets(computed));
    say("去掉的评分表", dropped(carried), dropped(computed));
    say(
        "达到法定人数",
        carried.quorum_met.to_string(),
        computed.quorum_met.to_string(),
    );
    say("同分处理", tie(carried), tie(computed));
    say("拟定结果", outcome(carried), outcome(computed));
}

fn mean(mean: &Mean) -> String {
    format!("{}（{}/{}）", mean.shown, mean.numerator, mean.denominator)
}

fn criteria(row: &Row) -> String {
    let one = |c: &result_file::CriterionMean| format!("{}:{}", c.criterion_id, mean(&c.mean));
    row.criteria.iter().map(one).collect::<Vec<_>>().join("，")
}

fn sheets(row: &Row) -> String {
    format!("{} 取 {}", row.sheets, row.kept)
}

fn dropped(row: &Row) -> String {
    let one = |sheet: &result_file::DroppedSheet| {
        format!("{}/{}/{:?}", sheet.sheet_id, sheet.alias, sheet.end)
    };
    format!(
        "[{}]",
        row.dropped.iter().map(one).collect::<Vec<_>>().join("，")
    )
}

fn tie(row: &Row) -> String {
    format!("{:?}/{:?}", row.resolved_by, row.resolved_by_criterion)
}

fn outcome(row: &Row) -> String {
    format!("{:?}/{:?}", row.proposed, row.reserve)
}
