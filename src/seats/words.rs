//! The rule in words, for guides and pages.

use crate::marks::Mark;
use crate::numbers::Aggregation;
use crate::numbers::rules::LEAST_SHEETS;
use crate::seats::RuleInput;

/// `0.5`, `70`: no needless zeros.
fn number(mark: Mark) -> String {
    let text = crate::marks::show_hundredths(mark.0);
    match text.split_once('.') {
        Some((whole, "00")) => whole.to_owned(),
        Some(_) => text.trim_end_matches('0').to_owned(),
        None => text,
    }
}

/// How sheets become a result, a sentence each.
pub fn in_words(rule: &RuleInput) -> Vec<String> {
    let ladder: Vec<&str> = rule
        .criteria
        .iter()
        .map(|criterion| criterion.name.as_str())
        .collect();
    let mut lines = vec![format!(
        "每位评委对每份申报书逐项打分，满分 100 分，最小 {} 分；低于该项满分 60% 或高于 95% 的须写明理由。",
        number(rule.mark_step)
    )];
    lines.push(if rule.aggregation != Aggregation::TrimmedMean {
        format!("{}，只在最后舍入一次。", rule.rule().sentence())
    } else if rule.drop_highest + rule.drop_lowest > 0 {
        format!(
            "有效评分表达到 {} 份时，去掉总分最高的 {} 份和最低的 {} 份，其余取平均；不足的直接取平均。四舍五入到两位小数，只在最后舍入一次。",
            rule.trim_from, rule.drop_highest, rule.drop_lowest
        )
    } else {
        "各有效评分表取平均，四舍五入到两位小数，只在最后舍入一次。".to_owned()
    });
    if rule.blind {
        lines.push(
            "匿名评审：评分锁定以前，评委看不到申报组织和人员，附件不显示原名。申报书的题目、正文和附件里请不要写出单位和人员名称。"
                .to_owned(),
        );
    }
    lines.push(format!(
        "计入一份申报书的评分表不得少于评审委员会席位（或分工确定的评审人数）的 {}/{}，回避的席位也计算在内，并且不少于 {LEAST_SHEETS} 份。",
        rule.quorum_numerator, rule.quorum_denominator
    ));
    lines.push(format!(
        "各标的分别排名。得分达到 {} 分、名次在名额以内的拟中标，其余依次备选。",
        number(rule.threshold)
    ));
    lines.push(format!(
        "得分相同的，依次比较{}的平均分；仍相同的，由主任委员记录表决或抽签的次序。",
        ladder.join("、")
    ));
    lines
}

/// The aggregations for a form's choices: `value` and `label`.
pub fn aggregations() -> Vec<serde_json::Value> {
    Aggregation::ALL
        .iter()
        .map(|one| serde_json::json!({ "value": one.as_str(), "label": one.label() }))
        .collect()
}

/// `R3` as people read it: `评委3`.
pub fn alias(alias: &str) -> String {
    format!("评委{}", alias.trim_start_matches('R'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_rule_reads_like_an_office_writes() {
        let text = in_words(&RuleInput::default()).join("");
        for words in [
            "最小 0.5 分",
            "达到 5 份时，去掉总分最高的 1 份和最低的 1 份",
            "2/3",
            "得分达到 70 分",
            "方案优劣、工作业绩、信誉、实施能力",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
    }

    #[test]
    fn nothing_is_said_of_trimming_where_nothing_is_dropped() {
        let rule = RuleInput {
            drop_highest: 0,
            drop_lowest: 0,
            mark_step: Mark(10),
            threshold: Mark(7050),
            ..RuleInput::default()
        };
        let text = in_words(&rule).join("");
        assert!(!text.contains("去掉"), "{text}");
        assert!(
            text.contains("最小 0.1 分") && text.contains("70.5 分"),
            "{text}"
        );
    }
}
