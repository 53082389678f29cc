//! Is a result file's input complete and consistent? Says the first thing that is wrong, in plain words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use crate::numbers::result_file::{
    FORMAT_VERSION, MAX_ID, ResultFile, SheetInfo, TieStep, bad_instant, instant,
};
use crate::numbers::rules::{FULL_MARKS, marks_text};

/// Most entries of each list; far beyond any round, and small enough that nothing can overflow.
const MAX_CRITERIA: usize = 100;

const MAX_TOPICS: usize = 1_000;

const MAX_BIDS: usize = 10_000;

const MAX_REVIEWERS: usize = 1_000;

const MAX_SHEETS: usize = 200_000;

impl ResultFile {
    /// Checks everything but the computed parts (ranking, totals of the sheets).
    pub(super) fn check(&self) -> Result<(), String> {
        if self.format_version != FORMAT_VERSION {
            return Err(format!(
                "结果文件的格式版本为 {}，本程序只认 {FORMAT_VERSION}",
                self.format_version
            ));
        }
        for (what, size, most) in [
            ("评分标准", self.criteria.len(), MAX_CRITERIA),
            ("标的", self.topics.len(), MAX_TOPICS),
            ("申报书", self.bids.len(), MAX_BIDS),
            ("评委", self.reviewers.len(), MAX_REVIEWERS),
            ("评分表", self.sheets.len(), MAX_SHEETS),
        ] {
            if size > most {
                return Err(format!("{what}有 {size} 条，超过上限 {most}"));
            }
        }
        self.check_rule()?;

        let topics = ids("标的", self.topics.iter().map(|topic| topic.id))?;
        let bids = ids("申报书", self.bids.iter().map(|bid| bid.id))?;
        let topic_of: BTreeMap<i64, i64> =
            self.bids.iter().map(|bid| (bid.id, bid.topic_id)).collect();
        for bid in &self.bids {
            known("标的", &bid.topic_id, &topics)?;
        }
        let reviewers = unique("评委", self.reviewers.iter().map(String::as_str))?;
        if reviewers.contains("") {
            return Err("评委代号不能为空".to_owned());
        }

        let recused = self
            .recusals
            .iter()
            .map(|recusal| (recusal.alias.as_str(), recusal.topic_id));
        for (alias, topic) in recused.clone() {
            known("评委", &alias, &reviewers)?;
            known("标的", &topic, &topics)?;
        }
        let recused: BTreeSet<(&str, i64)> = recused.collect();
        if recused.len() != self.recusals.len() {
            return Err("同一评委对同一标的的回避记录重复".to_owned());
        }

        ids("评分表", self.sheets.iter().map(|sheet| sheet.id))?;
        let mut given = BTreeSet::new();
        for sheet in &self.sheets {
            known("评委", &sheet.alias.as_str(), &reviewers)?;
            known("申报书", &sheet.bid_id, &bids)?;
            if !given.insert((sheet.alias.as_str(), sheet.bid_id)) {
                return Err(format!(
                    "评委 {} 对申报书 {} 有两份评分表",
                    sheet.alias, sheet.bid_id
                ));
            }
            if topic_of
                .get(&sheet.bid_id)
                .is_some_and(|topic| recused.contains(&(sheet.alias.as_str(), *topic)))
            {
                return Err(format!(
                    "评委 {} 已回避，却有对申报书 {} 的评分表",
                    sheet.alias, sheet.bid_id
                ));
            }
            self.check_sheet(sheet)?;
        }

        for lifted in &self.lifted_recusals {
            known("评委", &lifted.alias.as_str(), &reviewers)?;
            known("标的", &lifted.topic_id, &topics)?;
        }
        for bid in unique(
            "分工中的申报书",
            self.assignments.iter().map(|one| one.bid_id),
        )? {
            known("申报书", &bid, &bids)?;
        }
        for one in &self.assignments {
            for alias in unique("分工中的评委", one.reviewers.iter().map(String::as_str))? {
                known("评委", &alias, &reviewers)?;
            }
        }

        for bid in unique(
            "投票抽签记录的申报书",
            self.tie_breaks.iter().map(|tie| tie.bid_id),
        )? {
            known("申报书", &bid, &bids)?;
        }
        self.check_lots()?;
        let decided = self
            .decision
            .iter()
            .flat_map(|decision| &decision.items)
            .map(|item| item.bid_id);
        for bid in unique("决定中的申报书", decided)? {
            known("申报书", &bid, &bids)?;
        }
        Ok(())
    }

    fn check_rule(&self) -> Result<(), String> {
        id("批次", self.round.id)?;
        ids(
            "评分标准",
            self.criteria.iter().map(|criterion| criterion.id),
        )?;
        self.rules().validate().map_err(|error| error.to_string())?;
        if self.rule.full_marks_hundredths != FULL_MARKS {
            return Err(format!(
                "满分应为 {FULL_MARKS}，现为 {}",
                self.rule.full_marks_hundredths
            ));
        }
        if self.rule.tie_break != TieStep::LADDER {
            return Err("同分处理规则与规定不符".to_owned());
        }
        Ok(())
    }

    fn check_sheet(&self, sheet: &SheetInfo) -> Result<(), String> {
        if instant(&sheet.submitted_at).is_none() {
            return Err(bad_instant(sheet));
        }
        let mut marks = BTreeMap::new();
        for mark in &sheet.marks {
            if marks
                .insert(mark.criterion_id, mark.mark_hundredths)
                .is_some()
            {
                return Err(format!(
                    "评分表 {} 中评分标准 {} 重复",
                    sheet.id, mark.criterion_id
                ));
            }
        }
        for criterion in &self.criteria {
            match marks.remove(&criterion.id) {
                None => return Err(format!("评分表 {} 缺少评分标准 {}", sheet.id, criterion.id)),
                Some(mark) if !(0..=criterion.full_marks_hundredths).contains(&mark) => {
                    let (mark, full) = (
                        marks_text(mark),
                        marks_text(criterion.full_marks_hundredths),
                    );
                    return Err(format!(
                        "评分表 {} 的“{}”为 {mark} 分，应在 0 至 {full} 分之间",
                        sheet.id, criterion.name
                    ));
                }
                Some(_) => {}
            }
        }
        match marks.keys().next() {
            Some(criterion) => Err(format!("评分表 {} 含未知的评分标准 {criterion}", sheet.id)),
            None => Ok(()),
        }
    }
}

fn id(what: &str, id: i64) -> Result<(), String> {
    if (1..=MAX_ID).contains(&id) {
        Ok(())
    } else {
        Err(format!("{what}编号 {id} 超出范围"))
    }
}

fn ids(what: &str, all: impl Iterator<Item = i64>) -> Result<BTreeSet<i64>, String> {
    let all = unique(what, all)?;
    for one in &all {
        id(what, *one)?;
    }
    Ok(all)
}

fn unique<T: Ord + Display>(
    what: &str,
    all: impl Iterator<Item = T>,
) -> Result<BTreeSet<T>, String> {
    let mut seen = BTreeSet::new();
    for one in all {
        if seen.contains(&one) {
            return Err(format!("{what} {one} 重复"));
        }
        seen.insert(one);
    }
    Ok(seen)
}

fn known<T: Ord + Display>(what: &str, one: &T, all: &BTreeSet<T>) -> Result<(), String> {
    if all.contains(one) {
        Ok(())
    } else {
        Err(format!("文件中没有{what} {one}"))
    }
}
