//! Failed topics on the round's page, and the copy of a round.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::show::show_again;
use crate::bids;
use crate::error::{Error, Result};
use crate::failed;
use crate::failed::input::JointInput;
use crate::ids::{BidId, RoundId, TopicId};
use crate::rulings;
use crate::rulings::input::FailedInput;
use crate::web::{App, Empty, Form, see_other};
use crate::who::policy;

/// `POST /rounds/{round_id}/topics/{id}/decision`
pub async fn decide_failed(
    app: Data<App>,
    req: HttpRequest,
    ids: Path<(RoundId, TopicId)>,
    form: Form<FailedInput>,
) -> Result<HttpResponse> {
    let (round, id) = ids.into_inner();
    let mut values = form.values.clone();
    values.insert("deciding".to_owned(), id.to_string());
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return show_again(&app, &req, form.who, round, values, errors).await,
    };
    match app
        .command(&form.who, move |tx, actor| {
            rulings::decide(tx, actor, id, &input)
        })
        .await
    {
        Ok(round) => Ok(see_other(
            format!("/rounds/{}#failed", round.id),
            "已决定，处理公告已上公示栏。",
        )),
        Err(Error::Invalid(errors)) => {
            show_again(&app, &req, form.who, round, values, errors).await
        }
        Err(other) => Err(other),
    }
}

/// `POST /rounds/{round_id}/bids/{id}/joint`
pub async fn answer_joint(
    app: Data<App>,
    req: HttpRequest,
    ids: Path<(RoundId, BidId)>,
    form: Form<JointInput>,
) -> Result<HttpResponse> {
    let (_, id) = ids.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => {
            return app
                .private_page(&req, form.who, move |c, actor, _| {
                    let (bid, _) = bids::visible(c, actor, id)?;
                    policy::may_sign_for(actor, bid.organization_id)?;
                    Err(Error::Invalid(errors))
                })
                .await;
        }
    };
    let round = app
        .command(&form.who, move |tx, actor| {
            failed::answer_joint(tx, actor, id, &input)
        })
        .await?;
    Ok(see_other(
        format!("/rounds/{}#failed", round.id),
        "已答复。",
    ))
}

/// `POST /rounds/{id}/close`
pub async fn close(app: Data<App>, id: Path<RoundId>, form: Form<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.command(&form.who, move |tx, actor| rulings::close(tx, actor, id))
        .await?;
    Ok(see_other(
        format!("/rounds/{id}"),
        "各标的均流标，批次已办结。",
    ))
}

/// `POST /rounds/{id}/copy`
pub async fn copy(app: Data<App>, id: Path<RoundId>, form: Form<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let round = app
        .command(&form.who, move |tx, actor| rulings::copy(tx, actor, id))
        .await?;
    Ok(see_other(
        format!("/rounds/{}/edit", round.id),
        "已复制为草稿：标的、指南、标准和权重照旧，时间挪到今年的工作日，仍在任的评委已列入名单。请核对。",
    ))
}
