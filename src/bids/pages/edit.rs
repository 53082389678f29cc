//! Writing a bid: the form, saving, autosaving, and two versions side by side.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::again;
use crate::bids::actions::{self, Saved, history};
use crate::bids::content::StepKind;
use crate::bids::fields::Names;
use crate::bids::scene::BidScene;
use crate::bids::verbs::{Save, copy_sources};
use crate::bids::{BidContent, rules};
use crate::clock;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::BidId;
use crate::money;
use crate::people;
use crate::rounds;
use crate::sealing;
use crate::session::Who;
use crate::verbs::{Scene, Verb};
use crate::web::entry::shown_again;
use crate::web::{Again, App, Ask, Form, Kept, Page, Values, see_other};

/// Stands on the form beside what the bid says.
const BESIDE: &[&str] = &["version", "add", "act"];

/// Name, post and staff number: what one looks for somebody by.
fn person_label(user: &people::User) -> String {
    match user.post.as_str() {
        "" => format!("{}（工号 {}）", user.name, user.staff_number),
        post => format!("{}（{post}，工号 {}）", user.name, user.staff_number),
    }
}

/// What the budget's lines add up to as typed, in 分.
fn budget_typed(values: &Values) -> i64 {
    values
        .iter()
        .filter(|(name, _)| name.starts_with("budget[") && name.ends_with("[amount]"))
        .filter_map(|(_, typed)| money::from_yuan(typed))
        .sum()
}

/// `GET /bids/{id}/edit`. Shown again with words that could not be saved, whatever became of the bid meanwhile.
pub fn edit(ask: &mut Ask, id: BidId) -> Result<Page> {
    let on = BidScene::load(ask.c, ask.actor, &id)?;
    Save::who(&on, ask.actor)?;
    let mut sources = Vec::new();
    if ask.again.values.is_empty() {
        on.takes_words()?;
        let content = actions::content_of(ask.c, ask.actor, &on.bid, &on.veil)?;
        let mut content = content.ok_or_else(sealing::locked)?;
        rules::six_steps(&mut content);
        ask.again.fill(&content)?;
        sources = copy_sources(ask.c, ask.actor, &on)?;
    }
    let (c, values) = (&mut *ask.c, &ask.again.values);
    let topics: Vec<_> = rounds::topics(c, on.round.id)?
        .into_iter()
        .map(|topic| json!({ "value": topic.id.to_string(), "label": topic.title, "ceiling": topic.budget_ceiling }))
        .collect();
    let roster: Vec<_> = people::roster(c, on.bid.organization_id)?
        .into_iter()
        .map(|user| {
            let id = user.id.to_string();
            let checked = values.contains_key(&format!("team[members][]={id}"));
            json!({ "value": id, "label": person_label(&user), "checked": checked })
        })
        .collect();
    let steps: Vec<_> = StepKind::ALL
        .iter()
        .map(|kind| json!({ "value": kind.as_str(), "label": kind.label() }))
        .collect();
    Ok(Page::new("bids/edit.html")
        .with("saved_by", &history::last_saved_by(c, &on.bid)?.0)
        .with("sources", &sources)
        .with("budget_typed", &budget_typed(values))
        .with("id", &id)
        .with("round_id", &on.round.id)
        .with("round_title", &on.round.title)
        .with("deadline", &on.round.deadline)
        .with("late", &on.takes_bids(ask.now).err())
        .with("topics", &topics)
        .with("roster", &roster)
        .with("steps", &steps)
        .with("target_rows", &ask.again.rows("targets", 2))
        .with("budget_rows", &ask.again.rows("budget", 2))
        .with("version", &on.bid.version))
}

/// A form as it was typed: what the bid says by it, and the version it was made on.
fn read(typed: Kept) -> Result<(Form<BidContent>, i64)> {
    let version = typed.beside("version").and_then(|text| text.parse().ok());
    let mut form: Form<BidContent> = typed.form_without(BESIDE)?;
    if version.is_none() {
        let mut errors = form.input.err().unwrap_or_default();
        let words = vec!["请填写这一项。".to_owned()];
        errors.insert("version".to_owned(), words);
        form.input = Err(errors);
    }
    Ok((form, version.unwrap_or_default()))
}

/// `POST /bids/{id}/edit`: save, and with `act=submit` go on to the page where it is submitted. `act=compare` only shows
/// what differs from what is saved. Whoever is no more logged in finds the words again after logging in.
pub async fn save(
    app: Data<App>,
    req: HttpRequest,
    id: Path<BidId>,
    typed: Kept,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    if typed.stale {
        let kept = typed.body();
        return again::ask(&app, &req, typed.who, id, kept, String::new()).await;
    }
    saved(&app, &req, id, typed).await
}

