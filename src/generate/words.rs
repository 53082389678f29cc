//! Plausible words for bids.

use chrono::{Duration, NaiveDate};
use rand::RngExt;
use rand::rngs::StdRng;

use super::Branch;
use crate::bids::BidContent;
use crate::bids::content::{BudgetLine, Outcomes, PlanStep, StepKind, Target, Team};

const DOING: [&str; 6] = [
    "安全生产",
    "优质服务",
    "提质增效",
    "人才培养",
    "廉洁风险防控",
    "班组建设",
];
const HOW: [&str; 5] = ["党员责任区", "先锋岗", "结对共建", "积分管理", "清单管理"];

fn pick<'a>(from: &[&'a str], random: &mut StdRng) -> &'a str {
    from.get(random.random_range(0..from.len()))
        .copied()
        .unwrap_or_default()
}

pub(super) fn content(
    topic: Option<crate::ids::TopicId>,
    nth: usize,
    branch: &Branch,
    start: NaiveDate,
    random: &mut StdRng,
) -> BidContent {
    let (doing, how) = (pick(&DOING, random), pick(&HOW, random));
    BidContent {
        copied_from: None,
        topic_id: topic,
        title: format!("{doing}{how}第{nth}号项目"),
        problem: format!(
            "{doing}工作中责任不清、数据不全，近一年发生同类问题{}件。",
            random.random_range(3..60)
        ),
        targets: vec![Target {
            name: "问题件数".to_owned(),
            baseline: random.random_range(20..60).to_string(),
            target: random.random_range(1..15).to_string(),
            unit: "件".to_owned(),
        }],
        plan: StepKind::ALL
            .iter()
            .zip(0i64..)
            .map(|(step, nth)| PlanStep {
                step: *step,
                starts_on: Some(start + Duration::days(nth * 30)),
                ends_on: Some(start + Duration::days(nth * 30 + 29)),
                work: format!("{}：落实到人，按月检查。", step.label()),
            })
            .collect(),
        team: Team {
            leader: Some(branch.user),
            members: Vec::new(),
        },
        track_record: "近三年按期完成任务。".to_owned(),
        credit: "无违约记录。".to_owned(),
        capability: "人员和经费有保障。".to_owned(),
        budget: vec![BudgetLine {
            item: "培训和材料".to_owned(),
            amount: random.random_range(100_000..4_000_000),
        }],
        outcomes: Outcomes {
            institutional: "形成管理办法一份。".to_owned(),
            ..Outcomes::default()
        },
    }
}
