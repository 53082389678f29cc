//! The key of a round, and its openers.

use super::assured::assure;
use super::shares::{self, Held, Opener, OpenerShown, TooFew};
use super::store::{self, KeyShare, RoundKey};
use super::user;
use crate::crypto::{Key, Lock, PrivateKey, sha256_hex};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{KeyId, RoundId, ShareId, UserId};

/// A round's private key, put together, and those it had before as far as their shares came together. Lives for one
/// command only.
#[derive(Clone)]
pub struct RoundSecret {
    pub key_id: KeyId,
    private: PrivateKey,
    earlier: Vec<(KeyId, PrivateKey)>,
    unopened: Vec<KeyId>,
}

impl RoundSecret {
    pub(super) fn unseal(&self, key: KeyId, sealed: &[u8]) -> Option<Key> {
        let with = match key == self.key_id {
            true => &self.private,
            false => &self.earlier.iter().find(|(id, _)| *id == key)?.1,
        };
        with.unseal_key(sealed)
    }

    /// Keys that it had before and that nobody here opens with.
    pub fn unopened(&self) -> &[KeyId] {
        &self.unopened
    }

    /// Whether it is the only key that the round ever had.
    pub fn is_first(&self) -> bool {
        self.earlier.is_empty() && self.unopened.is_empty()
    }
}

/// Makes the round's key and gives each opener a share. The private half exists only until this returns.
pub fn make_round_key(
    tx: &mut Tx,
    round: RoundId,
    openers: &[Opener],
    threshold: usize,
    reason: &str,
) -> Result<()> {
    let now = tx.now();
    let private = PrivateKey::fresh();
    let key = RoundKey {
        id: KeyId::fresh(now),
        round_id: round,
        public_key: private.public().to_bytes(),
        threshold: i64::try_from(threshold).unwrap_or(i64::MAX),
        reason: reason.to_owned(),
        made_at: now,
        retired_at: None,
    };
    store::insert_round_key(tx, &key)?;
    give_shares(tx, key.id, &private, openers, threshold)
}

fn give_shares(
    tx: &mut Tx,
    key: KeyId,
    private: &PrivateKey,
    openers: &[Opener],
    threshold: usize,
) -> Result<()> {
    let now = tx.now();
    for held in shares::parts(tx, private, openers, threshold)? {
        store::insert_share(
            tx,
            &KeyShare {
                id: ShareId::fresh(now),
                key_id: key,
                user_id: held.opener.user_id,
                seat: held.opener.seat,
                holder_key: held.holder_key,
                sealed_share: held.sealed_share,
                given_at: now,
                retired_at: None,
            },
        )?;
    }
    Ok(())
}

/// The fingerprint of the key that bids of this round are sealed to: SHA-256 of its public half.
pub fn fingerprint(c: &mut Conn, round: RoundId) -> Result<Option<String>> {
    Ok(store::current_round_key(c, round)?.map(|key| sha256_hex(&key.public_key)))
}

/// How many openers open, if the round has a key.
pub fn threshold(c: &mut Conn, round: RoundId) -> Result<Option<i64>> {
    Ok(store::current_round_key(c, round)?.map(|key| key.threshold))
}

pub fn openers(c: &mut Conn, round: RoundId) -> Result<Vec<OpenerShown>> {
    let Some(key) = store::current_round_key(c, round)? else {
        return Ok(Vec::new());
    };
    let shares = store::shares(c, key.id)?;
    shares::shown(c, shares.into_iter().map(named).collect())
}

fn named(
    (share, name, username): (KeyShare, String, Option<String>),
) -> (Held, String, Option<String>) {
    (held(share), name, username)
}

fn held(share: KeyShare) -> Held {
    Held {
        opener: Opener {
            user_id: share.user_id,
            seat: share.seat,
        },
        holder_key: share.holder_key,
        sealed_share: share.sealed_share,
    }
}

/// The locks before the private keys of these people, to be opened with their passwords outside a transaction.
pub fn locks_of(c: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Lock)>> {
    Ok(store::user_keys_of(c, users)?
        .iter()
        .map(|key| (key.user_id, user::lock_of(key)))
        .collect())
}

