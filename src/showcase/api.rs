//! `/api/v1/{cases,sites,replications}`: keeping the showcase. The public side is in `portal`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::actions;
use super::input::{
    AdoptInput, CaseInput, CaseText, DelistInput, ReportInput, SiteInput, StarsInput,
};
use super::views::{CaseKept, ReplicationKept, SiteKept};
use crate::error::Result;
use crate::ids::{CaseId, ReplicationId, SiteId};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty, Reply};

/// Write the case of an accepted project: the owning organization.
#[utoipa::path(post, path = "/api/v1/cases", tag = "showcase", request_body = CaseInput,
    responses((status = 201, body = CaseKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn create_case(app: Data<App>, call: Call<CaseInput>) -> Result<HttpResponse> {
    app.api_command(call, |tx, actor, input| {
        let case = actions::save_case(tx, actor, input.project_id, None, &input.text)?;
        let (id, version) = (case.id, case.version);
        Ok(Reply::created(format!("/api/v1/cases/{id}"), &CaseKept::from(case))?.version(version))
    })
    .await
}

/// A case, published or not.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "showcase", params(("id" = i64, Path)),
    responses((status = 200, body = CaseKept), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn case(app: Data<App>, who: Who, id: Path<CaseId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let case = actions::visible_case(c, actor, id)?;
        let version = case.version;
        Ok(Reply::ok(&CaseKept::from(case))?.version(version))
    })
    .await
}

/// Change a case: the owning organization before it is published, the office afterwards.
#[utoipa::path(put, path = "/api/v1/cases/{id}", tag = "showcase", params(("id" = i64, Path)), request_body = CaseText,
    responses((status = 200, body = CaseKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub async fn change_case(
    app: Data<App>,
    id: Path<CaseId>,
    call: Call<CaseText>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.required()?;
    app.api_command(call, move |tx, actor, text| {
        let project = actions::visible_case(tx, actor, id)?.project_id;
        let case = actions::save_case(tx, actor, project, Some(version), text)?;
        let version = case.version;
        Ok(Reply::ok(&CaseKept::from(case))?.version(version))
    })
    .await
}

/// Put a case on the portal: the committee's office.
#[utoipa::path(post, path = "/api/v1/cases/{id}/publish", tag = "showcase", params(("id" = i64, Path)),
    responses((status = 200, body = CaseKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn publish_case(
    app: Data<App>,
    id: Path<CaseId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, _| {
        let case = actions::publish_case(tx, actor, id, version)?;
        let version = case.version;
        Ok(Reply::ok(&CaseKept::from(case))?.version(version))
    })
    .await
}

/// Nominate a demonstration site: the committee's office, for a project graded 优秀 (良好 with a reason).
#[utoipa::path(post, path = "/api/v1/sites", tag = "showcase", request_body = SiteInput,
    responses((status = 201, body = SiteKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn nominate_site(app: Data<App>, call: Call<SiteInput>) -> Result<HttpResponse> {
    app.api_command(call, |tx, actor, input| {
        let site = actions::nominate_site(tx, actor, input)?;
        let (id, version) = (site.id, site.version);
        Ok(Reply::created(format!("/api/v1/sites/{id}"), &SiteKept::from(site))?.version(version))
    })
    .await
}

/// A site, whatever its state.
#[utoipa::path(get, path = "/api/v1/sites/{id}", tag = "showcase", params(("id" = i64, Path)),
    responses((status = 200, body = SiteKept), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn site(app: Data<App>, who: Who, id: Path<SiteId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let site = actions::visible_site(c, actor, id)?;
        let version = site.version;
        Ok(Reply::ok(&SiteKept::from(site))?.version(version))
    })
    .await
}

/// Name a site for three years from today: the committee secretary.
#[utoipa::path(post, path = "/api/v1/sites/{id}/name", tag = "showcase", params(("id" = i64, Path)), request_body = StarsInput,
    responses((status = 200, body = SiteKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn name_site(
    app: Data<App>,
    id: Path<SiteId>,
    call: Call<StarsInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        let site = actions::name_site(tx, actor, id, version, input)?;
        let version = site.version;
        Ok(Reply::ok(&SiteKept::from(site))?.version(version))
    })
    .await
}

/// Keep a site for another term from today: the committee secretary.
#[utoipa::path(post, path = "/api/v1/sites/{id}/recheck", tag = "showcase", params(("id" = i64, Path)), request_body = StarsInput,
    responses((status = 200, body = SiteKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn recheck_site(
    app: Data<App>,
    id: Path<SiteId>,
    call: Call<StarsInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        let site = actions::recheck_site(tx, actor, id, version, input)?;
        let version = site.version;
        Ok(Reply::ok(&SiteKept::from(site))?.version(version))
    })
    .await
}

/// Take a site's name back, with the reason on the portal: the committee secretary.
#[utoipa::path(post, path = "/api/v1/sites/{id}/delist", tag = "showcase", params(("id" = i64, Path)), request_body = DelistInput,
    responses((status = 200, body = SiteKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn delist_site(
    app: Data<App>,
    id: Path<SiteId>,
    call: Call<DelistInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        let site = actions::delist_site(tx, actor, id, version, input)?;
        let version = site.version;
        Ok(Reply::ok(&SiteKept::from(site))?.version(version))
    })
    .await
}

/// Adopt the model of a named site or a published case: another organization's secretary.
#[utoipa::path(post, path = "/api/v1/replications", tag = "showcase", request_body = AdoptInput,
    responses((status = 201, body = ReplicationKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn adopt(app: Data<App>, call: Call<AdoptInput>) -> Result<HttpResponse> {
    app.api_command(call, |tx, actor, input| {
        let row = actions::adopt(tx, actor, input)?;
        let (id, version) = (row.id, row.version);
        Ok(Reply::created(
            format!("/api/v1/replications/{id}"),
            &ReplicationKept::from(row),
        )?
        .version(version))
    })
    .await
}

/// A replication: both organizations and who oversees them.
#[utoipa::path(get, path = "/api/v1/replications/{id}", tag = "showcase", params(("id" = i64, Path)),
    responses((status = 200, body = ReplicationKept), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn replication(
    app: Data<App>,
    who: Who,
    id: Path<ReplicationId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let (row, _) = actions::visible_replication(c, actor, id)?;
        let version = row.version;
        Ok(Reply::ok(&ReplicationKept::from(row))?.version(version))
    })
    .await
}

/// Say what came of it: the adopting organization.
#[utoipa::path(post, path = "/api/v1/replications/{id}/report", tag = "showcase", params(("id" = i64, Path)), request_body = ReportInput,
    responses((status = 200, body = ReplicationKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn report(
    app: Data<App>,
    id: Path<ReplicationId>,
    call: Call<ReportInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        let row = actions::report(tx, actor, id, version, input)?;
        let version = row.version;
        Ok(Reply::ok(&ReplicationKept::from(row))?.version(version))
    })
    .await
}

/// Confirm what was reported: the origin's secretary.
#[utoipa::path(post, path = "/api/v1/replications/{id}/confirm", tag = "showcase", params(("id" = i64, Path)),
    responses((status = 200, body = ReplicationKept), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn confirm(
    app: Data<App>,
    id: Path<ReplicationId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, _| {
        let row = actions::confirm(tx, actor, id, version)?;
        let version = row.version;
        Ok(Reply::ok(&ReplicationKept::from(row))?.version(version))
    })
    .await
}
