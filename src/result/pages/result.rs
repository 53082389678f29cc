//! The result, from the lock to the conclusion.

use std::collections::HashMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::award::minute;
use crate::award::verbs::OF_RESULT;
use crate::clock::{Instant, show_date, show_instant};
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::RoundId;
use crate::numbers::result_file::TopicChange;
use crate::numbers::rules;
use crate::panel::scene::Scene;
use crate::result::actions::ranking::{self, RankedBid, RoundResult, Sheets, standing};
use crate::result::actions::{lock, tie};
use crate::result::api::result;
use crate::result::input::TieInput;
use crate::result::scene::Judged;
use crate::result::{Outcome, Proposal, store};
use crate::rounds::RoundState;
use crate::seats::alias;
use crate::session::Who;
use crate::verbs;
use crate::web::App;
use crate::web::{Empty, Form, Page, see_other};
use crate::who::{Actor, Role};

/// `POST /rounds/{id}/lock`
pub async fn lock(app: Data<App>, id: Path<RoundId>, form: Form<Empty>) -> Result<HttpResponse> {
    form.input()?;
    let id = id.into_inner();
    app.command(&form.who, move |tx, actor| lock::lock(tx, actor, id))
        .await?;
    Ok(see_other(
        format!("/rounds/{id}/result"),
        "评分已锁定，结果已算出。",
    ))
}

/// `GET /rounds/{id}/result`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, now| {
        result_page(c, actor, id, now, &FieldErrors::new())
    })
    .await
}

fn result_page(
    c: &mut Conn,
    actor: &Actor,
    id: RoundId,
    now: Instant,
    errors: &FieldErrors,
) -> Result<Page> {
    let (scene, shown) = ranking::read(c, actor, id, Sheets::IfFew)?;
    let scene = Judged(scene);
    let runs = scene.runs(actor);
    let ties = open_ties(c, actor, &scene, &shown)?;
    let lots = store::has_lots(c, scene.evaluation.id)?;
    let may = verbs::may(c, &scene, actor, now, OF_RESULT)?;
    let topics: Vec<_> = shown.topics.iter().map(|topic| {
        let above = |row: &RankedBid| {
            matches!(row.proposal, Proposal::Winner | Proposal::Reserve | Proposal::Tied)
        };
        // The threshold is drawn under the last bid that reaches it, if another one does not.
        let line = topic
            .rows
            .iter()
            .rposition(above)
            .filter(|_| !topic.rows.iter().all(above));
        json!({
            "title": topic.title, "quota": topic.quota, "failed": topic.failed,
            "eligible": topic.eligible_reviewers,
            "recusals": topic.recusals.iter().map(|r| json!({ "alias": alias(&r.alias), "reason": r.reason })).collect::<Vec<_>>(),
            "rows": topic.rows.iter().enumerate().map(|(n, row)| row_shown(row, line == Some(n))).collect::<Vec<_>>(),
        })
    }).collect();
    Ok(Page::new("evaluation/result.html")
        .with("round_id", &id)
        .with("evaluation_id", &shown.evaluation_id)
        .with("round_title", &shown.title)
        .with("state", &shown.state.as_str())
        .with("state_label", &shown.state.label())
        .with("computed_at", &show_instant(shown.computed_at))
        .with("digest", &shown.digest)
        .with("threshold", &shown.threshold.0)
        .with("rule_text", &shown.rule_text)
        .with(
            "normalized",
            &shown
                .topics
                .iter()
                .flat_map(|topic| &topic.rows)
                .any(|row| row.normalized.is_some()),
        )
        .with("criteria", &criteria(&shown))
        .with("topics", &topics)
        .with("decision", &decision(&shown))
        .with(
            "superseded",
            &shown
                .superseded
                .iter()
                .map(|one| {
                    json!({
                        "id": one.id, "digest": one.digest, "reason": one.reason,
                        "minute_number": one.minute_number, "files": one.minute_files,
                        "at": show_instant(one.superseded_at),
                    })
                })
                .collect::<Vec<_>>(),
        )
        .with(
            "changes",
            &shown
                .changes
                .iter()
                .map(TopicChange::sentence)
                .collect::<Vec<_>>(),
        )
        .with("attach", &minute::to_attach(c, actor, id).is_ok())
        .with("publicity_until", &shown.publicity_until.map(show_date))
        .with("office", &runs)
        .with("oversees", &scene.oversees(actor))
        .with("chair", &scene.chairs())
        .with(
            "secretary",
            &actor.holds(Role::CommitteeSecretary, &scene.path),
        )
        .with(
            "fairness",
            &(scene.chairs()
                || actor.holds_any(&[Role::CommitteeSecretary, Role::Supervisor], &scene.path)),
        )
        .with("may", &may)
        .with("ties", &ties)
        .with("lots", &lots)
        .with("errors", errors)
        .with("values", &HashMap::<String, String>::new()))
}

