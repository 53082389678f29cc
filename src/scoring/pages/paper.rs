//! Where the office enters paper sheets, and where their reviewers answer for them.

mod fault;

use std::sync::Arc;

use actix_multipart::Multipart;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::json;
use validator::Validate;

use self::fault::Fault;
use crate::db::Conn;
use crate::error::Result;
use crate::files::{self, Taken};
use crate::ids::{BidId, EvaluationId, SheetId, UserId};
use crate::numbers::rules::plain_marks;
use crate::scoring::actions::paper::{desk, enter};
use crate::scoring::actions::sheets::{self, SheetRecord};
use crate::scoring::actions::work::Assignment;
use crate::scoring::api::paper::no_scan;
use crate::scoring::input::{MarkInput, PaperAgainInput, PaperInput};
use crate::scoring::pages::score::mark_rows;
use crate::session::{self, Who};
use crate::web::forms::{parse_pairs, values};
use crate::web::{App, Ask, Page, Reply, Values, see_other};
use crate::who::Actor;

/// Whose sheet on which bid.
#[derive(Debug, Clone, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PaperQuery {
    reviewer_id: Option<UserId>,
    bid_id: Option<BidId>,
    /// Part of a title or of an organization's name: which bids are offered.
    #[serde(default)]
    #[validate(length(max = 40))]
    q: String,
}

/// `GET /evaluations/{id}/paper_sheets/new`
pub fn new(ask: &mut Ask, id: EvaluationId) -> Result<Page> {
    let query: PaperQuery = ask.query()?;
    enter_page(ask.c, ask.actor, id, &query, None, &Fault::default())
}

fn enter_page(
    c: &mut Conn,
    actor: &Actor,
    id: EvaluationId,
    query: &PaperQuery,
    typed: Option<&Values>,
    fault: &Fault,
) -> Result<Page> {
    let word = query.q.trim();
    // The number that is printed on a sheet finds it, too.
    let numbered = word.parse().ok().map(BidId);
    let bid_id = query.bid_id.or(numbered);
    let word = if numbered.is_some() { "" } else { word };
    let desk = desk::desk(c, actor, id, query.reviewer_id, bid_id, word)?;
    let reviewers: Vec<_> = desk
        .reviewers
        .iter()
        .map(|(user, name)| json!({ "value": user, "label": name }))
        .collect();
    let reviewer = desk
        .reviewers
        .iter()
        .find(|(user, _)| Some(*user) == query.reviewer_id)
        .map(|(_, name)| name);
    let beside = desk.chosen.iter().filter(|one| {
        let offered = |bid: &Assignment| bid.bid.id == one.bid.id;
        !desk.bids.iter().any(offered)
    });
    let bids: Vec<_> = beside
        .chain(&desk.bids)
        .map(|one| {
            let title = one.bid.named.title(&desk.veil);
            let draft = if one.state.is_some() {
                "，评委有草稿"
            } else {
                ""
            };
            json!({
                "value": one.bid.id,
                "label": format!("{title}（{}，编号 {}{draft}）", one.topic, one.bid.id),
            })
        })
        .collect();
    // What was typed stays on the page, whatever became of the bid meanwhile.
    let chosen = desk.chosen.is_some() || typed.is_some();
    let rows = match chosen && reviewer.is_some() && bid_id.is_some() {
        true => Some(mark_rows(&desk.criteria, &[], typed)),
        false => None,
    };
    Ok(Page::new("evaluation/paper.html")
        .with("id", &id)
        .with("round_id", &desk.scene.round.id)
        .with("round_title", &desk.scene.round.title)
        .with("blind", &desk.veil.lies())
        .with("step", &plain_marks(desk.scene.evaluation.mark_step.0))
        .with("reviewers", &reviewers)
        .with("reviewer", &reviewer)
        .with("reviewer_id", &query.reviewer_id)
        .with("bids", &bids)
        .with("bid_id", &bid_id)
        .with(
            "bid",
            &desk
                .chosen
                .as_ref()
                .map(|one| one.bid.named.title(&desk.veil)),
        )
        .with("q", word)
        .with("waiting", &desk.waiting)
        .with("marks", &rows)
        .with("again", &false)
        .with("refusal", &fault.refusal)
        .with("values", &typed.cloned().unwrap_or_default())
        .with("errors", &fault.errors)
        .status(fault.status()))
}

