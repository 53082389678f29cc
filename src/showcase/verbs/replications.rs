//! Adopting a model, reporting what came of it, confirming it.

use serde_json::Value;

use crate::clock;
use crate::ids::{OrganizationId, ReplicationId};
use crate::people;
use crate::showcase::input::{AdoptInput, ModelId, ReportInput};
use crate::showcase::origin::{Origin, adopters, origin};
use crate::showcase::scene::ReplicationScene;
use crate::showcase::store::{self, Replication};
use crate::showcase::{ReplicationAction, ReplicationState, rules};
use crate::verbs::prelude::*;
use crate::verbs::{Scene, Within};

/// What can be adopted, and for whom this person would.
pub struct Model {
    id: ModelId,
    pub origin: Origin,
    pub adopters: Vec<OrganizationId>,
}

impl Scene for Model {
    type Id = ModelId;

    /// Anybody logged in knows of a public model.
    fn load(c: &mut Conn, actor: &Actor, id: &ModelId) -> Result<Self> {
        actor.person()?;
        Ok(Self {
            id: *id,
            origin: origin(c, *id)?,
            adopters: adopters(actor),
        })
    }

    fn version(&self) -> i64 {
        1
    }
}

/// Adopts a model for another organization than its own: that one's secretary.
pub struct Adopt;

impl Verb for Adopt {
    type On = Model;
    type Gives = ReplicationScene;
    type Input = AdoptInput;
    type Ready = ();

    const NAME: &'static str = "adopt";
    const SAYS: &'static str =
        "Adopt the model of a named site or a published case: another organization's secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ReplicationAdopted);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["secretary_required"];
    const REFUSES: &'static [&'static str] = &[
        people::DISABLED,
        "site_delisted",
        "own_model",
        "already_adopted",
    ];

    fn who(on: &Model, _: &Actor) -> Result<()> {
        if on.adopters.is_empty() {
            let refused = Refusal::new("secretary_required", "采用别人的做法由支部书记登记。");
            return Err(Error::Forbidden(
                refused.remedy("请您的支部书记登录后办理。"),
            ));
        }
        Ok(())
    }

    /// One organization at least of theirs has not adopted it yet.
    fn when(c: &mut Conn, on: &Model, _: &Actor, _: Instant) -> Result<()> {
        let mut refused = Ok(());
        for organization in &on.adopters {
            refused = may_adopt(c, on, *organization);
            if refused.is_ok() {
                break;
            }
        }
        refused
    }

    fn perform(
        tx: &mut Tx,
        on: Model,
        (): (),
        actor: &Actor,
        input: &AdoptInput,
    ) -> Result<Done<Self>> {
        let organization = match (input.organization_id, on.adopters.as_slice()) {
            (Some(id), _) => policy::may_sign_for(actor, id).map(|()| id)?,
            (None, [only]) => *only,
            (None, _) => return Err(Error::field("organization_id", "请选您代表哪个组织。")),
        };
        may_adopt(tx, &on, organization)?;
        let now = tx.now();
        let row = Replication {
            id: ReplicationId::fresh(now),
            site_id: on.id.site_id,
            case_id: on.id.case_id,
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
        let said = "已登记采用。见到成效后，请回来反馈。";
        Ok(Done::of(row.id, said).detail(told(&row, &on.origin)))
    }
}

impl Within for Adopt {
    fn within(input: &AdoptInput) -> ModelId {
        ModelId {
            site_id: input.site_id,
            case_id: input.case_id,
        }
    }
}

fn may_adopt(c: &mut Conn, on: &Model, organization: OrganizationId) -> Result<()> {
    if organization == on.origin.organization {
        return Err(Refusal::new("own_model", "这是本组织自己的做法，不用登记采用。").into());
    }
    people::in_use(c, organization)?;
    if store::adopted_already(c, on.id.site_id, on.id.case_id, organization)? {
        return Err(Refusal::new("already_adopted", "本组织已经登记采用。")
            .remedy("请在“示范推广”里反馈成效。")
            .into());
    }
    Ok(())
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
