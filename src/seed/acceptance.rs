//! Acceptances: the panel's sheets, the codes used, the decision.

use chrono::Duration;

use super::Loader;
use super::model::{self, Project, hundredths};
use crate::acceptance::input::{
    AcceptanceInput, AnswerInput, CloseInput, CodesInput, ConfirmInput, DecideInput, QuestionInput,
    VoteInput,
};
use crate::acceptance::verbs::{Close, ConfirmVoters, Decide, IssueCodes, Open, Score};
use crate::acceptance::{self, Choice, CodeKind, QuestionKind};
use crate::error::{Error, Result};
use crate::ids::{AcceptanceId, ProjectId, UserId};
use crate::marks::Mark;
use crate::scoring::input::{MarkInput, SheetInput};
use crate::seats;
use crate::verbs::{self, ceremony};
use crate::web::Paper;

/// A finished acceptance, so many days from today.
pub fn plan(loader: &mut Loader, project: &Project, days: i64) {
    let at = loader.at(days, 9, 30);
    let project = project.clone();
    loader.later(at, move |loader| {
        let id = open(loader, &project)?;
        vote(loader, id, &project, usize::MAX)?;
        let decided = loader.app.clock().now() + Duration::hours(6);
        loader.later(decided, move |loader| {
            let (people, password) = (together(loader)?, loader.password.clone());
            loader.act("office", move |tx, actor| {
                let input = CloseInput {
                    keys: ceremony::with_password(tx, &people, &password)?,
                    ..CloseInput::default()
                };
                verbs::perform::<Close>(tx, actor, &id, &input).map(drop)
            })?;
            loader.does::<Decide>("secretary", id, DecideInput::default())?;
            super::showcase::plan(loader, &project);
            Ok(())
        });
        Ok(())
    });
}

/// An acceptance whose ballot is under way: two thirds have voted.
pub fn plan_running(loader: &mut Loader, project: &Project) {
    let at = loader.at(-3, 9, 30);
    let project = project.clone();
    loader.later(at, move |loader| {
        let id = open(loader, &project)?;
        let cast = project.acceptance.as_ref().map_or(0, |facts| {
            let ballots = &facts.ballots;
            (ballots.excellent + ballots.good + ballots.fair + ballots.poor) * 2 / 3
        });
        vote(loader, id, &project, cast)
    });
}

fn facts(project: &Project) -> Result<&model::Acceptance> {
    Ok(project.acceptance.as_ref().ok_or_else(|| {
        anyhow::anyhow!("{} has no acceptance in the files", project.organization)
    })?)
}

fn open(loader: &mut Loader, project: &Project) -> Result<AcceptanceId> {
    let facts = facts(project)?;
    let id: ProjectId = *loader
        .projects
        .get(&project.organization)
        .ok_or_else(|| anyhow::anyhow!("no project of {}", project.organization))?;
    let mut reviewers: Vec<UserId> = facts
        .onsite
        .keys()
        .map(|key| loader.user(key))
        .collect::<Result<_>>()?;
    // An odd number sits; who has not marked yet in a running acceptance is filled up from the committee's office.
    for spare in [
        "reviewer7",
        "reviewer5",
        "reviewer2",
        "reviewer3",
        "reviewer1",
    ] {
        if reviewers.len() >= 3 && reviewers.len() % 2 == 1 {
            break;
        }
        let user = loader.user(spare)?;
        if !reviewers.contains(&user) {
            reviewers.push(user);
        }
    }
    let input = AcceptanceInput {
        chair: None,
        reviewers,
        eligible_voters: facts.eligible,
        minimum_turnout: None,
        questions: facts
            .questionnaire
            .questions
            .iter()
            .map(|question| {
                let kind: QuestionKind = question
                    .kind
                    .parse()
                    .map_err(|error: String| anyhow::anyhow!(error))?;
                let scale = matches!(kind, QuestionKind::Likert | QuestionKind::Text);
                Ok(QuestionInput {
                    kind,
                    body: question.text.clone(),
                    options: if scale {
                        Vec::new()
                    } else {
                        question.options.clone()
                    },
                })
            })
            .collect::<Result<_>>()?,
        minimum_answers: None,
    };
    let made = loader.does::<Open>("office", id, input)?.acceptance;
    let (acceptance, evaluation) = (made.id, made.evaluation_id);
    for (reviewer, sheet) in &facts.onsite {
        let marks = sheet
            .marks
            .iter()
            .map(|mark| Ok(Mark(hundredths(mark)?)))
            .collect::<Result<Vec<_>>>()?;
        let comment = sheet.comment.clone();
        let criteria = loader.app.db.read_now(|c| seats::criteria(c, evaluation))?;
        if criteria.len() != marks.len() {
            return Err(Error::Internal(anyhow::anyhow!(
                "{} marks for {} criteria",
                marks.len(),
                criteria.len()
            )));
        }
        let input = SheetInput {
            marks: criteria
                .iter()
                .zip(&marks)
                .map(|(criterion, mark)| MarkInput {
                    criterion_id: criterion.id,
                    mark: Some(*mark),
                    comment: Some(comment.clone()),
                })
                .collect(),
            submit: true,
            notes: Some(comment.clone()),
        };
        loader.does::<Score>(reviewer, acceptance, input)?;
    }
    Ok(acceptance)
}

