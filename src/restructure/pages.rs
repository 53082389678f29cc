//! `/organizations/{id}/restructure`: under which organization it goes on, or within which.

use super::verbs::{Merge, MoveOrganization};
use crate::error::Result;
use crate::ids::OrganizationId;
use crate::people;
use crate::people::scene::OrganizationScene;
use crate::verbs::{Scene, Verb, refusal};
use crate::web::{Ask, Page};
use crate::who::Role;

pub fn show(ask: &mut Ask, id: OrganizationId) -> Result<Page> {
    let on = OrganizationScene::load(ask.c, ask.actor, &id)?;
    MoveOrganization::who(&on, ask.actor)?;
    let mut others = Vec::new();
    for path in ask.actor.paths_of(&[Role::SystemAdmin]) {
        others.extend(people::offered(ask.c, &path, "")?);
    }
    others.retain(|one| one.value != id);
    let moving = refusal::<MoveOrganization>(ask.c, &on, ask.actor, ask.now)?;
    let merging = refusal::<Merge>(ask.c, &on, ask.actor, ask.now)?;
    Ok(Page::new("restructure/organization.html")
        .with("organization", &on.row)
        .with("others", &others)
        .with("moving", &moving)
        .with("merging", &merging))
}