/// Puts the round's key together from what the present openers' passwords opened; and those it had before, of which old
/// openers brought enough shares.
pub fn put_together(
    c: &mut Conn,
    round: RoundId,
    present: &[(UserId, Key)],
) -> Result<std::result::Result<RoundSecret, TooFew>> {
    let Some(key) = store::current_round_key(c, round)? else {
        return Ok(Err(TooFew::NoKey));
    };
    let (mut earlier, mut unopened) = (Vec::new(), Vec::new());
    let mut of_earlier = Vec::new();
    for old in store::retired_round_keys(c, round)? {
        let kept = store::kept_shares(c, old.id)?.into_iter();
        let kept: Vec<Held> = kept.map(held).collect();
        let opened = shares::opened(c, &kept, present)?;
        match opened.whole((&old.public_key, old.threshold)) {
            Ok(Ok(private)) => earlier.push((old.id, private)),
            Ok(Err(_)) | Err(_) => unopened.push(old.id),
        }
        of_earlier.extend(opened.by);
    }
    let shares = store::shares(c, key.id)?.into_iter();
    let shares: Vec<Held> = shares.map(|(share, _, _)| held(share)).collect();
    let opened = shares::opened(c, &shares, present)?;
    let has = |user: &UserId| opened.by.contains(user) || of_earlier.contains(user);
    if let Some((stranger, _)) = present.iter().find(|(user, _)| !has(user)) {
        return Ok(Err(TooFew::NoShare(*stranger)));
    }
    let made = opened.whole((&key.public_key, key.threshold))?;
    Ok(made.map(|private| RoundSecret {
        key_id: key.id,
        private,
        earlier,
        unopened,
    }))
}

/// A published round has a key: somebody took it out of the database.
pub fn no_round_key() -> Error {
    Refusal::new(
        "no_round_key",
        "数据库里没有这个批次的密钥，没有封装，也没有启封任何内容。",
    )
    .remedy("请立即报告纪委督导员，由系统管理员运行 biaogan audit verify 查明，并从备份恢复。")
    .into()
}

/// Before a round is opened: its key, its shares, and the keys of those who hold them are what was recorded of them.
pub fn assure_round(tx: &mut Tx, round: RoundId) -> Result<()> {
    let key = store::current_round_key(tx, round)?.ok_or_else(no_round_key)?;
    assure(tx, "round_keys", &[key.id])?;
    let shares = store::shares(tx, key.id)?;
    let ids: Vec<ShareId> = shares.iter().map(|(share, _, _)| share.id).collect();
    assure(tx, "round_key_shares", &ids)
}

/// New shares of the same key: an opener left, or lost their password.
pub fn share_again(
    tx: &mut Tx,
    secret: &RoundSecret,
    openers: &[Opener],
    threshold: usize,
) -> Result<()> {
    let now = tx.now();
    store::retire_shares(tx, secret.key_id, now)?;
    store::set_threshold(
        tx,
        secret.key_id,
        i64::try_from(threshold).unwrap_or(i64::MAX),
    )?;
    give_shares(tx, secret.key_id, &secret.private, openers, threshold)
}

/// Another key: the openers of the one before cannot meet. What was sealed to it is sealed again by its bidders; should its
/// openers come to the opening after all, their shares are still there.
pub fn renew(
    tx: &mut Tx,
    round: RoundId,
    openers: &[Opener],
    threshold: usize,
    reason: &str,
) -> Result<()> {
    let now = tx.now();
    if let Some(key) = store::current_round_key(tx, round)? {
        store::end_shares(tx, key.id, now)?;
        store::retire_round_key(tx, key.id, now)?;
    }
    make_round_key(tx, round, openers, threshold, reason)
}

/// Once a round is open, shares of keys that it had before are no longer kept.
pub fn forget_earlier(tx: &mut Tx, round: RoundId) -> Result<()> {
    let now = tx.now();
    for old in store::retired_round_keys(tx, round)? {
        store::retire_shares(tx, old.id, now)?;
    }
    Ok(())
}
