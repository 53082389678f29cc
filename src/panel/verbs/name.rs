//! Naming the panel by hand: who sits on it.

use std::collections::{BTreeMap, HashSet};
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::Says;
use crate::audit;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{FieldErrors, Refusal, Result, sound};
use crate::ids::UserId;
use crate::panel::scene::Scene;
use crate::panel::shown::Panel;
use crate::panel::{DrawPurpose, store};
use crate::seats::{self, Seat, SeatInput, seat_exactly, who_may_sit};
use crate::verbs::{Done, Expects, Input, Verb};
use crate::who::Actor;

/// The whole panel: who is not in it has no seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelInput {
    #[validate(length(max = 99), nested)]
    #[schema(max_items = 99)]
    pub members: Vec<SeatInput>,
}

/// A box for each candidate, one of them the chair.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PanelForm {
    #[serde(default)]
    #[validate(length(max = 99))]
    members: Vec<UserId>,
    #[serde(default)]
    chair: Option<UserId>,
}

impl Says<PanelInput> for PanelForm {
    fn says(&self) -> Result<PanelInput> {
        let unlisted = self.chair.filter(|chair| !self.members.contains(chair));
        let seat = |user_id| match self.chair == Some(user_id) {
            true => Seat::Chair,
            false => Seat::Member,
        };
        let all = self.members.iter().copied().chain(unlisted);
        Ok(PanelInput {
            members: all
                .map(|user_id| SeatInput {
                    user_id,
                    seat: seat(user_id),
                })
                .collect(),
        })
    }
}

/// Who stays keeps the alias; who leaves stays on record.
pub struct NamePanel<I = PanelInput>(PhantomData<I>);

impl<I: Input + Says<PanelInput>> Verb for NamePanel<I> {
    type On = Scene;
    type Gives = Panel;
    type Input = I;
    type Ready = ();

    const NAME: &'static str = "name";
    const SAYS: &'static str = "Seats exactly these people, by the office, until scoring starts.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::PanelChanged);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["panel_fixed", "panel_by_lot"];

    fn who(on: &Scene, actor: &Actor) -> Result<()> {
        on.may_run(actor)
    }

    fn when(_: &mut Conn, on: &Scene, _: &Actor, _: Instant) -> Result<()> {
        Ok(on.may_change()?)
    }

    fn perform(tx: &mut Tx, on: Scene, (): (), _: &Actor, input: &I) -> Result<Done<Self>> {
        let members = input.says()?.members;
        let wanted = wanted(tx, &on, &members)?;
        if drawn(tx, &on)? {
            let seated: HashSet<UserId> = seats::panel(tx, on.evaluation.id)?
                .iter()
                .map(|member| member.user_id)
                .collect();
            if seated != wanted.keys().copied().collect() {
                return Err(
                    Refusal::new("panel_by_lot", "评审委员由抽签产生，不能直接改名单。")
                        .remedy(
                            "可以调整主任委员；换人请党建部写明理由由候补委员接替，或写明理由重新抽签。",
                        )
                        .into(),
                );
            }
        }
        seat_exactly(tx, on.evaluation.id, &members)?;
        seats::update(tx, &on.evaluation)?;
        Ok(Done::of(on.round.id, "评审委员会名单已保存。").detail(json!({ "members": members })))
    }
}

/// Each once, all of them reviewers of this committee, one chair at most.
fn wanted(c: &mut Conn, scene: &Scene, members: &[SeatInput]) -> Result<BTreeMap<UserId, Seat>> {
    let asked: Vec<UserId> = members.iter().map(|member| member.user_id).collect();
    let allowed = who_may_sit(c, &scene.path, &asked)?;
    let mut errors = FieldErrors::new();
    let mut wanted: BTreeMap<UserId, Seat> = BTreeMap::new();
    for (n, member) in members.iter().enumerate() {
        let mut add = |text: &str| {
            let field = format!("members[{n}][user_id]");
            errors.entry(field).or_default().push(text.to_owned());
        };
        if !allowed.contains(&member.user_id) {
            add("这个人在本党委没有评审委员角色。");
        }
        if wanted.insert(member.user_id, member.seat).is_some() {
            add("同一个人列了两次。");
        }
    }
    if wanted.values().filter(|seat| **seat == Seat::Chair).count() > 1 {
        errors.insert(
            "members".to_owned(),
            vec!["主任委员只能有一名。".to_owned()],
        );
    }
    sound(errors).map(|()| wanted)
}

/// Whether the panel came about by lot.
pub fn drawn(c: &mut Conn, scene: &Scene) -> Result<bool> {
    Ok(store::draws(c, scene.evaluation.id, DrawPurpose::Panel)?
        .iter()
        .any(|draw| draw.drawn_at.is_some()))
}
