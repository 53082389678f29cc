//! One person's declared posts and relations, and the forms that keep them.

use serde_json::json;

use crate::error::Result;
use crate::ids::{DeclaredPostId, UserId};
use crate::panel::RelationKind;
use crate::panel::declared::Declared;
use crate::panel::verbs::interests::AddPost;
use crate::people;
use crate::verbs::{Scene, Subject, refusal};
use crate::web::{Ask, Page};

/// `GET /users/{id}/interests`
pub fn interests(ask: &mut Ask, id: UserId) -> Result<Page> {
    let query: people::Offer = ask.query()?;
    let word = query.q.unwrap_or_default();
    let on = Declared::load(ask.c, ask.actor, &id)?;
    let (c, actor, now) = ask.parts();
    let home = people::organization(c, on.user.organization_id)?;
    let committee = people::organization(c, home.committee_id)?;
    let organizations = people::offered(c, &committee.path, &word)?;
    let kinds: Vec<_> = RelationKind::ALL
        .iter()
        .map(|kind| json!({ "value": kind.as_str(), "label": kind.label() }))
        .collect();
    Ok(Page::new("evaluation/interests.html")
        .with("declared", &on.shown(c, actor, now)?)
        .with("own", &(actor.user_id() == Some(id)))
        .with("organization", &home.short_name)
        .with("organizations", &organizations)
        .with("q", &word)
        .with("kinds", &kinds)
        .with("refusal", &refusal::<AddPost>(c, &on, actor, now)?))
}

/// The same after a post's end was refused.
pub fn ended(ask: &mut Ask, (id, _): (UserId, DeclaredPostId)) -> Result<Page> {
    interests(ask, id)
}
