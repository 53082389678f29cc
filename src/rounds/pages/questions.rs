//! Questions and answers (答疑), corrections (更正公告).

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::clock::show_instant;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{RoundId, RoundQuestionId};
use crate::rounds::actions::{self, questions as doing};
use crate::rounds::input::{AskInput, CorrectionInput, QuestionAnswer};
use crate::rounds::view::questions::QuestionLine;
use crate::session::Who;
use crate::web::{App, Form, Page, PageQuery, Query, Values, see_other};
use crate::who::{Role, policy};

/// What of the page was sent and has to be shown again.
struct Typed {
    values: Values,
    errors: FieldErrors,
    /// Whether the office alone may send it.
    by_office: bool,
    /// The question whose answer it was.
    answering: Option<RoundQuestionId>,
}

impl Typed {
    fn nothing() -> Self {
        Self {
            values: Values::new(),
            errors: FieldErrors::new(),
            by_office: false,
            answering: None,
        }
    }
}

/// `GET /rounds/{id}/questions`
pub async fn questions(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    page(&app, &req, who, id.into_inner(), query.0, Typed::nothing()).await
}

async fn page(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: RoundId,
    query: PageQuery,
    typed: Typed,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        let path = actions::committee_path(c, &round)?;
        if typed.by_office {
            policy::may_run(actor, &path)?;
        } else if !typed.errors.is_empty() {
            doing::check_asks(c, actor, &path)?;
        }
        let listing =
            doing::questions(c, actor, &round, &query)?.map(|row| QuestionLine::of(actor, row));
        let corrections: Vec<(String, String)> = doing::corrections(c, id, &PageQuery::default())?
            .items
            .into_iter()
            .map(|row| (show_instant(row.posted_at), row.text))
            .collect();
        let state = round.state_at(now);
        Ok(Page::new("rounds/questions.html")
            .with("id", &id)
            .with("title", &round.title)
            .with("deadline", &show_instant(round.deadline))
            .with("listing", &listing)
            .with("first", &query.cursor.is_some())
            .with("corrections", &corrections)
            .with("office", &actor.holds(Role::Office, &path))
            .with("bidder", &!actor.own_organizations().is_empty())
            .with("ask_refusal", &doing::may_ask(c, actor, &round, now)?)
            .with(
                "answer_refusal",
                &crate::rounds::rules::may_answer(state, false).err(),
            )
            .with(
                "correct_refusal",
                &doing::may_correct(actor, &path, &round, now),
            )
            .with("answering", &typed.answering)
            .with("values", &typed.values)
            .with("errors", &typed.errors)
            .status(if typed.errors.is_empty() { 200 } else { 422 }))
    })
    .await
}

/// `POST /rounds/{id}/questions`
pub async fn ask(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<AskInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => {
            let typed = Typed {
                values: form.values,
                errors,
                by_office: false,
                answering: None,
            };
            return page(&app, &req, form.who, id, PageQuery::default(), typed).await;
        }
    };
    app.command(&form.who, move |tx, actor| {
        doing::ask(tx, actor, id, &input)
    })
    .await?;
    Ok(see_other(
        format!("/rounds/{id}/questions"),
        "问题已提交，答复以后对所有支部公开，不显示提问单位。",
    ))
}

/// `POST /rounds/{round_id}/questions/{id}/answer`
pub async fn answer(
    app: Data<App>,
    req: HttpRequest,
    ids: Path<(RoundId, RoundQuestionId)>,
    form: Form<QuestionAnswer>,
) -> Result<HttpResponse> {
    let (round, id) = ids.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => {
            let typed = Typed {
                values: form.values,
                errors,
                by_office: true,
                answering: Some(id),
            };
            return page(&app, &req, form.who, round, PageQuery::default(), typed).await;
        }
    };
    let question = app
        .command(&form.who, move |tx, actor| {
            doing::answer(tx, actor, id, &input)
        })
        .await?;
    Ok(see_other(
        format!("/rounds/{}/questions", question.round_id),
        "已答复，所有支部和公开指南都能看到。",
    ))
}

/// `POST /rounds/{id}/corrections`
pub async fn correct(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<CorrectionInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => {
            let typed = Typed {
                values: form.values,
                errors,
                by_office: true,
                answering: None,
            };
            return page(&app, &req, form.who, id, PageQuery::default(), typed).await;
        }
    };
    match app
        .command(&form.who, move |tx, actor| {
            doing::correct(tx, actor, id, &input)
        })
        .await
    {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}/questions"),
            "更正公告已发布，并提醒正在起草的支部。",
        )),
        Err(other) => Err::<HttpResponse, Error>(other),
    }
}
