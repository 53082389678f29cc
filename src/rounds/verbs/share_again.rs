//! New shares of the same key, by as many present openers as it takes to open (see [`crate::verbs::ceremony`]).

use crate::ids::UserId;
use crate::rounds::actions::openers;
use crate::rounds::scene::{OpenersScene, RoundScene};
use crate::rounds::store;
use crate::sealing;
use crate::verbs::ceremony::{Ceremony, OpenerInput, Present};
use crate::verbs::prelude::*;

/// New shares of the round's key: by as many present openers as it takes to open.
#[derive(Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShareAgainInput {
    #[validate(length(max = 9), nested)]
    #[schema(max_items = 9)]
    pub present: Vec<OpenerInput>,
    #[validate(length(max = 9))]
    #[schema(max_items = 9)]
    pub openers: Vec<UserId>,
    #[validate(range(min = 2, max = 9))]
    #[schema(minimum = 2, maximum = 9, example = 2)]
    pub threshold: Option<i64>,
    #[serde(skip)]
    pub keys: Present,
}

pub struct ShareAgain;

impl Ceremony for ShareAgain {
    const LIST: &'static str = "present";

    fn openers(input: &ShareAgainInput) -> &[OpenerInput] {
        &input.present
    }

    fn come(input: &mut ShareAgainInput, keys: Present) {
        input.keys = keys;
    }
}

impl Verb for ShareAgain {
    type On = RoundScene;
    type Gives = OpenersScene;
    type Input = ShareAgainInput;
    type Ready = ();

    const NAME: &'static str = "share_again";
    const SAYS: &'static str =
        "New shares of the round's key, by as many present openers as it takes to open.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::RoundSharedAgain);
    const FORBIDS: &'static [&'static str] =
        &["role_required", "supervisor_required", "not_an_opener"];
    const REFUSES: &'static [&'static str] = &[
        "key_exchanged",
        "wrong_state",
        "openers_missing",
        "no_round_key",
        "supervisor_required",
    ];

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
        input: &ShareAgainInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let secret = openers::put_together(tx, &on, &input.keys)?;
        let chosen = openers::chosen(tx, actor, &on, &input.openers, input.threshold)?;
        sealing::share_again(tx, &secret, &chosen.openers, chosen.threshold)?;
        let round = store::update(tx, on.round, now)?;
        let present: Vec<UserId> = input.keys.iter().map(|(user, _)| *user).collect();
        let said = "密钥份额已重新分发，原来的份额作废。";
        Ok(Done::of(round.id, said).detail(json!({
            "present": present,
            "openers": chosen.ids(),
            "threshold": chosen.threshold,
        })))
    }
}
