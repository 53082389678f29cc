//! Beginning an acceptance.

use std::collections::HashSet;

use serde_json::json;

use super::event;
use crate::acceptance::input::{AcceptanceInput, QuestionInput};
use crate::acceptance::store::{self, Acceptance, BallotBox, Question};
use crate::acceptance::{AcceptanceState, CodeKind, QuestionKind, rules};
use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::ids::{AcceptanceId, BoxId, ProjectId, QuestionId};
use crate::marks::Mark;
use crate::people::User;
use crate::projects::Project;
use crate::scoring;
use crate::seats::{self, CriterionInput, RuleInput};
use crate::who::Actor;
use crate::who::Role;
use crate::who::policy;
use crate::{contracts, people, projects, rounds};

/// Fewest reviewers on site.
const PANEL_MINIMUM: usize = 3;

/// The default criteria on site: 目标完成 40 · 成果质量 30 · 推广价值 20 · 过程规范 10.
fn on_site_rule() -> RuleInput {
    let criterion = |name: &str, full: i64, description: &str| CriterionInput {
        name: name.to_owned(),
        full_marks: Mark(full),
        description: description.to_owned(),
    };
    RuleInput {
        criteria: vec![
            criterion("目标完成", 4_000, "对照合同逐项核对目标完成情况。"),
            criterion("成果质量", 3_000, "成果真实有效，群众得到实惠。"),
            criterion("推广价值", 2_000, "做法说得清、学得会、用得上。"),
            criterion("过程规范", 1_000, "六步实施有据可查，不增加基层负担。"),
        ],
        ..RuleInput::default()
    }
}

/// Why an acceptance of this project cannot begin now, or nothing.
pub fn open_refusal(c: &mut Conn, project: &Project) -> Result<Option<Refusal>> {
    if let Some(refusal) = projects::acceptance_refusal(c, project)? {
        return Ok(Some(refusal));
    }
    let earlier = store::of_project(c, project.id)?;
    let Some(latest) = earlier.first() else {
        return Ok(None);
    };
    if latest.state != AcceptanceState::Decided {
        return Ok(Some(
            Refusal::new("acceptance_running", "这个项目的验收正在进行。")
                .remedy("请在验收页面继续办理。"),
        ));
    }
    if latest.attempt >= rules::ATTEMPTS {
        return Ok(Some(
            Refusal::new("attempts_used", "这个项目已经验收两次，不能再次验收。")
                .remedy("仍不合格的，请党委党建部按合同终止。"),
        ));
    }
    Ok(None)
}

/// Who may sit on the panel: reviewers of the committee who do not belong to the project's organization.
pub fn candidates(c: &mut Conn, project: &Project) -> Result<Vec<User>> {
    let committee = people::organization(c, project.committee_id)?;
    let own: HashSet<_> = {
        let organization = people::organization(c, project.organization_id)?;
        people::subtree(c, &organization.path)?
            .into_iter()
            .map(|below| below.id)
            .collect()
    };
    let mut found = people::holders(c, Role::Reviewer, &committee.path)?;
    found.retain(|user| !own.contains(&user.organization_id));
    Ok(found)
}

