//! Invitations, substitutes and replacements: forms of the panel's page.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::error::{Error, Refusal, Result};
use crate::ids::{RoundId, UserId};
use crate::panel::actions::{invite, replace};
use crate::panel::input::{AnswerInput, ReplacementInput, SubstitutesInput};
use crate::web::App;
use crate::web::{Empty, Form, see_other};

/// Small forms of one or two fields say what is wrong as a refusal, with the way back.
pub fn worded(error: Error) -> Error {
    let Error::Invalid(fields) = error else {
        return error;
    };
    let reason = fields.into_values().flatten().collect::<Vec<_>>().join("");
    Refusal::new("invalid", reason)
        .remedy("请返回上一页填好后重新提交。")
        .into()
}

/// `POST /rounds/{id}/panel/invitations`
pub async fn invite(app: Data<App>, id: Path<RoundId>, form: Form<Empty>) -> Result<HttpResponse> {
    form.input()?;
    let id = id.into_inner();
    app.command(&form.who, move |tx, actor| invite::send(tx, actor, id))
        .await?;
    Ok(see_other(
        format!("/rounds/{id}/panel"),
        "邀请已发出，委员的待办里可以看到。",
    ))
}

/// `POST /rounds/{id}/panel/answer`
pub async fn answer(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<AnswerInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input().map_err(worded)?;
    let accepted = input.accept;
    app.command(&form.who, move |tx, actor| {
        invite::answer(tx, actor, id, &input)
    })
    .await
    .map_err(worded)?;
    let flash = if accepted {
        "您已接受邀请，请阅读并签署评审承诺。"
    } else {
        "您已谢绝邀请，党建部会安排候补委员。"
    };
    Ok(see_other(format!("/rounds/{id}/panel"), flash))
}

/// Substitutes in order: a number beside each name.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct SubstitutesForm {
    version: i64,
    #[serde(default)]
    #[validate(length(max = 200))]
    places: Vec<Placed>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    user_id: UserId,
    #[serde(default)]
    place: Option<u32>,
}

/// `POST /rounds/{id}/panel/substitutes`
pub async fn substitutes(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<SubstitutesForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let typed = form.input().map_err(worded)?;
    let mut placed: Vec<(u32, UserId)> = typed
        .places
        .iter()
        .filter_map(|one| one.place.map(|place| (place, one.user_id)))
        .collect();
    placed.sort_unstable();
    let input = SubstitutesInput {
        user_ids: placed.into_iter().map(|(_, user)| user).collect(),
    };
    let version = typed.version;
    app.command(&form.who, move |tx, actor| {
        replace::name(tx, actor, id, version, &input)
    })
    .await
    .map_err(worded)?;
    Ok(see_other(
        format!("/rounds/{id}/panel"),
        "候补委员已保存，按顺序接替。",
    ))
}

/// `POST /rounds/{id}/panel/replacements`
pub async fn replace(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<ReplacementInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input().map_err(worded)?;
    app.command(&form.who, move |tx, actor| {
        replace::replace(tx, actor, id, &input)
    })
    .await
    .map_err(worded)?;
    Ok(see_other(
        format!("/rounds/{id}/panel"),
        "已替换，原委员的评分表保留但不计入。",
    ))
}
