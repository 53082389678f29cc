//! What waits in the showcase, and for whom.

use super::origin::adopters;
use super::store::listed::{self, Part, Reach};
use super::{ReplicationState, SiteState, store};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::text::quoted;
use crate::todo::Todo;
use crate::who::{Actor, Role};

fn todo(what: String, why: &str, href: String, label: &str) -> Todo {
    Todo {
        due: None,
        what,
        why: why.to_owned(),
        href,
        action_label: label.to_owned(),
        late: false,
    }
}

/// Cases to publish for the office, sites to name for the committee secretary, replications to report and to confirm
/// for the secretaries.
pub fn todos(c: &mut Conn, actor: &Actor, _: Instant) -> Result<Vec<Todo>> {
    let mut found = Vec::new();
    if actor.has(Role::Office) {
        let over = actor.paths_of(&[Role::Office]);
        for case in listed::cases(c, &Reach::over(over), Some(false), Part::FIRST)? {
            found.push(todo(
                format!("审核案例{}", quoted(&case.title)),
                "发布后，任何人都能在公开门户看到。",
                format!("/showcase/cases/{}", case.id),
                "去审核",
            ));
        }
    }
    if actor.has(Role::CommitteeSecretary) {
        let over = actor.paths_of(&[Role::CommitteeSecretary]);
        let nominated = Some(SiteState::Nominated);
        for site in listed::sites(c, &Reach::over(over), nominated, Part::FIRST)? {
            found.push(todo(
                format!("命名示范点{}", quoted(&site.name)),
                &format!("{}，党委党建部推荐。", site.organization),
                format!("/showcase/sites/{}", site.id),
                "去命名",
            ));
        }
    }
    let own = adopters(actor);
    if !own.is_empty() {
        let adopted = Some(ReplicationState::Adopted);
        for (row, _) in store::adopted_by(c, &own, adopted, Part::FIRST)? {
            found.push(todo(
                "反馈复制推广的成效".to_owned(),
                "本组织采用了别的组织的做法，还没有反馈成效。",
                format!("/showcase/replications/{}", row.id),
                "去反馈",
            ));
        }
        let reported = Some(ReplicationState::Reported);
        for (row, organization) in store::adopted_from(c, &own, reported, Part::FIRST)? {
            found.push(todo(
                format!("印证{organization}的复制成效"),
                "他们采用了本组织的做法，已反馈成效。",
                format!("/showcase/replications/{}", row.id),
                "去印证",
            ));
        }
    }
    Ok(found)
}
