//! Writing and publishing a case.

use crate::error::Result;
use crate::ids::{CaseId, ProjectId};
use crate::showcase::input::{CaseInput, CaseText};
use crate::showcase::portal::body::paragraphs;
use crate::showcase::scene::{CaseScene, ProjectScene};
use crate::showcase::verbs::{OF_CASE, WriteCase};
use crate::verbs::{self, Scene, refusal};
use crate::web::{Ask, Page};

/// `GET /projects/{id}/case`
pub fn case_form(ask: &mut Ask, id: ProjectId) -> Result<Page> {
    let on = ProjectScene::load(ask.c, ask.actor, &id)?;
    let stored = on.case.as_ref().map_or_else(
        || CaseText {
            title: on.project.title.clone(),
            ..CaseText::default()
        },
        |case| CaseText {
            title: case.title.clone(),
            establish: case.establish.clone(),
            solve: case.solve.clone(),
            brand: case.brand.clone(),
            model: case.model.clone(),
        },
    );
    ask.again.fill(&CaseInput {
        project_id: id,
        text: stored,
    })?;
    Ok(Page::new("showcase/case_form.html")
        .with("project", &id)
        .with("title", &on.project.title)
        .with("version", &on.version())
        .with(
            "refusal",
            &refusal::<WriteCase>(ask.c, &on, ask.actor, ask.now)?,
        ))
}

/// `GET /showcase/cases/{id}`
pub fn case(ask: &mut Ask, id: CaseId) -> Result<Page> {
    let on = CaseScene::load(ask.c, ask.actor, &id)?;
    let case = &on.case;
    let four = [
        ("立一个项目", &case.establish),
        ("破一个难题", &case.solve),
        ("塑一个品牌", &case.brand),
        ("创一种模式", &case.model),
    ]
    .map(|(label, text)| (label, paragraphs(text)));
    Ok(Page::new("showcase/case.html")
        .with("case", case)
        .with("four", &four)
        .with("may", &verbs::may(ask.c, &on, ask.actor, ask.now, OF_CASE)?))
}
