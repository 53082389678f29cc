//! Drafting: from a winning bid to a numbered contract.

mod write;

use std::collections::HashSet;

use write::draft;

use crate::contracts::rules;
use crate::contracts::scene::Drafted;
use crate::contracts::store::{self, Contract};
use crate::ids::{BidId, RoundId};
use crate::people::{self, Organization};
use crate::rounds::{self, Round};
use crate::verbs::prelude::*;
use crate::verbs::{Scene, refusal};
use crate::{award, bids, failed, result};

pub(super) use write::keep_version;

/// A round that contracts are drafted from.
pub struct Drafting {
    round: Round,
    committee: Organization,
}

impl Scene for Drafting {
    type Id = RoundId;

    fn turn(tx: &mut Tx, id: &RoundId) -> Result<()> {
        rounds::turn(tx, *id).map(|_| ())
    }

    fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
        let round = match actor {
            Actor::System => rounds::find(c, *id)?,
            Actor::Visitor | Actor::Person(_) => rounds::visible(c, actor, *id)?,
        };
        Self::of(c, round)
    }

    fn version(&self) -> i64 {
        self.round.version
    }
}

impl Drafting {
    /// For the button on the round's page.
    pub fn of(c: &mut Conn, round: Round) -> Result<Self> {
        let committee = people::organization(c, round.committee_id)?;
        Ok(Self { round, committee })
    }

    fn may(&self, c: &mut Conn) -> Result<()> {
        let open = award::open_objections(c, self.round.id)?;
        Ok(rules::may_draft(
            self.round.state,
            self.round.publicity_until,
            open,
        )?)
    }
}

/// For every winner of a concluded round that has none yet.
pub struct Draft;

impl Verb for Draft {
    type On = Drafting;
    type Gives = Drafted;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "draft_contracts";
    const SAYS: &'static str =
        "Drafts a contract for every winner of a concluded round that has none yet.";
    // One event a contract.
    const EVENT: Option<audit::Verb> = None;
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "round_not_concluded",
        "objection_open",
        "nothing_to_draft",
        "no_signatory",
    ];

    fn who(on: &Drafting, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee.path)
    }

    fn when(c: &mut Conn, on: &Drafting, _: &Actor, _: Instant) -> Result<()> {
        on.may(c)?;
        if !store::winner_waits(c, on.round.id)? && lead_waiting(c, on.round.id)?.is_empty() {
            return Err(
                Refusal::new("nothing_to_draft", "这个批次没有待起草的合同。")
                    .remedy("中标项目都已经起草合同，请到合同栏目查看。")
                    .into(),
            );
        }
        Ok(())
    }

    fn perform(tx: &mut Tx, on: Drafting, (): (), actor: &Actor, _: &Empty) -> Result<Done<Self>> {
        let drafted: HashSet<BidId> = store::contracted(tx, on.round.id)?.into_iter().collect();
        let mut waiting = awarded(tx, on.round.id)?;
        waiting.retain(|bid| !drafted.contains(bid));
        let mut ids = Vec::new();
        for bid in waiting {
            ids.push(draft(tx, actor, &on.round, &on.committee, bid)?.id);
        }
        let said = format!("已起草 {} 份合同，等乙方签署。", ids.len());
        Ok(Done::of((on.round.id, ids), said))
    }
}

/// Why no contract can be drafted from this round by this person now, or nothing: what its page says at the button.
pub fn draft_refusal(
    c: &mut Conn,
    actor: &Actor,
    round: &Round,
    now: Instant,
) -> Result<Option<Refusal>> {
    let on = Drafting::of(c, round.clone())?;
    refusal::<Draft>(c, &on, actor, now)
}

/// Leads of joint projects that no contract is drafted from yet.
fn lead_waiting(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    let mut leads = failed::awarded_leads(c, round)?;
    let drafted = store::contracted_of(c, &leads)?;
    leads.retain(|bid| !drafted.contains(bid));
    Ok(leads)
}

/// The winners, and the leads of joint projects that the party committee decided on: nothing else gets a contract.
fn awarded(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    let mut bids = result::winners(c, round)?;
    bids.extend(failed::awarded_leads(c, round)?);
    Ok(bids)
}

/// Drafts the contract of one winning bid, whichever others the round has: for loading a seed.
pub fn draft_for_bid(tx: &mut Tx, actor: &Actor, id: BidId) -> Result<Contract> {
    let bid = bids::find(tx, id)?;
    Drafting::turn(tx, &bid.round_id)?;
    let on = Drafting::load(tx, actor, &bid.round_id)?;
    Draft::who(&on, actor)?;
    on.may(tx)?;
    if !awarded(tx, bid.round_id)?.contains(&id) {
        return Err(Refusal::new("not_a_winner", "这份申报书没有中标，不能起草合同。").into());
    }
    draft(tx, actor, &on.round, &on.committee, id)
}
