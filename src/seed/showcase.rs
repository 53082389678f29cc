//! Cases, demonstration sites and who copied them.

use chrono::Duration;

use super::model::Project;
use super::{Loader, secretary_of};
use crate::error::Result;
use crate::ids::{CaseId, SiteId};
use crate::showcase::input::{AdoptInput, CaseInput, CaseText, ReportInput, SiteInput, StarsInput};
use crate::showcase::verbs::{
    Adopt, Confirm, NameSite, NominateSite, PublishCase, Report, WriteCase,
};
use crate::verbs::Within;
use crate::web::Empty;

/// What followed the acceptance's decision: case, site, replications, some days apart.
pub fn plan(loader: &mut Loader, project: &Project) {
    if project.case.is_none() {
        return;
    }
    let at = loader.app.clock().now() + Duration::days(1);
    let project = project.clone();
    loader.later(at, move |loader| follow(loader, &project));
}

fn follow(loader: &mut Loader, project: &Project) -> Result<()> {
    let id = *loader
        .projects
        .get(&project.organization)
        .ok_or_else(|| anyhow::anyhow!("no project of {}", project.organization))?;
    let secretary = secretary_of(&project.organization);
    let mut case = None;
    if let Some(written) = &project.case {
        let text = CaseText {
            title: written.title.clone(),
            establish: written.establish.clone(),
            solve: written.solve.clone(),
            brand: written.brand.clone(),
            model: written.model.clone(),
        };
        let input = CaseInput {
            project_id: id,
            text,
        };
        let case_id = loader.does::<WriteCase>(&secretary, id, input)?.case.id;
        loader.does::<PublishCase>("office", case_id, Empty {})?;
        case = Some(case_id);
    }
    let mut site = None;
    if let Some(written) = &project.site {
        let input = SiteInput {
            project_id: id,
            name: written.name.clone(),
            place: written.place.clone(),
            premises: written.premises.clone(),
            content: written.content.clone(),
            feature: written.feature.clone(),
            reason: None,
        };
        let stars = StarsInput {
            stars: written.stars,
            note: None,
        };
        let site_id = loader.does::<NominateSite>("office", id, input)?.site.id;
        loader.does::<NameSite>("secretary", site_id, stars)?;
        site = Some(site_id);
    }
    let start = loader.app.clock().now();
    for (nth, adopter) in (1i32..).zip(project.replications.clone()) {
        let origin = secretary.clone();
        let at = start + Duration::days(i64::from(nth) * 4);
        loader.later(at, move |loader| {
            copy(loader, &adopter, &origin, site, case, nth)
        });
    }
    Ok(())
}

/// One organization copies; the earlier ones have reported, the first is confirmed by the origin.
fn copy(
    loader: &mut Loader,
    adopter: &str,
    origin: &str,
    site: Option<SiteId>,
    case: Option<CaseId>,
    nth: i32,
) -> Result<()> {
    let input = AdoptInput {
        site_id: site,
        case_id: if site.is_some() { None } else { case },
        organization_id: Some(loader.organization(adopter)?),
        adapted: "按本岗位的工作票和隐患类型修改了考核表，其余照用。".to_owned(),
    };
    let made = loader.does::<Adopt>(&secretary_of(adopter), Adopt::within(&input), input)?;
    let id = made.row.id;
    if nth <= 2 {
        let report = ReportInput {
            effect: "试用一个季度，同类违章由 9 件降到 4 件。".to_owned(),
        };
        loader.does::<Report>(&secretary_of(adopter), id, report)?;
    }
    if nth == 1 {
        loader.does::<Confirm>(origin, id, Empty {})?;
    }
    Ok(())
}
