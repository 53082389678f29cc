//! A password set anew by two people: of a system and a security administrator one asks, the other carries it out
//! ([`crate::people::set_password`]) or lets it be.

use crate::ids::SetPasswordId;
use crate::people::scene::AccountScene;
use crate::people::store::{self, SetPassword};
use crate::verbs::prelude::*;

/// Why a password is to be set anew.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetInput {
    #[validate(length(min = 1, max = 200))]
    #[schema(
        min_length = 1,
        max_length = 200,
        example = "本人忘记口令，已当面核实。"
    )]
    pub reason: String,
}

pub struct AskReset;

impl Verb for AskReset {
    type On = AccountScene;
    type Gives = AccountScene;
    type Input = ResetInput;
    type Ready = Role;

    const NAME: &'static str = "ask_reset";
    const SAYS: &'static str = "Ask for an account's password to be set anew: by a system or security administrator.\nWithin seven days an administrator of the other of the two roles carries it out by `POST /api/v1/users/{id}/password`, or refuses it.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ResetAsked);
    const STATUS: u16 = 202;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "own_account",
        "no_account",
        "already_disabled",
        "reset_asked_already",
    ];

    fn who(on: &AccountScene, actor: &Actor) -> Result<()> {
        on.reset_as(actor).map(drop)
    }

    fn when(c: &mut Conn, on: &AccountScene, actor: &Actor, now: Instant) -> Result<Role> {
        if on.is_own(actor) {
            return Err(Refusal::new("own_account", "自己的口令不用申请重设。")
                .remedy("请在“我的账号”修改；忘记了的，请其他管理员申请。")
                .into());
        }
        on.with_login()?;
        if let Some(asked) = store::asked_reset(c, on.row.user.id, now)? {
            return Err(
                Refusal::new("reset_asked_already", "已有人申请重设这个口令。")
                    .remedy(waits_for(&asked))
                    .into(),
            );
        }
        on.reset_as(actor)
    }

    fn perform(
        tx: &mut Tx,
        on: AccountScene,
        role: Role,
        actor: &Actor,
        input: &ResetInput,
    ) -> Result<Done<Self>> {
        let (now, user) = (tx.now(), on.row.user);
        store::turn(tx, user.id, now)?;
        // What was asked for before and not carried out in time.
        store::end_asked(tx, user.id, now)?;
        let row = SetPassword {
            id: SetPasswordId::fresh(now),
            user_id: user.id,
            reason: input.reason.clone(),
            asked_by: Some(actor.person()?.user_id),
            asked_as: Some(role),
            asked_at: now,
            set_by: None,
            set_at: None,
            ended_at: None,
        };
        store::insert_set_password(tx, &row)?;
        let said = format!("已申请重设口令，{}", waits_for(&row));
        Ok(Done::of(user.id, said)
            .detail(json!({ "name": user.name, "as": role, "reason": input.reason })))
    }
}

/// Whose turn it is.
pub fn waits_for(asked: &SetPassword) -> &'static str {
    match asked.asked_as {
        Some(Role::SecurityAdmin) => "请系统管理员在七天内办理。",
        Some(_) | None => "请安全管理员在七天内办理。",
    }
}

pub struct RefuseReset;

impl Verb for RefuseReset {
    type On = AccountScene;
    type Gives = AccountScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "refuse_reset";
    const SAYS: &'static str =
        "Let a password be that somebody asked to have set anew; whoever asked takes it back.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ResetRefused);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["no_reset_asked"];

    fn who(on: &AccountScene, actor: &Actor) -> Result<()> {
        on.reset_as(actor).map(drop)
    }

    fn when(c: &mut Conn, on: &AccountScene, _: &Actor, now: Instant) -> Result<()> {
        match store::asked_reset(c, on.row.user.id, now)? {
            Some(_) => Ok(()),
            None => Err(Refusal::new("no_reset_asked", "没有待办理的重设申请。")
                .remedy("申请七天内没有办理的，要重新申请。")
                .into()),
        }
    }

    fn perform(tx: &mut Tx, on: AccountScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let (now, user) = (tx.now(), on.row.user);
        store::turn(tx, user.id, now)?;
        store::end_asked(tx, user.id, now)?;
        Ok(Done::of(user.id, "口令不重设，原来的口令照用。").detail(json!({ "name": user.name })))
    }
}
