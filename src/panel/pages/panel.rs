//! The panel on one page, and its check.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Result;
use crate::ids::{RoundId, UserId};
use crate::panel::scene::{Scene, scene};
use crate::panel::shown::{InvitationShown, Of, Panel, PanelShown, conflicts::check};
use crate::panel::verbs::invite::Invite;
use crate::panel::verbs::name::{NamePanel, drawn};
use crate::panel::verbs::replace::Replace;
use crate::people;
use crate::seats::{self, Seat};
use crate::verbs::{Scene as _, Verb, refusal};
use crate::web::{Ask, Page};

#[derive(Serialize)]
struct Candidate {
    id: UserId,
    name: String,
    about: String,
    seated: bool,
    chair: bool,
}

/// Whom the office may seat: as seated, or as ticked on a form that was refused.
fn candidates(ask: &mut Ask, scene: &Scene, shown: &PanelShown) -> Result<Vec<Candidate>> {
    if !scene.runs(ask.actor) {
        return Ok(Vec::new());
    }
    let again = &ask.again;
    let naming = again.verb == NamePanel::<crate::panel::verbs::name::PanelForm>::NAME;
    let ticked: Vec<UserId> = again.ticked("members");
    let members = &shown.members;
    let waiting = shown.record.substitutes.iter().map(|one| one.user_id);
    let seated = members.iter().map(|one| one.user_id).chain(waiting);
    let seated: Vec<UserId> = seated.collect();
    let find = again.value("find");
    let people = seats::offered(ask.c, &scene.path, find, &seated, &ticked)?;
    let seat = |user: UserId| {
        if naming {
            let chair = again.value("chair") == user.to_string();
            return (ticked.contains(&user) || chair, chair);
        }
        let member = members.iter().find(|one| one.user_id == user);
        (
            member.is_some(),
            member.is_some_and(|one| one.seat == Seat::Chair),
        )
    };
    let candidate = |person: seats::Reviewer| {
        let (seated, chair) = seat(person.user_id);
        Candidate {
            id: person.user_id,
            about: format!("{} {}", person.organization, person.post),
            name: person.name,
            seated,
            chair,
        }
    };
    Ok(people.into_iter().map(candidate).collect())
}

/// `GET /rounds/{id}/panel`
pub fn panel(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let Of { scene, shown } = Panel::load(ask.c, ask.actor, &id)?;
    let candidates = candidates(ask, &scene, &shown)?;
    let find = ask.again.value("find").to_owned();
    let (c, actor, now) = ask.parts();
    let invited: BTreeMap<String, &InvitationShown> = shown
        .record
        .invitations
        .iter()
        .map(|one| (one.user_id.to_string(), one))
        .collect();
    let own = scene.seat.as_ref().map(|seat| seat.user_id.to_string());
    let mine = own.and_then(|user| invited.get(&user)).map(|one| one.state);
    let members: Vec<UserId> = shown.members.iter().map(|one| one.user_id).collect();
    Ok(Page::new("evaluation/panel.html")
        .with("confirmed", &people::confirmed_roles(c, &members)?)
        .with("panel", &shown)
        .with("invited", &invited)
        .with("mine", &mine)
        .with("may_answer", &scene.may_change().is_ok())
        .with(
            "replace_refusal",
            &refusal::<Replace>(c, &scene, actor, now)?,
        )
        .with("invite_refusal", &refusal::<Invite>(c, &scene, actor, now)?)
        .with("uninvited", &(shown.members.len() > invited.len()))
        .with("by_lot", &drawn(c, &scene)?)
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("candidates", &candidates)
        .with("offered", &seats::OFFERED)
        .with("find", &find)
        .with("office", &scene.runs(actor))
        .with("checks", &scene.may_check(actor).is_ok())
        .with("refusal", &refusal::<NamePanel>(c, &scene, actor, now)?))
}

/// `GET /rounds/{id}/panel/conflicts`
pub fn conflicts(ask: &mut Ask, id: RoundId) -> Result<Page> {
    let scene = scene(ask.c, ask.actor, id)?;
    let shown = check(ask.c, ask.actor, &scene, ask.now)?;
    Ok(Page::new("evaluation/conflicts.html")
        .with("round_id", &id)
        .with("round_title", &scene.round.title)
        .with("check", &shown))
}
