//! Nominating, naming, rechecking and delisting a site.

use crate::error::Result;
use crate::ids::{ProjectId, SiteId};
use crate::projects::Grade;
use crate::showcase::portal::body::paragraphs;
use crate::showcase::rules;
use crate::showcase::scene::{ProjectScene, SiteScene};
use crate::showcase::verbs::{NominateSite, OF_SITE};
use crate::verbs::{self, Scene, refusal};
use crate::web::{Ask, Page};

/// `GET /projects/{id}/site`
pub fn nominate(ask: &mut Ask, id: ProjectId) -> Result<Page> {
    let on = ProjectScene::load(ask.c, ask.actor, &id)?;
    Ok(Page::new("showcase/site_form.html")
        .with("project", &id)
        .with("title", &on.project.title)
        .with("reason_needed", &(on.project.grade == Some(Grade::Good)))
        .with(
            "refusal",
            &refusal::<NominateSite>(ask.c, &on, ask.actor, ask.now)?,
        ))
}

/// `GET /showcase/sites/{id}`
pub fn site(ask: &mut Ask, id: SiteId) -> Result<Page> {
    let on = SiteScene::load(ask.c, ask.actor, &id)?;
    let site = &on.site;
    if site.stars > 0 {
        ask.again
            .fill(&serde_json::json!({ "stars": site.stars }))?;
    }
    Ok(Page::new("showcase/site.html")
        .with("site", site)
        .with("project", &(on.project.id, &on.project.title))
        .with("state", site.state.label())
        .with("stars", &rules::stars_text(site.stars))
        .with("premises", &paragraphs(&site.premises))
        .with("content", &paragraphs(&site.content))
        .with("feature", &paragraphs(&site.feature))
        .with("may", &verbs::may(ask.c, &on, ask.actor, ask.now, OF_SITE)?))
}
