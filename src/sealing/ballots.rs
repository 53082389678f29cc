//! The key of an acceptance's ballot boxes: votes are sealed to it, and office and supervisor open them together.

use super::assured::assure;
use super::shares::{self, Held, Opener, OpenerShown, TooFew};
use super::store::{self, BoxKeyRow, BoxShare};
use crate::crypto::{Key, PrivateKey, PublicKey, sha256_hex};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{AcceptanceId, KeyId, ShareId, UserId};

/// Two of those who hold a share, the supervisor always among them.
const THRESHOLD: usize = 2;

/// What votes are sealed to.
pub struct BoxKey(PublicKey);

impl BoxKey {
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        self.0.seal(plain)
    }
}

/// What opens them, put together. Lives for one command only.
pub struct BoxSecret(PrivateKey);

impl BoxSecret {
    /// None if it was not sealed to this key.
    pub fn unseal(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.unseal(sealed).map(|plain| plain.to_vec())
    }
}

/// Makes the key and gives each opener a share. The private half exists only until this returns.
pub fn make_box_key(tx: &mut Tx, acceptance: AcceptanceId, openers: &[Opener]) -> Result<()> {
    let now = tx.now();
    let private = PrivateKey::fresh();
    let key = BoxKeyRow {
        id: KeyId::fresh(now),
        acceptance_id: acceptance,
        public_key: private.public().to_bytes(),
        threshold: i64::try_from(THRESHOLD).unwrap_or(i64::MAX),
        made_at: now,
    };
    store::insert_box_key(tx, &key)?;
    for held in shares::parts(tx, &private, openers, THRESHOLD)? {
        store::insert_box_share(
            tx,
            &BoxShare {
                id: ShareId::fresh(now),
                key_id: key.id,
                user_id: held.opener.user_id,
                seat: held.opener.seat,
                holder_key: held.holder_key,
                sealed_share: held.sealed_share,
                given_at: now,
            },
        )?;
    }
    Ok(())
}

/// The key to seal a vote to, if it is the one that was recorded.
pub fn box_key(tx: &mut Tx, acceptance: AcceptanceId) -> Result<Option<BoxKey>> {
    let Some(key) = store::box_key(tx, acceptance)? else {
        return Ok(None);
    };
    assure(tx, "box_keys", &[key.id])?;
    PublicKey::from_bytes(&key.public_key).map(BoxKey).map(Some)
}

/// The fingerprint of that key: SHA-256 of its public half.
pub fn box_fingerprint(c: &mut Conn, acceptance: AcceptanceId) -> Result<Option<String>> {
    Ok(store::box_key(c, acceptance)?.map(|key| sha256_hex(&key.public_key)))
}

/// Who holds a share of it.
pub fn box_openers(c: &mut Conn, acceptance: AcceptanceId) -> Result<Vec<OpenerShown>> {
    let Some(key) = store::box_key(c, acceptance)? else {
        return Ok(Vec::new());
    };
    let held = store::box_shares(c, key.id)?.into_iter();
    shares::shown(
        c,
        held.map(|(share, name, username)| (self::held(share), name, username))
            .collect(),
    )
}

/// Puts the key together from what the present openers' passwords opened, if key and shares are what was recorded.
pub fn open_box(
    tx: &mut Tx,
    acceptance: AcceptanceId,
    present: &[(UserId, Key)],
) -> Result<std::result::Result<BoxSecret, TooFew>> {
    let Some(key) = store::box_key(tx, acceptance)? else {
        return Ok(Err(TooFew::NoKey));
    };
    assure(tx, "box_keys", &[key.id])?;
    let rows = store::box_shares(tx, key.id)?;
    let ids: Vec<ShareId> = rows.iter().map(|(share, _, _)| share.id).collect();
    assure(tx, "box_key_shares", &ids)?;
    let held: Vec<Held> = rows.into_iter().map(|(share, _, _)| held(share)).collect();
    let made = shares::whole(tx, (&key.public_key, key.threshold), &held, present)?;
    Ok(made.map(BoxSecret))
}

/// Once a box was opened, or given up, nobody opens anything with its key again.
pub fn forget_box_key(tx: &mut Tx, acceptance: AcceptanceId) -> Result<()> {
    match store::box_key(tx, acceptance)? {
        Some(key) => store::delete_box_shares(tx, key.id),
        None => Ok(()),
    }
}

fn held(share: BoxShare) -> Held {
    Held {
        opener: Opener {
            user_id: share.user_id,
            seat: share.seat,
        },
        holder_key: share.holder_key,
        sealed_share: share.sealed_share,
    }
}
