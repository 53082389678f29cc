//! What a project's page offers of acceptance, case and site.

use serde::Serialize;

use super::scene::ProjectScene;
use super::verbs::{NominateSite, WriteCase};
use crate::acceptance::AcceptanceState;
use crate::acceptance::scene::Candidate;
use crate::acceptance::verbs::Open;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::projects::Project;
use crate::verbs::{Verb, refusal};
use crate::who::Actor;

/// A button on a project's page, or why it is dead.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectAction {
    pub label: &'static str,
    pub href: String,
    pub refusal: Option<Refusal>,
}

/// What this actor can do with a project's acceptance, case and site: links to what there is, buttons for what there
/// may be. Buttons that are another's to press are left out.
pub fn actions_for(
    c: &mut Conn,
    actor: &Actor,
    project: &Project,
    now: Instant,
) -> Result<Vec<ProjectAction>> {
    let mut found = Vec::new();
    let link = |label, href| ProjectAction {
        label,
        href,
        refusal: None,
    };
    let candidate = Candidate::of(c, project.clone())?;
    let office = Open::who(&candidate, actor).is_ok();
    for acceptance in crate::acceptance::of_project(c, project.id)? {
        let label = match acceptance.state {
            AcceptanceState::Abandoned => "考评验收（已作废）",
            AcceptanceState::Open | AcceptanceState::Closed | AcceptanceState::Decided => {
                if acceptance.attempt > 1 {
                    "整改后验收"
                } else {
                    "考评验收"
                }
            }
        };
        found.push(link(label, format!("/acceptances/{}", acceptance.id)));
    }
    if office
        && project
            .grade
            .is_none_or(|grade| grade == crate::projects::Grade::Unqualified)
    {
        found.push(ProjectAction {
            label: "开始验收",
            href: format!("/projects/{}/acceptance", project.id),
            refusal: refusal::<Open>(c, &candidate, actor, now)?,
        });
    }
    let on = ProjectScene::of(c, project.clone())?;
    match &on.case {
        Some(case) => found.push(link("案例", format!("/showcase/cases/{}", case.id))),
        None if actor.acts_for(project.organization_id) => found.push(ProjectAction {
            label: "写案例",
            href: format!("/projects/{}/case", project.id),
            refusal: refusal::<WriteCase>(c, &on, actor, now)?,
        }),
        None => {}
    }
    match &on.site {
        Some(site) => found.push(link("示范点", format!("/showcase/sites/{}", site.id))),
        None if office => found.push(ProjectAction {
            label: "推荐示范点",
            href: format!("/projects/{}/site", project.id),
            refusal: refusal::<NominateSite>(c, &on, actor, now)?,
        }),
        None => {}
    }
    Ok(found)
}
