//! Writing the case of an accepted project: its organization before it is published, the office afterwards.

use crate::ids::{CaseId, ProjectId};
use crate::projects::{Project, ProjectState};
use crate::showcase::input::{CaseInput, CaseText};
use crate::showcase::scene::{CaseScene, ProjectScene};
use crate::showcase::store::{self, Case};
use crate::verbs::Within;
use crate::verbs::prelude::*;

pub struct WriteCase;

impl Verb for WriteCase {
    type On = ProjectScene;
    type Gives = CaseScene;
    type Input = CaseInput;
    type Ready = ();

    const NAME: &'static str = "write_case";
    const SAYS: &'static str = "Write the case of an accepted project: the owning organization.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::CaseSaved);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["not_your_organization"];
    const REFUSES: &'static [&'static str] = &["not_accepted", "case_published"];

    fn who(on: &ProjectScene, actor: &Actor) -> Result<()> {
        may_write(actor, &on.project, on.case.as_ref(), &on.committee_path)
    }

    fn when(_: &mut Conn, on: &ProjectScene, _: &Actor, _: Instant) -> Result<()> {
        accepted(&on.project)
    }

    fn perform(
        tx: &mut Tx,
        on: ProjectScene,
        (): (),
        _: &Actor,
        input: &CaseInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let project = on.project;
        let case = match on.case {
            Some(case) => rewrite(tx, case, &input.text)?,
            None => {
                let text = input.text.clone();
                let case = Case {
                    id: CaseId::fresh(now),
                    project_id: project.id,
                    committee_id: project.committee_id,
                    organization_id: project.organization_id,
                    title: text.title,
                    establish: text.establish,
                    solve: text.solve,
                    brand: text.brand,
                    model: text.model,
                    published_at: None,
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                store::insert_case(tx, &case)?;
                case
            }
        };
        Ok(Done::of(case.id, "案例已保存。")
            .detail(json!({ "project_id": case.project_id, "title": case.title })))
    }
}

impl Within for WriteCase {
    fn within(input: &CaseInput) -> ProjectId {
        input.project_id
    }
}

/// The same by the case's own address.
pub struct ChangeCase;

impl Verb for ChangeCase {
    type On = CaseScene;
    type Gives = CaseScene;
    type Input = CaseText;
    type Ready = ();

    const NAME: &'static str = "change_case";
    const SAYS: &'static str =
        "Change a case: the owning organization before it is published, the office afterwards.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::CaseSaved);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = WriteCase::FORBIDS;
    const REFUSES: &'static [&'static str] = WriteCase::REFUSES;

    fn who(on: &CaseScene, actor: &Actor) -> Result<()> {
        may_write(actor, &on.project, Some(&on.case), &on.committee_path)
    }

    fn when(_: &mut Conn, on: &CaseScene, _: &Actor, _: Instant) -> Result<()> {
        accepted(&on.project)
    }

    fn perform(
        tx: &mut Tx,
        on: CaseScene,
        (): (),
        _: &Actor,
        text: &CaseText,
    ) -> Result<Done<Self>> {
        let case = rewrite(tx, on.case, text)?;
        Ok(Done::of(case.id, "案例已保存。")
            .detail(json!({ "project_id": case.project_id, "title": case.title })))
    }
}

fn may_write(actor: &Actor, project: &Project, case: Option<&Case>, path: &str) -> Result<()> {
    if case.is_some_and(|case| case.published_at.is_some()) {
        return policy::may_run(actor, path).map_err(|_| {
            Error::Conflict(
                Refusal::new("case_published", "案例已经发布，由党委党建部修改。")
                    .remedy("需要修改时，请联系党委党建部。"),
            )
        });
    }
    policy::may_act_for(actor, project.organization_id)
}

fn accepted(project: &Project) -> Result<()> {
    match project.state {
        ProjectState::Accepted | ProjectState::Completed => Ok(()),
        ProjectState::Active | ProjectState::Rectifying | ProjectState::Terminated => {
            Err(Refusal::new("not_accepted", "项目通过验收以后才能写案例。")
                .remedy("请党委党建部先组织考评验收。")
                .into())
        }
    }
}

fn rewrite(tx: &mut Tx, case: Case, text: &CaseText) -> Result<Case> {
    let text = text.clone();
    let case = Case {
        title: text.title,
        establish: text.establish,
        solve: text.solve,
        brand: text.brand,
        model: text.model,
        ..case
    };
    let now = tx.now();
    store::update_case(tx, &case, now)?;
    if case.published_at.is_some() {
        tx.publish_change()?;
    }
    Ok(case)
}
