//! That one event stands under a signed checkpoint, in a file that anybody can verify without this service: the event as
//! it was hashed, the path from it to the root of its chain's hash tree, and the checkpoint whose signer vouches for that
//! root.

use anyhow::{Context, bail, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::checkpoint::Checkpoint;
use super::digest;
use super::kept;
use super::store::EventRow;
use super::tree::{self, Node};
use crate::crypto::{from_hex, sha256_hex, to_hex};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{ChainId, OrganizationId};
use crate::trail;

const FORMAT: &str = "biaogan-proof-1";

/// The file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Proof {
    /// `biaogan-proof-1`
    pub format: String,
    /// The event to the letter, as its digest is computed: JSON of `[[chain, place, microseconds, actor, name, organization,
    /// verb, subject's kind, subject, version, round, detail, digest before], committee, id, salt, digest of its rows]`.
    pub said: String,
    /// The event's place in its chain, from 1 on.
    pub seq: i64,
    pub chain_id: ChainId,
    /// Hashes of 32 bytes in hexadecimal, from the event upwards (RFC 9162, section 2.1.3).
    pub path: Vec<String>,
    /// The signed checkpoint.
    #[schema(value_type = serde_json::Value)]
    pub checkpoint: Checkpoint,
}

/// The proof of an event under a checkpoint; None if the checkpoint does not reach to it, or the trail is not whole.
pub fn of(
    c: &mut Conn,
    event: &EventRow,
    owner: Option<OrganizationId>,
    checkpoint: Checkpoint,
) -> Result<Option<Proof>> {
    let chain = event.chain_id;
    let count = checkpoint.head(chain).map_or(0, |head| head.count);
    if count < event.seq {
        return Ok(None);
    }
    let needed = tree::needed(event.seq, count);
    let known = kept::nodes(c, chain, &needed)?;
    let Some(path) = tree::path(&needed, &known) else {
        return Ok(None);
    };
    let proof = Proof {
        format: FORMAT.to_owned(),
        said: digest::canonical(event, owner),
        seq: event.seq,
        chain_id: chain,
        path: path.iter().map(|node| to_hex(node)).collect(),
        checkpoint,
    };
    Ok(proof.verify().is_ok().then_some(proof))
}

impl Proof {
    /// A proof that holds, read from its file.
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let read: Self = serde_json::from_str(text).context("it is no proof")?;
        ensure!(
            read.format == FORMAT,
            "it is no proof of a format this program knows"
        );
        read.verify()?;
        Ok(read)
    }

    fn verify(&self) -> anyhow::Result<()> {
        self.checkpoint.verify().context("the checkpoint")?;
        let place = (self.fact(0), self.fact(1));
        let told = (Value::from(self.chain_id.0), Value::from(self.seq));
        ensure!(
            place == (Some(told.0), Some(told.1)),
            "the event says another place than the file"
        );
        let Some(head) = self.checkpoint.head(self.chain_id) else {
            bail!("the checkpoint does not cover the event's chain");
        };
        let path: Option<Vec<Node>> = self
            .path
            .iter()
            .map(|hash| from_hex(hash).try_into().ok())
            .collect();
        let digest = sha256_hex(self.said.as_bytes());
        let root = path.and_then(|path| tree::root_by(&digest, self.seq, head.count, &path));
        ensure!(
            root.map(|root| to_hex(&root)) == Some(head.root.clone()),
            "the event is not what stood in the trail when the checkpoint was signed"
        );
        Ok(())
    }

    /// The nth thing that the event says.
    fn fact(&self, nth: usize) -> Option<Value> {
        let said: Value = serde_json::from_str(&self.said).ok()?;
        // Events of old times have no frame around what they say.
        let facts = match said.get(0) {
            Some(Value::Array(_)) => said.get(0)?.clone(),
            Some(_) | None => said,
        };
        facts.get(nth).cloned()
    }

    /// What the event says, a line each, for people.
    pub fn told(&self) -> Vec<(&'static str, String)> {
        let fact = |nth| match self.fact(nth) {
            Some(Value::String(text)) => text,
            Some(Value::Null) | None => "-".to_owned(),
            Some(other) => other.to_string(),
        };
        let at = self
            .fact(2)
            .and_then(|micros| micros.as_i64())
            .and_then(chrono::DateTime::from_timestamp_micros)
            .map_or_else(|| "-".to_owned(), |at| at.to_rfc3339());
        vec![
            ("event", format!("{} ({})", fact(6), trail::label(&fact(6)))),
            ("at", at),
            ("by", fact(4)),
            ("subject", format!("{} {}", fact(7), fact(8))),
            ("detail", fact(11)),
            ("chain", format!("{}, event {}", self.chain_id, self.seq)),
        ]
    }
}