pub(super) async fn saved(
    app: &App,
    req: &HttpRequest,
    id: BidId,
    typed: Kept,
) -> Result<HttpResponse> {
    let (who, kept) = (typed.who.clone(), typed.body());
    match try_save(app, req, id, typed).await {
        Err(Error::Unauthorized(_)) => again::ask(app, req, who, id, kept, String::new()).await,
        Err(Error::Conflict(refusal)) if refusal.code == people::DISABLED => {
            let said = format!("{}{}", refusal.reason, refusal.remedy);
            again::ask(app, req, who, id, kept, said).await
        }
        answer => answer,
    }
}

async fn again(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: BidId,
    again: Again,
) -> Result<HttpResponse> {
    shown_again(app, req, who, Box::new(move |ask| edit(ask, id)), again).await
}

async fn try_save(app: &App, req: &HttpRequest, id: BidId, typed: Kept) -> Result<HttpResponse> {
    let add = typed.beside("add").map(str::to_owned);
    let act = typed.beside("act").unwrap_or_default().to_owned();
    let mut fields = typed.pairs.clone();
    fields.retain(|(name, _)| !BESIDE.contains(&name.as_str()));
    let (form, version) = read(typed)?;
    let (who, values) = (form.who, form.values);
    let content = match form.input {
        Ok(content) => content,
        Err(errors) => return again(app, req, who, id, Again::typed(values, errors)).await,
    };
    if add.is_some() {
        let mut more = Again::typed(values, FieldErrors::new());
        more.add = add;
        return again(app, req, who, id, more).await;
    }
    if act == "compare" {
        return compare(app, req, who, id, fields, content, false).await;
    }
    let yours = content.clone();
    let kept = app.command(&who, move |tx, actor| {
        actions::keep(tx, actor, id, version, &content)
    });
    match kept.await {
        Ok(Saved::Late(revision)) => Ok(see_other(
            format!("/bids/{id}/revisions/{revision}"),
            &format!("已经开标，不能再改。您写的内容没有丢，存为修改记录第 {revision} 次。"),
        )),
        Ok(Saved::Draft(_)) if act == "submit" => Ok(see_other(
            format!("/bids/{id}#submit"),
            "已保存。请核对后提交。",
        )),
        Ok(Saved::Draft(_)) => Ok(see_other(format!("/bids/{id}/edit"), "已保存。")),
        Err(Error::Invalid(errors)) => again(app, req, who, id, Again::typed(values, errors)).await,
        Err(Error::Conflict(refusal)) if refusal.code == "version_conflict" => {
            compare(app, req, who, id, fields, yours, true).await
        }
        Err(other) => Err(other),
    }
}

/// `POST /bids/{id}/autosave`: also when the bid can no longer be submitted, and then says so.
pub async fn autosave(app: Data<App>, id: Path<BidId>, typed: Kept) -> Result<HttpResponse> {
    let id = id.into_inner();
    let typed = typed.fresh()?;
    let (form, version) = read(typed)?;
    let content = form.input()?;
    let (version, saved_at, note) = app
        .command(&form.who, move |tx, actor| {
            let saved = actions::keep(tx, actor, id, version, &content)?;
            let now = tx.now();
            Ok(match saved {
                Saved::Late(revision) => (
                    version,
                    now,
                    Some(format!(
                        "已经开标，不能再提交，内容存为修改记录第 {revision} 次。"
                    )),
                ),
                Saved::Draft(on) => {
                    // Before the round takes bids there is nothing to warn of.
                    let late = on.takes_bids(now).err();
                    let late = late.filter(|_| now >= on.round.opens_at);
                    let note = late.map(|late| format!("{}内容留在草稿里。", late.reason));
                    (on.bid.version, on.bid.draft_saved_at, note)
                }
            })
        })
        .await?;
    let saved_at = clock::show_time(saved_at);
    Ok(HttpResponse::Ok().json(json!({ "saved_at": saved_at, "version": version, "note": note })))
}

/// One's own words beside what is saved, and a form to go on with one's own: because somebody else saved in between, or
/// because one asked.
async fn compare(
    app: &App,
    req: &HttpRequest,
    who: Who,
    id: BidId,
    fields: Vec<(String, String)>,
    yours: BidContent,
    conflict: bool,
) -> Result<HttpResponse> {
    app.private_page(req, who, move |c, actor, _| {
        let on = BidScene::load(c, actor, &id)?;
        Save::who(&on, actor)?;
        let bid = on.bid;
        let theirs = actions::content_of(c, actor, &bid, &on.veil)?.ok_or_else(sealing::locked)?;
        let names = Names::of(c, bid.round_id, [&theirs, &yours])?;
        let changes = history::between(&theirs, &yours, &names);
        let saved_by = history::last_saved_by(c, &bid)?;
        Ok(Page::new("bids/compare.html")
            .with("id", &id)
            .with("conflict", &conflict)
            .with("saved_by", &saved_by.1)
            .with("saved_at", &bid.draft_saved_at)
            .with("changes", &changes)
            .with("version", &bid.version)
            .with("fields", &fields)
            .status(if conflict { 409 } else { 200 }))
    })
    .await
}
