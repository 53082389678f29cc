//! Beginning an acceptance.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::acceptance::input::{AcceptanceInput, QuestionInput};
use crate::acceptance::{QuestionKind, actions};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{ProjectId, UserId};
use crate::people;
use crate::projects;
use crate::session::Who;
use crate::web::{App, Form, Page, Values, see_other};
use crate::who::policy;

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct QuestionForm {
    pub kind: QuestionKind,
    #[serde(default)]
    #[validate(length(max = 200))]
    pub body: String,
    /// One a line.
    #[serde(default)]
    #[validate(length(max = 700))]
    pub options: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct BeginForm {
    pub chair: UserId,
    #[serde(default)]
    #[validate(length(max = 21))]
    pub reviewers: Vec<UserId>,
    #[validate(range(min = 1, max = 5000))]
    pub eligible_voters: i64,
    #[serde(default)]
    #[validate(range(min = 1, max = 5000))]
    pub minimum_turnout: Option<i64>,
    #[serde(default)]
    #[validate(range(min = 1, max = 5000))]
    pub minimum_answers: Option<i64>,
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    pub questions: Vec<QuestionForm>,
}

impl BeginForm {
    /// The chair first; questions without a text drop out.
    fn input(&self) -> AcceptanceInput {
        let mut reviewers = vec![self.chair];
        reviewers.extend(self.reviewers.iter().filter(|user| **user != self.chair));
        AcceptanceInput {
            reviewers,
            eligible_voters: self.eligible_voters,
            minimum_turnout: self.minimum_turnout,
            minimum_answers: self.minimum_answers,
            questions: self
                .questions
                .iter()
                .filter(|question| !question.body.trim().is_empty())
                .map(|question| QuestionInput {
                    kind: question.kind,
                    body: question.body.clone(),
                    options: question
                        .options
                        .as_deref()
                        .unwrap_or_default()
                        .lines()
                        .map(str::trim)
                        .filter(|line| !line.is_empty())
                        .map(str::to_owned)
                        .collect(),
                })
                .collect(),
        }
    }
}

/// Questions every acceptance may ask, to begin with.
fn usual_questions() -> Vec<(QuestionKind, &'static str)> {
    vec![
        (QuestionKind::Likert, "这个项目解决了我身边的实际问题"),
        (QuestionKind::Likert, "项目的做法我了解，也愿意参与"),
        (QuestionKind::Likert, "项目没有给我增加不必要的负担"),
        (QuestionKind::Text, "您还有什么意见或建议"),
    ]
}

fn usual_values() -> Values {
    let mut values = Values::new();
    for (nth, (kind, body)) in usual_questions().into_iter().enumerate() {
        values.insert(format!("questions[{nth}][kind]"), kind.as_str().to_owned());
        values.insert(format!("questions[{nth}][body]"), body.to_owned());
    }
    values
}

#[derive(Serialize)]
struct Candidate {
    id: UserId,
    name: String,
    organization: String,
    chosen: bool,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

/// `GET /projects/{id}/acceptance`
pub async fn begin_form(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<ProjectId>,
) -> Result<HttpResponse> {
    form(
        &app,
        &req,
        who,
        id.into_inner(),
        usual_values(),
        FieldErrors::new(),
    )
    .await
}

async fn form(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: ProjectId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, _| {
        let project = projects::visible(c, actor, id)?;
        let committee = people::organization(c, project.committee_id)?;
        policy::may_run(actor, &committee.path)?;
        let refusal = actions::open_refusal(c, &project)?;
        let users = actions::candidates(c, &project)?;
        let organizations: Vec<_> = users.iter().map(|user| user.organization_id).collect();
        let names = people::names(c, &organizations)?;
        let candidates: Vec<Candidate> = users
            .into_iter()
            .map(|user| Candidate {
                chosen: values.contains_key(&format!("reviewers[]={}", user.id)),
                organization: names
                    .get(&user.organization_id)
                    .cloned()
                    .unwrap_or_default(),
                id: user.id,
                name: user.name,
            })
            .collect();
        let chairs: Vec<Choice> = candidates
            .iter()
            .map(|candidate| Choice {
                value: candidate.id.to_string(),
                label: format!("{}（{}）", candidate.name, candidate.organization),
            })
            .collect();
        let kinds: Vec<Choice> = QuestionKind::ALL
            .iter()
            .map(|kind| Choice {
                value: kind.as_str().to_owned(),
                label: kind.label().to_owned(),
            })
            .collect();
        let rows = values
            .keys()
            .filter(|name| name.starts_with("questions[") && name.ends_with("][kind]"))
            .count()
            .max(6);
        Ok(Page::new("acceptance/begin.html")
            .with("project", &project.id)
            .with("title", &project.title)
            .with("refusal", &refusal)
            .with("candidates", &candidates)
            .with("chairs", &chairs)
            .with("kinds", &kinds)
            .with("rows", &rows)
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

/// `POST /projects/{id}/acceptance`
pub async fn begin(
    app: Data<App>,
    req: HttpRequest,
    id: Path<ProjectId>,
    sent: Form<BeginForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let outcome = match sent.input() {
        Ok(input) => {
            let input = input.input();
            app.command(&sent.who, move |tx, actor| {
                actions::open(tx, actor, id, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(acceptance) => Ok(see_other(
            format!("/acceptances/{}", acceptance.id),
            "验收已经开始。请发放投票码，并通知验收组评分。",
        )),
        Err(Error::Invalid(errors)) => form(&app, &req, sent.who, id, sent.values, errors).await,
        Err(other) => Err(other),
    }
}
