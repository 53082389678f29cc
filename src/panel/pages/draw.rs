//! Draws by lot as pages: of the panel with pool and lots, and of the order of presentation, which prints.

use serde_json::json;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{RoundId, UserId};
use crate::panel::actions::pool::{PooledReviewer, pool};
use crate::panel::scene::{Scene, scene};
use crate::panel::shown::Of;
use crate::panel::shown::draw::Draws;
use crate::panel::shown::present::{PresentationQuery, PresentationShown};
use crate::panel::verbs::draw::{CompleteDraw, PrepareDraw};
use crate::panel::verbs::present::{CompletePresentation, PreparePresentation, may_draw};
use crate::people::Sought;
use crate::seats;
use crate::verbs::{Scene as _, refusal};
use crate::web::{Ask, Page};
use crate::who::Role;

/// `GET /rounds/{id}/panel/draw`
pub fn draw(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let Of { scene, shown } = Draws::load(ask.c, ask.actor, &id)?;
    let find = ask.again.value("find").to_owned();
    let mut chosen: Vec<UserId> = ask.again.ticked("leave_out");
    let left_out = chosen.clone();
    chosen.extend(ask.again.value("chair_user_id").parse().ok().map(UserId));
    let (c, actor, now) = ask.parts();
    let pool = match scene.oversees(actor) {
        true => offered(c, &scene, &find, chosen)?,
        false => Vec::new(),
    };
    let chairs: Vec<_> = pool
        .iter()
        .filter(|one| one.barred.is_none())
        .map(|one| {
            json!({
                "value": one.user_id.to_string(),
                "label": format!("{}（{}{}）", one.name, one.organization, one.post),
            })
        })
        .collect();
    let supervises = actor.holds(Role::Supervisor, &scene.path);
    let complete = match supervises {
        true => refusal::<CompleteDraw>(c, &scene, actor, now)?,
        false => scene.may_change().err(),
    };
    let pending = shown
        .draws
        .first()
        .is_some_and(|one| one.drawn_at.is_none());
    Ok(Page::new("evaluation/draw.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("current", &shown.draws.first())
        .with("draws", &shown.draws)
        .with("pending", &pending)
        .with("pool", &pool)
        .with("left_out", &left_out)
        .with("offered", &seats::OFFERED)
        .with("chairs", &chairs)
        .with("office", &scene.runs(actor))
        .with("supervises", &supervises)
        .with("complete", &complete)
        .with("refusal", &refusal::<PrepareDraw>(c, &scene, actor, now)?))
}

/// Of a large pool the first that are found, and those who are chosen already.
fn offered(
    c: &mut Conn,
    scene: &Scene,
    find: &str,
    mut chosen: Vec<UserId>,
) -> Result<Vec<PooledReviewer>> {
    let mut found = pool(c, scene, seats::first_offered(find))?;
    chosen.retain(|user| found.iter().all(|one| one.user_id != *user));
    found.extend(pool(c, scene, Sought::These(&chosen))?);
    Ok(found)
}

/// `GET /rounds/{id}/presentation`
pub fn presentation(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: PresentationQuery = ask.query()?;
    let (c, actor, now) = ask.parts();
    let scene = scene(c, actor, id)?;
    let shown = PresentationShown::part(c, actor, &scene, &query)?;
    let own: Vec<String> = shown
        .topics
        .iter()
        .flat_map(|topic| &topic.order)
        .filter(|one| one.own)
        .map(|one| one.bid_id.to_string())
        .collect();
    let supervises = actor.holds(Role::Supervisor, &scene.path);
    let complete = match supervises {
        true => refusal::<CompletePresentation>(c, &scene, actor, now)?,
        false => may_draw(&scene).err(),
    };
    let pending = shown
        .draws
        .first()
        .is_some_and(|one| one.drawn_at.is_none());
    let prepare = refusal::<PreparePresentation>(c, &scene, actor, now)?;
    Ok(Page::new("evaluation/presentation.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("topics", &shown.topics)
        .with("part", &query.topic_id.is_some())
        .with("own", &own)
        .with("draws", &shown.draws)
        .with("pending", &pending)
        .with("office", &scene.runs(actor))
        .with("supervises", &supervises)
        .with("complete", &complete)
        .with("refusal", &prepare))
}
