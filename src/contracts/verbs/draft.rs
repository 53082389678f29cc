//! Drafting: from a winning bid to a numbered contract.

use std::collections::HashSet;

use chrono::{Datelike, Duration, NaiveDate};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::audit;
use crate::award;
use crate::bids::content::BudgetLine;
use crate::bids::{self, BidContent};
use crate::clock::{self, Instant};
use crate::contracts::content::{self, Content, Party};
use crate::contracts::scene::{self, ContractScene};
use crate::contracts::store::{self, Contract, Version};
use crate::contracts::view::ContractShown;
use crate::contracts::{ContractState, rules};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::failed;
use crate::ids::{BidId, ContractId, ContractVersionId, OrganizationId, RoundId, UserId};
use crate::joint;
use crate::people::{self, Organization};
use crate::result;
use crate::rounds::{self, Round};
use crate::shares;
use crate::verbs::{Done, Scene, Subject, Verb, refusal};
use crate::web::Empty;
use crate::who::{Actor, Role, policy};

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

/// Contracts just drafted.
pub struct Drafted {
    round: RoundId,
    contracts: Vec<ContractScene>,
}

/// The contracts that were drafted.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftedShown {
    pub items: Vec<ContractShown>,
}

impl Scene for Drafted {
    type Id = (RoundId, Vec<ContractId>);

    fn load(c: &mut Conn, actor: &Actor, (round, ids): &Self::Id) -> Result<Self> {
        let contracts = ids.iter().map(|id| ContractScene::load(c, actor, id));
        Ok(Self {
            round: *round,
            contracts: contracts.collect::<Result<_>>()?,
        })
    }

    fn version(&self) -> i64 {
        1
    }
}

impl Subject for Drafted {
    type Shown = DraftedShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<DraftedShown> {
        let items = self.contracts.iter().map(|one| one.shown(c, actor, now));
        Ok(DraftedShown {
            items: items.collect::<Result<_>>()?,
        })
    }

    fn event(&self, verb: audit::Verb) -> audit::Event {
        audit::Event::new(verb, audit::Chain::System, "round", self.round.0)
    }

    fn href(&self) -> String {
        format!("/contracts?round_id={}", self.round)
    }
}

/// For every winner of a concluded round that has none yet.
pub struct Draft;

impl Verb for Draft {
    type On = Drafting;
    type Gives = Drafted;
    type Input = Empty;
    /// Bids that a contract is drafted from.
    type Ready = Vec<BidId>;

    const NAME: &'static str = "draft_contracts";
    const LABEL: &'static str = "起草合同";
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

    fn when(c: &mut Conn, on: &Drafting, _: &Actor, _: Instant) -> Result<Vec<BidId>> {
        on.may(c)?;
        let drafted: HashSet<BidId> = store::contracted(c, on.round.id)?.into_iter().collect();
        let mut waiting = awarded(c, on.round.id)?;
        waiting.retain(|bid| !drafted.contains(bid));
        if waiting.is_empty() {
            return Err(
                Refusal::new("nothing_to_draft", "这个批次没有待起草的合同。")
                    .remedy("中标项目都已经起草合同，请到合同栏目查看。")
                    .into(),
            );
        }
        Ok(waiting)
    }

