//! Who of one's own organization can read its sealed bids; sealing again after the round's key was renewed.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::bids::actions::{self, GrantKeyInput};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId};
use crate::people;
use crate::session::Who;
use crate::web::{App, Empty, Form, Page, see_other};

/// `GET /organizations/{id}/keys`
pub async fn keys(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<OrganizationId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        let holders = actions::key_holders(c, actor, id)?;
        let own = holders
            .iter()
            .any(|holder| holder.holds && Some(holder.user_id) == actor.user_id());
        Ok(Page::new("bids/keys.html")
            .with("id", &id)
            .with("organization", &people::organization(c, id)?.short_name)
            .with("own", &own)
            .with("me", &actor.user_id())
            .with("holders", &holders))
    })
    .await
}

/// `POST /organizations/{id}/keys`
pub async fn grant_key(
    app: Data<App>,
    id: Path<OrganizationId>,
    form: Form<GrantKeyInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let to = form.input()?.user_id;
    app.command(&form.who, move |tx, actor| {
        actions::grant_key(tx, actor, id, to)
    })
    .await?;
    Ok(see_other(format!("/organizations/{id}/keys"), "已授权。"))
}

/// `POST /bids/{id}/seal_again`
pub async fn seal_again(
    app: Data<App>,
    id: Path<BidId>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.command(&form.who, move |tx, actor| {
        actions::seal_again(tx, actor, id)
    })
    .await?;
    Ok(see_other(
        format!("/bids/{id}"),
        "已重新封装，内容、摘要和回执不变。",
    ))
}
