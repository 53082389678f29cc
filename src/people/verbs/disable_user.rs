//! Ending an account: its sessions are over at once.

use crate::people::scene::AccountScene;
use crate::people::store;
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
