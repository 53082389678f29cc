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

pub mod api;
pub mod buttons;
mod check;
pub mod input;
pub mod origin;
pub mod pages;
pub mod portal;
pub mod room;
pub mod rules;
pub mod scene;
pub mod store;
mod todo;
pub mod verbs;

pub use store::{Case, Replication, Site};

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
