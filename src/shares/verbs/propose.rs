//! Proposing that several win a topic together, in place of any earlier proposal on it.

use std::collections::HashSet;

use crate::error::{FieldErrors, sound};
use crate::ids::BidId;
use crate::shares::SharesState;
use crate::shares::input::SharesInput;
use crate::shares::rules::{self, Part};
use crate::shares::scene::SharesScene;
use crate::shares::store::{self, Shares};
use crate::verbs::prelude::*;

pub struct Propose;

impl Verb for Propose {
    type On = SharesScene;
    type Gives = SharesScene;
    type Input = SharesInput;
    type Ready = ();

    const NAME: &'static str = "propose";
    const SAYS: &'static str =
        "Propose that a topic is shared among several winners, in place of any earlier proposal.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SharesProposed);
    const FORBIDS: &'static [&'static str] = &["role_required", "split_readers"];
    const REFUSES: &'static [&'static str] =
        &["not_opened", "wrong_state", "split_adopted", "topic_failed"];

    fn who(on: &SharesScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &SharesScene, _: &Actor, now: Instant) -> Result<()> {
        on.open(now)?;
        if on.topic.failed {
            return Err(Refusal::new("topic_failed", "这个标的流标，不能合力推进。")
                .remedy("请在批次页面的流标处理里办理。")
                .into());
        }
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: SharesScene,
        (): (),
        actor: &Actor,
        input: &SharesInput,
    ) -> Result<Done<Self>> {
        let parts = parts(input)?;
        let named = parts.iter().map(|part| part.bid).collect();
        let valid: HashSet<BidId> = store::valid(tx, on.topic.id, named)?.into_iter().collect();
        let errors = rules::check(&parts, &valid, on.money());
        sound(errors)?;
        let proposal = Shares {
            topic_id: on.topic.id,
            round_id: on.round.id,
            reason: input.reason.clone(),
            state: SharesState::Proposed,
            proposed_by: actor.person()?.user_id,
            proposed_at: tx.now(),
            settled_at: None,
            version: on.proposal.map_or(1, |(before, _)| before.version + 1),
        };
        store::put(tx, &proposal, &parts)?;
        let shares: Vec<_> = parts
            .iter()
            .map(|part| json!({ "bid_id": part.bid, "scope": part.scope, "budget": part.budget }))
            .collect();
        let said = "已提出，由党委在决定中标时采用或者不采用。";
        Ok(Done::of(proposal.topic_id, said).detail(
            json!({ "topic_id": proposal.topic_id, "reason": proposal.reason, "shares": shares }),
        ))
    }
}

/// The lines that are shares, each with its place among what was sent.
fn parts(input: &SharesInput) -> Result<Vec<Part<'_>>> {
    let mut errors = FieldErrors::new();
    let mut parts = Vec::new();
    for (line, share) in input.shares.iter().enumerate() {
        let missing = match (share.scope.as_str(), share.budget) {
            ("", None) => continue,
            ("", Some(_)) => ("scope", "请写明承担的工作。"),
            (_, None) => ("budget", "请填写金额，如 12000 或 12000.50。"),
            (scope, Some(budget)) => {
                parts.push(Part {
                    line,
                    bid: share.bid_id,
                    scope,
                    budget,
                });
                continue;
            }
        };
        let field = format!("shares[{line}][{}]", missing.0);
        errors.insert(field, vec![missing.1.to_owned()]);
    }
    sound(errors).map(|()| parts)
}