/// `POST /evaluations/{id}/paper_sheets`
pub async fn create(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<EvaluationId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let asking = who.clone();
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &asking)?;
            desk::may_begin(c, &actor, id).map(drop)
        })
        .await?;
    let sent = files::receive_form(&app, &req, &who, form, Taken::Scans).await?;
    let (typed, asked) = (values(&sent.pairs), sent.asked);
    let parsed = parse_pairs::<PaperInput>(&sent.pairs).and_then(|input| {
        let scan = sent.file?.ok_or_else(no_scan)?;
        Ok((input, Arc::new(scan)))
    });
    let done = match parsed {
        Ok((input, scan)) => {
            let shared = scan.clone();
            let reviewer = input.reviewer_id;
            let entered = files::take(&app, &who, asked, Some(scan), move |tx, actor| {
                enter::enter(tx, actor, id, &input, &shared)?;
                Ok(Reply::no_content())
            });
            entered.await.map(|_| reviewer)
        }
        Err(error) => Err(error),
    };
    let fault = match done {
        Ok(reviewer) => {
            let next = format!("/evaluations/{id}/paper_sheets/new?reviewer_id={reviewer}");
            return Ok(see_other(next, "已代录并计入，评委的待办里会看到。"));
        }
        Err(error) => Fault::of(error)?,
    };
    let number = |name: &str| typed.get(name).and_then(|text| text.trim().parse().ok());
    let query = PaperQuery {
        reviewer_id: number("reviewer_id").map(UserId),
        bid_id: number("bid_id").map(BidId),
        q: String::new(),
    };
    app.private_page(&req, who, move |c, actor, _| {
        enter_page(c, actor, id, &query, Some(&typed), &fault)
    })
    .await
}

/// The form that enters a sheet again.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct AgainForm {
    version: i64,
    #[validate(length(min = 1, max = 500))]
    reason: String,
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    marks: Vec<MarkInput>,
    #[serde(default)]
    #[validate(length(max = 2000))]
    notes: Option<String>,
}

/// `GET /score_sheets/{id}/paper`
pub fn again(ask: &mut Ask, id: SheetId) -> Result<Page> {
    again_page(ask.c, ask.actor, id, None, &Fault::default())
}

fn again_page(
    c: &mut Conn,
    actor: &Actor,
    id: SheetId,
    typed: Option<&Values>,
    fault: &Fault,
) -> Result<Page> {
    let again = desk::again(c, actor, id)?;
    let SheetRecord { head, veil, .. } = sheets::read(c, actor, id)?;
    let entered = again.entered()?;
    let (given, notes) = entered.unwrap_or_default();
    let mut shown = typed.cloned().unwrap_or_default();
    if typed.is_none() {
        shown.insert("notes".to_owned(), notes);
    }
    Ok(Page::new("evaluation/paper.html")
        .with("id", &again.scene.evaluation.id)
        .with("sheet_id", &id)
        .with("round_id", &again.scene.round.id)
        .with("round_title", &again.scene.round.title)
        .with("blind", &veil.lies())
        .with("step", &plain_marks(again.scene.evaluation.mark_step.0))
        .with("reviewer", &head.reviewer)
        .with("bid", &head.named.title(&veil))
        .with("bid_id", &head.subject_id)
        .with("marks", &mark_rows(&again.criteria, &given, typed))
        .with("again", &true)
        .with("typed", &again.typed)
        .with(
            "scan",
            &again.typed.then_some(again.entry.paper.attachment_id),
        )
        .with("disputed", &again.entry.disputed.is_some())
        .with(
            "dispute",
            &again
                .entry
                .disputed
                .as_ref()
                .filter(|_| again.typed)
                .map(|version| veil.text(&version.reason)),
        )
        .with("version", &again.sheet.version)
        .with("refusal", &fault.refusal)
        .with("values", &shown)
        .with("errors", &fault.errors)
        .status(fault.status()))
}

/// `POST /score_sheets/{id}/paper`
pub async fn correct(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<SheetId>,
    form: Multipart,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let asking = who.clone();
    app.db
        .read(move |c| {
            let actor = session::resolve(c, &asking)?;
            desk::again(c, &actor, id).map(drop)
        })
        .await?;
    let sent = files::receive_form(&app, &req, &who, form, Taken::Scans).await?;
    let (typed, asked) = (values(&sent.pairs), sent.asked);
    let parsed = parse_pairs::<AgainForm>(&sent.pairs)
        .and_then(|input| Ok((input, sent.file?.map(Arc::new))));
    let done = match parsed {
        Ok((form, scan)) => {
            let version = form.version;
            let input = PaperAgainInput {
                reason: form.reason,
                marks: form.marks,
                notes: form.notes,
            };
            let shared = scan.clone();
            let corrected = files::take(&app, &who, asked, scan, move |tx, actor| {
                enter::correct(tx, actor, id, version, &input, shared.as_deref())?;
                Ok(Reply::no_content())
            });
            corrected.await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(see_other(
            format!("/score_sheets/{id}"),
            "已更正代录，原来录入的内容保留在下面。",
        )),
        Err(error) => {
            let fault = Fault::of(error)?;
            app.private_page(&req, who, move |c, actor, _| {
                again_page(c, actor, id, Some(&typed), &fault)
            })
            .await
        }
    }
}
