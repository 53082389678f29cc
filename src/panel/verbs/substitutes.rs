//! Naming substitutes by hand, in order, on a panel that did not come about by lot.

use std::collections::HashSet;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::Says;
use super::name::drawn;
use crate::audit;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{SubstituteId, UserId};
use crate::panel::scene::Scene;
use crate::panel::shown::Panel;
use crate::panel::store::{self, Substitute};
use crate::seats::{self, who_may_sit};
use crate::verbs::{Done, Expects, Input, Verb};
use crate::who::Actor;

/// Substitutes in the order in which they take a seat.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubstitutesInput {
    #[serde(default)]
    #[validate(length(max = 50))]
    #[schema(max_items = 50)]
    pub user_ids: Vec<UserId>,
}

/// Substitutes in order: a number beside each name.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubstitutesForm {
    #[serde(default)]
    #[validate(length(max = 200), nested)]
    places: Vec<Placed>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Placed {
    user_id: UserId,
    #[serde(default)]
    place: Option<u32>,
}

impl Says<SubstitutesInput> for SubstitutesForm {
    fn says(&self) -> Result<SubstitutesInput> {
        let placed = |one: &Placed| Some((one.place?, one.user_id));
        let mut placed: Vec<_> = self.places.iter().filter_map(placed).collect();
        placed.sort_unstable();
        Ok(SubstitutesInput {
            user_ids: placed.into_iter().map(|(_, user)| user).collect(),
        })
    }
}

pub struct NameSubstitutes<I = SubstitutesInput>(PhantomData<I>);

impl<I: Input + Says<SubstitutesInput>> Verb for NameSubstitutes<I> {
    type On = Scene;
    type Gives = Panel;
    type Input = I;
    type Ready = ();

    const NAME: &'static str = "substitutes";
    const SAYS: &'static str =
        "Names the substitutes in their order, by the office, unless lots were drawn.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SubstitutesNamed);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["panel_fixed", "substitutes_by_lot"];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    fn when(c: &mut Conn, on: &Scene, _: &Actor, _: Instant) -> Result<()> {
        on.may_change()?;
        if !drawn(c, on)? {
            return Ok(());
        }
        Err(
            Refusal::new("substitutes_by_lot", "候补委员由抽签产生，不能直接改。")
                .remedy("需要更多候补的，请写明理由重新抽签。")
                .into(),
        )
    }

    fn perform(tx: &mut Tx, on: Scene, (): (), _: &Actor, input: &I) -> Result<Done<Self>> {
        let users = input.says()?.user_ids;
        check(tx, &on, &users)?;
        let (now, evaluation_id) = (tx.now(), on.evaluation.id);
        let rows: Vec<Substitute> = (1..)
            .zip(&users)
            .map(|(position, user_id)| Substitute {
                id: SubstituteId::fresh(now),
                evaluation_id,
                user_id: *user_id,
                position,
                draw_id: None,
            })
            .collect();
        store::set_substitutes(tx, evaluation_id, &rows)?;
        seats::update(tx, &on.evaluation)?;
        let said = "候补委员已保存，按顺序接替。";
        Ok(Done::of(on.round.id, said).detail(json!({ "user_ids": users })))
    }
}

fn check(c: &mut Conn, scene: &Scene, users: &[UserId]) -> Result<()> {
    let allowed = who_may_sit(c, &scene.path, users)?;
    let seated: HashSet<UserId> = seats::panel(c, scene.evaluation.id)?
        .iter()
        .map(|member| member.user_id)
        .collect();
    let mut named = HashSet::new();
    for (n, user) in users.iter().enumerate() {
        let fault = if !allowed.contains(user) {
            "这个人在本党委没有评审委员角色。"
        } else if seated.contains(user) {
            "已经在评审委员会。"
        } else if !named.insert(*user) {
            "同一个人列了两次。"
        } else {
            continue;
        };
        return Err(Error::field(format!("user_ids[{n}]"), fault));
    }
    Ok(())
}
