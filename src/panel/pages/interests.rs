//! One person's declared posts and relations, and the forms that keep them.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::clock::show_date;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{DeclaredPostId, DeclaredRelationId, UserId};
use crate::panel::RelationKind;
use crate::panel::actions::interests;
use crate::panel::input::{EndInput, PostInput, RelationInput};
use crate::people;
use crate::session::Who;
use crate::web::{App, Empty, Form, Page, Values, see_other};
use crate::who::Actor;

/// `GET /users/{id}/interests`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<UserId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        page(c, actor, id, &Values::new(), &FieldErrors::new())
    })
    .await
}

fn page(
    c: &mut Conn,
    actor: &Actor,
    id: UserId,
    values: &Values,
    errors: &FieldErrors,
) -> Result<Page> {
    let declared = interests::read(c, actor, id)?;
    let refusal = interests::may_write(c, actor, id)
        .err()
        .map(|error| error.refusal());
    let home = people::organization(c, declared.user.organization_id)?;
    let committee = people::organization(c, home.committee_id)?;
    let organizations: Vec<_> = people::subtree(c, &committee.path)?
        .into_iter()
        .filter(|one| !one.disabled)
        .map(|one| json!({ "value": one.id.to_string(), "label": one.short_name }))
        .collect();
    let kinds: Vec<_> = RelationKind::ALL
        .iter()
        .map(|kind| json!({ "value": kind.as_str(), "label": kind.label() }))
        .collect();
    let posts: Vec<_> = declared
        .posts
        .iter()
        .map(|(row, organization)| {
            json!({
                "id": row.id, "organization": organization, "post": row.post,
                "from": show_date(row.from_on), "until": row.until_on.map(show_date),
            })
        })
        .collect();
    let relations: Vec<_> = declared
        .relations
        .iter()
        .map(|(row, organization, person)| {
            json!({
                "id": row.id, "kind": row.kind.label(), "organization": organization, "person": person,
                "until": row.until_on.map(show_date),
            })
        })
        .collect();
    let own = actor.user_id() == Some(id);
    Ok(Page::new("evaluation/interests.html")
        .with("id", &id)
        .with("name", &declared.user.name)
        .with("own", &own)
        .with("organization", &home.short_name)
        .with("posts", &posts)
        .with("relations", &relations)
        .with("organizations", &organizations)
        .with("kinds", &kinds)
        .with("refusal", &refusal)
        .with("values", values)
        .with("errors", errors))
}

/// Back to the page: saved, or with what was typed and what is wrong with it.
async fn answer<T: Clone>(
    app: &App,
    req: &HttpRequest,
    id: UserId,
    form: Form<T>,
    saved: Result<()>,
    flash: &str,
) -> Result<HttpResponse> {
    match saved {
        Ok(()) => Ok(see_other(format!("/users/{id}/interests"), flash)),
        Err(Error::Invalid(errors)) => {
            let values = form.values;
            app.private_page(req, form.who, move |c, actor, _| {
                Ok(page(c, actor, id, &values, &errors)?.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}

/// `POST /users/{id}/posts`
pub async fn add_post(
    app: Data<App>,
    req: HttpRequest,
    id: Path<UserId>,
    form: Form<PostInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                interests::add_post(tx, actor, id, &input)
            })
            .await
            .map(drop),
        Err(error) => Err(error),
    };
    answer(&app, &req, id, form, saved, "任职已登记。").await
}

/// `POST /users/{id}/posts/{post}/end`
pub async fn end_post(
    app: Data<App>,
    req: HttpRequest,
    ids: Path<(UserId, DeclaredPostId)>,
    form: Form<EndInput>,
) -> Result<HttpResponse> {
    let (id, post) = ids.into_inner();
    let saved = match form.input() {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                interests::end_post(tx, actor, id, post, &input)
            })
            .await
            .map(drop),
        Err(error) => Err(error),
    };
    let flash = "已登记结束，三年内仍作为曾任职核查。";
    answer(&app, &req, id, form, saved, flash).await
}

/// `POST /users/{id}/relations`
pub async fn add_relation(
    app: Data<App>,
    req: HttpRequest,
    id: Path<UserId>,
    form: Form<RelationInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                interests::add_relation(tx, actor, id, &input)
            })
            .await
            .map(drop),
        Err(error) => Err(error),
    };
    answer(&app, &req, id, form, saved, "关系已登记。").await
}

/// `POST /users/{id}/relations/{relation}/withdraw`
pub async fn withdraw_relation(
    app: Data<App>,
    ids: Path<(UserId, DeclaredRelationId)>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    form.input()?;
    let (id, relation) = ids.into_inner();
    app.command(&form.who, move |tx, actor| {
        interests::withdraw_relation(tx, actor, id, relation)
    })
    .await?;
    Ok(see_other(
        format!("/users/{id}/interests"),
        "已撤回，记录保留在审计中。",
    ))
}
