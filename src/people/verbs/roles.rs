//! Granting a role at an organization, and taking it back at once: security administrators, never for themselves. What one
//! does not grant alone waits for a second administrator, who confirms or refuses it.

use crate::audit::{Chain, Event};
use crate::ids::{RoleGrantId, UserId};
use crate::people::rules::{self, OWN_ACCOUNT_DAYS, Post, SECOND_PERSON};
use crate::people::scene::{AccountScene, GrantScene};
use crate::people::shown::GrantState;
use crate::people::store::{self, PendingGrant, RoleGrant, User, Why};
use crate::people::{Organization, RoleInput};
use crate::sealing;
use crate::verbs::prelude::*;

pub struct GrantRole;

impl Verb for GrantRole {
    type On = AccountScene;
    type Gives = GrantScene;
    type Input = RoleInput;
    type Ready = ();

    const NAME: &'static str = "grant_role";
    const SAYS: &'static str = "Grant a role at an organization: by a security administrator, never to oneself.\nThe three administrators are kept apart from each other and from business, and so is the supervisor within a committee.\nA second business role of one person, and a role for an account that the same administrator made or set a password of within thirty days, is answered 202 with the state `waits`: a second administrator confirms or refuses it.";
    // Granted, or only asked for.
    const EVENT: Option<audit::Verb> = None;
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required", "own_roles"];
    const REFUSES: &'static [&'static str] = &[
        "already_disabled",
        "already_granted",
        "already_asked",
        "key_exchanged",
        "department_bids_not",
        rules::INCOMPATIBLE_ADMINISTRATORS,
        rules::SUPERVISOR_APART,
    ];

    fn who(on: &AccountScene, actor: &Actor) -> Result<()> {
        policy::may_grant_some_roles(actor)?;
        not_oneself(actor, on.row.user.id)
    }

    fn when(_: &mut Conn, on: &AccountScene, _: &Actor, _: Instant) -> Result<()> {
        if on.row.user.disabled {
            return Err(Refusal::new("already_disabled", "这个账号已经停用。").into());
        }
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: AccountScene,
        (): (),
        actor: &Actor,
        input: &RoleInput,
    ) -> Result<Done<Self>> {
        let organization = store::organization(tx, input.organization_id)
            .map_err(|fault| fault.unless_there("organization_id", "没有这个组织。"))?;
        policy::may_grant_roles(actor, &organization.path)?;
        let user = on.row.user;
        let now = tx.now();
        let version = store::turn(tx, user.id, now)?;
        let held = store::grants_of(tx, &[user.id])?;
        fits(&held, input, &organization)?;
        let id = RoleGrantId::fresh(now);
        let why = waits(tx, actor, user.id, (&held, input.role), now)?;
        let (verb, said) = match why {
            None => {
                give(tx, actor, id, user.id, input)?;
                (audit::Verb::RoleGranted, "已授予角色。".to_owned())
            }
            Some(why) => {
                let asked_by = actor.person()?.user_id;
                ask(tx, id, &user, &organization, (input.role, why, asked_by))?;
                let said = format!("已提出，等另一位管理员确认后生效：{}。", why.label());
                (audit::Verb::RoleProposed, said)
            }
        };
        let event = Event::new(verb, Chain::System, "user", user.id.0)
            .organization(organization.id)
            .version(version)
            .detail(json!({ "grant": id, "role": input.role, "name": user.name, "why": why }));
        audit::record(tx, actor, event)?;
        Ok(Done::of((user.id, id), said))
    }
}

/// Whether the role goes with those that are held.
fn fits(held: &[RoleGrant], wanted: &RoleInput, at: &Organization) -> Result<()> {
    rules::may_act(wanted.role, at.kind)?;
    let post = Post {
        role: wanted.role,
        committee: at.committee_id,
        path: &at.path,
    };
    for held in held {
        if held.role == wanted.role && held.organization_id == at.id {
            return Err(Refusal::new("already_granted", "已经有这个角色。").into());
        }
        if let Some(refusal) = rules::incompatible(held.post(), post) {
            return Err(refusal.into());
        }
    }
    Ok(())
}

