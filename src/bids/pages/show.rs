//! A round's bids, one bid, and what is done with it.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use crate::bids::api::BidsQuery;
use crate::bids::view::{self, BidLine};
use crate::bids::{Bid, BidContent, BidState, actions, files_for, shown};
use crate::clock::{Instant, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::failed;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};
use crate::joint;
use crate::people;
use crate::rounds::input::ReasonInput;
use crate::rounds::{self, Round};
use crate::session::Who;
use crate::web::{App, Empty, Form, Page, Query, Values, see_other};
use crate::who::{Actor, Role};

#[derive(Serialize)]
struct Row {
    id: BidId,
    title: String,
    organization: String,
    topic: String,
    leader: String,
    budget_total: Option<i64>,
    state: &'static str,
    tone: &'static str,
    submitted_at: String,
    digest: String,
}

fn tone(state: BidState) -> &'static str {
    match state {
        BidState::Submitted | BidState::Opened => "green",
        BidState::Draft | BidState::Withdrawn => "",
        BidState::Void => "red",
        BidState::Merged => "amber",
    }
}

/// `GET /rounds/{id}/bids`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
    query: Query<BidsQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.private_page(&req, who, move |c, actor, now| {
        let round = rounds::visible(c, actor, id)?;
        let topics = rounds::topics(c, id)?;
        let listing = query.run(c, actor, &round)?.map(|line: BidLine| Row {
            id: line.id,
            title: line.title.unwrap_or_else(|| "(未填写名称)".to_owned()),
            organization: line.organization,
            topic: topics
                .iter()
                .find(|topic| Some(topic.id) == line.topic_id)
                .map(|topic| topic.title.clone())
                .unwrap_or_default(),
            leader: line.leader.unwrap_or_default(),
            budget_total: line.budget_total,
            state: line.state.label(),
            tone: tone(line.state),
            submitted_at: line.submitted_at.map(show_instant).unwrap_or_default(),
            digest: line.digest.unwrap_or_default(),
        });
        let topics: Vec<(TopicId, String)> = topics
            .into_iter()
            .map(|topic| (topic.id, topic.title))
            .collect();
        Ok(Page::new("bids/list.html")
            .with("round_id", &id)
            .with("round_title", &round.title)
            .with("sealed", &round.opened_at.is_none())
            .with("opening_at", &show_instant(round.opening_at))
            .with("bid_count", &round.bid_count)
            .with("state_label", &round.state_at(now).label())
            .with("topics", &topics)
            .with("topic_id", &query.topic_id)
            .with("listing", &listing))
    })
    .await
}

/// `POST /rounds/{id}/bids`: begin a draft.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewForm {
    organization_id: Option<OrganizationId>,
    topic_id: Option<TopicId>,
}

pub async fn create(
    app: Data<App>,
    id: Path<RoundId>,
    form: Form<NewForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input()?;
    let content = BidContent {
        topic_id: input.topic_id,
        ..BidContent::default()
    };
    let bid = app
        .command(&form.who, move |tx, actor| {
            actions::create(tx, actor, id, input.organization_id, &content)
        })
        .await?;
    Ok(see_other(
        format!("/bids/{}/edit", bid.id),
        "草稿已建立，写下的内容会自动保存。",
    ))
}

/// `GET /bids/{id}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<BidId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        let (bid, round) = actions::visible(c, actor, id)?;
        show_page(c, actor, &bid, &round, now, &FieldErrors::new())
    })
    .await
}

