//! The amendment form.

use super::plan;
use crate::clock::show_date;
use crate::contracts::Content;
use crate::contracts::scene::ContractScene;
use crate::contracts::verbs::{Amend, AmendInput, PlanChange};
use crate::error::Result;
use crate::ids::ContractId;
use crate::verbs::{Scene, Verb};
use crate::web::{Ask, Page};

/// `GET /contracts/{id}/amend`
pub fn amend(ask: &mut Ask, id: ContractId) -> Result<Page> {
    let on = ContractScene::load(ask.c, ask.actor, &id)?;
    Amend::who(&on, ask.actor)?;
    Amend::when(ask.c, &on, ask.actor, ask.now)?;
    let content = Content::from_text(&on.contract.content)?;
    ask.again.fill(&stored(&content))?;
    let kinds: Vec<_> = content.plan.iter().map(|line| line.step).collect();
    Ok(Page::new("contracts/amend.html")
        .with("id", &id)
        .with("number", &on.contract.number)
        .with("title", &on.contract.title)
        .with("version", &on.contract.version)
        .with("starts_on", &show_date(content.starts_on))
        .with("plan", &plan(&content))
        .with("kinds", &kinds)
        .with("rows", &ask.again.rows("targets", 1)))
}

/// What the form shows at first: everything as it is.
fn stored(content: &Content) -> AmendInput {
    AmendInput {
        reason: String::new(),
        ends_on: Some(content.ends_on),
        plan: content
            .plan
            .iter()
            .map(|line| PlanChange {
                step: line.step,
                starts_on: line.starts_on,
                ends_on: line.ends_on,
            })
            .collect(),
        targets: Some(content.targets.clone()),
    }
}
