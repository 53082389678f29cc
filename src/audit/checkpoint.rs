//! Checkpoints: the heads of all chains, signed with a key that its holder keeps away from the service. Whoever replaced
//! database and heads file together would have to have that key, too.
//!
//! Signed is the SHA-256 of the canonical JSON of format, time and heads, with Ed25519. A holder signs what the portal
//! shows, on a device of their own; later [`against`] holds it against the trail.

use anyhow::{Context, bail, ensure};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::kept;
use super::store::{self, ChainRow};
use super::tree::Peaks;
use crate::clock::Instant;
use crate::crypto::{from_hex, to_hex};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::ChainId;

const FORMAT: &str = "biaogan-checkpoint-2";

/// One chain as it was when the checkpoint was signed.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Noted {
    pub chain_id: ChainId,
    pub count: i64,
    /// SHA-256 of the last event.
    pub digest: String,
    /// Root of the hash tree over all events, which one event's path leads to.
    pub root: String,
}

impl From<ChainRow> for Noted {
    fn from(chain: ChainRow) -> Self {
        Self {
            chain_id: chain.id,
            count: chain.count,
            digest: chain.head,
            root: Peaks::read(&chain.peaks).shown(),
        }
    }
}

/// What the portal answers under `/public/audit/head`.
#[derive(Deserialize)]
pub struct Shown {
    pub items: Vec<Noted>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Checkpoint {
    pub format: String,
    /// By the signer's clock.
    pub at: String,
    pub heads: Vec<Noted>,
    /// 32 bytes in hexadecimal.
    pub public_key: String,
    /// 64 bytes in hexadecimal.
    pub signature: String,
}

/// A key of 32 random bytes, in hexadecimal as its file has it.
pub fn fresh_key() -> String {
    [crate::ids::random_hex(), crate::ids::random_hex()].concat()
}

fn signing_key(text: &str) -> anyhow::Result<SigningKey> {
    let bytes: [u8; 32] = from_hex(text.trim())
        .try_into()
        .map_err(|_| anyhow::anyhow!("a key has 64 hexadecimal digits"))?;
    Ok(SigningKey::from_bytes(&bytes))
}

fn signed_bytes(at: &str, heads: &[Noted]) -> anyhow::Result<Vec<u8>> {
    let said = serde_json::to_string(&(FORMAT, at, heads))?;
    Ok(Sha256::digest(said.as_bytes()).to_vec())
}

/// Signs these heads.
pub fn sign(key: &str, mut heads: Vec<Noted>, at: Instant) -> anyhow::Result<Checkpoint> {
    heads.retain(|head| head.count > 0);
    heads.sort_by_key(|head| head.chain_id);
    ensure!(!heads.is_empty(), "there is no head to sign");
    let key = signing_key(key)?;
    let at = serde_json::to_value(at)?
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let signature = key.sign(&signed_bytes(&at, &heads)?);
    Ok(Checkpoint {
        format: FORMAT.to_owned(),
        at,
        public_key: to_hex(key.verifying_key().as_bytes()),
        signature: to_hex(&signature.to_bytes()),
        heads,
    })
}

/// A checkpoint whose signature fits what it says.
pub fn read(text: &str) -> anyhow::Result<Checkpoint> {
    let read: Checkpoint = serde_json::from_str(text).context("it is no checkpoint")?;
    read.verify()?;
    Ok(read)
}

impl Checkpoint {
    /// Whether the signature fits what it says.
    pub fn verify(&self) -> anyhow::Result<()> {
        if self.format != FORMAT {
            bail!("it is no checkpoint of a format this program knows");
        }
        let key: [u8; 32] = from_hex(&self.public_key)
            .try_into()
            .map_err(|_| anyhow::anyhow!("its public key is none"))?;
        let signature: [u8; 64] = from_hex(&self.signature)
            .try_into()
            .map_err(|_| anyhow::anyhow!("its signature is none"))?;
        VerifyingKey::from_bytes(&key)
            .context("its public key is none")?
            .verify_strict(
                &signed_bytes(&self.at, &self.heads)?,
                &Signature::from_bytes(&signature),
            )
            .map_err(|_| anyhow::anyhow!("its signature does not fit what it says"))
    }

    /// What it notes of a chain.
    pub fn head(&self, chain: ChainId) -> Option<&Noted> {
        self.heads.iter().find(|head| head.chain_id == chain)
    }
}

/// What of a checkpoint the trail does not bear out.
pub fn against(c: &mut Conn, checkpoint: &Checkpoint) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for head in &checkpoint.heads {
        let event = store::event_at(c, head.chain_id, head.count)?;
        let root = kept::root_at(c, head.chain_id, head.count)?;
        if event.is_none_or(|event| event.digest != head.digest)
            || root.as_ref() != Some(&head.root)
        {
            findings.push(format!(
                "chain {}: event {} is not the one that {} signed at {}",
                head.chain_id,
                head.count,
                checkpoint.public_key.get(..16).unwrap_or_default(),
                checkpoint.at
            ));
        }
    }
    Ok(findings)
}
