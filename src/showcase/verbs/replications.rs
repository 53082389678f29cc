//! Adopting a model, reporting what came of it, confirming it.

use serde_json::Value;

use crate::clock;
use crate::ids::{OrganizationId, ReplicationId};
use crate::showcase::input::{AdoptInput, ReportInput};
use crate::showcase::origin::{Origin, adopters, origin};
use crate::showcase::scene::ReplicationScene;
use crate::showcase::store::{self, Replication};
use crate::showcase::{ReplicationAction, ReplicationState, rules};
use crate::verbs::Scene;
use crate::verbs::prelude::*;

/// All that can be adopted: what it is, the body says.
pub struct Models;

impl Scene for Models {
    type Id = ();

    fn load(_: &mut Conn, actor: &Actor, (): &()) -> Result<Self> {
        actor.person()?;
        Ok(Self)
    }

    fn version(&self) -> i64 {
        1
    }
}

/// Adopts a model for another organization than its own: that one's secretary.
pub struct Adopt;

impl Verb for Adopt {
    type On = Models;
    type Gives = ReplicationScene;
    type Input = AdoptInput;
    type Ready = ();

    const NAME: &'static str = "adopt";
    const LABEL: &'static str = "登记采用";
    const SAYS: &'static str =
        "Adopt the model of a named site or a published case: another organization's secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ReplicationAdopted);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["secretary_required"];
    const REFUSES: &'static [&'static str] = &["site_delisted", "own_model", "already_adopted"];

    // Whether there is such a model is told before whether one may adopt it.
    fn who(_: &Models, _: &Actor) -> Result<()> {
        Ok(())
    }

    fn when(_: &mut Conn, _: &Models, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        _: Models,
        (): (),
        actor: &Actor,
        input: &AdoptInput,
    ) -> Result<Done<Self>> {
        let origin = origin(tx, input)?;
        let organization = adopter(actor, input)?;
        if organization == origin.organization {
            return Err(Refusal::new("own_model", "这是本组织自己的做法，不用登记采用。").into());
        }
        if store::adopted_already(tx, input.site_id, input.case_id, organization)? {
            return Err(Refusal::new("already_adopted", "本组织已经登记采用。")
                .remedy("请在“示范推广”里反馈成效。")
                .into());
        }
        let now = tx.now();
        let row = Replication {
            id: ReplicationId::fresh(now),
            site_id: input.site_id,
            case_id: input.case_id,
            organization_id: organization,
            adapted: input.adapted.clone(),
            effect: String::new(),
            state: ReplicationState::Adopted,
            adopted_on: clock::local_date(now),
            version: 1,
            created_at: now,
        };
        store::insert_replication(tx, &row)?;
        tx.publish_change()?;
        Ok(Done::of(row.id, "已登记采用。见到成效后，请回来反馈。").detail(told(&row, &origin)))
    }
}

/// For which organization this person adopts.
fn adopter(actor: &Actor, input: &AdoptInput) -> Result<OrganizationId> {
    match (input.organization_id, adopters(actor).as_slice()) {
        (Some(id), _) => policy::may_sign_for(actor, id).map(|()| id),
        (None, [only]) => Ok(*only),
        (None, []) => Err(Error::Forbidden(
            Refusal::new("secretary_required", "采用别人的做法由支部书记登记。")
                .remedy("请您的支部书记登录后办理。"),
        )),
        (None, [_, _, ..]) => Err(Error::field("organization_id", "请选您代表哪个组织。")),
    }
}

fn told(row: &Replication, origin: &Origin) -> Value {
    json!({ "site_id": row.site_id, "case_id": row.case_id, "origin": origin.title })
}

/// Says what came of it: the adopting organization. A report may be corrected until it is confirmed.
pub struct Report;

impl Verb for Report {
    type On = ReplicationScene;
    type Gives = ReplicationScene;
    type Input = ReportInput;
    type Ready = ReplicationState;

    const NAME: &'static str = "report";
    const LABEL: &'static str = "反馈成效";
    const SAYS: &'static str = "Say what came of it: the adopting organization.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ReplicationReported);
    const FORBIDS: &'static [&'static str] = &["not_your_organization"];
    const REFUSES: &'static [&'static str] = &["replication_confirmed"];

    fn who(on: &ReplicationScene, actor: &Actor) -> Result<()> {
        policy::may_act_for(actor, on.row.organization_id)
    }

    fn when(
        _: &mut Conn,
        on: &ReplicationScene,
        _: &Actor,
        _: Instant,
    ) -> Result<ReplicationState> {
        Ok(rules::next_replication(
            on.row.state,
            ReplicationAction::Report,
        )?)
    }

    fn perform(
        tx: &mut Tx,
        on: ReplicationScene,
        state: ReplicationState,
        _: &Actor,
        input: &ReportInput,
    ) -> Result<Done<Self>> {
        let row = Replication {
            state,
            effect: input.effect.clone(),
            ..on.row
        };
        store::update_replication(tx, &row)?;
        tx.publish_change()?;
        Ok(Done::of(row.id, "成效已反馈，等待对方印证。").detail(told(&row, &on.origin)))
    }
}

/// Confirms what was reported: the origin's secretary.
pub struct Confirm;

impl Verb for Confirm {
    type On = ReplicationScene;
    type Gives = ReplicationScene;
    type Input = Empty;
    type Ready = ReplicationState;

    const NAME: &'static str = "confirm";
    const LABEL: &'static str = "印证成效";
    const SAYS: &'static str = "Confirm what was reported: the origin's secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ReplicationConfirmed);
    const FORBIDS: &'static [&'static str] = &["secretary_required"];
    const REFUSES: &'static [&'static str] = &["replication_not_reported", "replication_confirmed"];

    fn who(on: &ReplicationScene, actor: &Actor) -> Result<()> {
        policy::may_sign_for(actor, on.origin.organization)
    }

    fn when(
        _: &mut Conn,
        on: &ReplicationScene,
        _: &Actor,
        _: Instant,
    ) -> Result<ReplicationState> {
        Ok(rules::next_replication(
            on.row.state,
            ReplicationAction::Confirm,
        )?)
    }

    fn perform(
        tx: &mut Tx,
        on: ReplicationScene,
        state: ReplicationState,
        _: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let row = Replication { state, ..on.row };
        store::update_replication(tx, &row)?;
        tx.publish_change()?;
        Ok(Done::of(row.id, "已印证，点亮图上会亮起这一盏灯。").detail(told(&row, &on.origin)))
    }
}
