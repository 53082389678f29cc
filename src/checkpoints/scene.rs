//! The trail as whoever signs it knows of it, and the keys.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Signer};
use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{CheckpointId, SignerId};
use crate::verbs::{Scene, Subject};
use crate::who::{Actor, Role};

/// Supervisors and audit administrators sign.
pub fn may_sign(actor: &Actor) -> Result<()> {
    actor.person()?;
    if actor.has(Role::Supervisor) || actor.has(Role::AuditAdmin) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("role_required", "存证点由纪委督导员或审计管理员签署。")
            .remedy("请他们在自己的设备上签署后提交。"),
    ))
}

/// All chains, to be signed.
pub struct Trail;

impl Scene for Trail {
    type Id = ();

    fn load(_: &mut Conn, actor: &Actor, (): &()) -> Result<Self> {
        actor.person()?;
        Ok(Self)
    }

    fn version(&self) -> i64 {
        1
    }
}

/// A checkpoint that was handed in: everybody's to read.
pub struct CheckpointScene(pub CheckpointId);

#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointShown {
    pub id: CheckpointId,
    /// The signed file, to the letter.
    pub body: String,
}

impl Scene for CheckpointScene {
    type Id = CheckpointId;

    fn load(c: &mut Conn, _: &Actor, id: &CheckpointId) -> Result<Self> {
        store::body(c, *id)?;
        Ok(Self(*id))
    }

    fn version(&self) -> i64 {
        1
    }
}

impl Subject for CheckpointScene {
    type Shown = CheckpointShown;

    fn shown(&self, c: &mut Conn, _: &Actor, _: Instant) -> Result<CheckpointShown> {
        let body = store::body(c, self.0)?;
        Ok(CheckpointShown { id: self.0, body })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        Event::new(verb, Chain::System, "checkpoint", self.0.0)
    }

    fn href(&self) -> String {
        "/checkpoints".to_owned()
    }

    fn address(&self) -> String {
        format!("/api/v1/public/checkpoints/{}", self.0)
    }
}

/// A key of one's own.
pub struct SignerScene(pub Signer);

#[derive(Debug, Serialize, ToSchema)]
pub struct SignerShown {
    pub id: SignerId,
    pub public_key: String,
    pub registered_at: Instant,
    /// Since then it signs no more.
    pub ended_at: Option<Instant>,
}

impl Scene for SignerScene {
    type Id = SignerId;

    /// To everybody but its holder there is no such key.
    fn load(c: &mut Conn, actor: &Actor, id: &SignerId) -> Result<Self> {
        let signer = store::signer(c, *id)?;
        match actor.user_id() == Some(signer.user_id) {
            true => Ok(Self(signer)),
            false => Err(Error::NotFound),
        }
    }

    fn version(&self) -> i64 {
        1
    }
}

impl Subject for SignerScene {
    type Shown = SignerShown;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<SignerShown> {
        let signer = &self.0;
        Ok(SignerShown {
            id: signer.id,
            public_key: signer.public_key.clone(),
            registered_at: signer.registered_at,
            ended_at: signer.ended_at,
        })
    }

    fn event(&self, verb: audit::Verb) -> Event {
        Event::new(verb, Chain::System, "signer", self.0.id.0)
    }

    fn href(&self) -> String {
        "/checkpoints".to_owned()
    }

    fn address(&self) -> String {
        format!("/api/v1/checkpoints/signers/{}", self.0.id)
    }
}
