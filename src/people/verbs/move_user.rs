//! Moving a person to another organization. Roles stay until the security administrator takes them back.

use super::change_user::rewrite;
use crate::people::scene::AccountScene;
use crate::people::store::{self, User};
use crate::people::{DISABLED, MoveInput};
use crate::verbs::prelude::*;

pub struct MoveUser;

impl Verb for MoveUser {
    type On = AccountScene;
    type Gives = AccountScene;
    type Input = MoveInput;
    type Ready = ();

    const NAME: &'static str = "move_user";
    const SAYS: &'static str = "Move a person to another organization and post: by a system administrator over both. Roles stay until they are taken back; what was signed, submitted or scored keeps the names of its day.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::UserMoved);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["own_account", DISABLED, "there_already"];

    fn who(on: &AccountScene, actor: &Actor) -> Result<()> {
        on.kept_by(actor)
    }

    fn when(_: &mut Conn, on: &AccountScene, actor: &Actor, _: Instant) -> Result<()> {
        if on.is_own(actor) {
            return Err(Refusal::new("own_account", "不能调动自己。")
                .remedy("请由另一位系统管理员办理。")
                .into());
        }
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: AccountScene,
        (): (),
        actor: &Actor,
        input: &MoveInput,
    ) -> Result<Done<Self>> {
        let to = store::organization(tx, input.organization_id)
            .map_err(|fault| fault.unless_there("organization_id", "没有这个组织。"))?;
        policy::may_manage_accounts(actor, &to.path)?;
        store::in_use(tx, to.id)?;
        let was = on.row.user;
        if was.organization_id == to.id {
            return Err(Refusal::new("there_already", "本来就在这个组织。")
                .remedy("只改职务的，请在“修改”里办理。")
                .into());
        }
        let next = User {
            organization_id: to.id,
            post: input.post.clone().unwrap_or_else(|| was.post.clone()),
            ..was.clone()
        };
        let told = json!({
            "name": next.name, "post": next.post, "from": was.organization_id, "to": next.organization_id,
        });
        rewrite(tx, &was, next)?;
        let said = format!(
            "已调到{}。原有角色没有变，请安全管理员核对。",
            to.short_name
        );
        Ok(Done::of(was.id, said).detail(told))
    }
}
