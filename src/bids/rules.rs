//! Pure rules of a bid: states, completeness, the sealed payload.
//!
//! | state ↓ action → | save | submit | withdraw | open | void |
//! |---|---|---|---|---|---|
//! | draft | draft | submitted | – | – | – |
//! | submitted | submitted | submitted | withdrawn | opened | void |
//! | withdrawn | withdrawn | submitted | – | – | – |
//! | opened | – | – | – | – | void |
//! | void | – | – | – | – | – |
//! | merged | – | – | – | – | – |
//!
//! An opened bid becomes merged (see [`crate::joint`]) when all whom it concerns agree; it then goes on within another.

use serde::{Deserialize, Serialize};

use super::content::{BidContent, BudgetLine, StepKind, Target};
use super::{Bid, BidState};
use crate::crypto;
use crate::error::{FieldErrors, Refusal, Result};
use crate::files::Attachment;
use crate::ids::{AttachmentId, BidId, OrganizationId, RoundId, UserId};
use crate::money::show_yuan;
use crate::rounds::Topic;

crate::text_enum! {
    /// What may be done with a bid.
    Action {
        Save = "save" "保存",
        Submit = "submit" "提交",
        Withdraw = "withdraw" "撤回",
        Open = "open" "开标",
        Void = "void" "废标",
        Merge = "merge" "并入联合攻关",
    }
}

pub fn next(state: BidState, action: Action) -> Result<BidState, Refusal> {
    use BidState::{Draft, Merged, Opened, Submitted, Void, Withdrawn};
    match (state, action) {
        (Draft | Submitted | Withdrawn, Action::Save) => Ok(state),
        (Draft | Submitted | Withdrawn, Action::Submit) => Ok(Submitted),
        (Submitted, Action::Withdraw) => Ok(Withdrawn),
        (Submitted, Action::Open) => Ok(Opened),
        (Submitted | Opened, Action::Void) => Ok(Void),
        (Opened, Action::Merge) => Ok(Merged),
        (Merged, _) => Err(Refusal::new(
            "merged",
            "申报书已并入联合攻关，随牵头的申报书一起评审和办理。",
        )
        .remedy("请到牵头的申报书办理。")),
        (Draft | Withdrawn, Action::Withdraw | Action::Open | Action::Void | Action::Merge)
        | (Submitted, Action::Merge)
        | (Opened, Action::Save | Action::Submit | Action::Withdraw | Action::Open)
        | (Void, _) => Err(Refusal::new(
            "wrong_state",
            format!("申报书现在是“{}”，不能{}。", state.label(), action.label()),
        )
        .remedy(match action {
            Action::Save | Action::Submit => "开标以后申报书不能再改。",
            Action::Withdraw => "只有已提交、未开标的申报书可以撤回。",
            Action::Open => "只有已提交的申报书参加开标。",
            Action::Void => "只有已开标的申报书可以按废标处理。",
            Action::Merge => "只有已开标的申报书可以合为联合攻关。",
        })),
    }
}

/// What is missing for submission, field by field. Ten things are required, everything else helps.
pub fn missing(content: &BidContent, topics: &[Topic]) -> FieldErrors {
    let mut errors = FieldErrors::new();
    let mut say = |field: &str, text: &str| {
        errors
            .entry(field.to_owned())
            .or_default()
            .push(text.to_owned())
    };
    let topic = content
        .topic_id
        .and_then(|id| topics.iter().find(|topic| topic.id == id));
    match (content.topic_id, topic) {
        (None, _) => say("topic_id", "请选择标的。"),
        (Some(_), None) => say("topic_id", "这个标的不属于本批次。"),
        (Some(_), Some(_)) => {}
    }
    for (field, text, words) in [
        ("title", &content.title, "请填写项目名称。"),
        ("problem", &content.problem, "请写明要破什么难题。"),
        ("track_record", &content.track_record, "请填写工作业绩。"),
        ("capability", &content.capability, "请填写实施能力。"),
    ] {
        if text.trim().is_empty() {
            say(field, words);
        }
    }
    if content
        .targets
        .iter()
        .all(|target| target.name.trim().is_empty())
    {
        say("targets[0][name]", "请至少写一个可衡量的目标。");
    }
    for (index, target) in content.targets.iter().enumerate() {
        if !target.name.trim().is_empty() && target.target.trim().is_empty() {
            say(&format!("targets[{index}][target]"), "请填写目标值。");
        }
    }
    if content.plan.iter().all(|step| step.work.trim().is_empty()) {
        say("plan[0][work]", "请写明六步计划中至少一步做什么。");
    }
    for (index, step) in content.plan.iter().enumerate() {
        if let (Some(from), Some(to)) = (step.starts_on, step.ends_on)
            && to < from
        {
            say(
                &format!("plan[{index}][ends_on]"),
                "结束日期不能早于开始日期。",
            );
        }
        if content
            .plan
            .iter()
            .take(index)
            .any(|earlier| earlier.step == step.step)
        {
            say(
                &format!("plan[{index}][step]"),
                &format!("“{}”写了两次。", step.step.label()),
            );
        }
    }
    if content.team.leader.is_none() {
        say("team[leader]", "请选择负责人。");
    }
    if let Some(ceiling) = topic.and_then(|topic| topic.budget_ceiling)
        && content.budget_total() > ceiling
    {
        say(
            "budget[0][amount]",
            &format!(
                "经费合计 {} 元，超过标的上限 {} 元，多出 {} 元。",
                show_yuan(content.budget_total()),
                show_yuan(ceiling),
                show_yuan(content.budget_total() - ceiling),
            ),
        );
    }
    errors
}

