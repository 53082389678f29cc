//! An organization goes on under another, with all that stands below it.

use super::not_topmost;
use crate::contracts::ContractState;
use crate::ids::OrganizationId;
use crate::people::scene::OrganizationScene;
use crate::people::{self, Places};
use crate::restructure::{rules, store};
use crate::verbs::prelude::*;

/// Where an organization goes on.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceInput {
    pub parent_id: OrganizationId,
    /// Place among its new siblings; last unless told.
    #[serde(default)]
    #[validate(range(min = 1, max = 100_000))]
    pub position: Option<i64>,
}

pub struct MoveOrganization;

impl Verb for MoveOrganization {
    type On = OrganizationScene;
    type Gives = OrganizationScene;
    type Input = PlaceInput;
    type Ready = ();

    const NAME: &'static str = "move_organization";
    const SAYS: &'static str = "Move an organization under another, with all below it: by a system administrator over both. Refused while something of theirs runs in a committee that they would leave.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::OrganizationMoved);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "topmost",
        "there_already",
        rules::RUNNING,
        "three_administrators_apart",
        "supervisor_apart",
    ];

    fn who(on: &OrganizationScene, actor: &Actor) -> Result<()> {
        policy::may_manage_accounts(actor, &on.row.path)
    }

    fn when(_: &mut Conn, on: &OrganizationScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(not_topmost(&on.row)?)
    }

    fn perform(
        tx: &mut Tx,
        on: OrganizationScene,
        (): (),
        actor: &Actor,
        input: &PlaceInput,
    ) -> Result<Done<Self>> {
        let row = on.row;
        let above = people::organization(tx, input.parent_id)
            .map_err(|fault| fault.unless_there("parent_id", "没有这个上级组织。"))?;
        policy::may_manage_accounts(actor, &above.path)?;
        if row.parent_id == Some(above.id) {
            return Err(Refusal::new("there_already", "本来就在这个上级下面。")
                .remedy("只改次序的，请在“修改”里办理。")
                .into());
        }
        people::may_stand(&row, &above)?;
        nothing_runs(tx, &row.path, &above.path)?;
        let mut places = Places::default();
        places.under(tx, &row, &above)?;
        places.roles_fit(tx)?;
        let position = input.position;
        people::put_under(tx, &row, &above, position)?;
        places.write(tx)?;
        let said = format!("已移到{}下面，下级组织一并移动。", above.short_name);
        Ok(Done::of(row.id, said)
            .detail(json!({ "name": row.name, "from": row.parent_id, "to": above.id })))
    }
}

/// In the committees that would be left.
fn nothing_runs(c: &mut Conn, path: &str, above: &str) -> Result<()> {
    let mut left = rules::left(path, above);
    // Itself comes along.
    left.retain(|id| !path.ends_with(&format!("/{id}/")));
    if left.is_empty() {
        return Ok(());
    }
    if let Some(round) = store::round_with_bids(c, path, Some(&left))? {
        return Err(rules::bids_run(&round).into());
    }
    let states = [
        ContractState::Draft,
        ContractState::SignedByB,
        ContractState::InForce,
    ];
    match store::contract_in(c, path, Some(&left), &states)? {
        Some(number) => Err(rules::contract_runs(&number).into()),
        None => Ok(()),
    }
}
