//! Ending an account: its sessions are over at once. And taking it up again, with no password until one is set as any other's
//! is.

use crate::people::scene::AccountScene;
use crate::people::{DISABLED, store};
use crate::sealing;
use crate::session;
use crate::verbs::prelude::*;

pub struct DisableUser;

impl Verb for DisableUser {
    type On = AccountScene;
    type Gives = AccountScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "disable";
    const SAYS: &'static str = "End an account and its sessions: by a system administrator.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::UserDisabled);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["own_account", "already_disabled"];

    fn who(on: &AccountScene, actor: &Actor) -> Result<()> {
        on.kept_by(actor)
    }

    fn when(_: &mut Conn, on: &AccountScene, actor: &Actor, _: Instant) -> Result<()> {
        if on.is_own(actor) {
            return Err(Refusal::new("own_account", "不能停用自己的账号。")
                .remedy("请由另一位系统管理员办理。")
                .into());
        }
        if on.row.user.disabled {
            return Err(Refusal::new("already_disabled", "这个账号已经停用。").into());
        }
        Ok(())
    }

    fn perform(tx: &mut Tx, on: AccountScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let user = on.row.user;
        let now = tx.now();
        store::turn(tx, user.id, now)?;
        store::disable_user(tx, user.id)?;
        session::revoke_all(tx, user.id)?;
        Ok(Done::of(user.id, "已停用，登录即时失效。")
            .detail(json!({ "username": user.username, "name": user.name })))
    }
}

pub struct EnableUser;

impl Verb for EnableUser {
    type On = AccountScene;
    type Gives = AccountScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "enable";
    const SAYS: &'static str = "Take up an account again: by a system administrator. Its password is nobody's any more; another is set as `POST /api/v1/users/{id}/reset` asks.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::UserEnabled);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["not_disabled", DISABLED];

    fn who(on: &AccountScene, actor: &Actor) -> Result<()> {
        on.kept_by(actor)
    }

    fn when(c: &mut Conn, on: &AccountScene, _: &Actor, _: Instant) -> Result<()> {
        if !on.row.user.disabled {
            return Err(Refusal::new("not_disabled", "这个账号没有停用。").into());
        }
        store::in_use(c, on.row.user.organization_id)
    }

    fn perform(tx: &mut Tx, on: AccountScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let user = on.row.user;
        let now = tx.now();
        store::turn(tx, user.id, now)?;
        store::enable_user(tx, user.id)?;
        store::end_one_time(tx, user.id, now)?;
        store::end_asked(tx, user.id, now)?;
        sealing::end_key(tx, user.id)?;
        Ok(Done::of(
            user.id,
            "已启用，原有角色照旧。原来的口令作废，请申请重设口令。",
        )
        .detail(json!({ "username": user.username, "name": user.name })))
    }
}
