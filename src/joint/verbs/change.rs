//! Changing the joint statement: the office or the lead's people. Whoever has answered is asked anew.

use crate::audit::sha256_hex;
use crate::joint::rules;
use crate::joint::scene::JointScene;
use crate::joint::store::{self, Joint};
use crate::verbs::prelude::*;

/// The joint statement, changed: all are asked anew.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JointStatementInput {
    #[validate(length(min = 1, max = 4000))]
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "运维支部牵头，负责线路看护；仁厚支部负责群众宣传。"
    )]
    pub statement: String,
}

pub struct Change;

impl Verb for Change {
    type On = JointScene;
    type Gives = JointScene;
    type Input = JointStatementInput;
    type Ready = ();

    const NAME: &'static str = "change";
    const SAYS: &'static str =
        "Change the joint statement: by the office or the lead's people; all are asked anew.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::JointChanged);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["merger_ended", "not_opened", "wrong_state"];

    fn who(on: &JointScene, actor: &Actor) -> Result<()> {
        match on.lead() {
            Some(lead) if actor.acts_for(lead.organization_id) => Ok(()),
            Some(_) | None => policy::may_run(actor, &on.committee_path),
        }
    }

    fn when(_: &mut Conn, on: &JointScene, _: &Actor, now: Instant) -> Result<()> {
        on.open(now)
    }

    fn perform(
        tx: &mut Tx,
        on: JointScene,
        (): (),
        _: &Actor,
        input: &JointStatementInput,
    ) -> Result<Done<Self>> {
        let digests: Vec<_> = on
            .members
            .iter()
            .map(|member| (member.bid_id, member.digest.clone()))
            .collect();
        let before = on.joint;
        let agreed_to =
            rules::agreed_to(on.round.id, before.lead_bid_id, &digests, &input.statement);
        let joint = Joint {
            statement: input.statement.clone(),
            digest: sha256_hex(agreed_to.as_bytes()),
            ..before
        };
        store::update(tx, &joint)?;
        store::forget_answers(tx, joint.id)?;
        Ok(Done::of(joint.id, "方案已修改，各支部须重新答复。")
            .detail(json!({ "digest": joint.digest })))
    }
}
