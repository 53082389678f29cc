//! `/api/v1/audit` and the public heads.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::store::{EventFilter, EventRow};
use super::{actions, subject_kind, view};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::ids::{AuditEventId, ChainId, OrganizationId, RoundId, UserId};
use crate::session::Who;
use crate::web::{App, Cursor, Listing, Query, Reply, paging};

#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// `kind` or `kind:id`, such as `round:123`; a kind's Chinese label will do.
    pub subject: Option<String>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl AuditQuery {
    pub fn filter(&self) -> Result<EventFilter> {
        let subject = match self.subject.as_deref() {
            None => None,
            Some(text) => Some(match text.split_once([':', '：']) {
                None => (subject_kind(text.trim()).to_owned(), None),
                Some((kind, id)) => (
                    subject_kind(kind.trim()).to_owned(),
                    Some(id.trim().parse().map_err(|_| {
                        Error::field("subject", "格式为“类别：编号”，如 批次：123。")
                    })?),
                ),
            }),
        };
        Ok(EventFilter {
            chains: None,
            subject,
            before: self
                .cursor
                .as_deref()
                .map(Cursor::read)
                .transpose()?
                .map(AuditEventId),
            limit: self.limit.unwrap_or(paging::DEFAULT_LIMIT) + 1,
        })
    }
}

/// One event of the trail.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventShown {
    pub id: AuditEventId,
    pub chain_id: ChainId,
    /// Place in its chain, from 1 on.
    pub seq: i64,
    pub at: Instant,
    pub actor_id: Option<UserId>,
    pub actor_name: String,
    pub organization_id: Option<OrganizationId>,
    #[schema(example = "round.publish")]
    pub verb: String,
    pub subject_kind: String,
    pub subject_id: i64,
    pub subject_version: i64,
    pub round_id: Option<RoundId>,
    pub detail: serde_json::Value,
    pub previous_digest: String,
    pub digest: String,
}

impl From<EventRow> for EventShown {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            chain_id: row.chain_id,
            seq: row.seq,
            at: row.at,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            organization_id: row.organization_id,
            verb: row.verb,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id,
            subject_version: row.subject_version,
            round_id: row.round_id,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
            previous_digest: row.previous_digest,
            digest: row.digest,
        }
    }
}

/// The trail, newest first: for the audit administrator and supervisors.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Listing<EventShown>), (status = 401, body = crate::web::errors::Problem),
        (status = 403, body = crate::web::errors::Problem), (status = 422, body = crate::web::errors::Problem)))]
pub async fn list(app: Data<App>, who: Who, query: Query<AuditQuery>) -> Result<HttpResponse> {
    let query = query.0;
    app.api(who, move |c, actor, _| {
        let filter = query.filter()?;
        let limit = filter.limit - 1;
        let rows = view::visible_events(c, actor, filter)?;
        Reply::ok(&Listing::new(rows, limit, |row| row.id.0).map(EventShown::from))
    })
    .await
}

/// The head of one chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeadShown {
    pub chain_id: ChainId,
    /// None for the system's chain.
    pub committee_id: Option<OrganizationId>,
    pub count: i64,
    /// SHA-256 of the last event, empty for an empty chain.
    pub digest: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Heads {
    pub items: Vec<HeadShown>,
}

/// All heads: to be noted down and compared later. No login.
#[utoipa::path(get, path = "/api/v1/public/audit/head", tag = "audit", security(()),
    responses((status = 200, body = Heads)))]
pub async fn heads(app: Data<App>) -> Result<HttpResponse> {
    app.api(Who::visitor(), |c, _, _| {
        let items = actions::heads_shown(c)?
            .into_iter()
            .map(|chain| HeadShown {
                chain_id: chain.id,
                committee_id: chain.committee_id,
                count: chain.count,
                digest: chain.head,
            })
            .collect();
        Reply::ok(&Heads { items })
    })
    .await
}
