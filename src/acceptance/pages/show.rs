//! The acceptance itself: where it stands, three instruments, the result that opens to its parts.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::acceptance::input::{CodesInput, DecideInput};
use crate::acceptance::store::Acceptance;
use crate::acceptance::views::{self, AcceptanceShown, ResultShown};
use crate::acceptance::{AcceptanceAction, AcceptanceState, CodeKind, actions, rules};
use crate::clock;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::AcceptanceId;
use crate::marks::Mark;
use crate::people;
use crate::projects::Grade;
use crate::seats::Seat;
use crate::session::Who;
use crate::web::App;
use crate::web::{Form, Page, Values, see_other};
use crate::who::Actor;
use crate::who::Role;
use crate::who::policy;

#[derive(Serialize)]
struct Step {
    label: &'static str,
    date: Option<String>,
    state: &'static str,
}

fn stepper(acceptance: &Acceptance) -> Vec<Step> {
    let date = |at: Option<clock::Instant>| at.map(clock::show_instant);
    let reached = match acceptance.state {
        AcceptanceState::Open => 1,
        AcceptanceState::Closed => 2,
        AcceptanceState::Decided => 4,
    };
    [
        ("开始验收", date(Some(acceptance.opened_at))),
        (
            "评分和投票",
            date(acceptance.closed_at).map(|at| format!("{at}截止")),
        ),
        ("党委认定", date(acceptance.decided_at)),
        (
            if acceptance.grade == Some(Grade::Unqualified) {
                "限期整改"
            } else {
                "结项证书"
            },
            None,
        ),
    ]
    .into_iter()
    .zip(0..)
    .map(|((label, date), nth)| Step {
        label,
        date,
        state: if nth < reached {
            "done"
        } else if nth == reached {
            "now"
        } else {
            "todo"
        },
    })
    .collect()
}

/// A line of the result as people read it.
#[derive(Serialize)]
struct Part {
    label: &'static str,
    weight: i64,
    score: Option<String>,
    share: Option<String>,
}

#[derive(Serialize)]
struct Sheet {
    reviewer: String,
    marks: Vec<String>,
    total: String,
    dropped: Option<&'static str>,
    notes: String,
}

#[derive(Serialize)]
struct Count {
    label: String,
    count: i64,
    percent: i64,
}

#[derive(Serialize)]
struct Question {
    body: String,
    counts: Vec<Count>,
    texts: Vec<String>,
}

#[derive(Serialize)]
struct Outcome {
    parts: Vec<Part>,
    total: String,
    grade_found: &'static str,
    criteria: Vec<String>,
    sheets: Vec<Sheet>,
    ballots: Vec<Count>,
    questions: Vec<Question>,
}

fn counts(labels: Vec<String>, counts: &[i64]) -> Vec<Count> {
    let all: i64 = counts.iter().sum();
    labels
        .into_iter()
        .zip(counts)
        .map(|(label, count)| Count {
            label,
            count: *count,
            percent: if all == 0 { 0 } else { count * 100 / all },
        })
        .collect()
}

fn outcome(result: ResultShown) -> Outcome {
    let weights: i64 = result
        .parts
        .iter()
        .filter(|part| part.score.is_some())
        .map(|part| part.weight)
        .sum();
    let ballots: Vec<i64> = result.ballots.values().copied().collect();
    Outcome {
        parts: result
            .parts
            .iter()
            .map(|part| Part {
                label: part.label,
                weight: part.weight,
                score: part.score.map(|score| score.to_string()),
                share: part
                    .score
                    .filter(|_| weights > 0)
                    .map(|score| Mark((score.0 * part.weight + weights / 2) / weights).to_string()),
            })
            .collect(),
        total: result.total.to_string(),
        grade_found: result.grade_found.label(),
        criteria: result.criteria,
        sheets: result
            .sheets
            .into_iter()
            .map(|sheet| Sheet {
                reviewer: sheet.reviewer,
                marks: sheet.marks.iter().map(Mark::to_string).collect(),
                total: sheet.total.to_string(),
                dropped: sheet.dropped.map(|end| {
                    if end == "highest" {
                        "去掉的最高分"
                    } else {
                        "去掉的最低分"
                    }
                }),
                notes: sheet.notes,
            })
            .collect(),
        ballots: counts(
            result
                .ballots
                .keys()
                .map(|choice| format!("{}（{} 分）", choice.label(), rules::points(*choice)))
                .collect(),
            &ballots,
        ),
        questions: result
            .questions
            .into_iter()
            .map(|question| Question {
                body: question.body,
                counts: counts(question.options, &question.counts),
                texts: question.texts,
            })
            .collect(),
    }
}

/// `GET /acceptances/{id}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<AcceptanceId>,
) -> Result<HttpResponse> {
    page(
        &app,
        &req,
        who,
        id.into_inner(),
        Values::new(),
        FieldErrors::new(),
    )
    .await
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: AcceptanceId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    let status = if errors.is_empty() { 200 } else { 422 };
    app.private_page(req, who, move |c, actor, _| {
        let acceptance = super::super::visible(c, actor, id)?;
        Ok(filled(c, actor, &acceptance)?
            .with("values", &values)
            .with("errors", &errors)
            .status(status))
    })
    .await
}

