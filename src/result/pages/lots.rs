//! Lots between bids that share a rank, as a page: who is where, what to do next, and how to check it.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::clock::show_instant;
use crate::db::Conn;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{RoundId, TieLotsId, UserId};
use crate::result::actions::{lots, tie};
use crate::result::input::{LotInput, RevealInput, VoidLotsInput};
use crate::result::view::lots::{LotPartShown, LotsDrawShown, LotsShown, LotsState};
use crate::rounds;
use crate::session::Who;
use crate::web::{App, Form, Page, Values, see_other};
use crate::who::{Actor, Role};

/// `GET /rounds/{id}/lots`
pub async fn show(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<RoundId>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.private_page(&req, who, move |c, actor, _| {
        page(c, actor, id, &Values::new(), &FieldErrors::new())
    })
    .await
}

/// Who is looking.
struct Viewer {
    user: Option<UserId>,
    supervises: bool,
    secretary: bool,
}

fn page(
    c: &mut Conn,
    actor: &Actor,
    id: RoundId,
    values: &Values,
    errors: &FieldErrors,
) -> Result<Page> {
    let (read, shown) = LotsShown::read(c, actor, id)?;
    let scene = &read.scene;
    let viewer = Viewer {
        user: actor.user_id(),
        supervises: actor.holds(Role::Supervisor, &scene.path),
        secretary: actor.holds(Role::CommitteeSecretary, &scene.path),
    };
    let topics: Vec<(i64, String)> = rounds::topics(c, id)?
        .into_iter()
        .map(|topic| (topic.id.0, topic.title))
        .collect();
    let title = |id: i64| {
        let found = topics.iter().find(|(topic, _)| *topic == id);
        found.map(|(_, title)| title.clone()).unwrap_or_default()
    };
    // One group after the other: a page has one form for a word.
    let mut acting = true;
    let groups: Vec<Value> = shown
        .tied
        .iter()
        .map(|group| {
            let draw = shown
                .draws
                .iter()
                .find(|draw| Some(draw.id) == group.lots_id);
            let chairs = viewer.user.is_some() && viewer.user == group.presiding_id;
            let commits = may_commit(&viewer, chairs, draw);
            let reveals = draw.is_some_and(|draw| may_reveal(&viewer, draw));
            let first = acting;
            acting = acting && commits.is_none() && !reveals;
            json!({
                "topic": title(group.topic_id.0),
                "bids": group.bids, "presiding": group.presiding,
                "draw": draw.map(|draw| draw_shown(draw, title(draw.topic_id.0))),
                "may_commit": commits.filter(|_| first),
                "may_reveal": reveals && first,
                "asks_salt": draw.is_some_and(|draw| asks_salt(&viewer, draw)),
                "may_void": draw.is_some() && (chairs || viewer.supervises || viewer.secretary),
                "waits_for": waits_for(draw),
            })
        })
        .collect();
    let over: Vec<Value> = shown
        .draws
        .iter()
        .rev()
        .filter(|draw| matches!(draw.state, LotsState::Drawn | LotsState::Void))
        .map(|draw| draw_shown(draw, title(draw.topic_id.0)))
        .collect();
    Ok(Page::new("evaluation/lots.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("groups", &groups)
        .with("over", &over)
        .with("refusal", &tie::may_order(scene).err())
        .with("values", values)
        .with("errors", errors))
}

fn parts(draw: &LotsDrawShown) -> [&Option<LotPartShown>; 2] {
    [&draw.chair, &draw.supervisor]
}

fn own<'a>(viewer: &Viewer, draw: &'a LotsDrawShown) -> Option<&'a LotPartShown> {
    parts(draw)
        .into_iter()
        .flatten()
        .find(|part| Some(part.user_id) == viewer.user)
}

/// As whom this person may still commit, in words.
fn may_commit(viewer: &Viewer, chairs: bool, draw: Option<&LotsDrawShown>) -> Option<&'static str> {
    if draw.is_some_and(|draw| own(viewer, draw).is_some()) {
        return None;
    }
    let open = |part: fn(&LotsDrawShown) -> bool| draw.is_none_or(part);
    if chairs && open(|draw| draw.chair.is_none()) {
        Some("评审委员会")
    } else if !chairs && viewer.supervises && open(|draw| draw.supervisor.is_none()) {
        Some("督导员")
    } else {
        None
    }
}

fn may_reveal(viewer: &Viewer, draw: &LotsDrawShown) -> bool {
    matches!(draw.state, LotsState::Revealing)
        && own(viewer, draw).is_some_and(|part| !part.revealed)
}

/// Whether the commitment came from a device of one's own.
fn asks_salt(viewer: &Viewer, draw: &LotsDrawShown) -> bool {
    own(viewer, draw).is_some_and(|part| !part.keeps_salt)
}

