//! Checkpoints for anybody, and proofs for whoever knows of what they prove.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

use super::scene::{CheckpointScene, CheckpointShown};
use super::store::{self, CheckpointLine};
use crate::audit::proof::{self, Proof};
use crate::audit::{self, Verb, checkpoint};
use crate::bids::actions::history;
use crate::contracts::scene::ContractScene;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, CheckpointId, ContractId, RoundId};
use crate::rounds::scene::RoundScene;
use crate::seats;
use crate::session::{self, Who};
use crate::verbs::{Scene, Subject};
use crate::web::{App, Ask, Listing, PageQuery, Reply};
use crate::who::Actor;

/// Newest first.
pub fn listing(c: &mut Conn, query: &PageQuery) -> Result<Listing<CheckpointLine>> {
    let before = query.after()?.map(CheckpointId);
    let rows = store::list(c, before, query.limit() + 1)?;
    Ok(Listing::new(rows, query.limit(), |row| row.id.0))
}

pub fn list(ask: &mut Ask) -> Result<Reply> {
    let query: PageQuery = ask.query()?;
    Reply::ok(&listing(ask.c, &query)?)
}

pub fn show(ask: &mut Ask, id: CheckpointId) -> Result<Reply> {
    let on = CheckpointScene::load(ask.c, ask.actor, &id)?;
    let shown: CheckpointShown = on.shown(ask.c, ask.actor, ask.now)?;
    Reply::ok(&shown)
}

/// The newest event of these verbs about a subject, proven.
fn proven(c: &mut Conn, kind: &str, subject: i64, verbs: &[Verb]) -> Result<Proof> {
    let verbs: Vec<&str> = verbs.iter().map(|verb| verb.as_str()).collect();
    let (event, owner) = audit::newest_about(c, kind, subject, &verbs)?.ok_or(Error::NotFound)?;
    let refused = || {
        Error::from(
            Refusal::new("not_cosigned_yet", "这条记录以后还没有签署过存证点。")
                .remedy("请等纪委督导员或审计管理员下次签署以后，再下载存证文件。"),
        )
    };
    let body = store::covering(c, event.chain_id, event.seq)?.ok_or_else(refused)?;
    let signed = checkpoint::read(&body).map_err(Error::Internal)?;
    proof::of(c, &event, owner, signed)?.ok_or_else(refused)
}

async fn file(
    app: &App,
    who: Who,
    name: String,
    find: impl FnOnce(&mut Conn, &Actor) -> Result<Proof> + Send + 'static,
) -> Result<HttpResponse> {
    let proof = app
        .db
        .read(move |c| {
            let actor = session::resolve(c, &who)?;
            find(c, &actor)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"proof-{name}.json\""),
        ))
        .body(serde_json::to_string_pretty(&proof)?))
}

/// Of a submission: for the bid's own people.
pub async fn receipt(app: Data<App>, who: Who, id: Path<BidId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    file(&app, who, format!("bid-{id}"), move |c, actor| {
        history::own(c, actor, id)?;
        proven(c, "bid", id.0, &[Verb::BidSubmitted])
    })
    .await
}

/// Of an opening.
pub async fn opening(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    file(&app, who, format!("opening-{id}"), move |c, actor| {
        RoundScene::load(c, actor, &id)?;
        proven(c, "round", id.0, &[Verb::RoundOpened])
    })
    .await
}

/// Of a result, as it was put up for publicity.
pub async fn result(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    file(&app, who, format!("result-{id}"), move |c, actor| {
        RoundScene::load(c, actor, &id)?;
        let evaluation = seats::of_round(c, id)?.id;
        proven(c, "evaluation", evaluation.0, &[Verb::RoundPublicized])
    })
    .await
}

/// Of a contract, as it was last signed.
pub async fn contract(app: Data<App>, who: Who, id: Path<ContractId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    file(&app, who, format!("contract-{id}"), move |c, actor| {
        ContractScene::load(c, actor, &id)?;
        proven(c, "contract", id.0, &[Verb::ContractSigned])
    })
    .await
}
