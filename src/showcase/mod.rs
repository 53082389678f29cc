//! Showcase (示范推广): what became exemplary, and who copied it.
//!
//! Owns `cases`, `sites` and `replications`, and the public portal, which reads them beside announcements and rounds.
//!
//! - A **case** (案例) is written by the organization whose project was accepted and published by the office. It says
//!   four things: 立一个项目、破一个难题、塑一个品牌、创一种模式.
//! - A **site** (示范点) is nominated by the office for a project graded excellent (good with a reason), named by the
//!   committee secretary for [`rules::TERM_YEARS`] years with one to three stars, rechecked, and delisted with a reason.
//! - A **replication** (复制推广) is adopted by another organization's secretary, reported by the same organization
//!   and confirmed by the origin's.
//!
//! | site | name | recheck | delist |
//! |---|---|---|---|
//! | `nominated` | `named` | – | – |
//! | `named` | – | `named` | `delisted` |
//! | `delisted` | – | – | – |
//!
//! | replication | report | confirm |
//! |---|---|---|
//! | `adopted` | `reported` | – |
//! | `reported` | `reported` | `confirmed` |
//! | `confirmed` | – | – |
//!
//! Invariants: a named site has a date, a term and one to three stars; a delisted one a reason; nobody replicates their
//! own model; the portal shows published cases, named and delisted sites, and nothing else of this room.

pub mod actions;
pub mod api;
pub mod input;
pub mod pages;
pub mod portal;
pub mod rules;
pub mod store;
pub mod todos;
pub mod views;

use serde::Serialize;

pub use store::{Case, Replication, Site};

use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::projects::Project;
use crate::who::Actor;

crate::text_enum! {
    /// Where a demonstration site is.
    SiteState {
        Nominated = "nominated" "待命名",
        Named = "named" "已命名",
        Delisted = "delisted" "已摘牌",
    }
}

crate::text_enum! {
    /// What can be done with a site.
    SiteAction {
        Name = "name" "命名",
        Recheck = "recheck" "复核",
        Delist = "delist" "摘牌",
    }
}

crate::text_enum! {
    /// Where a replication is.
    ReplicationState {
        Adopted = "adopted" "已采用",
        Reported = "reported" "已反馈，待印证",
        Confirmed = "confirmed" "已印证",
    }
}

crate::text_enum! {
    /// What can be done with a replication.
    ReplicationAction {
        Report = "report" "反馈成效",
        Confirm = "confirm" "印证",
    }
}

/// A button on a project's page, or why it is dead.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectAction {
    pub label: &'static str,
    pub href: String,
    pub refusal: Option<Refusal>,
}

/// What this actor can do with a project's acceptance, case and site: links to what there is, buttons for what there
/// may be. Buttons that are another's to press are left out.
pub fn actions_for(c: &mut Conn, actor: &Actor, project: &Project) -> Result<Vec<ProjectAction>> {
    let mut found = Vec::new();
    let link = |label, href| ProjectAction {
        label,
        href,
        refusal: None,
    };
    let committee = crate::people::organization(c, project.committee_id)?;
    let office = crate::who::policy::may_run(actor, &committee.path).is_ok();
    for acceptance in crate::acceptance::of_project(c, project.id)? {
        let label = if acceptance.attempt > 1 {
            "整改后验收"
        } else {
            "考评验收"
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
            refusal: crate::acceptance::actions::open_refusal(c, project)?,
        });
    }
    match store::case_of(c, project.id)? {
        Some(case) => found.push(link("案例", format!("/showcase/cases/{}", case.id))),
        None if actor.acts_for(project.organization_id) => found.push(ProjectAction {
            label: "写案例",
            href: format!("/projects/{}/case", project.id),
            refusal: actions::save_refusal(c, actor, project)?,
        }),
        None => {}
    }
    match store::site_of(c, project.id)? {
        Some(site) => found.push(link("示范点", format!("/showcase/sites/{}", site.id))),
        None if office => found.push(ProjectAction {
            label: "推荐示范点",
            href: format!("/projects/{}/site", project.id),
            refusal: actions::nominate_refusal(c, actor, project)?,
        }),
        None => {}
    }
    Ok(found)
}
