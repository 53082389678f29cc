//! Letting a colleague read one's organization's sealed bids: who newly acts for it, or got another password. By its
//! secretary; by any who can read them where no secretary can.

use crate::bids::keys;
use crate::bids::scene::KeysScene;
use crate::ids::UserId;
use crate::verbs::prelude::*;
use crate::{people, sealing};

/// Whom to let read.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantKeyInput {
    pub user_id: UserId,
}

pub struct GrantKey;

impl Verb for GrantKey {
    type On = KeysScene;
    type Gives = KeysScene;
    type Input = GrantKeyInput;
    type Ready = ();

    const NAME: &'static str = "grant_key";
    const SAYS: &'static str = "Let a colleague read one's organization's sealed bids: who newly acts for it, or got another password.\nBy its secretary; by any who can read them where no secretary can.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::KeyGranted);
    const REFUSES: &'static [&'static str] = &[
        "key_exchanged",
        "no_key",
        "nothing_to_grant",
        "secretary_consents",
    ];

    fn who(_: &KeysScene, _: &Actor) -> Result<()> {
        Ok(())
    }

    fn when(c: &mut Conn, on: &KeysScene, actor: &Actor, _: Instant) -> Result<()> {
        let own = [on.organization.id];
        let acting = people::acting(c, &own)?;
        let consenting = keys::consenting(&acting, &sealing::holding(c, &own)?);
        let me = actor.user_id();
        if consenting.is_empty() || consenting.iter().any(|one| Some(one.user_id) == me) {
            return Ok(());
        }
        let names: Vec<&str> = consenting.iter().map(|one| one.name.as_str()).collect();
        let reason = "由本组织能查看的书记同意；书记都不能查看的，由其他能查看的人同意。";
        Err(Refusal::new("secretary_consents", reason)
            .remedy(format!("请{}办理。", names.join("或")))
            .into())
    }

    fn perform(
        tx: &mut Tx,
        on: KeysScene,
        (): (),
        actor: &Actor,
        input: &GrantKeyInput,
    ) -> Result<Done<Self>> {
        let (organization, to) = (on.organization.id, input.user_id);
        if !people::acting_for(tx, organization)?.contains(&to) {
            return Err(Error::field("user_id", "只能授权给本组织的申报人或书记。"));
        }
        if sealing::grant(tx, actor, organization, to)? == 0 {
            return Err(Refusal::new(
                "nothing_to_grant",
                "没有可以授权的：他已能查看，或者您自己也不能查看。",
            )
            .remedy("请由能查看的同事授权；都不能查看的，开标后自然可见。")
            .into());
        }
        Ok(Done::of(organization, "已授权。").detail(json!({ "to": to })))
    }
}
