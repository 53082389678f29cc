//! Adopting a model, reporting, confirming.

use serde_json::json;

use crate::error::{Error, Result};
use crate::ids::{CaseId, ReplicationId, SiteId};
use crate::people;
use crate::showcase::input::ModelId;
use crate::showcase::scene::ReplicationScene;
use crate::showcase::verbs::{Adopt, Model, OF_REPLICATION};
use crate::verbs::{self, Scene, refusal};
use crate::web::{Ask, Page};

/// `GET /showcase/adopt?site_id=` or `?case_id=`
pub fn adopt(ask: &mut Ask) -> Result<Page> {
    let asked: ModelId = ask.query()?;
    ask.again.fill(&asked)?;
    let id = |name| ask.again.value(name).parse::<i64>().ok();
    let asked = ModelId {
        site_id: id("site_id").map(SiteId),
        case_id: id("case_id").map(CaseId),
    };
    let on = match Model::load(ask.c, ask.actor, &asked) {
        Err(Error::Invalid(_)) => return Err(Error::NotFound),
        found => found?,
    };
    let names = people::names(ask.c, &on.adopters)?;
    let organizations: Vec<_> = on
        .adopters
        .iter()
        .map(|id| json!({ "value": id.to_string(), "label": names.get(id) }))
        .collect();
    Ok(Page::new("showcase/adopt.html")
        .with("title", &on.origin.title)
        .with("href", &on.origin.href)
        .with("organizations", &organizations)
        .with(
            "refusal",
            &refusal::<Adopt>(ask.c, &on, ask.actor, ask.now)?,
        ))
}

/// `GET /showcase/replications/{id}`
pub fn replication(ask: &mut Ask, id: ReplicationId) -> Result<Page> {
    let on = ReplicationScene::load(ask.c, ask.actor, &id)?;
    let (row, origin) = (&on.row, &on.origin);
    let names = people::names(ask.c, &[row.organization_id, origin.organization])?;
    ask.again.fill(&json!({ "effect": row.effect }))?;
    let originates = ask
        .actor
        .holds_at(crate::who::Role::BranchSecretary, origin.organization);
    Ok(Page::new("showcase/replication.html")
        .with("row", row)
        .with("title", &on.origin.title)
        .with("href", &on.origin.href)
        .with("origin", &names.get(&origin.organization))
        .with("organization", &names.get(&row.organization_id))
        .with("state", row.state.label())
        .with("originates", &originates)
        .with(
            "may",
            &verbs::may(ask.c, &on, ask.actor, ask.now, OF_REPLICATION)?,
        ))
}
