//! Beginning an acceptance.

use std::collections::HashSet;

use crate::acceptance::input::{AcceptanceInput, QuestionInput};
use crate::acceptance::scene::{AcceptanceScene, Candidate};
use crate::acceptance::store::{self, Acceptance, BallotBox, Question};
use crate::acceptance::{AcceptanceState, CodeKind, QuestionKind, rules};
use crate::error::{FieldErrors, sound};
use crate::ids::{AcceptanceId, BoxId, QuestionId, UserId};
use crate::marks::Mark;
use crate::people::{self, Sought, User};
use crate::projects::{self, Project};
use crate::seats::{self, CriterionInput, RuleInput};
use crate::verbs::prelude::*;
use crate::{contracts, rounds, scoring};

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

/// Who may sit on the panel: reviewers of the committee who do not belong to the project's organization.
pub fn candidates(c: &mut Conn, project: &Project, sought: Sought) -> Result<Vec<User>> {
    let committee = people::organization(c, project.committee_id)?;
    let own = people::organization(c, project.organization_id)?.path;
    let mut found = people::holders_sought(c, Role::Reviewer, &committee.path, sought)?;
    let of: Vec<_> = found.iter().map(|user| user.organization_id).collect();
    let paths = people::paths(c, &of)?;
    found.retain(|user| {
        let path = paths.get(&user.organization_id);
        !path.is_some_and(|path| path.starts_with(&own))
    });
    Ok(found)
}

/// Begins an acceptance: panel, questionnaire and two empty ballot boxes.
pub struct Open;

impl Verb for Open {
    type On = Candidate;
    type Gives = AcceptanceScene;
    type Input = AcceptanceInput;
    /// Which attempt it is.
    type Ready = i64;

    const NAME: &'static str = "open";
    const SAYS: &'static str = "Begin the acceptance of a project: the committee's office, once all steps before it have passed.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceOpened);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "steps_not_passed",
        "acceptance_running",
        "attempts_used",
        "already_accepted",
        "project_ended",
    ];

    fn who(on: &Candidate, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(c: &mut Conn, on: &Candidate, _: &Actor, _: Instant) -> Result<i64> {
        if let Some(refusal) = projects::acceptance_refusal(c, &on.project)? {
            return Err(refusal.into());
        }
        let earlier = store::of_project(c, on.project.id)?;
        let mut standing = earlier
            .iter()
            .filter(|one| one.state != AcceptanceState::Abandoned);
        let Some(latest) = standing.next() else {
            return Ok(1);
        };
        if latest.state != AcceptanceState::Decided {
            return Err(
                Refusal::new("acceptance_running", "这个项目的验收正在进行。")
                    .remedy("请党委党建部在验收页面继续办理。")
                    .into(),
            );
        }
        if latest.attempt >= rules::ATTEMPTS {
            return Err(
                Refusal::new("attempts_used", "这个项目已经验收两次，不能再次验收。")
                    .remedy("仍不合格的，请党委书记在合同页面终止合同。")
                    .into(),
            );
        }
        Ok(latest.attempt + 1)
    }

    fn perform(
        tx: &mut Tx,
        on: Candidate,
        attempt: i64,
        _: &Actor,
        input: &AcceptanceInput,
    ) -> Result<Done<Self>> {
        let project = on.project;
        let (reviewers, questions) = (input.panel(), input.asked());
        let minimum_turnout = check(tx, &project, input, &reviewers)?;
        let contract = contracts::find(tx, project.contract_id)?;
        let round = rounds::find(tx, contract.round_id)?;
        let rated = |question: &&&QuestionInput| question.kind == QuestionKind::Likert;
        if round.questionnaire_weight == 100 && !questions.iter().any(|one| rated(&one)) {
            let fault = "本批次的得分全由问卷计算，请至少出一道五级评价题。";
            return Err(Error::field("questions", fault));
        }
        let evaluation_id =
            seats::create_for_acceptance(tx, project.committee_id, &on_site_rule())?;
        scoring::actions::on_site::start_on_site(tx, evaluation_id, &reviewers)?;
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
            minimum_answers: if questions.is_empty() {
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
            voters_confirmed_by: None,
            voters_confirmed_at: None,
        };
        store::insert(tx, &acceptance)?;
        keep(tx, acceptance.id, &questions)?;
        let said = "验收已经开始。请督导员核定应到人数，再发放投票码；并通知验收组评分。";
        Ok(Done::of(acceptance.id, said).detail(json!({
            "project_id": project.id,
            "attempt": attempt,
            "reviewers": reviewers,
            "eligible_voters": input.eligible_voters,
        })))
    }
}

/// The questionnaire, and the two boxes.
fn keep(tx: &mut Tx, id: AcceptanceId, questions: &[&QuestionInput]) -> Result<()> {
    let now = tx.now();
    for (position, question) in (1..).zip(questions) {
        let options = match question.kind {
            QuestionKind::Single | QuestionKind::Multiple => question.options.as_slice(),
            QuestionKind::Likert | QuestionKind::Text => &[],
        };
        let row = Question {
            id: QuestionId::fresh(now),
            acceptance_id: id,
            position,
            kind: question.kind,
            body: question.body.clone(),
            options: serde_json::to_string(options)?,
        };
        store::insert_question(tx, &row)?;
    }
    for kind in CodeKind::ALL {
        let empty = BallotBox {
            id: BoxId::fresh(now),
            acceptance_id: id,
            kind: *kind,
            content: "{}".to_owned(),
            receipts: "[]".to_owned(),
            turn: 0,
            votes: 0,
            sealed: None,
        };
        store::insert_box(tx, &empty)?;
    }
    Ok(())
}

/// The turnout asked for, or what is wrong by field.
fn check(
    c: &mut Conn,
    project: &Project,
    input: &AcceptanceInput,
    reviewers: &[UserId],
) -> Result<i64> {
    let mut errors = FieldErrors::new();
    let mut add = |name: String, text: &str| errors.entry(name).or_default().push(text.to_owned());
    let eligible: HashSet<_> = candidates(c, project, Sought::These(reviewers))?
        .into_iter()
        .map(|user| user.id)
        .collect();
    let distinct: HashSet<_> = reviewers.iter().copied().collect();
    if reviewers.len() < PANEL_MINIMUM || reviewers.len().is_multiple_of(2) {
        add("reviewers".to_owned(), "验收组须为 3 人以上的单数。");
    }
    if distinct.len() != reviewers.len() {
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
        .unwrap_or_else(|| rules::half(input.eligible_voters));
    if turnout > input.eligible_voters {
        add("minimum_turnout".to_owned(), "最低票数不能多于应到人数。");
    }
    for (nth, question) in input.questions.iter().enumerate() {
        if let Some((name, text)) = question_fault(question) {
            add(format!("questions[{nth}][{name}]"), text);
        }
    }
    sound(errors).map(|()| turnout)
}

fn question_fault(question: &QuestionInput) -> Option<(&'static str, &'static str)> {
    if question.body.is_empty() {
        return None;
    }
    let mut options = question.options.clone();
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