/// The role counts from now on. Those who act for the organization already hold its key before another comes, who then
/// waits for one of them.
pub fn give(
    tx: &mut Tx,
    actor: &Actor,
    id: RoleGrantId,
    user: UserId,
    wanted: &RoleInput,
) -> Result<()> {
    let (now, at) = (tx.now(), wanted.organization_id);
    let acts = matches!(wanted.role, Role::Applicant | Role::BranchSecretary);
    if acts && actor.user_id().is_some() {
        let people = store::acting_for(tx, at)?;
        sealing::found(tx, at, &people)?;
    }
    store::insert_grant(tx, id, user, wanted.role, at, now)
}

/// Why this administrator does not grant it alone, if so. From the shell everything is granted.
fn waits(
    c: &mut Conn,
    actor: &Actor,
    user: UserId,
    (held, wanted): (&[RoleGrant], Role),
    now: Instant,
) -> Result<Option<Why>> {
    let Some(granter) = actor.user_id() else {
        return Ok(None);
    };
    let business = |role: Role| !role.is_administrator();
    if business(wanted) && held.iter().any(|held| business(held.role)) {
        return Ok(Some(Why::SecondRole));
    }
    let since = now - chrono::Duration::days(OWN_ACCOUNT_DAYS);
    let own = store::set_up_by(c, user, granter, since)?;
    Ok(own.then_some(Why::OwnAccount))
}

fn ask(
    tx: &mut Tx,
    id: RoleGrantId,
    user: &User,
    at: &Organization,
    (role, why, asked_by): (Role, Why, UserId),
) -> Result<()> {
    let asked = store::pending_grants_of(tx, user.id)?;
    let same = |one: &PendingGrant| {
        one.answered_at.is_none() && one.role == role && one.organization_id == at.id
    };
    if asked.iter().any(same) {
        return Err(Refusal::new("already_asked", "已经提出过，等另一位管理员确认。").into());
    }
    let row = PendingGrant {
        id,
        user_id: user.id,
        role,
        organization_id: at.id,
        organization: at.short_name.clone(),
        organization_path: at.path.clone(),
        committee_id: at.committee_id,
        why,
        asked_by,
        asked_at: tx.now(),
        answered_by: None,
        answered_at: None,
    };
    store::insert_pending(tx, &row)
}

pub struct ConfirmRole;

impl Verb for ConfirmRole {
    type On = GrantScene;
    type Gives = GrantScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "confirm_role";
    const SAYS: &'static str = "Confirm a role that another administrator proposed: by a second system or security administrator. It counts from now on.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoleGranted);
    const FORBIDS: &'static [&'static str] = &["role_required", "own_roles", SECOND_PERSON];
    const REFUSES: &'static [&'static str] = &[
        "not_waiting",
        "already_disabled",
        "already_granted",
        "key_exchanged",
        "department_bids_not",
        rules::INCOMPATIBLE_ADMINISTRATORS,
        rules::SUPERVISOR_APART,
    ];

    fn who(on: &GrantScene, actor: &Actor) -> Result<()> {
        by_administrator(on, actor)?;
        not_oneself(actor, on.row.user_id)?;
        let asked_by = on.pending.as_ref().map(|pending| pending.asked_by);
        if asked_by.is_some() && asked_by == actor.user_id() {
            return Err(Error::Forbidden(
                Refusal::new(SECOND_PERSON, "提出和确认须是两个人。").remedy(
                    "请另一位系统管理员或安全管理员确认；没有的，请在服务器上用命令行办理。",
                ),
            ));
        }
        Ok(())
    }

    fn when(c: &mut Conn, on: &GrantScene, _: &Actor, _: Instant) -> Result<()> {
        waiting(on)?;
        match store::user(c, on.row.user_id)?.disabled {
            false => Ok(()),
            true => Err(Refusal::new("already_disabled", "这个账号已经停用。").into()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: GrantScene,
        (): (),
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let (now, row) = (tx.now(), on.row);
        store::turn(tx, row.user_id, now)?;
        answered(tx, row.id, actor)?;
        let at = store::organization(tx, row.organization_id)?;
        let wanted = RoleInput {
            role: row.role,
            organization_id: at.id,
        };
        let held = store::grants_of(tx, &[row.user_id])?;
        fits(&held, &wanted, &at)?;
        give(tx, actor, row.id, row.user_id, &wanted)?;
        let asked_by = on.pending.map(|pending| pending.asked_by);
        Ok(Done::of((row.user_id, row.id), "已确认，角色即时生效。")
            .detail(json!({ "grant": row.id, "role": row.role, "asked_by": asked_by })))
    }
}

pub struct RefuseRole;

impl Verb for RefuseRole {
    type On = GrantScene;
    type Gives = GrantScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "refuse_role";
    const SAYS: &'static str =
        "Refuse a role that another administrator proposed; whoever proposed it takes it back.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoleRefused);
    const FORBIDS: &'static [&'static str] = &["role_required", "own_roles"];
    const REFUSES: &'static [&'static str] = &["not_waiting"];

    fn who(on: &GrantScene, actor: &Actor) -> Result<()> {
        by_administrator(on, actor)?;
        not_oneself(actor, on.row.user_id)
    }

    fn when(_: &mut Conn, on: &GrantScene, _: &Actor, _: Instant) -> Result<()> {
        waiting(on)
    }

    fn perform(
        tx: &mut Tx,
        on: GrantScene,
        (): (),
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let (now, row) = (tx.now(), on.row);
        store::turn(tx, row.user_id, now)?;
        answered(tx, row.id, actor)?;
        Ok(Done::of((row.user_id, row.id), "没有授予。")
            .detail(json!({ "grant": row.id, "role": row.role })))
    }
}

