//! The minute of an opening (开标记录), line by line.

use crate::audit::{self, Verb};
use crate::bids::actions::{Opened, OpenedLine, VoidAt};
use crate::clock::show_instant;
use crate::db::Tx;
use crate::error::Result;
use crate::failed;
use crate::files::Fault;
use crate::people;
use crate::rounds::Round;
use crate::seats;
use crate::text::quoted;
use crate::verbs::ceremony::Present;

/// The stored files of the bids, held against what was submitted.
#[derive(Clone, Default)]
pub struct Compared {
    pub count: usize,
    pub faults: Vec<Fault>,
}

/// How many bids the minute lists by name; beyond that the round's list shows them.
pub const LISTED: usize = 500;

/// What it tells beside what lies in the database.
pub struct Told<'a> {
    pub host: &'a str,
    pub witness: &'a str,
    /// Who opened.
    pub present: &'a Present,
    pub attendance: &'a str,
    pub given_up: Option<&'a str>,
    pub opened: &'a Opened,
    pub files: Option<&'a Compared>,
    /// Where the committee's chain of events first does not hold.
    pub broken: Option<i64>,
}

pub fn written(tx: &mut Tx, round: &Round, told: &Told) -> Result<String> {
    let now = show_instant(tx.now());
    let mut lines = vec![
        format!("开标时间：{now}。"),
        format!("主持：{}。监督：{}。", told.host, told.witness),
    ];
    let ids: Vec<_> = told.present.iter().map(|(id, _)| *id).collect();
    let names = people::user_names(tx, &ids)?;
    let names: Vec<String> = ids.iter().filter_map(|id| names.get(id).cloned()).collect();
    lines.push(format!("启封人：{}，各自当场输入口令。", names.join("、")));
    lines.extend(told.given_up.map(str::to_owned));
    if !told.attendance.is_empty() {
        lines.push(format!("到会：{}。", told.attendance));
    }
    let blind = seats::is_blind(tx, round.id)?;
    lines.extend(of_bids(told.opened, blind));
    lines.extend(
        told.files
            .map(|files| of_files(files, told.opened, blind))
            .unwrap_or_default(),
    );
    lines.extend(told.broken.map(|seq| {
        format!(
            "审计链自第 {seq} 号事件起核对不上，最后一次提交可能因此缺失：各申报组织请凭提交回执核对上列摘要，\
             详情见审计核对（audit verify）。"
        )
    }));
    for event in audit::of_round(tx, round.id, Verb::BidLateRefused)? {
        lines.push(format!(
            "{}有一次逾期提交被拒绝（截止时间{}）。",
            show_instant(event.at),
            show_instant(round.deadline)
        ));
    }
    for story in failed::stories(tx, round.id)? {
        lines.push(failed::why(&story.topic, story.failed.valid_bids));
    }
    Ok(lines.join("\n"))
}

fn of_bids(opened: &Opened, blind: bool) -> Vec<String> {
    let (sound, broken) = (opened.sound, opened.broken.len());
    let mut lines = vec![format!(
        "收到申报 {} 份，摘要核对一致 {sound} 份。",
        sound + broken
    )];
    if blind {
        lines.push("匿名评审：申报组织和题目在评分锁定以后公布，下列摘要届时可以核对。".to_owned());
    }
    let named = |line: &OpenedLine| match blind {
        true => format!("摘要 {}", line.digest),
        false => format!(
            "{}《{}》，摘要 {}",
            line.organization,
            title(line),
            line.digest
        ),
    };
    lines.extend(opened.lines.iter().take(LISTED).map(named));
    if sound > LISTED {
        lines.push(format!(
            "其余 {} 份的摘要见批次的申报列表。",
            sound - LISTED
        ));
    }
    let void = |line: &OpenedLine| {
        let organization = &line.organization;
        match line.void {
            Some(VoidAt::NotSealedAgain) => {
                format!("{organization}：开标密钥更换以后没有重新封装，按废标处理。")
            }
            Some(VoidAt::Differs) | None => {
                format!("{organization}：摘要与提交时不一致，按废标处理。")
            }
        }
    };
    lines.extend(opened.broken.iter().map(void));
    lines
}

fn title(line: &OpenedLine) -> &str {
    line.title.as_deref().unwrap_or_default()
}

/// A file that is missing or was changed is named; in a blind round only its bid's digest.
fn of_files(files: &Compared, opened: &Opened, blind: bool) -> Vec<String> {
    if files.count == 0 {
        return Vec::new();
    }
    let (count, broken) = (files.count, files.faults.len());
    let mut lines = vec![format!(
        "附件 {count} 个，与提交时的摘要核对一致 {} 个。",
        count.saturating_sub(broken)
    )];
    lines.extend(files.faults.iter().map(|fault| {
        let line = opened.lines.iter().find(|line| line.bid == fault.bid);
        let harm = fault.harm.label();
        match line {
            Some(line) if blind => format!("摘要 {} 的申报书有附件{harm}。", line.digest),
            Some(line) => {
                let (organization, title) = (&line.organization, title(line));
                format!(
                    "{organization}《{title}》的附件{}{harm}。",
                    quoted(&fault.name)
                )
            }
            None => format!("附件{harm}。"),
        }
    }));
    lines
}
