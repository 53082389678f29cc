//! Declared posts and relations: kept by the person and by the office, read by few.

use std::collections::HashMap;

use serde_json::json;

use crate::audit::{self, Chain, Event, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{DeclaredPostId, DeclaredRelationId, EvaluationId, UserId};
use crate::panel::actions::declare;
use crate::panel::input::{EndInput, PostInput, RelationInput};
use crate::panel::rules::conflict::{Interests, Tie, TieKind};
use crate::panel::store::{self, DeclaredPost, DeclaredRelation};
use crate::people::{self, User};
use crate::seats::Reviewer;
use crate::who::Actor;
use crate::who::Role;

/// Most entries of one person; more are a mistake.
const MOST: usize = 50;

/// The person themself, the office and the supervisor over them or over a committee they review for, and the chair of
/// a panel they sit on. Nobody else learns whether there is anything to read.
pub fn may_read(c: &mut Conn, actor: &Actor, user: UserId) -> Result<User> {
    let person = actor.person()?;
    let found = people::user(c, user)?;
    if person.user_id == user
        || reaches(c, actor, &found, &[Role::Office, Role::Supervisor])?
        || store::chairs_over(c, person.user_id, user)?
    {
        return Ok(found);
    }
    Err(Error::NotFound)
}

/// The person themself, or the office.
pub fn may_write(c: &mut Conn, actor: &Actor, user: UserId) -> Result<User> {
    let found = may_read(c, actor, user)?;
    if actor.person()?.user_id == user || reaches(c, actor, &found, &[Role::Office])? {
        return Ok(found);
    }
    Err(Error::Forbidden(
        Refusal::new(
            "interests_kept_by_person_or_office",
            "任职和关系由本人或党建部登记。",
        )
        .remedy("发现漏登的，请告知本人或党建部。"),
    ))
}

fn reaches(c: &mut Conn, actor: &Actor, user: &User, roles: &[Role]) -> Result<bool> {
    let held = actor.paths_of(roles);
    if held.is_empty() {
        return Ok(false);
    }
    let place = people::organization(c, user.organization_id)?.path;
    if held.iter().any(|path| place.starts_with(path)) {
        return Ok(true);
    }
    Ok(store::reviews_at(c, user.id)?.iter().any(|at| {
        held.iter()
            .any(|path| path.starts_with(at) || at.starts_with(path))
    }))
}

/// Everything declared of one person.
pub struct Declared {
    pub user: User,
    pub posts: Vec<(DeclaredPost, String)>,
    /// With the name of the organization, and of the person if it is to one.
    pub relations: Vec<(DeclaredRelation, String, Option<String>)>,
}

pub fn read(c: &mut Conn, actor: &Actor, user: UserId) -> Result<Declared> {
    let user = may_read(c, actor, user)?;
    let posts = store::posts(c, &[user.id])?
        .into_iter()
        .map(|(post, (_, name, _))| (post, name))
        .collect();
    let mut relations: Vec<_> = store::relations_to_organizations(c, &[user.id])?
        .into_iter()
        .map(|(relation, (_, name, _))| (relation, name, None))
        .collect();
    relations.extend(
        store::relations_to_people(c, &[user.id])?
            .into_iter()
            .map(|(relation, person, (_, name, _))| (relation, name, Some(person))),
    );
    relations.sort_by_key(|(relation, _, _)| relation.id);
    Ok(Declared {
        user,
        posts,
        relations,
    })
}

/// An event of the person's committee: which entry changed, never what it says.
fn event(c: &mut Conn, user: &User, verb: Verb, entry: i64) -> Result<Event> {
    let committee = people::organization(c, user.organization_id)?.committee_id;
    Ok(
        Event::new(verb, Chain::Committee(committee), "user", user.id.0)
            .organization(user.organization_id)
            .detail(json!({ "entry": entry })),
    )
}

fn by(actor: &Actor) -> UserId {
    actor.user_id().unwrap_or(UserId(0))
}

pub fn add_post(
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    input: &PostInput,
) -> Result<DeclaredPost> {
    let user = may_write(tx, actor, user)?;
    if input.until_on.is_some_and(|until| until < input.from_on) {
        return Err(Error::field("until_on", "结束日期不能早于开始日期。"));
    }
    known(tx, input.organization_id)?;
    room(store::posts(tx, &[user.id])?.len())?;
    let now = tx.now();
    let row = DeclaredPost {
        id: DeclaredPostId::fresh(now),
        user_id: user.id,
        organization_id: input.organization_id,
        post: input.post.trim().to_owned(),
        from_on: input.from_on,
        until_on: input.until_on,
        entered_by: by(actor),
        entered_at: now,
    };
    store::insert_post(tx, &row)?;
    let event = event(tx, &user, Verb::PostDeclared, row.id.0)?;
    audit::record(tx, actor, event)?;
    Ok(row)
}

fn known(c: &mut Conn, id: crate::ids::OrganizationId) -> Result<()> {
    match people::organization(c, id) {
        Ok(_) => Ok(()),
        Err(Error::NotFound) => Err(Error::field("organization_id", "没有这个组织。")),
        Err(error) => Err(error),
    }
}

fn room(entries: usize) -> Result<()> {
    if entries < MOST {
        return Ok(());
    }
    Err(
        Refusal::new("too_many_interests", format!("一个人最多登记 {MOST} 项。"))
            .remedy("请先核对已登记的内容。")
            .into(),
    )
}

/// A post ends; it counts for three more years.
pub fn end_post(
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    id: DeclaredPostId,
    input: &EndInput,
) -> Result<DeclaredPost> {
    let user = may_write(tx, actor, user)?;
    let post = store::post(tx, user.id, id)?;
    if post.until_on.is_some() {
        return Err(Refusal::new("post_ended", "这项任职已登记结束。").into());
    }
    if input.until_on < post.from_on {
        return Err(Error::field("until_on", "结束日期不能早于开始日期。"));
    }
    let row = store::end_post(tx, user.id, id, input.until_on)?;
    let event = event(tx, &user, Verb::PostEnded, id.0)?;
    audit::record(tx, actor, event)?;
    Ok(row)
}

pub fn add_relation(
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    input: &RelationInput,
) -> Result<DeclaredRelation> {
    let user = may_write(tx, actor, user)?;
    let person = match &input.staff_number {
        None => None,
        Some(number) => Some(
            people::user_by_staff_number(tx, number.trim())?
                .ok_or_else(|| Error::field("staff_number", "没有这个工号。"))?
                .id,
        ),
    };
    match (input.organization_id, person) {
        (Some(organization), None) => known(tx, organization)?,
        (None, Some(person)) if person == user.id => {
            return Err(Error::field("staff_number", "不能登记与本人的关系。"));
        }
        (None, Some(_)) => {}
        (Some(_), Some(_)) | (None, None) => {
            return Err(Error::field(
                "organization_id",
                "组织和工号请填其中一项，并且只填一项。",
            ));
        }
    }
    let standing = store::relations_to_organizations(tx, &[user.id])?.len()
        + store::relations_to_people(tx, &[user.id])?.len();
    room(standing)?;
    let now = tx.now();
    let row = DeclaredRelation {
        id: DeclaredRelationId::fresh(now),
        user_id: user.id,
        kind: input.kind,
        organization_id: input.organization_id,
        person_id: person,
        until_on: input.until_on,
        entered_by: by(actor),
        entered_at: now,
        withdrawn_by: None,
        withdrawn_at: None,
    };
    store::insert_relation(tx, &row)?;
    let event = event(tx, &user, Verb::RelationDeclared, row.id.0)?;
    audit::record(tx, actor, event)?;
    Ok(row)
}

/// A relation entered by mistake counts no more; the row stays.
pub fn withdraw_relation(
    tx: &mut Tx,
    actor: &Actor,
    user: UserId,
    id: DeclaredRelationId,
) -> Result<()> {
    let user = may_write(tx, actor, user)?;
    let row = store::relation(tx, user.id, id)?;
    if row.withdrawn_at.is_some() {
        return Err(Refusal::new("relation_withdrawn", "这项关系已撤回。").into());
    }
    let now = tx.now();
    store::withdraw_relation(tx, id, by(actor), now)?;
    let event = event(tx, &user, Verb::RelationWithdrawn, id.0)?;
    audit::record(tx, actor, event)
}

/// Everything that ties these reviewers to organizations: what is public within the committee, and what they declared
/// when signing for this evaluation.
pub fn interests(
    c: &mut Conn,
    evaluation: EvaluationId,
    reviewers: &[Reviewer],
) -> Result<Vec<Interests>> {
    let ids: Vec<UserId> = reviewers.iter().map(|one| one.user_id).collect();
    let mut ties: HashMap<UserId, Vec<Tie>> = HashMap::new();
    let mut add = |user: UserId, kind: TieKind, organization: String, path: String| {
        ties.entry(user).or_default().push(Tie {
            kind,
            path,
            organization,
        });
    };
    for one in reviewers {
        add(
            one.user_id,
            TieKind::Own,
            one.organization.clone(),
            one.path.clone(),
        );
    }
    for (user, (_, name, path)) in store::acting_for(c, &ids)? {
        add(user, TieKind::Acts, name, path);
    }
    for (post, (_, name, path)) in store::posts(c, &ids)? {
        let kind = TieKind::Post {
            post: post.post,
            from: post.from_on,
            until: post.until_on,
        };
        add(post.user_id, kind, name, path);
    }
    let mut relation = |row: &DeclaredRelation, name: String, path: String| {
        let kind = TieKind::Relation {
            kind: row.kind,
            until: row.until_on,
        };
        add(row.user_id, kind, name, path);
    };
    for (row, (_, name, path)) in store::relations_to_organizations(c, &ids)? {
        relation(&row, name, path);
    }
    for (row, _, (_, name, path)) in store::relations_to_people(c, &ids)? {
        relation(&row, name, path);
    }
    for (user, signed) in declare::signed_ties(c, evaluation)? {
        ties.entry(user).or_default().extend(signed);
    }
    Ok(ids
        .into_iter()
        .map(|user_id| Interests {
            user_id,
            ties: ties.remove(&user_id).unwrap_or_default(),
        })
        .collect())
}
