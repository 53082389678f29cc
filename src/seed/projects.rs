//! Contracts, projects with their steps, acceptance, cases, sites, replications.

use chrono::{Duration, NaiveDate};

use super::model::Project;
use super::{Loader, secretary_of};
use crate::bids::content::StepKind;
use crate::contracts;
use crate::contracts::verbs::{Sign, SignInput};
use crate::error::Result;
use crate::projects;
use crate::projects::verbs::{EvidenceInput, Pass, PassInput, Submit};

/// The round whose winners these are.
const ROUND: &str = "2025";

pub fn plan(loader: &mut Loader, all: Vec<Project>) {
    for project in all {
        let start = -project.contract_days_ago;
        let drafted = loader.at(start, 9, 30);
        let signed_b = loader.at(start, 15, 0);
        let signed_a = loader.at(start, 16, 30);
        let organization = project.organization.clone();
        loader.later(drafted, move |loader| {
            let bid = loader.bid(ROUND, &organization)?;
            loader.act("office", move |tx, actor| {
                contracts::verbs::draft_for_bid(tx, actor, bid)
            })?;
            Ok(())
        });
        for (at, signer) in [
            (signed_b, secretary_of(&project.organization)),
            (signed_a, "secretary".to_owned()),
        ] {
            let organization = project.organization.clone();
            loader.later(at, move |loader| {
                let bid = loader.bid(ROUND, &organization)?;
                let contract = loader.app.db.read_now(|c| contracts::of_bid(c, bid))?;
                let input = SignInput {
                    password: String::new(),
                    digest: None,
                };
                loader.does::<Sign>(&signer, contract, input)?;
                Ok(())
            });
        }
        let walk = loader.at(start, 17, 0);
        loader.later(walk, move |loader| walk_steps(loader, project));
    }
}

/// Plans each finished step near its planned end: submitted by the branch, passed by the office a day later.
fn walk_steps(loader: &mut Loader, project: Project) -> Result<()> {
    let bid = loader.bid(ROUND, &project.organization)?;
    let (id, steps) = loader.app.db.read_now(|c| {
        let contract = contracts::of_bid(c, bid)?;
        let id = projects::of_contract(c, contract)?.ok_or(crate::error::Error::NotFound)?;
        Ok((id, projects::steps(c, id)?))
    })?;
    loader.projects.insert(project.organization.clone(), id);
    let mut last = loader.today - Duration::days(project.contract_days_ago);
    for step in steps {
        let Some(evidence) = project.steps.get(&step.kind) else {
            continue;
        };
        let submitted: NaiveDate = (step.ends_on - Duration::days(2))
            .max(last)
            .min(loader.today - Duration::days(2));
        last = last.max(submitted);
        let days = (submitted - loader.today).num_days();
        // Walked one after the other: control is passed before acceptance begins.
        let position = u32::try_from(step.position).unwrap_or(0);
        match step.kind {
            StepKind::Acceptance => super::acceptance::plan(loader, &project, days),
            StepKind::Initiation
            | StepKind::Breakdown
            | StepKind::ResearchPractice
            | StepKind::Control
            | StepKind::Promotion => {
                let (text, organization) =
                    (evidence.evidence.clone(), project.organization.clone());
                let kind = step.kind;
                let at = loader.at(days, 9, position);
                loader.later(at, move |loader| {
                    let input = EvidenceInput { evidence: text };
                    let secretary = secretary_of(&organization);
                    loader.does::<Submit>(&secretary, (id, kind), input)?;
                    loader.does::<Pass>("office", (id, kind), PassInput::default())?;
                    Ok(())
                });
            }
        }
    }
    if project.running_ballot {
        super::acceptance::plan_running(loader, &project);
    }
    Ok(())
}
