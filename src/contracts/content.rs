//! What a contract says, as canonical JSON.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::audit::sha256_hex;
use crate::bids::content::{BudgetLine, Outcomes, StepKind, Target};
use crate::error::Result;
use crate::ids::OrganizationId;

/// One side of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Party {
    pub organization_id: OrganizationId,
    #[schema(example = "中共国网唐县供电公司委员会")]
    pub name: String,
    /// Its secretary when the contract was drafted.
    #[schema(example = "周敏")]
    pub secretary: String,
}

/// One of the six steps, with its dates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanLine {
    pub step: StepKind,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub work: String,
    pub responsible: String,
}

/// The whole contract. The order of the fields is the canonical order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Content {
    #[schema(example = "党建合〔2026〕12号")]
    pub number: String,
    pub title: String,
    /// Title of the round.
    pub round: String,
    /// Digest of the bid it was drafted from.
    pub bid_digest: String,
    pub party_a: Party,
    pub party_b: Party,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// 破什么难题.
    pub problem: String,
    pub targets: Vec<Target>,
    pub plan: Vec<PlanLine>,
    /// The project's leader.
    pub leader: String,
    pub members: Vec<String>,
    pub deliverables: Outcomes,
    pub budget: Vec<BudgetLine>,
    /// 分.
    pub budget_total: i64,
    pub duties_a: Vec<String>,
    pub duties_b: Vec<String>,
    pub rewards: Vec<String>,
    pub defaults: Vec<String>,
}

impl Content {
    /// Canonical text: what is stored and digested.
    pub fn to_text(&self) -> Result<String> {
        Ok(serde_json::to_string(self)?)
    }

    pub fn from_text(text: &str) -> Result<Self> {
        Ok(serde_json::from_str(text)?)
    }
}

/// SHA-256 over the canonical text: what a signature covers.
pub fn digest_of(text: &str) -> String {
    sha256_hex(text.as_bytes())
}

fn clauses(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// 甲方's duties in the default text.
pub fn default_duties_a() -> Vec<String> {
    clauses(&[
        "按合同提供项目经费和必要的工作条件。",
        "在乙方提交步骤材料后五个工作日内核查，通过或者说明理由退回。",
        "不要求乙方重复填报已经提供过的材料，不以照片和活动次数评价工作。",
        "按约定组织考评验收，公开验收的办法和结果。",
    ])
}

/// 乙方's duties in the default text.
pub fn default_duties_b() -> Vec<String> {
    clauses(&[
        "按六步计划和约定日期组织实施，每一步完成后提交材料。",
        "对所提交材料的真实性负责，不提供涉密信息。",
        "经费专款专用，不列支会议餐费、奖品和宣传片制作。",
        "发现可能影响进度或者目标的情况，及时向甲方说明。",
    ])
}

/// Reward clauses in the default text.
pub fn default_rewards() -> Vec<String> {
    clauses(&[
        "验收为优秀的，优先推荐为示范点，并按甲方办法给予专项奖励。",
        "成果被其他党组织复制推广并经确认的，可以写入以后申报书的工作业绩。",
    ])
}

/// Default clauses in the default text.
pub fn default_defaults() -> Vec<String> {
    clauses(&[
        "步骤逾期的，按五级管控逐级督促：逾期第 1 周由责任人，第 2 周由支部书记，第 3 周由归口部门，第 4 周由党委党建部，此后由党委书记。",
        "验收不合格的，乙方应当在限期内整改并再验收一次；仍不合格的，甲方可以终止合同。",
        "因甲方原因造成逾期的，期限相应顺延，由双方签署变更。",
    ])
}
