//! Draws by lot as pages: of the panel with pool and lots, and of the order of presentation, which prints.

use serde_json::json;

use crate::error::Result;
use crate::ids::RoundId;
use crate::panel::actions::pool::pool;
use crate::panel::scene;
use crate::panel::shown::Of;
use crate::panel::shown::draw::Draws;
use crate::panel::shown::present::{PresentationQuery, PresentationShown};
use crate::panel::verbs::draw::{CompleteDraw, PrepareDraw};
use crate::panel::verbs::present::{CompletePresentation, PreparePresentation, may_draw};
use crate::verbs::{Scene as _, refusal};
use crate::web::{Ask, Page};
use crate::who::Role;

/// `GET /rounds/{id}/panel/draw`
pub fn draw(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let Of { scene, shown } = Draws::load(ask.c, ask.actor, &id)?;
    let (c, actor, now) = ask.parts();
    let pool = match scene.oversees(actor) {
        true => pool(c, &scene)?,
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
        .with("chairs", &chairs)
        .with("office", &scene.runs(actor))
        .with("supervises", &supervises)
        .with("complete", &complete)
        .with("refusal", &refusal::<PrepareDraw>(c, &scene, actor, now)?))
}

/// `GET /rounds/{id}/presentation`
pub fn presentation(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let query: PresentationQuery = ask.query()?;
    let (c, actor, now) = ask.parts();
    let scene = scene::scene(c, actor, id)?;
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