/// Begins an acceptance: panel, questionnaire and two empty ballot boxes.
pub fn open(
    tx: &mut Tx,
    actor: &Actor,
    project: ProjectId,
    input: &AcceptanceInput,
) -> Result<Acceptance> {
    let project = projects::visible(tx, actor, project)?;
    let committee = people::organization(tx, project.committee_id)?;
    policy::may_run(actor, &committee.path)?;
    if let Some(refusal) = open_refusal(tx, &project)? {
        return Err(refusal.into());
    }
    let minimum_turnout = check(tx, &project, input)?;
    let contract = contracts::find(tx, project.contract_id)?;
    let round = rounds::find(tx, contract.round_id)?;
    let attempt = store::of_project(tx, project.id)?
        .first()
        .map_or(1, |latest| latest.attempt + 1);
    let evaluation_id = seats::create_for_acceptance(tx, project.committee_id, &on_site_rule())?;
    scoring::start_on_site(tx, evaluation_id, &input.reviewers)?;
    let now = tx.now();
    let acceptance = Acceptance {
        id: AcceptanceId::fresh(now),
        project_id: project.id,
        committee_id: project.committee_id,
        evaluation_id,
        attempt,
        state: AcceptanceState::Open,
        onsite_weight: round.onsite_weight,
        questionnaire_weight: round.questionnaire_weight,
        appraisal_weight: round.appraisal_weight,
        process_weight: round.process_weight,
        eligible_voters: input.eligible_voters,
        minimum_turnout,
        minimum_answers: if input.questions.is_empty() {
            0
        } else {
            input.minimum_answers.unwrap_or(1)
        },
        onsite_score: None,
        questionnaire_score: None,
        appraisal_score: None,
        process_score: None,
        total: None,
        grade: None,
        decision_note: None,
        certificate: None,
        opened_at: now,
        closed_at: None,
        decided_at: None,
        version: 1,
    };
    store::insert(tx, &acceptance)?;
    for (position, question) in (1..).zip(&input.questions) {
        let options: Vec<&str> = match question.kind {
            QuestionKind::Single | QuestionKind::Multiple => question
                .options
                .iter()
                .map(|option| option.trim())
                .collect(),
            QuestionKind::Likert | QuestionKind::Text => Vec::new(),
        };
        store::insert_question(
            tx,
            &Question {
                id: QuestionId::fresh(now),
                acceptance_id: acceptance.id,
                position,
                kind: question.kind,
                body: question.body.trim().to_owned(),
                options: serde_json::to_string(&options)?,
            },
        )?;
    }
    for kind in CodeKind::ALL {
        store::insert_box(
            tx,
            &BallotBox {
                id: BoxId::fresh(now),
                acceptance_id: acceptance.id,
                kind: *kind,
                content: "{}".to_owned(),
                receipts: "[]".to_owned(),
                turn: 0,
            },
        )?;
    }
    let recorded = event(Verb::AcceptanceOpened, &acceptance, 1)
        .round(round.id)
        .detail(json!({
            "project_id": project.id,
            "attempt": attempt,
            "reviewers": input.reviewers,
            "eligible_voters": input.eligible_voters,
        }));
    audit::record(tx, actor, recorded)?;
    Ok(acceptance)
}

/// The turnout asked for, or what is wrong by field.
fn check(c: &mut Conn, project: &Project, input: &AcceptanceInput) -> Result<i64> {
    let mut errors = FieldErrors::new();
    let mut add = |name: String, text: &str| errors.entry(name).or_default().push(text.to_owned());
    let eligible: HashSet<_> = candidates(c, project)?
        .into_iter()
        .map(|user| user.id)
        .collect();
    let distinct: HashSet<_> = input.reviewers.iter().copied().collect();
    if input.reviewers.len() < PANEL_MINIMUM || input.reviewers.len().is_multiple_of(2) {
        add("reviewers".to_owned(), "验收组须为 3 人以上的单数。");
    }
    if distinct.len() != input.reviewers.len() {
        add("reviewers".to_owned(), "同一人只能选一次。");
    }
    if !distinct.is_subset(&eligible) {
        add(
            "reviewers".to_owned(),
            "验收组成员须是本党委的评审委员，且不属于项目承担组织。",
        );
    }
    let turnout = input
        .minimum_turnout
        .unwrap_or((input.eligible_voters + 1) / 2);
    if turnout > input.eligible_voters {
        add("minimum_turnout".to_owned(), "最低票数不能多于应到人数。");
    }
    for (nth, question) in input.questions.iter().enumerate() {
        if let Some((name, text)) = question_fault(question) {
            add(format!("questions[{nth}][{name}]"), text);
        }
    }
    if errors.is_empty() {
        Ok(turnout)
    } else {
        Err(Error::Invalid(errors))
    }
}

fn question_fault(question: &QuestionInput) -> Option<(&'static str, &'static str)> {
    if question.body.trim().is_empty() {
        return Some(("body", "请填写题目。"));
    }
    let mut options: Vec<&str> = question
        .options
        .iter()
        .map(|option| option.trim())
        .collect();
    match question.kind {
        QuestionKind::Single | QuestionKind::Multiple => {
            let given = options.len();
            options.sort_unstable();
            options.dedup();
            if given < 2 {
                Some(("options", "选择题至少要有两个选项。"))
            } else if options.len() != given {
                Some(("options", "选项重复。"))
            } else if options
                .iter()
                .any(|option| option.is_empty() || option.chars().count() > 60)
            {
                Some(("options", "每个选项须为 1 到 60 个字。"))
            } else {
                None
            }
        }
        QuestionKind::Likert | QuestionKind::Text => {
            (!options.is_empty()).then_some(("options", "这种题不用写选项。"))
        }
    }
}
