//! Writing and publishing a case.

use serde_json::json;

use super::{event, refusal_of};
use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{CaseId, ProjectId};
use crate::people;
use crate::projects::{self, Project, ProjectState};
use crate::showcase::input::CaseText;
use crate::showcase::store::{self, Case};
use crate::who::{Actor, policy};

/// The case, if this actor may know of it: whoever sees the project.
pub fn visible_case(c: &mut Conn, actor: &Actor, id: CaseId) -> Result<Case> {
    actor.person()?;
    let case = store::case(c, id)?;
    projects::visible(c, actor, case.project_id)?;
    Ok(case)
}

/// Whether this person can write the project's case now.
pub fn may_save(c: &mut Conn, actor: &Actor, project: &Project) -> Result<()> {
    match project.state {
        ProjectState::Accepted | ProjectState::Completed => {}
        ProjectState::Active | ProjectState::Rectifying | ProjectState::Terminated => {
            return Err(Refusal::new("not_accepted", "项目通过验收以后才能写案例。")
                .remedy("请先完成考评验收。")
                .into());
        }
    }
    let published = store::case_of(c, project.id)?.is_some_and(|case| case.published_at.is_some());
    let committee = people::organization(c, project.committee_id)?;
    if published {
        return policy::may_run(actor, &committee.path).map_err(|_| {
            Error::Conflict(
                Refusal::new("case_published", "案例已经发布，由党委党建部修改。")
                    .remedy("需要修改时，请联系党委党建部。"),
            )
        });
    }
    policy::may_act_for(actor, project.organization_id)
}

/// Why this person cannot write the project's case now, or nothing.
pub fn save_refusal(c: &mut Conn, actor: &Actor, project: &Project) -> Result<Option<Refusal>> {
    refusal_of(may_save(c, actor, project))
}

/// Writes the case of a project: the owning organization before it is published, the office afterwards.
pub fn save_case(
    tx: &mut Tx,
    actor: &Actor,
    project: ProjectId,
    version: Option<i64>,
    text: &CaseText,
) -> Result<Case> {
    let project = projects::visible(tx, actor, project)?;
    may_save(tx, actor, &project)?;
    let now = tx.now();
    let given = |text: &str| text.trim().to_owned();
    let mut case = match store::case_of(tx, project.id)? {
        Some(case) => {
            if version.is_some_and(|version| version != case.version) {
                return Err(Error::stale());
            }
            case
        }
        None => Case {
            id: CaseId::fresh(now),
            project_id: project.id,
            committee_id: project.committee_id,
            organization_id: project.organization_id,
            title: String::new(),
            establish: String::new(),
            solve: String::new(),
            brand: String::new(),
            model: String::new(),
            published_at: None,
            version: 0,
            created_at: now,
            updated_at: now,
        },
    };
    for (name, text) in [
        ("title", &text.title),
        ("establish", &text.establish),
        ("solve", &text.solve),
        ("brand", &text.brand),
        ("model", &text.model),
    ] {
        if text.trim().is_empty() {
            return Err(Error::field(name, "请填写这一项。"));
        }
    }
    case.title = given(&text.title);
    case.establish = given(&text.establish);
    case.solve = given(&text.solve);
    case.brand = given(&text.brand);
    case.model = given(&text.model);
    case.updated_at = now;
    if case.version == 0 {
        case.version = 1;
        store::insert_case(tx, &case)?;
    } else {
        store::update_case(tx, &case, now)?;
        case.version += 1;
    }
    if case.published_at.is_some() {
        tx.publish_change()?;
    }
    let recorded = event(
        Verb::CaseSaved,
        case.committee_id,
        "case",
        case.id.0,
        case.organization_id,
        case.version,
    )
    .detail(json!({ "project_id": case.project_id, "title": case.title }));
    audit::record(tx, actor, recorded)?;
    Ok(case)
}

fn may_publish(c: &mut Conn, actor: &Actor, case: &Case) -> Result<()> {
    let committee = people::organization(c, case.committee_id)?;
    policy::may_run(actor, &committee.path)?;
    if case.published_at.is_some() {
        return Err(Refusal::new("case_published", "案例已经发布。").into());
    }
    Ok(())
}

/// Why this person cannot publish the case now, or nothing.
pub fn publish_refusal(c: &mut Conn, actor: &Actor, case: &Case) -> Result<Option<Refusal>> {
    refusal_of(may_publish(c, actor, case))
}

/// Puts the case on the portal: the committee's office.
pub fn publish_case(tx: &mut Tx, actor: &Actor, id: CaseId, version: Option<i64>) -> Result<Case> {
    let mut case = visible_case(tx, actor, id)?;
    may_publish(tx, actor, &case)?;
    if version.is_some_and(|version| version != case.version) {
        return Err(Error::stale());
    }
    let now = tx.now();
    case.published_at = Some(now);
    store::update_case(tx, &case, now)?;
    case.version += 1;
    tx.publish_change()?;
    let recorded = event(
        Verb::CasePublished,
        case.committee_id,
        "case",
        case.id.0,
        case.organization_id,
        case.version,
    )
    .detail(json!({ "project_id": case.project_id }));
    audit::record(tx, actor, recorded)?;
    Ok(case)
}
