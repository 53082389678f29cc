//! A new key for the round: the openers of the present one can never meet. Every bidder is told to seal their own copy
//! again; content and digest stay what they are.

use crate::ids::UserId;
use crate::rounds::actions::openers;
use crate::rounds::scene::{OpenersScene, RoundScene};
use crate::rounds::{AnnouncementKind, Post, announce, store};
use crate::sealing;
use crate::verbs::prelude::*;

/// A new key for the round: the openers of the present one can never meet.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RenewInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(
        required = true,
        min_length = 1,
        max_length = 500,
        example = "督导员口令遗失，余下两人不能启封。"
    )]
    pub reason: String,
    #[validate(length(max = 9))]
    #[schema(max_items = 9)]
    pub openers: Vec<UserId>,
    #[validate(range(min = 2, max = 9))]
    #[schema(minimum = 2, maximum = 9, example = 2)]
    pub threshold: Option<i64>,
}

pub struct RenewKey;

impl Verb for RenewKey {
    type On = RoundScene;
    type Gives = OpenersScene;
    type Input = RenewInput;
    type Ready = ();

    const NAME: &'static str = "renew_key";
    const SAYS: &'static str = "A new key, because the openers of the present one can never meet: every bidder seals their own copy again.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundKeyRenewed);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] =
        &["key_exchanged", "wrong_state", "supervisor_required"];

    fn who(on: &RoundScene, actor: &Actor) -> Result<()> {
        on.by_office(actor)
    }

    fn when(_: &mut Conn, on: &RoundScene, _: &Actor, now: Instant) -> Result<()> {
        Ok(openers::may_change(&on.round, now)?)
    }

    fn perform(
        tx: &mut Tx,
        on: RoundScene,
        (): (),
        actor: &Actor,
        input: &RenewInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let chosen = openers::chosen(tx, actor, &on, &input.openers, input.threshold)?;
        let round = on.round;
        sealing::renew(
            tx,
            round.id,
            &chosen.openers,
            chosen.threshold,
            &input.reason,
        )?;
        let key = sealing::fingerprint(tx, round.id)?.unwrap_or_default();
        let round = store::update(tx, round, now)?;
        let title = format!("更换开标密钥：{}", round.title);
        let body = format!(
            "原因：{}\n已提交的申报书内容和摘要不变，请各申报组织在开标前登录系统，打开本组织的申报书，点“重新封装”。\n新的开标公钥指纹：{key}",
            input.reason
        );
        announce(
            tx,
            Post::of(&round, AnnouncementKind::Amendment, title, body),
        )?;
        let said = "开标密钥已更换并公告，请通知已提交的组织重新封装。";
        Ok(Done::of(round.id, said).detail(json!({
            "reason": input.reason,
            "openers": chosen.ids(),
            "threshold": chosen.threshold,
            "round_key": key,
        })))
    }
}