/// The system and security administrators over the place.
fn by_administrator(on: &GrantScene, actor: &Actor) -> Result<()> {
    policy::may_see_accounts(actor)?;
    let both = [Role::SystemAdmin, Role::SecurityAdmin];
    match actor.holds_any(&both, &on.row.organization_path) {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}

fn waiting(on: &GrantScene) -> Result<()> {
    match on.state() {
        GrantState::Waits => Ok(()),
        state @ (GrantState::Held | GrantState::Refused) => Err(Refusal::new(
            "not_waiting",
            format!("这个角色{}，不用确认。", state.label()),
        )
        .into()),
    }
}

fn answered(tx: &mut Tx, id: RoleGrantId, actor: &Actor) -> Result<()> {
    let now = tx.now();
    match store::answer_pending(tx, id, actor.person()?.user_id, now)? {
        1 => Ok(()),
        _ => Err(Error::stale()),
    }
}

pub struct RevokeRole;

impl Verb for RevokeRole {
    type On = GrantScene;
    type Gives = GrantScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "revoke_role";
    const SAYS: &'static str = "Take a role back, at once.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoleRevoked);
    const STATUS: u16 = 204;
    const FORBIDS: &'static [&'static str] = &["role_required", "own_roles"];

    fn who(on: &GrantScene, actor: &Actor) -> Result<()> {
        policy::may_grant_roles(actor, &on.row.organization_path)?;
        not_oneself(actor, on.row.user_id)
    }

    fn when(_: &mut Conn, on: &GrantScene, _: &Actor, _: Instant) -> Result<()> {
        match on.held {
            true => Ok(()),
            false => Err(Error::NotFound),
        }
    }

    fn perform(tx: &mut Tx, on: GrantScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let (user, grant) = (on.row.user_id, on.row.id);
        let now = tx.now();
        store::turn(tx, user, now)?;
        if store::revoke_grant(tx, grant, now)? != 1 {
            return Err(Error::stale());
        }
        Ok(Done::of((user, grant), "已收回角色。")
            .detail(json!({ "grant": grant, "role": on.row.role })))
    }
}

/// Nobody changes their own roles.
fn not_oneself(actor: &Actor, user: UserId) -> Result<()> {
    if actor.user_id() == Some(user) {
        return Err(Error::Forbidden(
            Refusal::new("own_roles", "不能授予或收回自己的角色。")
                .remedy("请由另一位安全管理员办理。"),
        ));
    }
    Ok(())
}