fn filled(c: &mut Conn, actor: &Actor, acceptance: &Acceptance) -> Result<Page> {
    let shown: AcceptanceShown = views::shown(c, acceptance)?;
    let committee = people::organization(c, acceptance.committee_id)?;
    let office = policy::may_run(actor, &committee.path).is_ok();
    let secretary = actor.holds(Role::CommitteeSecretary, &committee.path);
    let reviewer = actions::score_refusal(c, actor, acceptance).is_ok();
    let reviewers: Vec<(String, &'static str, bool)> = shown
        .reviewers
        .iter()
        .map(|reviewer| {
            let seat = match reviewer.seat {
                Seat::Chair => "组长",
                Seat::Member => "成员",
            };
            (reviewer.name.clone(), seat, reviewer.submitted)
        })
        .collect();
    let (of_round, excellent) = match acceptance.state {
        AcceptanceState::Closed => actions::excellent_used(c, acceptance)?,
        AcceptanceState::Open | AcceptanceState::Decided => (0, 0),
    };
    let found = acceptance.total.map(rules::grade);
    let sheets_in = shown.reviewers.iter().filter(|r| r.submitted).count();
    let result = shown.result.clone().map(outcome);
    Ok(Page::new("acceptance/show.html")
        .with("id", &acceptance.id)
        .with("a", &shown)
        .with("state", &acceptance.state.label())
        .with("open", &(acceptance.state == AcceptanceState::Open))
        .with("closed", &(acceptance.state == AcceptanceState::Closed))
        .with("steps", &stepper(acceptance))
        .with("reviewers", &reviewers)
        .with("sheets_in", &sheets_in)
        .with("result", &result)
        .with("grade", &acceptance.grade.map(Grade::label))
        .with("unqualified", &(found == Some(Grade::Unqualified)))
        .with(
            "capped",
            &(found == Some(Grade::Excellent) && excellent >= rules::excellent_cap(of_round)),
        )
        .with("cap", &rules::excellent_cap(of_round))
        .with("office", &office)
        .with("secretary", &secretary)
        .with("reviewer", &reviewer)
        .with(
            "score_refusal",
            &rules::next(acceptance.state, AcceptanceAction::Score).err(),
        )
        .with("close_refusal", &actions::close_refusal(c, acceptance)?)
        .with(
            "decide_refusal",
            &actions::decide_refusal(c, actor, acceptance)?,
        )
        .with("version", &acceptance.version))
}

/// `POST /acceptances/{id}/ballot_codes`: slips to print, shown this once.
pub async fn codes(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AcceptanceId>,
    sent: Form<CodesInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match sent.input.clone() {
        Ok(input) => input,
        Err(errors) => return page(&app, &req, sent.who, id, sent.values, errors).await,
    };
    let kind = input.kind;
    let (acceptance, codes) = app
        .command(&sent.who, move |tx, actor| {
            actions::issue_codes(tx, actor, id, &input)
        })
        .await?;
    let base = app.public_url.trim_end_matches('/').to_owned();
    app.private_page(&req, sent.who, move |c, _, _| {
        let shown = views::shown(c, &acceptance)?;
        Ok(Page::new("acceptance/codes.html")
            .with("id", &id)
            .with("project", &shown.project)
            .with("organization", &shown.organization)
            .with("kind", &kind.label())
            .with("ballot", &(kind == CodeKind::Ballot))
            .with("base", &base)
            .with("codes", &codes))
    })
    .await
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CloseForm {
    pub version: i64,
}

/// `POST /acceptances/{id}/close`
pub async fn close(
    app: Data<App>,
    id: Path<AcceptanceId>,
    sent: Form<CloseForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = sent.input()?.version;
    app.command(&sent.who, move |tx, actor| {
        actions::close(tx, actor, id, Some(version))
    })
    .await?;
    Ok(see_other(
        format!("/acceptances/{id}"),
        "测评已截止，得分已算出，等待党委书记认定。",
    ))
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct DecideForm {
    pub version: i64,
    #[serde(default)]
    #[validate(length(max = 1000))]
    pub note: Option<String>,
    #[serde(default)]
    pub grade: Option<Grade>,
    #[serde(default)]
    pub rectify_until: Option<NaiveDate>,
}

/// `POST /acceptances/{id}/decide`
pub async fn decide(
    app: Data<App>,
    req: HttpRequest,
    id: Path<AcceptanceId>,
    sent: Form<DecideForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let outcome = match sent.input() {
        Ok(form) => {
            let input = DecideInput {
                note: form.note,
                grade: form.grade,
                rectify_until: form.rectify_until,
            };
            app.command(&sent.who, move |tx, actor| {
                actions::decide(tx, actor, id, Some(form.version), &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(after) => Ok(see_other(
            format!("/acceptances/{id}"),
            &format!(
                "验收结果已认定：{}。",
                after.grade.map(Grade::label).unwrap_or_default()
            ),
        )),
        Err(Error::Invalid(errors)) => page(&app, &req, sent.who, id, sent.values, errors).await,
        Err(other) => Err(other),
    }
}
