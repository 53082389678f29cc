//! Joint bids as pages: a round's, and one with its answers.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;
use validator::Validate;

use super::beside::tone;
use super::input::{MergerAnswerInput, MergerInput};
use super::{actions, beside, rules, store, view};
use crate::clock::{Instant, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, MergerId, RoundId};
use crate::rounds;
use crate::rounds::input::ReasonInput;
use crate::session::Who;
use crate::web::{App, Form, Page, Query, Values, see_other};
use crate::who::Actor;

/// Joint bids on one page.
const ROWS: i64 = 20;

/// Which bids to begin with: what a pair of similar ones links to.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct MergersQuery {
    cursor: Option<String>,
    lead: Option<BidId>,
    partner: Option<BidId>,
}

fn list_page(
    c: &mut Conn,
    actor: &Actor,
    id: RoundId,
    query: &MergersQuery,
    now: Instant,
    typed: Option<(&Values, &FieldErrors)>,
) -> Result<Page> {
    let before = query
        .cursor
        .as_deref()
        .map(crate::web::Cursor::read)
        .transpose()?;
    let (round, page) = view::listing(c, actor, id, before, ROWS)?;
    let refusal = actions::may_propose(c, actor, &round, now).err();
    let office = !matches!(refusal, Some(Error::Forbidden(_) | Error::Unauthorized(_)));
    let choices: Vec<_> = if refusal.is_none() {
        let topics = rounds::topics(c, id)?;
        let taken = store::taken(c, id)?;
        store::choices(c, id)?
            .into_iter()
            .filter(|bid| !taken.contains(&bid.bid_id))
            .filter_map(|bid| {
                let topic = topics
                    .iter()
                    .find(|one| Some(one.id) == bid.topic_id && !one.failed)?;
                let title = bid.title.unwrap_or_default();
                Some(json!({
                    "value": bid.bid_id.to_string(),
                    "label": format!("{}《{title}》（{}）", bid.organization, topic.title),
                }))
            })
            .collect()
    } else {
        Vec::new()
    };
    let mut values = Values::new();
    for (name, bid) in [("lead_bid_id", query.lead), ("partner_1", query.partner)] {
        if let Some(bid) = bid {
            values.insert(name.to_owned(), bid.to_string());
        }
    }
    let chosen = typed.is_some() || !values.is_empty();
    let (values, errors) = match typed {
        Some((values, errors)) => (values.clone(), errors.clone()),
        None => (values, FieldErrors::new()),
    };
    let rows: Vec<_> = page
        .items
        .iter()
        .map(|merger| {
            let lead = merger.members.iter().find(|member| member.lead);
            let partners: Vec<&str> = merger
                .members
                .iter()
                .filter(|member| !member.lead)
                .map(|member| member.organization.as_str())
                .collect();
            let agreed = merger
                .members
                .iter()
                .filter(|member| member.answer == Some(JointAnswer::Agreed))
                .count();
            json!({
                "id": merger.id, "title": lead.map(|lead| &lead.title),
                "lead": lead.map(|lead| &lead.organization), "partners": partners.join("、"),
                "state": merger.state.label(), "tone": tone(merger.state),
                "agreed": agreed, "of": merger.members.len(),
                "at": show_instant(merger.proposed_at),
            })
        })
        .collect();
    let address = format!("/rounds/{id}/mergers");
    Ok(Page::new("joint/list.html")
        .with("round_id", &id)
        .with("round_title", &round.title)
        .with("rows", &rows)
        .with("office", &office)
        .with("refusal", &refusal.map(|error| error.refusal()))
        .with("choices", &choices)
        .with("chosen", &chosen)
        .with(
            "next",
            &page
                .next_cursor
                .map(|cursor| format!("{address}?cursor={cursor}")),
        )
        .with("first", &query.cursor.is_some().then_some(address))
        .with("values", &values)
        .with("errors", &errors)
        .status(if errors.is_empty() { 200 } else { 422 }))
}

/// `GET /rounds/{id}/mergers`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
    query: Query<MergersQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.private_page(&req, who, move |c, actor, now| {
        list_page(c, actor, id, &query, now, None)
    })
    .await
}

/// The page's form: up to five bids; programs may send eight.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProposeForm {
    lead_bid_id: BidId,
    partner_1: BidId,
    partner_2: Option<BidId>,
    partner_3: Option<BidId>,
    partner_4: Option<BidId>,
    #[validate(length(min = 1, max = 4000))]
    statement: String,
    #[validate(length(min = 1, max = 500))]
    reason: String,
}

impl ProposeForm {
    fn input(self) -> MergerInput {
        MergerInput {
            lead_bid_id: self.lead_bid_id,
            partner_bid_ids: [
                Some(self.partner_1),
                self.partner_2,
                self.partner_3,
                self.partner_4,
            ]
            .into_iter()
            .flatten()
            .collect(),
            statement: self.statement,
            reason: self.reason,
        }
    }
}

