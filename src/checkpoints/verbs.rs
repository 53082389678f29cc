//! Handing in a checkpoint, and giving up a key.

use super::scene::{CheckpointScene, SignerScene, Trail, may_sign};
use super::store::{self, Covered, NewCheckpoint, Signer};
use crate::audit::checkpoint::{self, Checkpoint};
use crate::ids::{CheckpointId, SignerId};
use crate::verbs::prelude::*;

/// A signed checkpoint, as `biaogan audit cosign` prints it.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckpointInput {
    #[validate(length(min = 1, max = 400_000))]
    #[schema(min_length = 1, max_length = 400_000)]
    pub body: String,
}

pub struct HandIn;

impl Verb for HandIn {
    type On = Trail;
    type Gives = CheckpointScene;
    type Input = CheckpointInput;
    type Ready = ();

    const NAME: &'static str = "hand_in";
    const SAYS: &'static str = "Hands in the heads that one has signed with a key of one's own: supervisors and audit administrators.\nThe first checkpoint makes the key its signer's.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::CheckpointSigned);
    const STATUS: u16 = 201;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] =
        &["checkpoint_contradicts", "key_of_another", "key_ended"];

    fn who(_: &Trail, actor: &Actor) -> Result<()> {
        may_sign(actor)
    }

    fn when(_: &mut Conn, _: &Trail, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        _: Trail,
        (): (),
        actor: &Actor,
        input: &CheckpointInput,
    ) -> Result<Done<Self>> {
        let signed = checkpoint::read(&input.body).map_err(|_| {
            Error::field("body", "不是有效的存证点：内容不完整，或签名与内容不符。")
        })?;
        if !checkpoint::against(tx, &signed)?.is_empty() {
            return Err(Refusal::new(
                "checkpoint_contradicts",
                "签署的链首与现在的审计链不一致。",
            )
            .remedy("请保留这份存证点，并请审计管理员用 biaogan audit verify --checkpoint 核对。")
            .into());
        }
        let signer = signer(tx, actor, &signed)?;
        let now = tx.now();
        let id = CheckpointId::fresh(now);
        let row = NewCheckpoint {
            id,
            signer_id: signer,
            received_at: now,
            body: serde_json::to_string(&signed)?,
        };
        let heads: Vec<Covered> = signed
            .heads
            .iter()
            .map(|head| Covered {
                checkpoint_id: id,
                chain_id: head.chain_id,
                count: head.count,
            })
            .collect();
        store::insert(tx, &row, &heads)?;
        let said = "存证点已登记，此前的记录都可以下载存证文件。";
        Ok(Done::of(id, said).detail(json!({
            "public_key": signed.public_key, "signed_at": signed.at, "chains": heads.len(),
        })))
    }
}

/// Whose key it is: the actor's, from now on if it was nobody's.
fn signer(tx: &mut Tx, actor: &Actor, signed: &Checkpoint) -> Result<SignerId> {
    let user_id = actor.person()?.user_id;
    let now = tx.now();
    match store::signer_of_key(tx, &signed.public_key)? {
        Some(known) if known.user_id != user_id => {
            Err(Refusal::new("key_of_another", "这把密钥已由别人登记。")
                .remedy("请用自己的密钥签署。")
                .into())
        }
        Some(known) if known.ended_at.is_some() => {
            Err(Refusal::new("key_ended", "这把密钥已停用。")
                .remedy("请换一把密钥签署。")
                .into())
        }
        Some(known) => Ok(known.id),
        None => {
            let row = Signer {
                id: SignerId::fresh(now),
                user_id,
                public_key: signed.public_key.clone(),
                registered_at: now,
                ended_at: None,
            };
            store::insert_signer(tx, &row)?;
            Ok(row.id)
        }
    }
}

/// A key that was lost, or may have been seen, signs no more. What it signed stays.
pub struct EndKey;

impl Verb for EndKey {
    type On = SignerScene;
    type Gives = SignerScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "end";
    const SAYS: &'static str = "Gives up a key of one's own: it signs no more.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SignerEnded);
    const REFUSES: &'static [&'static str] = &["key_ended"];

    fn who(_: &SignerScene, _: &Actor) -> Result<()> {
        Ok(())
    }

    fn when(_: &mut Conn, on: &SignerScene, _: &Actor, _: Instant) -> Result<()> {
        match on.0.ended_at {
            None => Ok(()),
            Some(_) => Err(Refusal::new("key_ended", "这把密钥已停用。").into()),
        }
    }

    fn perform(tx: &mut Tx, on: SignerScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let now = tx.now();
        store::end_signer(tx, on.0.id, now)?;
        Ok(Done::of(on.0.id, "密钥已停用，它签过的存证点仍然有效。")
            .detail(json!({ "public_key": on.0.public_key })))
    }
}