    fn perform(
        tx: &mut Tx,
        on: Drafting,
        waiting: Vec<BidId>,
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
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

/// The winners, and the leads of joint projects that failed topics were turned into.
fn awarded(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    let mut bids = result::winners(c, round)?;
    bids.extend(failed::joint_leads(c, round)?);
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

fn draft(
    tx: &mut Tx,
    actor: &Actor,
    round: &Round,
    committee: &Organization,
    id: BidId,
) -> Result<Contract> {
    let bid = bids::find(tx, id)?;
    let sealed = bids::sealed_of(&bid)?
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("winning bid {id} was never submitted")))?;
    let organization = people::organization(tx, bid.organization_id)?;
    let now = tx.now();
    let starts_on = clock::local_date(now);
    let ends_on = starts_on + Duration::days(round.contract_days);
    let year = i64::from(starts_on.year());
    let contract_id = ContractId::fresh(now);
    let serial = take_serial(tx, contract_id.0, committee.id, year)?;
    let number = rules::number(year, serial);
    let frame = Frame {
        number: number.clone(),
        round: round.title.clone(),
        bid_digest: bid.digest.clone().unwrap_or_default(),
        partners: joint::partners_of(tx, &bid)?,
        share: shares::of_bid(tx, id)?,
        party_a: party(tx, committee, Role::CommitteeSecretary)?,
        party_b: party(tx, &organization, Role::BranchSecretary)?,
        starts_on,
        ends_on,
    };
    let content = write(tx, frame, sealed.content)?;
    let text = content.to_text()?;
    let contract = Contract {
        id: contract_id,
        committee_id: committee.id,
        organization_id: organization.id,
        round_id: round.id,
        bid_id: id,
        year,
        serial,
        number,
        title: content.title,
        state: ContractState::Draft,
        digest: content::digest_of(&text),
        content: text,
        content_version: 1,
        starts_on,
        ends_on,
        terminate_reason: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &contract)?;
    keep_version(tx, actor, &contract, "起草")?;
    let event = scene::event(audit::Verb::ContractDrafted, &contract).detail(
        json!({ "number": contract.number, "digest": contract.digest, "bid": contract.bid_id }),
    );
    audit::record(tx, actor, event)?;
    Ok(contract)
}

/// The next number: one writer's insert may lose the race for the year's first contract, and then counts on.
fn take_serial(tx: &mut Tx, id: i64, committee: OrganizationId, year: i64) -> Result<i64> {
    if let Some(serial) = store::next_serial(tx, committee, year)? {
        return Ok(serial);
    }
    match tx.savepoint(|tx| store::first_serial(tx, id, committee, year)) {
        Ok(serial) => Ok(serial),
        Err(_) => store::next_serial(tx, committee, year)?.ok_or_else(Error::stale),
    }
}

/// What does not come from the bid.
struct Frame {
    number: String,
    round: String,
    bid_digest: String,
    /// Of a joint project: who goes along.
    partners: Vec<String>,
    /// Of a shared topic: this winner's part of the work, and of the money in 分.
    share: Option<(String, i64)>,
    party_a: Party,
    party_b: Party,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
}

fn write(c: &mut Conn, frame: Frame, mut bid: BidContent) -> Result<Content> {
    let mut people: Vec<UserId> = bid.team.members.clone();
    people.extend(bid.team.leader);
    let names = people::user_names(c, &people)?;
    let name = |id: &UserId| names.get(id).cloned().unwrap_or_default();
    let leader = bid.team.leader.as_ref().map(name).unwrap_or_default();
    let mut duties_b = content::default_duties_b();
    if !frame.partners.is_empty() {
        duties_b.push(format!(
            "本项目为联合攻关，乙方牵头并对甲方负总责，{}共同实施，分工由乙方与其商定。",
            frame.partners.join("、")
        ));
    }
    if let Some((scope, budget)) = frame.share {
        duties_b.push(format!(
            "本标的由几个组织合力推进，乙方承担：{scope}。经费以承担部分为限。"
        ));
        bid.budget = vec![BudgetLine {
            item: "合力推进承担部分".to_owned(),
            amount: budget,
        }];
    }
    Ok(Content {
        number: frame.number,
        title: bid.title.clone(),
        round: frame.round,
        bid_digest: frame.bid_digest,
        party_a: frame.party_a,
        party_b: frame.party_b,
        starts_on: frame.starts_on,
        ends_on: frame.ends_on,
        plan: rules::schedule(&bid.plan, frame.starts_on, frame.ends_on, &leader),
        members: bid.team.members.iter().map(name).collect(),
        leader,
        budget_total: bid.budget_total(),
        problem: bid.problem,
        targets: bid.targets,
        deliverables: bid.outcomes,
        budget: bid.budget,
        duties_a: content::default_duties_a(),
        duties_b,
        rewards: content::default_rewards(),
        defaults: content::default_defaults(),
    })
}

/// The organization with its own secretary: the one whose organization it is, not one from above or below.
fn party(c: &mut Conn, organization: &Organization, role: Role) -> Result<Party> {
    let holders = people::holders(c, role, &organization.path)?;
    let mut secretary = None;
    for user in holders {
        if at_home(c, user.organization_id, organization)? {
            secretary = Some(user.name);
            break;
        }
    }
    let Some(secretary) = secretary else {
        return Err(Refusal::new(
            "no_signatory",
            format!(
                "{}还没有{}，合同没有签署人。",
                organization.short_name,
                role.label()
            ),
        )
        .remedy("请安全管理员先授予角色。")
        .into());
    };
    Ok(Party {
        organization_id: organization.id,
        name: organization.name.clone(),
        secretary,
    })
}

fn at_home(c: &mut Conn, home: OrganizationId, organization: &Organization) -> Result<bool> {
    if home == organization.id {
        return Ok(true);
    }
    // A committee's secretary may sit in one of its departments.
    Ok(organization.kind == people::OrganizationKind::Committee
        && people::organization(c, home)?.committee_id == organization.id)
}

/// Keeps the contract's content as it is now.
pub(super) fn keep_version(
    tx: &mut Tx,
    actor: &Actor,
    contract: &Contract,
    reason: &str,
) -> Result<()> {
    let now = tx.now();
    store::insert_version(
        tx,
        &Version {
            id: ContractVersionId::fresh(now),
            contract_id: contract.id,
            content_version: contract.content_version,
            content: contract.content.clone(),
            digest: contract.digest.clone(),
            reason: reason.to_owned(),
            created_by: actor.user_id().unwrap_or(UserId(0)),
            created_at: now,
        },
    )
}