/// `POST /rounds/{id}/mergers`
pub async fn propose(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<ProposeForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let Form { who, values, input } = form;
    let done = match input {
        Ok(input) => {
            let input = input.input();
            app.command(&who, move |tx, actor| {
                actions::propose(tx, actor, id, &input)
            })
            .await
        }
        Err(errors) => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(merger) => Ok(see_other(
            format!("/mergers/{}", merger.id),
            "已提出，各支部书记会在待办里看到。",
        )),
        Err(Error::Invalid(mut errors)) => {
            if let Some(texts) = errors.remove("partner_bid_ids") {
                errors
                    .entry("partner_1".to_owned())
                    .or_default()
                    .extend(texts);
            }
            app.private_page(&req, who, move |c, actor, now| {
                let round = rounds::visible(c, actor, id)?;
                actions::may_propose(c, actor, &round, now)?;
                list_page(
                    c,
                    actor,
                    id,
                    &MergersQuery::default(),
                    now,
                    Some((&values, &errors)),
                )
            })
            .await
        }
        Err(other) => Err(other),
    }
}

fn show_page(
    c: &mut Conn,
    actor: &Actor,
    id: MergerId,
    now: Instant,
    values: &Values,
    errors: &FieldErrors,
) -> Result<Page> {
    let joint = actions::visible(c, actor, id)?;
    let may_change = actions::may_change(c, actor, &joint).is_ok();
    let office = actions::may_propose(c, actor, &joint.round, now);
    let office = !matches!(office, Err(Error::Forbidden(_) | Error::Unauthorized(_)));
    let refusal = rules::still_asked(joint.merger.state)
        .and_then(|()| rules::in_time(joint.round.state_at(now)))
        .err();
    let waits = joint
        .signed_by(actor)
        .iter()
        .any(|member| member.answer.is_none());
    let mut values = values.clone();
    values
        .entry("statement".to_owned())
        .or_insert_with(|| joint.merger.statement.clone());
    Ok(Page::new("joint/show.html")
        .with("id", &id)
        .with("round_id", &joint.round.id)
        .with("round_title", &joint.round.title)
        .with("state", &joint.merger.state.as_str())
        .with("label", &joint.merger.state.label())
        .with("tone", &tone(joint.merger.state))
        .with("lines", &beside::lines(actor, &joint))
        .with("statement", &joint.merger.statement)
        .with("reason", &joint.merger.reason)
        .with("digest", &joint.merger.digest)
        .with("ended_reason", &joint.merger.ended_reason)
        .with("ended_at", &joint.merger.ended_at.map(show_instant))
        .with("proposed_at", &show_instant(joint.merger.proposed_at))
        .with("version", &joint.merger.version)
        .with("may_change", &may_change)
        .with("office", &office)
        .with("refusal", &refusal)
        .with("concerned", &joint.concerns(actor))
        .with("signs", &!joint.signed_by(actor).is_empty())
        .with("waits", &waits)
        .with("values", &values)
        .with("errors", errors)
        .status(if errors.is_empty() { 200 } else { 422 }))
}

/// `GET /mergers/{id}`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<MergerId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        show_page(c, actor, id, now, &Values::new(), &FieldErrors::new())
    })
    .await
}

/// Back to the page after a command, or again with what was wrong.
async fn after(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: MergerId,
    values: Values,
    done: Result<&'static str>,
) -> Result<HttpResponse> {
    match done {
        Ok(message) => Ok(see_other(format!("/mergers/{id}"), message)),
        Err(Error::Invalid(errors)) => {
            app.private_page(&req, who, move |c, actor, now| {
                show_page(c, actor, id, now, &values, &errors)
            })
            .await
        }
        Err(other) => Err(other),
    }
}

#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ChangeForm {
    version: i64,
    #[validate(length(min = 1, max = 4000))]
    statement: String,
}

/// `POST /mergers/{id}/statement`
pub async fn change(
    app: Data<App>,
    req: HttpRequest,
    id: Path<MergerId>,
    form: Form<ChangeForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let Form { who, values, input } = form;
    let done = match input {
        Ok(input) => app
            .command(&who, move |tx, actor| {
                actions::change(tx, actor, id, Some(input.version), &input.statement)
            })
            .await
            .map(|_| "方案已修改，各支部须重新答复。"),
        Err(errors) => Err(Error::Invalid(errors)),
    };
    after(app, req, who, id, values, done).await
}

/// `POST /mergers/{id}/answer`
pub async fn answer(
    app: Data<App>,
    req: HttpRequest,
    id: Path<MergerId>,
    form: Form<MergerAnswerInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let Form { who, values, input } = form;
    let done = match input {
        Ok(input) => app
            .command(&who, move |tx, actor| {
                actions::answer(tx, actor, id, &input)
            })
            .await
            .map(|_| "已答复。"),
        Err(errors) => Err(Error::Invalid(errors)),
    };
    after(app, req, who, id, values, done).await
}

/// `POST /mergers/{id}/withdraw`
pub async fn withdraw(
    app: Data<App>,
    req: HttpRequest,
    id: Path<MergerId>,
    form: Form<ReasonInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let Form { who, values, input } = form;
    let done = match input {
        Ok(input) => app
            .command(&who, move |tx, actor| {
                actions::withdraw(tx, actor, id, &input.reason)
            })
            .await
            .map(|_| "已收回，各申报书分别参加评审。"),
        Err(errors) => Err(Error::Invalid(errors)),
    };
    after(app, req, who, id, values, done).await
}