/// Office and supervisor.
fn together(loader: &Loader) -> Result<[UserId; 2]> {
    Ok([loader.user("office")?, loader.user("supervisor")?])
}

/// Codes as they are handed out, on paper.
fn issue(loader: &Loader, id: AcceptanceId, kind: CodeKind, count: i64) -> Result<Vec<String>> {
    let (people, password) = (together(loader)?, loader.password.clone());
    let shown = loader.app.shown_once.clone();
    loader.act("office", move |tx, actor| {
        let input = CodesInput {
            kind,
            count,
            present: Vec::new(),
            keys: ceremony::with_password(tx, &people, &password)?,
            paper: Some(Paper::new(&shown)),
        };
        let issued = verbs::perform::<IssueCodes>(tx, actor, &id, &input)?;
        Ok(issued.slips.take(&shown, actor)?.codes)
    })
}

/// Issues all codes and uses up to `most` of each kind.
fn vote(loader: &mut Loader, id: AcceptanceId, project: &Project, most: usize) -> Result<()> {
    let facts = facts(project)?;
    let counted_voters = facts.eligible;
    loader.does::<ConfirmVoters>("supervisor", id, ConfirmInput { counted_voters })?;
    let ballots = issue(loader, id, CodeKind::Ballot, facts.eligible)?;
    let answers = i64::try_from(facts.questionnaire.responses.len())
        .unwrap_or(0)
        .max(1);
    let questionnaires = issue(loader, id, CodeKind::Questionnaire, answers)?;
    let tallies = &facts.ballots;
    let choices = [
        (Choice::Excellent, tallies.excellent),
        (Choice::Good, tallies.good),
        (Choice::Fair, tallies.fair),
        (Choice::Poor, tallies.poor),
    ]
    .into_iter()
    .flat_map(|(choice, count)| std::iter::repeat_n(choice, count));
    for (code, choice) in ballots.into_iter().zip(choices).take(most) {
        cast(loader, code, Some(choice), Vec::new())?;
    }
    let questions = loader.app.db.read_now(|c| acceptance::questions(c, id))?;
    for (code, response) in questionnaires
        .into_iter()
        .zip(&facts.questionnaire.responses)
        .take(most)
    {
        let mut answers = Vec::new();
        for (question, value) in questions.iter().zip(response) {
            let mut answer = AnswerInput {
                question_id: Some(question.id),
                ..AnswerInput::default()
            };
            match question.kind {
                QuestionKind::Single => answer.option = value.as_i64(),
                QuestionKind::Multiple => {
                    answer.options = value
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(serde_json::Value::as_i64)
                        .collect();
                }
                QuestionKind::Likert => answer.rating = value.as_i64(),
                QuestionKind::Text => {
                    answer.text = value
                        .as_str()
                        .filter(|text| !text.is_empty())
                        .map(str::to_owned)
                }
            }
            answers.push(answer);
        }
        cast(loader, code, None, answers)?;
    }
    Ok(())
}

fn cast(
    loader: &Loader,
    code: String,
    choice: Option<Choice>,
    answers: Vec<AnswerInput>,
) -> Result<()> {
    let keys = loader.app.keys().server().clone();
    let input = VoteInput { choice, answers };
    loader.system(move |tx| acceptance::cast::cast(tx, &keys, &code, &input).map(drop))
}
