//! What the list, the page and the to-do read.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{by_acceptance, may_work};
use crate::bids::content::StepKind;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::people::{self, Organization};
use crate::projects::ProjectState;
use crate::projects::rules::{self, Standing, StepAction, StepFacts};
use crate::projects::store::{self, Filter, Line, Project, Step};
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, policy};

/// A page of the projects this person may know of, newest first; `limit + 1` rows.
pub fn list(
    c: &mut Conn,
    actor: &Actor,
    state: Option<ProjectState>,
    due_before: Option<NaiveDate>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Line>> {
    policy::business_person(actor)?;
    let filter = Filter {
        organizations: policy::own_work(actor),
        paths: actor.paths_of(OVERSEERS),
        state,
        due_before,
        before,
        limit: limit + 1,
    };
    store::list(c, &filter)
}

/// 乙方 and 甲方 of a project.
#[derive(Debug, Clone)]
pub struct Sides {
    pub organization: Organization,
    pub committee: Organization,
}

impl Sides {
    pub fn load(c: &mut Conn, project: &Project) -> Result<Self> {
        Ok(Self {
            organization: people::organization(c, project.organization_id)?,
            committee: people::organization(c, project.committee_id)?,
        })
    }
}

/// For each verb of a step whether this person may do it now, and if not, why.
pub fn may(
    actor: &Actor,
    project: &Project,
    sides: &Sides,
    standing: &[Standing],
    step: &Step,
) -> BTreeMap<&'static str, Option<Refusal>> {
    let facts = StepFacts {
        kind: step.kind,
        awaited: rules::awaited(step.kind, standing),
        starts_on: step.starts_on,
        ends_on: step.ends_on,
        organization: sides.organization.short_name.clone(),
    };
    let rule = |action| -> Result<()> {
        may_work(project.state, step.kind)?;
        rules::next_step(step.state, action, &facts)?;
        if step.kind == StepKind::Acceptance && action == StepAction::Pass {
            return Err(Error::from(by_acceptance()));
        }
        Ok(())
    };
    let ours = || policy::may_act_for(actor, project.organization_id);
    let office = || policy::may_run(actor, &sides.committee.path);
    let answer = |outcome: Result<()>| outcome.err().map(|error| error.refusal());
    BTreeMap::from([
        (
            "save",
            answer(ours().and_then(|()| rule(StepAction::Submit))),
        ),
        (
            "submit",
            answer(ours().and_then(|()| rule(StepAction::Submit))),
        ),
        (
            "pass",
            answer(office().and_then(|()| rule(StepAction::Pass))),
        ),
        (
            "return",
            answer(office().and_then(|()| rule(StepAction::Return))),
        ),
    ])
}
