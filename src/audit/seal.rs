//! Each event's digest under a key of the server's secret. Whoever can write the database but has not the secret writes no
//! event that holds.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Verb;
use super::store::{self, EventRow};
use crate::crypto::{self, Key};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::ChainId;
use crate::who::trail_key;

/// What the event is about that all are sealed from.
pub const SUBJECT: &str = "vouched";

/// What it says: how many events of each chain came before it, unsealed.
#[derive(Serialize, Deserialize)]
pub struct Begun {
    pub before: Vec<(ChainId, i64)>,
}

pub fn key(secret: &[u8]) -> Option<Key> {
    (!secret.is_empty()).then(|| trail_key(secret))
}

pub fn of(key: &Key, digest: &str) -> String {
    crypto::to_hex(&crypto::mac(key.as_bytes(), digest.as_bytes()))
}

/// The event that all are sealed from, if there is one.
pub fn begun(c: &mut Conn) -> Result<Option<EventRow>> {
    let events = store::about(c, SUBJECT, Verb::RowsVouched.as_str())?;
    Ok(events.into_iter().find(|event| event.seal.is_some()))
}

pub fn secret_needed() -> Error {
    Refusal::new(
        "secret_needed",
        "审计事件须用服务器密钥签封，而没有给出密钥。",
    )
    .remedy("请设置 BIAOGAN_SECRET_FILE 后再执行。")
    .into()
}

/// How the seals of a database are looked at.
pub struct Seals<'a> {
    key: Option<&'a Key>,
    /// By chain, how many events are older than the seals.
    before: HashMap<ChainId, i64>,
    /// What is wrong with all of them.
    pub finding: Option<String>,
}

impl<'a> Seals<'a> {
    pub fn read(c: &mut Conn, key: Option<&'a Key>) -> Result<Self> {
        let begun = begun(c)?;
        let mut seals = Self {
            key,
            before: HashMap::new(),
            finding: None,
        };
        match (key, begun) {
            (Some(_), Some(event)) => {
                let said: Begun = serde_json::from_str(&event.detail)?;
                seals.before = said.before.into_iter().collect();
            }
            (Some(_), None) if store::vouches(c)? => {
                seals.key = None;
                seals.finding =
                    Some("no event is sealed; start the service once with its secret".to_owned());
            }
            (Some(_), None) => seals.key = None,
            (None, _) => {}
        }
        Ok(seals)
    }

    /// Whether it was this service that wrote the event.
    pub fn hold(&self, event: &EventRow) -> bool {
        let Some(key) = self.key else { return true };
        match &event.seal {
            Some(seal) => *seal == of(key, &event.digest),
            None => self
                .before
                .get(&event.chain_id)
                .is_some_and(|last| event.seq <= *last),
        }
    }
}
