//! Who opens a round's bids: shown to all, changed by the office.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::json;

use crate::error::{Error, FieldErrors, Result};
use crate::ids::RoundId;
use crate::rounds::input::{OpenersInput, RenewInput, ShareAgainInput};
use crate::rounds::view::openers::OpenersShown;
use crate::rounds::{RoundState, actions};
use crate::session::Who;
use crate::web::{App, Form, Page, Values, see_other};
use crate::who::Role;

#[derive(Serialize)]
struct Line {
    name: String,
    seat: &'static str,
    lost: bool,
}

/// `GET /rounds/{id}/openers`
pub async fn openers(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    show(
        &app,
        &req,
        who,
        id.into_inner(),
        Values::new(),
        FieldErrors::new(),
    )
    .await
}

async fn show(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: RoundId,
    values: Values,
    errors: FieldErrors,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, now| {
        let round = actions::visible(c, actor, id)?;
        let shown = OpenersShown::of(c, actor, &round)?;
        let path = actions::committee_path(c, &round)?;
        let office = actor.holds(Role::Office, &path);
        let state = round.state_at(now);
        let chosen: Vec<String> = shown
            .candidates
            .iter()
            .filter(|one| one.chosen)
            .map(|one| one.user_id.to_string())
            .collect();
        let options: Vec<_> = shown
            .candidates
            .iter()
            .map(|one| {
                let label = format!("{}（{}）", one.name, one.seat_label);
                let hint = if one.ready {
                    ""
                } else {
                    "还没有自己的密钥，请先登录一次。"
                };
                json!({ "value": one.user_id.to_string(), "label": label, "hint": hint })
            })
            .collect();
        // What was typed or ticked comes back, passwords do not.
        let mut typed = serde_json::to_value(&values)?;
        if let Some(typed) = typed.as_object_mut() {
            typed.entry("openers[]").or_insert(json!(chosen));
            typed
                .entry("threshold")
                .or_insert(json!(shown.threshold.unwrap_or(2).to_string()));
            for (index, opener) in crate::sealing::openers(c, id)?.into_iter().enumerate() {
                typed
                    .entry(format!("present[{index}][username]"))
                    .or_insert(json!(opener.username.unwrap_or_default()));
            }
        }
        let lines: Vec<Line> = shown
            .openers
            .iter()
            .map(|opener| Line {
                name: opener.name.clone(),
                seat: opener.seat_label,
                lost: opener.lost,
            })
            .collect();
        Ok(Page::new("rounds/openers.html")
            .with("id", &id)
            .with("title", &round.title)
            .with("threshold", &shown.threshold.unwrap_or(2))
            .with("openers", &lines)
            .with("options", &options)
            .with("office", &office)
            .with("draft", &(state == RoundState::Draft))
            .with(
                "changeable",
                &matches!(state, RoundState::Open | RoundState::Sealed),
            )
            .with("not_sealed_again", &shown.not_sealed_again)
            .with("values", &typed)
            .with("errors", &errors)
            .status(if errors.is_empty() { 200 } else { 422 }))
    })
    .await
}

fn without_passwords(mut values: Values) -> Values {
    values.retain(|name, _| !name.ends_with("[password]"));
    values
}

/// `POST /rounds/{id}/publish`
pub async fn publish(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<OpenersInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return show(&app, &req, form.who, id, form.values, errors).await,
    };
    let outcome = app
        .command(&form.who, move |tx, actor| {
            actions::publish(tx, actor, id, &input)
        })
        .await;
    match outcome {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}"),
            "批次已发布，招标公告已上公示栏。",
        )),
        Err(Error::Invalid(errors)) => show(&app, &req, form.who, id, form.values, errors).await,
        Err(error) => Err(error),
    }
}

/// `POST /rounds/{id}/openers`
pub async fn share_again(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<ShareAgainInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let values = without_passwords(form.values);
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return show(&app, &req, form.who, id, values, errors).await,
    };
    actions::openers::check_may(&app, &form.who, id).await?;
    let present = match actions::openers::unlock(&app, &input.present, "present").await {
        Ok(present) => present,
        Err(Error::Invalid(errors)) => {
            return show(&app, &req, form.who, id, values, errors).await;
        }
        Err(error) => return Err(error),
    };
    let outcome = app
        .command(&form.who, move |tx, actor| {
            actions::openers::share_again(tx, actor, id, &input, &present)
        })
        .await;
    match outcome {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}/openers"),
            "密钥份额已重新分发，原来的份额作废。",
        )),
        Err(Error::Invalid(errors)) => show(&app, &req, form.who, id, values, errors).await,
        Err(error) => Err(error),
    }
}

/// `POST /rounds/{id}/openers/renew`
pub async fn renew_key(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<RenewInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = match form.input {
        Ok(input) => input,
        Err(errors) => return show(&app, &req, form.who, id, form.values, errors).await,
    };
    let outcome = app
        .command(&form.who, move |tx, actor| {
            actions::openers::renew(tx, actor, id, &input)
        })
        .await;
    match outcome {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}/openers"),
            "开标密钥已更换并公告，请通知已提交的组织重新封装。",
        )),
        Err(Error::Invalid(errors)) => show(&app, &req, form.who, id, form.values, errors).await,
        Err(error) => Err(error),
    }
}