fn show_page(
    c: &mut Conn,
    actor: &Actor,
    bid: &Bid,
    round: &Round,
    now: Instant,
    errors: &FieldErrors,
) -> Result<Page> {
    let own = actor.acts_for(bid.organization_id);
    let content = actions::content_of(c, actor, bid)?.unwrap_or_default();
    let shown = view::BidShown::of(c, actor, bid)?;
    let missing = if own && !shown.locked && !bid.state.is_readable() {
        actions::history::lacking(&content, &rounds::topics(c, round.id)?)
    } else {
        Vec::new()
    };
    let saved_by = actions::history::last_saved_by(c, bid)?.0;
    let files = files_for(c, actor, bid)?;
    let files: Vec<_> = files
        .into_iter()
        .map(|file| json!({ "id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256 }))
        .collect();
    let path = people::organization(c, round.committee_id)?.path;
    let editable = own && !bid.state.is_readable();
    Ok(Page::new("bids/show.html")
        .with("id", &bid.id)
        .with("round_id", &round.id)
        .with("round_title", &round.title)
        .with("round_state", &round.state_at(now).as_str())
        .with("deadline", &show_instant(round.deadline))
        .with("organization", &shown.organization)
        .with("state", &bid.state.as_str())
        .with("state_label", &bid.state.label())
        .with("tone", &tone(bid.state))
        .with("own", &own)
        .with("editable", &editable)
        .with(
            "secretary",
            &actor.holds_at(Role::BranchSecretary, bid.organization_id),
        )
        .with("office", &actor.holds(Role::Office, &path))
        .with("digest", &shown.digest)
        .with("receipt", &shown.receipt)
        .with("submitted_at", &bid.submitted_at.map(show_instant))
        .with("saved_at", &show_instant(bid.draft_saved_at))
        .with("organization_id", &shown.organization_id)
        .with("locked", &shown.locked)
        .with("seal_again", &shown.seal_again)
        .with("draft_differs", &shown.draft_differs)
        .with("blind", &(shown.organization_id == OrganizationId(0)))
        .with("void_reason", &shown.void_reason)
        .with("failed", &failed::failed_notice(c, bid.topic_id)?)
        .with("joint", &joint::notice(c, actor, bid)?)
        .with("cancelled", &rounds::cancelled_notice(round))
        .with("content", &shown::content_shown(c, round.id, &content)?)
        .with("missing", &missing)
        .with("saved_by", &saved_by)
        .with("revisions", &bid.draft_revision)
        .with("files", &files)
        .with("may", &actions::may(c, actor, bid, round, now)?)
        .with("version", &bid.version)
        .with("values", &Values::new())
        .with("errors", errors)
        .status(if errors.is_empty() { 200 } else { 422 }))
}

/// `POST /bids/{id}/submit`
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct SubmitForm {
    version: Option<i64>,
}

pub async fn submit(
    app: Data<App>,
    req: HttpRequest,
    id: Path<BidId>,
    form: Form<SubmitForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = form.input()?.version;
    match app
        .command(&form.who, move |tx, actor| {
            actions::submit(tx, actor, id, version)
        })
        .await
    {
        Ok(_) => Ok(see_other(
            format!("/bids/{id}"),
            "已提交并密封。请记下回执号和摘要。",
        )),
        Err(Error::Invalid(errors)) => {
            app.private_page(&req, form.who, move |c, actor, now| {
                let (bid, round) = actions::visible(c, actor, id)?;
                show_page(c, actor, &bid, &round, now, &errors)
            })
            .await
        }
        Err(other) => Err(other),
    }
}

/// `POST /bids/{id}/withdraw`
pub async fn withdraw(app: Data<App>, id: Path<BidId>, form: Form<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.command(&form.who, move |tx, actor| actions::withdraw(tx, actor, id))
        .await?;
    Ok(see_other(
        format!("/bids/{id}"),
        "已撤回。截止前可以修改后重新提交。",
    ))
}

/// `POST /bids/{id}/void`
pub async fn void(
    app: Data<App>,
    id: Path<BidId>,
    form: Form<ReasonInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input()?;
    app.command(&form.who, move |tx, actor| {
        joint::void(tx, actor, id, &input.reason)
    })
    .await?;
    Ok(see_other(format!("/bids/{id}"), "已按废标处理。"))
}
