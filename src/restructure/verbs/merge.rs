//! An organization goes on within another: people, roles and those below it go over; what it signed stays under its name.

use super::not_topmost;
use crate::contracts::ContractState;
use crate::ids::OrganizationId;
use crate::people::scene::OrganizationScene;
use crate::people::{self, DISABLED, OrganizationKind, Places};
use crate::restructure::{rules, store};
use crate::verbs::prelude::*;

/// What an organization goes on in.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeInput {
    pub into_id: OrganizationId,
}

pub struct Merge;

impl Verb for Merge {
    type On = OrganizationScene;
    type Gives = OrganizationScene;
    type Input = MergeInput;
    type Ready = ();

    const NAME: &'static str = "merge_organization";
    const SAYS: &'static str = "Merge an organization into another of the same committee: people, roles and those below it go over, it is disabled and names its successor. Contracts in force go on under its name, by whoever acts for the successor.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::OrganizationMerged);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "topmost",
        "committee_stays",
        DISABLED,
        rules::RUNNING,
        "key_exchanged",
        "three_administrators_apart",
        "supervisor_apart",
    ];

    fn who(on: &OrganizationScene, actor: &Actor) -> Result<()> {
        policy::may_manage_accounts(actor, &on.row.path)
    }

    fn when(c: &mut Conn, on: &OrganizationScene, _: &Actor, _: Instant) -> Result<()> {
        let row = &on.row;
        not_topmost(row)?;
        if row.kind == OrganizationKind::Committee {
            return Err(Refusal::new(
                "committee_stays",
                "党委有自己的批次和审计链，不能并入别的组织。",
            )
            .remedy("请把它的下级组织逐个移走，再停用它。")
            .into());
        }
        people::in_use(c, row.id)?;
        if let Some(round) = store::round_with_bids(c, &row.path, None)? {
            return Err(rules::bids_run(&round).into());
        }
        let unsigned = [ContractState::Draft, ContractState::SignedByB];
        match store::contract_in(c, &row.path, None, &unsigned)? {
            Some(number) => Err(rules::contract_waits(&number).into()),
            None => Ok(()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: OrganizationScene,
        (): (),
        actor: &Actor,
        input: &MergeInput,
    ) -> Result<Done<Self>> {
        let row = on.row;
        let into = people::organization(tx, input.into_id)
            .map_err(|fault| fault.unless_there("into_id", "没有这个组织。"))?;
        policy::may_manage_accounts(actor, &into.path)?;
        if into.path.starts_with(&row.path) {
            return Err(Error::field("into_id", "不能并入它自己或它的下级。"));
        }
        if into.disabled || into.committee_id != row.committee_id {
            return Err(Error::field("into_id", "请选同一党委下在用的组织。"));
        }
        let children = people::children(tx, row.id)?;
        let mut places = Places::default();
        for child in &children {
            people::may_stand(child, &into).map_err(|_| {
                let fault = format!("{}不能放在{}下面。", child.short_name, into.short_name);
                Error::field("into_id", fault)
            })?;
            places.under(tx, child, &into)?;
        }
        let mut held = Places::default();
        held.instead(row.id, &into);
        held.roles_fit(tx)?;
        for child in &children {
            people::put_under(tx, child, &into, None)?;
        }
        places.write(tx)?;
        let (moved, roles) = people::hand_over(tx, actor, &row, &into)?;
        let now = tx.now();
        people::put_successor(tx, row.id, into.id, now)?;
        let said = format!("已并入{}，{moved} 人随之转入。", into.short_name);
        Ok(Done::of(row.id, said).detail(json!({
            "name": row.name, "into": into.id, "people": moved, "roles": roles, "below": children.len(),
        })))
    }
}
