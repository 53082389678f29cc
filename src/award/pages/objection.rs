//! Objections: the public form and its follow-up page, and the office's list.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::award::ObjectionState;
use crate::award::actions::answer;
use crate::award::actions::objection::{self, ANSWER_DAYS};
use crate::award::input::{FollowupInput, ObjectionAnswer, ObjectionInput, Verdict};
use crate::award::store::{self, Objection};
use crate::clock::{Instant, show_date, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{ObjectionId, RoundId};
use crate::panel::{self, scene};
use crate::result::Effect;
use crate::rounds::RoundState;
use crate::session::Who;
use crate::web::{App, Cursor, Empty, Form, Listing, Page, PageQuery, Query, Values, see_other};
use crate::who::Actor;

/// `GET /rounds/{id}/objection`
pub async fn form(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.page(&req, who, move |c, _, now| {
        form_page(c, id, now, &Values::new(), &FieldErrors::new())
    })
    .await
}

fn form_page(
    c: &mut Conn,
    id: RoundId,
    now: Instant,
    values: &Values,
    errors: &FieldErrors,
) -> Result<Page> {
    let (round, bids) = objection::public_round(c, id)?;
    let options: Vec<_> = bids
        .iter()
        .map(|bid| {
            json!({
                "value": bid.id,
                "label": format!("{}（{}）", bid.title.as_deref().unwrap_or_default(), bid.organization),
            })
        })
        .collect();
    Ok(Page::new("evaluation/object.html")
        .with("round_id", &id)
        .with("round_title", &round.title)
        .with("refusal", &objection::may_object(&round, now).err())
        .with("bids", &options)
        .with("days", &ANSWER_DAYS)
        .with("values", values)
        .with("errors", errors))
}

/// `POST /rounds/{id}/objection`
pub async fn lodge(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<ObjectionInput>,
) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let id = id.into_inner();
    let lodged = match form.input() {
        Ok(input) => {
            // Whoever objects is nobody to the service, logged in or not.
            app.command(&Who::visitor(), move |tx, _| {
                objection::lodge(tx, id, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match lodged {
        Ok((code, _)) => Ok(see_other(
            format!("/objections/{code}"),
            "异议已提交，请记下查询码。",
        )),
        Err(Error::Invalid(errors)) => {
            app.page(&req, form.who, move |c, _, now| {
                Ok(form_page(c, id, now, &form.values, &errors)?.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}

/// `GET /objections/{code}`
pub async fn follow(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    code: Path<String>,
) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let code = code.into_inner();
    app.page(&req, who, move |c, _, _| {
        follow_page(c, &code, &Values::new(), &FieldErrors::new())
    })
    .await
}

fn follow_page(c: &mut Conn, code: &str, values: &Values, errors: &FieldErrors) -> Result<Page> {
    let (row, round) = objection::follow(c, code)?;
    Ok(Page::new("evaluation/objection.html")
        .with("code", &code.to_ascii_uppercase())
        .with("round_id", &round.id)
        .with("round_title", &round.title)
        .with("objection", &shown(&row)?)
        .with("values", values)
        .with("errors", errors))
}

fn shown(row: &Objection) -> Result<serde_json::Value> {
    let tone = match row.state {
        ObjectionState::Lodged | ObjectionState::Acknowledged => "amber",
        ObjectionState::Upheld => "red",
        ObjectionState::Rejected => "",
    };
    let followups: Vec<_> = objection::followups(row)?
        .into_iter()
        .map(|one| json!({ "at": show_instant(one.at), "text": one.text }))
        .collect();
    Ok(json!({
        "id": row.id, "state": row.state.label(), "tone": tone,
        "open": row.state.is_open(), "acknowledged_at": row.acknowledged_at.map(show_instant),
        "new": row.state == ObjectionState::Lodged,
        "anonymous": row.anonymous, "name": row.name, "contact": row.contact, "content": row.content,
        "bid_id": row.bid_id,
        "lodged_at": show_instant(row.lodged_at), "due_on": show_date(row.due_on),
        "followups": followups,
        "answer": row.answer, "answered_at": row.answered_at.map(show_instant),
    }))
}

/// `POST /objections/{code}`
pub async fn add(
    app: Data<App>,
    req: HttpRequest,
    code: Path<String>,
    form: Form<FollowupInput>,
) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let code = code.into_inner();
    let added = match form.input() {
        Ok(input) => {
            let code = code.clone();
            app.command(&Who::visitor(), move |tx, _| {
                objection::add(tx, &code, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match added {
        Ok(_) => Ok(see_other(format!("/objections/{code}"), "补充内容已提交。")),
        Err(Error::Invalid(errors)) => {
            app.page(&req, form.who, move |c, _, _| {
                Ok(follow_page(c, &code, &form.values, &errors)?.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}

/// `GET /rounds/{id}/objections`
pub async fn list(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.private_page(&req, who, move |c, actor, _| {
        list_page(c, actor, id, &query, None)
    })
    .await
}

/// An answer that was not accepted: whose, what was typed, what is wrong.
type Typed<'a> = (ObjectionId, &'a Values, &'a FieldErrors);

fn list_page(
    c: &mut Conn,
    actor: &Actor,
    id: RoundId,
    query: &PageQuery,
    typed: Option<Typed>,
) -> Result<Page> {
    let limit = query.limit();
    let (scene, rows) = objection::list(c, actor, id, query.after()?, limit + 1)?;
    let listing = Listing::new(rows, limit, |row| row.id.0);
    let titles: std::collections::HashMap<_, _> = panel::bid_lines(c, id)?
        .into_iter()
        .map(|bid| (bid.id, bid.title.unwrap_or_default()))
        .collect();
    let items = listing
        .items
        .iter()
        .map(|row| {
            let mut one = shown(row)?;
            if let Some(fields) = one.as_object_mut() {
                let bid = row.bid_id.and_then(|bid| titles.get(&bid));
                fields.insert("bid".to_owned(), json!(bid));
                let open = typed.is_some_and(|(of, _, _)| of == row.id);
                fields.insert("typed".to_owned(), json!(open));
            }
            Ok(one)
        })
        .collect::<Result<Vec<_>>>()?;
    let label = |value: &str, label: &str| json!({ "value": value, "label": label });
    let verdicts: Vec<_> = Verdict::ALL
        .iter()
        .map(|one| label(one.as_str(), one.label()))
        .collect();
    let decided = matches!(
        scene.round.state,
        RoundState::Decided | RoundState::Publicized
    );
    let effects: Vec<_> = Effect::ALL
        .iter()
        .filter(|_| decided)
        .map(|one| label(one.as_str(), one.label()))
        .collect();
    let empty = (Values::new(), FieldErrors::new());
    let (values, errors) = typed.map_or((&empty.0, &empty.1), |(_, v, e)| (v, e));
    Ok(Page::new("evaluation/objections.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("items", &items)
        .with(
            "next",
            &listing
                .next_cursor
                .map(|cursor| format!("/rounds/{id}/objections?cursor={cursor}")),
        )
        .with(
            "first",
            &query
                .cursor
                .as_ref()
                .map(|_| format!("/rounds/{id}/objections")),
        )
        .with("office", &scene.runs(actor))
        .with("verdicts", &verdicts)
        .with("effects", &effects)
        .with("values", values)
        .with("errors", errors))
}

/// `POST /objections/{id}/answer`
pub async fn answer(
    app: Data<App>,
    req: HttpRequest,
    id: Path<ObjectionId>,
    form: Form<ObjectionAnswer>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(input) => {
            app.command(&form.who, move |tx, actor| {
                answer::answer(tx, actor, id, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok((scene, _)) => Ok(see_other(
            format!("/rounds/{}/objections", scene.round.id),
            "已答复。",
        )),
        Err(Error::Invalid(errors)) => {
            app.private_page(&req, form.who, move |c, actor, _| {
                let round = store::objection(c, id)?.round_id;
                scene::scene(c, actor, round)?;
                let query = PageQuery {
                    limit: None,
                    cursor: Some(Cursor::write(id.0.saturating_add(1))),
                };
                let page = list_page(c, actor, round, &query, Some((id, &form.values, &errors)))?;
                Ok(page.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}

/// `POST /objections/{id}/acknowledge`
pub async fn acknowledge(
    app: Data<App>,
    id: Path<ObjectionId>,
    form: Form<Empty>,
) -> Result<HttpResponse> {
    form.input()?;
    let id = id.into_inner();
    let (scene, _) = app
        .command(&form.who, move |tx, actor| {
            answer::acknowledge(tx, actor, id)
        })
        .await?;
    Ok(see_other(
        format!("/rounds/{}/objections", scene.round.id),
        "已受理，提出的人凭查询码可以看到。",
    ))
}
