//! A project as a whole, with its contract: to programs and on its page.

use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::{self, Event};
use crate::bids::content::{StepKind, Target};
use crate::clock::{self, Instant};
use crate::contracts;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::files::{self, Attachment, SubjectKind};
use crate::ids::{AttachmentId, UserId};
use crate::marks::Mark;
use crate::people;
use crate::projects::scene::{self, StepScene};
use crate::projects::shown::{OverdueShown, step_urgency};
use crate::projects::verbs::OFFERS;
use crate::projects::{self, Project, Step, rules};
use crate::verbs::{self, May, Subject};
use crate::who::Actor;

/// A file of a step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileShown {
    pub id: AttachmentId,
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
}

impl From<Attachment> for FileShown {
    fn from(file: Attachment) -> Self {
        Self {
            id: file.id,
            name: file.name,
            size: file.size,
            sha256: file.sha256,
        }
    }
}

/// One of the six steps.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepShown {
    #[serde(flatten)]
    pub row: Step,
    pub overdue: Option<OverdueShown>,
    pub submitted_by: Option<String>,
    pub passed_by: Option<String>,
    pub files: Vec<FileShown>,
    /// For `save`, `submit`, `pass`, `return`: null if the asker may do it now, else `{code, reason, remedy}`.
    #[schema(value_type = Object)]
    pub may: May,
}

/// A project as a whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProjectWhole)]
pub struct ProjectShown {
    #[serde(flatten)]
    pub project: Project,
    #[schema(example = "党建合〔2026〕12号")]
    pub contract_number: String,
    #[schema(example = "运维党支部")]
    pub organization: String,
    pub overdue: Option<OverdueShown>,
    /// On-time share of the steps, out of 100.
    pub process_score: Mark,
    pub targets: Vec<Target>,
    /// All six, in order.
    pub steps: Vec<StepShown>,
    /// Null if an acceptance may begin, else `{code, reason, remedy}`.
    #[schema(value_type = Option<Object>)]
    pub acceptance: Option<Refusal>,
}

impl ProjectShown {
    /// Loads everything around the project; a constant number of queries.
    pub fn load(c: &mut Conn, actor: &Actor, project: Project, now: Instant) -> Result<Self> {
        let today = clock::local_date(now);
        let contract = contracts::find(c, project.contract_id)?;
        let mut on = StepScene::of(c, project, StepKind::Initiation)?;
        let steps = on.steps.clone();
        let people: Vec<UserId> = steps
            .iter()
            .flat_map(|step| [step.submitted_by, step.passed_by])
            .flatten()
            .collect();
        // Of the day they did it.
        let names = people::names_by_day(c, &people)?;
        let name = |id: Option<UserId>, at| id.map(|id| names.on(id, at).to_owned());
        let mut shown = Vec::new();
        for step in &steps {
            on.step = step.clone();
            let files = files::of_subject(c, SubjectKind::Step, step.id.0)?;
            shown.push(StepShown {
                overdue: OverdueShown::of(step_urgency(on.project.state, step, today)),
                submitted_by: name(step.submitted_by, step.submitted_at),
                passed_by: name(step.passed_by, step.passed_at),
                files: files.into_iter().map(FileShown::from).collect(),
                may: verbs::may(c, &on, actor, now, OFFERS)?,
                row: step.clone(),
            });
        }
        Ok(Self {
            targets: contracts::binding_content(c, &contract)?.targets,
            contract_number: contract.number,
            organization: on.organization.short_name,
            overdue: OverdueShown::of(projects::urgency_of(&on.project, today)),
            process_score: Mark(projects::score_of(&steps, now).round_half_up()),
            acceptance: rules::may_accept(on.project.state, &projects::standing(&steps)).err(),
            steps: shown,
            project: on.project,
        })
    }
}

impl Subject for StepScene {
    type Shown = ProjectShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<ProjectShown> {
        ProjectShown::load(c, actor, self.project.clone(), now)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(verb, &self.project, "step", self.step.id.0)
    }

    fn href(&self) -> String {
        format!("/projects/{}?step={}", self.project.id, self.step.kind)
    }
}
