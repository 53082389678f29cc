//! The decision's form, preset with what the ranking proposes.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::award::actions::decide;
use crate::award::input::{DecidedOutcome, DecisionInput};
use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::RoundId;
use crate::result;
use crate::result::actions::ranking::{self, standing};
use crate::rounds::rules::Action;
use crate::session::Who;
use crate::shares;
use crate::web::{App, Form, Page, Values, see_other};
use crate::who::Actor;

/// `GET /rounds/{id}/decision`
pub async fn form(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        decision_page(c, actor, id, now, None, &FieldErrors::new())
    })
    .await
}

fn decision_page(
    c: &mut Conn,
    actor: &Actor,
    id: RoundId,
    now: Instant,
    typed: Option<&Values>,
    errors: &FieldErrors,
) -> Result<Page> {
    let (scene, shown) = ranking::read(c, actor, id, ranking::Sheets::IfFew)?;
    scene.may_decide(actor)?;
    let refusal = scene.next(Action::Decide, now).err();
    let mut values = typed.cloned().unwrap_or_default();
    if typed.is_none() {
        values.insert("minute_date".to_owned(), clock::local_date(now).to_string());
    }
    let expectations = decide::expectations(&result::rows(c, scene.evaluation.id)?);
    let splits = shares::proposed(c, id)?;
    let mut n = 0usize;
    let mut topics = Vec::new();
    for topic in &shown.topics {
        let mut rows = Vec::new();
        for row in &topic.rows {
            let Some(expected) = expectations.get(&row.bid_id.0) else {
                continue;
            };
            let name = format!("items[{n}][outcome]");
            if typed.is_none() {
                let preset = expected.map_or("", DecidedOutcome::as_str);
                values.insert(name.clone(), preset.to_owned());
            }
            rows.push(json!({
                "n": n, "bid_id": row.bid_id, "title": row.title, "organization": row.organization,
                "rank": row.rank, "total": row.total.as_ref().map(|total| total.shown.clone()),
                "proposal": standing(row).0, "tone": standing(row).1,
                "outcome_name": name, "reason_name": format!("items[{n}][reason]"),
            }));
            n += 1;
        }
        topics.push(json!({
            "id": topic.id, "shared": splits.get(&topic.id).map(|one| one.shares.iter().map(|(bid, _)| bid.0).collect::<Vec<_>>()),
            "title": topic.title, "quota": topic.quota, "failed": topic.failed, "rows": rows,
        }));
    }
    let options: Vec<_> = DecidedOutcome::ALL
        .iter()
        .map(|outcome| json!({ "value": outcome.as_str(), "label": outcome.label() }))
        .collect();
    Ok(Page::new("evaluation/decision.html")
        .with("round_id", &id)
        .with("round_title", &shown.title)
        .with("threshold", &shown.threshold.0)
        .with("topics", &topics)
        .with("options", &options)
        .with("refusal", &refusal)
        .with("values", &values)
        .with("errors", errors))
}

/// `POST /rounds/{id}/decision`
pub async fn decide(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<DecisionInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(input) => {
            app.command(&form.who, move |tx, actor| {
                decide::decide(tx, actor, id, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}/result"),
            "决定已记录，请上传党委会纪要，再由党建部发布公示。",
        )),
        Err(Error::Invalid(errors)) => {
            app.private_page(&req, form.who, move |c, actor, now| {
                Ok(decision_page(c, actor, id, now, Some(&form.values), &errors)?.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}
