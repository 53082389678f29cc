//! `/api/v1/organizations`.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::app::App;
use crate::auth::Who;
use crate::error::Result;
use crate::web::Reply;

pub async fn organizations(app: Data<App>, who: Who) -> Result<HttpResponse> {
    app.api(who, |_, actor, _| {
        actor.person()?;
        Ok(Reply::no_content())
    })
    .await
}
