//! A step of a project as one person may know of it: what is done with a project is done with one of its steps.

use super::rules::{self, StepAction};
use super::store::{self, Project, Step};
use super::{StepState, course, step_of, visible};
use crate::audit::{self, Chain, Event};
use crate::bids::content::StepKind;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::ProjectId;
use crate::people::{self, Organization};
use crate::verbs::Scene;
use crate::who::{Actor, policy};

pub struct StepScene {
    pub project: Project,
    /// All six.
    pub steps: Vec<Step>,
    pub step: Step,
    /// 乙方.
    pub organization: Organization,
    /// 甲方: its office checks.
    pub committee: Organization,
}

impl StepScene {
    /// Without asking who wants to see it.
    pub fn of(c: &mut Conn, project: Project, kind: StepKind) -> Result<Self> {
        let steps = store::steps(c, project.id)?;
        Ok(Self {
            step: step_of(&steps, kind)?.clone(),
            steps,
            organization: people::organization(c, project.organization_id)?,
            committee: people::organization(c, project.committee_id)?,
            project,
        })
    }

    /// Whether this person works on it.
    pub fn ours(&self, actor: &Actor) -> Result<()> {
        policy::may_act_for(actor, self.project.organization_id)
    }

    /// Whether this person checks it.
    pub fn checks(&self, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &self.committee.path)
    }

    /// The step's state after the action, or why not.
    pub fn next(&self, action: StepAction) -> Result<StepState> {
        rules::may_work(self.project.state, self.step.kind)?;
        let facts = course::facts(&self.steps, &self.step, &self.organization.short_name);
        Ok(rules::next_step(self.step.state, action, &facts)?)
    }

    pub fn id(&self) -> (ProjectId, StepKind) {
        (self.project.id, self.step.kind)
    }
}

impl Scene for StepScene {
    type Id = (ProjectId, StepKind);

    fn load(c: &mut Conn, actor: &Actor, (id, kind): &Self::Id) -> Result<Self> {
        let project = visible(c, actor, *id)?;
        Self::of(c, project, *kind)
    }

    fn version(&self) -> i64 {
        self.step.version
    }
}

pub fn event(verb: audit::Verb, project: &Project, kind: &'static str, id: i64) -> Event {
    Event::new(verb, Chain::Committee(project.committee_id), kind, id)
        .organization(project.organization_id)
}
