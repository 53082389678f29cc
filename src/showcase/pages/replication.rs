//! Adopting a model, reporting, confirming.

use serde::{Deserialize, Serialize};
use serde_json::json;
use validator::Validate;

use crate::error::{Error, Refusal, Result};
use crate::ids::{CaseId, ReplicationId, SiteId};
use crate::people;
use crate::showcase::input::AdoptInput;
use crate::showcase::origin::{adopters, origin};
use crate::showcase::scene::ReplicationScene;
use crate::showcase::verbs::OF_REPLICATION;
use crate::verbs::{self, Scene};
use crate::web::{Ask, Page};

#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Adopted {
    pub site_id: Option<SiteId>,
    pub case_id: Option<CaseId>,
}

/// `GET /showcase/adopt?site_id=` or `?case_id=`
pub fn adopt(ask: &mut Ask) -> Result<Page> {
    let asked: Adopted = ask.query()?;
    ask.again.fill(&asked)?;
    let id = |name| ask.again.value(name).parse::<i64>().ok();
    let asked = AdoptInput {
        site_id: id("site_id").map(SiteId),
        case_id: id("case_id").map(CaseId),
        organization_id: None,
        adapted: String::new(),
    };
    let origin = match origin(ask.c, &asked) {
        Err(Error::Invalid(_)) => return Err(Error::NotFound),
        found => found?,
    };
    let own = adopters(ask.actor);
    let names = people::names(ask.c, &own)?;
    let organizations: Vec<_> = own
        .iter()
        .map(|id| json!({ "value": id.to_string(), "label": names.get(id) }))
        .collect();
    let refusal = if own.is_empty() {
        let refused = Refusal::new("secretary_required", "采用别人的做法由支部书记登记。");
        Some(refused.remedy("请您的支部书记登录后办理。"))
    } else if own == [origin.organization] {
        let own_model = "这是本组织自己的做法，不用登记采用。";
        Some(Refusal::new("own_model", own_model))
    } else {
        None
    };
    Ok(Page::new("showcase/adopt.html")
        .with("title", &origin.title)
        .with("href", &origin.href)
        .with("organizations", &organizations)
        .with("refusal", &refusal))
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
        .with("title", &origin.title)
        .with("href", &origin.href)
        .with("origin", &names.get(&origin.organization))
        .with("organization", &names.get(&row.organization_id))
        .with("state", row.state.label())
        .with("originates", &originates)
        .with(
            "may",
            &verbs::may(ask.c, &on, ask.actor, ask.now, OF_REPLICATION)?,
        ))
}