/// Whether nothing is written yet but, at most, which topic it is for.
pub fn untouched(content: &BidContent) -> bool {
    let mut rest = content.clone();
    rest.topic_id = None;
    rest.plan.retain(|step| {
        !step.work.trim().is_empty() || step.starts_on.is_some() || step.ends_on.is_some()
    });
    rest.targets.retain(|target| *target != Target::default());
    rest.budget.retain(|line| *line != BudgetLine::default());
    rest == BidContent::default()
}

/// What of an earlier bid goes into a new draft: all but its topic, its dates and whoever has left since.
pub fn copied(old: &BidContent, from: BidId, draft: &BidContent, roster: &[UserId]) -> BidContent {
    let mut content = old.clone();
    content.topic_id = draft.topic_id;
    content.copied_from = Some(from);
    for step in &mut content.plan {
        step.starts_on = None;
        step.ends_on = None;
    }
    content.team.leader = content.team.leader.filter(|leader| roster.contains(leader));
    content
        .team
        .members
        .retain(|member| roster.contains(member));
    content
}

/// A plan with one row for each of the six steps, in their order, keeping what is written.
pub fn six_steps(content: &mut BidContent) {
    let mut plan = std::mem::take(&mut content.plan);
    for kind in StepKind::ALL {
        let row = match plan.iter().position(|step| step.step == *kind) {
            Some(at) => plan.remove(at),
            None => super::content::PlanStep {
                step: *kind,
                starts_on: None,
                ends_on: None,
                work: String::new(),
            },
        };
        content.plan.push(row);
    }
}

/// An attachment as the sealed payload names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SealedAttachment {
    /// None in a submission of old times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AttachmentId>,
    pub name: String,
    pub size: i64,
    pub sha256: String,
}

/// What was submitted, once it is opened.
pub fn sealed_of(bid: &Bid) -> Result<Option<Sealed>> {
    sealed_bytes(bid.sealed.as_deref())
}

/// The same of the bytes themselves.
pub fn sealed_bytes(bytes: Option<&[u8]>) -> Result<Option<Sealed>> {
    bytes
        .filter(|bytes| !crypto::is_ciphertext(bytes))
        .map(serde_json::from_slice)
        .transpose()
        .map_err(Into::into)
}

/// The opaque payload of a submitted bid. The salt keeps anybody from guessing a bid by its digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sealed {
    pub bid_id: BidId,
    pub round_id: RoundId,
    pub organization_id: OrganizationId,
    pub content: BidContent,
    pub attachments: Vec<SealedAttachment>,
    /// 128 random bits in hexadecimal.
    pub salt: String,
}

impl Sealed {
    /// Whether this file was submitted; known by its digest where its id was not yet noted.
    pub fn names(&self, file: &Attachment) -> bool {
        self.attachments
            .iter()
            .any(|named| named.is(file.id, &file.sha256))
    }
}

impl SealedAttachment {
    pub fn is(&self, id: AttachmentId, sha256: &str) -> bool {
        self.id.map_or(self.sha256 == sha256, |named| named == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_action_is_as_the_table_says() {
        let mut allowed = Vec::new();
        for state in BidState::ALL {
            for action in Action::ALL {
                if let Ok(next) = next(*state, *action) {
                    allowed.push(format!("{state} {action} {next}"));
                }
            }
        }
        assert_eq!(
            allowed,
            [
                "draft save draft",
                "draft submit submitted",
                "submitted save submitted",
                "submitted submit submitted",
                "submitted withdraw withdrawn",
                "submitted open opened",
                "submitted void void",
                "withdrawn save withdrawn",
                "withdrawn submit submitted",
                "opened void void",
                "opened merge merged",
            ]
        );
    }

    #[test]
    fn an_empty_bid_lacks_what_is_required_and_nothing_more() {
        let fields: Vec<_> = missing(&BidContent::default(), &[]).into_keys().collect();
        assert_eq!(
            fields,
            [
                "capability",
                "plan[0][work]",
                "problem",
                "targets[0][name]",
                "team[leader]",
                "title",
                "topic_id",
                "track_record"
            ]
        );
    }

    #[test]
    fn required_are_ten_fields_at_most() {
        assert!(missing(&BidContent::default(), &[]).len() <= 10);
    }

    #[test]
    fn a_copy_leaves_out_topic_dates_and_who_left() {
        let old: BidContent = serde_json::from_value(serde_json::json!({
            "topic_id": 1,
            "title": "看护到村",
            "plan": [{ "step": "control", "starts_on": "2025-03-01", "work": "督导" }],
            "team": { "leader": 5, "members": [6, 7] },
            "budget": [{ "item": "培训", "amount": 100 }],
        }))
        .unwrap();
        let mut draft: BidContent =
            serde_json::from_str(r#"{"topic_id":2,"plan":[{"step":"control"}]}"#).unwrap();
        assert!(untouched(&draft));
        let new = copied(&old, BidId(9), &draft, &[UserId(5), UserId(7)]);
        let expected: BidContent = serde_json::from_value(serde_json::json!({
            "topic_id": 2,
            "title": "看护到村",
            "plan": [{ "step": "control", "work": "督导" }],
            "team": { "leader": 5, "members": [7] },
            "budget": [{ "item": "培训", "amount": 100 }],
            "copied_from": 9,
        }))
        .unwrap();
        assert_eq!(new, expected);
        assert!(!untouched(&new));
        draft.credit = "无".to_owned();
        assert!(!untouched(&draft));
    }

    #[test]
    fn six_steps_keep_what_is_written() {
        let mut content: BidContent =
            serde_json::from_str(r#"{"plan":[{"step":"control","work":"督导"}]}"#).unwrap();
        six_steps(&mut content);
        assert_eq!(content.plan.len(), 6);
        assert_eq!(content.plan[3].work, "督导");
    }
}
