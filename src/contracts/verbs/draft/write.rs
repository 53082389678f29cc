//! Writing a contract from a winning bid.

use crate::audit;
use crate::bids::content::BudgetLine;
use crate::bids::{self, BidContent};
use crate::clock;
use crate::contracts::content::{self, Content, Party};
use crate::contracts::scene;
use crate::contracts::store::{self, Contract, Version};
use crate::contracts::{ContractState, rules};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, ContractId, ContractVersionId, OrganizationId, UserId};
use crate::joint;
use crate::people::{self, Organization};
use crate::rounds::Round;
use crate::shares;
use crate::who::{Actor, Role};
use chrono::{Datelike, Duration, NaiveDate};
use serde_json::json;

pub(super) fn draft(
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
        Err(error) if error.passes() => Err(error),
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
pub(in crate::contracts::verbs) fn keep_version(
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
            created_by: actor.person()?.user_id,
            created_at: now,
        },
    )
}