pub fn criteria(shown: &RoundResult) -> Vec<serde_json::Value> {
    shown
        .criteria
        .iter()
        .map(|criterion| {
            json!({
                "id": criterion.id, "name": criterion.name,
                "full": rules::plain_marks(criterion.full_marks.0),
            })
        })
        .collect()
}

fn decision(shown: &RoundResult) -> Option<serde_json::Value> {
    shown.decision.as_ref().map(|decision| {
        json!({
            "minute_number": decision.minute_number,
            "minute_date": show_date(decision.minute_date),
            "note": decision.note,
            "decided_at": show_instant(decision.decided_at),
            "files": decision.minute_files,
        })
    })
}

fn row_shown(row: &RankedBid, line: bool) -> serde_json::Value {
    let (label, tone) = standing(row);
    let resolved = match row.resolved_by {
        "criterion" => Some(format!(
            "同分，按“{}”得分排先后",
            row.resolved_by_criterion.as_deref().unwrap_or_default()
        )),
        "recorded" => Some("同分，按表决或抽签的记录排先后".to_owned()),
        "shared" => Some("并列".to_owned()),
        _ => None,
    };
    let win = row.outcome == Some(Outcome::Winner)
        || (row.outcome.is_none() && row.proposal == Proposal::Winner);
    json!({
        "bid_id": row.bid_id, "title": row.title, "organization": row.organization, "rank": row.rank,
        "total": row.total.as_ref().map(|total| json!({
            "shown": total.shown, "exact": format!("{}/{}", total.numerator, total.denominator),
        })),
        "criteria": row.criteria.iter().map(|mean| mean.shown.clone()).collect::<Vec<_>>(),
        "normalized": row.normalized, "normalized_rank": row.normalized_rank,
        "valid": row.sheets_valid, "kept": row.sheets_kept, "opens": row.opens && row.total.is_some(),
        "resolved": resolved, "label": label, "tone": tone, "reason": row.reason,
        "win": win, "line": line,
        "below": row.outcome.is_none() && row.proposal == Proposal::BelowThreshold,
        "sheets": row.sheets.iter().map(|sheet| json!({
            "id": sheet.id, "alias": alias(&sheet.alias),
            "total": sheet.total_shown,
            "dropped": match sheet.dropped { Some("highest") => Some("去掉的最高分"), Some(_) => Some("去掉的最低分"), None => None },
            "marks": sheet.marks.iter().map(|mark| mark.shown.clone()).collect::<Vec<_>>(),
            "comments": sheet.marks.iter().filter(|mark| !mark.comment.is_empty())
                .map(|mark| json!({ "criterion": mark.criterion, "text": mark.comment })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

/// Bids that share a rank, and whether this person may record the panel's vote on them.
fn open_ties(
    c: &mut Conn,
    actor: &Actor,
    scene: &Scene,
    shown: &RoundResult,
) -> Result<Vec<serde_json::Value>> {
    let option = |row: &&RankedBid| json!({ "value": row.bid_id, "label": row.title });
    let votes = scene.seat.is_some() && scene.round.state == RoundState::Scored;
    let presiding = match votes {
        true => Some(tie::Presiding::load(c, scene.evaluation.id)?),
        false => None,
    };
    let mut ties = Vec::new();
    for topic in &shown.topics {
        let may_vote = presiding
            .as_ref()
            .is_some_and(|one| one.is(actor, topic.id));
        for group in tie::shared(topic) {
            let bids: Vec<_> = group.iter().map(option).collect();
            ties.push(json!({ "bids": bids, "may_vote": may_vote }));
        }
    }
    Ok(ties)
}

/// `GET /rounds/{id}/result.json`
pub async fn export(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    result::export(app, who, id).await
}

/// `POST /rounds/{id}/tie`
pub async fn record_tie(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<TieInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(input) => {
            app.command(&form.who, move |tx, actor| {
                tie::record_tie(tx, actor, id, &input)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(see_other(
            format!("/rounds/{id}/result"),
            "已记录先后，排名已重算。",
        )),
        Err(Error::Invalid(errors)) => {
            app.private_page(&req, form.who, move |c, actor, now| {
                Ok(result_page(c, actor, id, now, &errors)?.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}