/// Whose turn it is.
fn waits_for(draw: Option<&LotsDrawShown>) -> String {
    let Some(draw) = draw else {
        return "还没有人承诺。".to_owned();
    };
    let missing = |what: &str, done: fn(&LotPartShown) -> bool| {
        let lacking: Vec<&str> = parts(draw)
            .into_iter()
            .zip(["评审委员会一方", "督导员一方"])
            .filter(|(part, _)| !part.as_ref().is_some_and(done))
            .map(|(_, name)| name)
            .collect();
        format!("等{}{what}。", lacking.join("和"))
    };
    match draw.state {
        LotsState::Committing => missing("承诺", |_| true),
        LotsState::Revealing => missing("揭示", |part| part.revealed),
        LotsState::Drawn | LotsState::Void => String::new(),
    }
}

fn draw_shown(draw: &LotsDrawShown, topic: String) -> Value {
    let part = |who: &str, part: &Option<LotPartShown>| {
        part.as_ref().map(|part| {
            json!({
                "who": who, "name": part.name, "commitment": part.commitment,
                "committed_at": show_instant(part.committed_at),
                "revealed": part.revealed, "salt": part.salt, "word": part.word,
            })
        })
    };
    let bids: Vec<String> = {
        let mut bids: Vec<i64> = draw.bids.iter().map(|bid| bid.bid_id.0).collect();
        bids.sort_unstable();
        bids.iter().map(i64::to_string).collect()
    };
    let parts: Vec<Value> = [
        part("评审委员会一方", &draw.chair),
        part("督导员一方", &draw.supervisor),
    ]
    .into_iter()
    .flatten()
    .collect();
    json!({
        "id": draw.id, "number": draw.number, "topic": topic,
        "state": draw.state.as_str(), "label": draw.state.label(),
        "bids": draw.bids, "bids_text": bids.join(","), "parts": parts,
        "chair": draw.chair.as_ref().and_then(|part| part.word.as_ref().zip(part.salt.as_ref())),
        "supervisor": draw.supervisor.as_ref().and_then(|part| part.word.as_ref().zip(part.salt.as_ref())),
        "seed": draw.seed,
        "at": draw.drawn_at.or(draw.voided_at).map(show_instant),
        "reason": draw.void_reason,
    })
}

/// The saved step's answer: on with a flash, or the page again with what is wrong.
async fn answer(
    app: &App,
    req: &HttpRequest,
    id: RoundId,
    who: Who,
    values: Values,
    saved: Result<&'static str>,
) -> Result<HttpResponse> {
    match saved {
        Ok(text) => Ok(see_other(format!("/rounds/{id}/lots"), text)),
        Err(Error::Invalid(errors)) => {
            // A word is never written back into a page.
            let mut values = values;
            values.remove("word");
            app.private_page(req, who, move |c, actor, _| {
                Ok(page(c, actor, id, &values, &errors)?.status(422))
            })
            .await
        }
        Err(error) => Err(error),
    }
}

/// `POST /rounds/{id}/lots`
pub async fn commit(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    form: Form<LotInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let saved = match form.input() {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                lots::commit(tx, actor, id, &input)
            })
            .await
            .map(|_| "已承诺。请记住口令词，双方都承诺以后要照原样输入。"),
        Err(error) => Err(error),
    };
    answer(&app, &req, id, form.who, form.values, saved).await
}

/// `POST /lots/{id}/reveal`
pub async fn reveal(
    app: Data<App>,
    req: HttpRequest,
    id: Path<TieLotsId>,
    form: Form<RevealInput>,
) -> Result<HttpResponse> {
    let lots_id = id.into_inner();
    let round = round_of(&app, &form.who, lots_id).await?;
    let saved = match form.input() {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                lots::reveal(tx, actor, lots_id, &input)
            })
            .await
            .map(|_| "已揭示。双方都揭示以后，先后立即排出。"),
        Err(error) => Err(error),
    };
    answer(&app, &req, round, form.who, form.values, saved).await
}

/// `POST /lots/{id}/void`
pub async fn void(
    app: Data<App>,
    req: HttpRequest,
    id: Path<TieLotsId>,
    form: Form<VoidLotsInput>,
) -> Result<HttpResponse> {
    let lots_id = id.into_inner();
    let round = round_of(&app, &form.who, lots_id).await?;
    let saved = match form.input() {
        Ok(input) => app
            .command(&form.who, move |tx, actor| {
                lots::void(tx, actor, lots_id, &input)
            })
            .await
            .map(|_| "这次抽签已作废，理由随结果公布。可以重新抽签。"),
        Err(error) => Err(error),
    };
    answer(&app, &req, round, form.who, form.values, saved).await
}

/// Of which round a draw is, for whoever may know of it.
async fn round_of(app: &App, who: &Who, id: TieLotsId) -> Result<RoundId> {
    let who = who.clone();
    app.db
        .read(move |c| {
            let actor = crate::session::resolve(c, &who)?;
            lots::round_of(c, &actor, id)
        })
        .await
}
