//! The key of a round, and its openers.

use zeroize::Zeroizing;

use super::assured::assure;
use super::store::{self, KeyShare, RoundKey};
use super::{OpenerSeat, user};
use crate::crypto::{self, Key, Lock, PrivateKey, PublicKey, Share, sha256_hex};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{KeyId, RoundId, ShareId, UserId};

/// Somebody who is to hold a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opener {
    pub user_id: UserId,
    pub seat: OpenerSeat,
}

/// Somebody who holds a share.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct OpenerShown {
    pub user_id: UserId,
    #[schema(example = "韩玉梅")]
    pub name: String,
    #[serde(skip)]
    pub username: Option<String>,
    pub seat: OpenerSeat,
    /// Their password was set anew by somebody else since: the share opens no more.
    pub lost: bool,
}

/// A round's private key, put together, and those it had before as far as their shares came together. Lives for one
/// command only.
#[derive(Clone)]
pub struct RoundSecret {
    pub key_id: KeyId,
    private: PrivateKey,
    earlier: Vec<(KeyId, PrivateKey)>,
}

impl RoundSecret {
    pub(super) fn unseal(&self, key: KeyId, sealed: &[u8]) -> Option<Key> {
        let with = match key == self.key_id {
            true => &self.private,
            false => &self.earlier.iter().find(|(id, _)| *id == key)?.1,
        };
        with.unseal_key(sealed)
    }

    /// Keys that it had before and that open, too.
    pub fn earlier(&self) -> Vec<KeyId> {
        self.earlier.iter().map(|(id, _)| *id).collect()
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
    let people: Vec<UserId> = openers.iter().map(|opener| opener.user_id).collect();
    // Who has no key at all is told so below.
    let people: Vec<UserId> = store::user_keys_of(tx, &people)?
        .into_iter()
        .map(|key| key.user_id)
        .collect();
    assure(tx, "user_keys", &people)?;
    let supervisors: Vec<bool> = openers
        .iter()
        .map(|opener| opener.seat == OpenerSeat::Supervisor)
        .collect();
    let shares = crypto::split(private, threshold, &supervisors)?;
    for (opener, share) in openers.iter().zip(shares) {
        let Some(holder) = store::user_key(tx, opener.user_id)? else {
            return Err(Refusal::new(
                "opener_without_key",
                "有启封人还没有自己的密钥，不能分发密钥份额。",
            )
            .remedy("请这位启封人先登录一次系统，再办理。")
            .into());
        };
        let sealed_share = PublicKey::from_bytes(&holder.public_key)?.seal(&share.to_bytes())?;
        store::insert_share(
            tx,
            &KeyShare {
                id: ShareId::fresh(now),
                key_id: key,
                user_id: opener.user_id,
                seat: opener.seat,
                holder_key: holder.public_key,
                sealed_share,
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
    let users: Vec<UserId> = shares.iter().map(|(share, _, _)| share.user_id).collect();
    let keys = store::user_keys_of(c, &users)?;
    let mut found: Vec<OpenerShown> = shares
        .into_iter()
        .map(|(share, name, username)| OpenerShown {
            user_id: share.user_id,
            name,
            username,
            seat: share.seat,
            lost: !keys
                .iter()
                .any(|key| key.user_id == share.user_id && key.public_key == share.holder_key),
        })
        .collect();
    found.sort_by_key(|opener| (opener.seat, opener.user_id));
    Ok(found)
}

/// The locks before the private keys of these people, to be opened with their passwords outside a transaction.
pub fn locks_of(c: &mut Conn, users: &[UserId]) -> Result<Vec<(UserId, Lock)>> {
    Ok(store::user_keys_of(c, users)?
        .iter()
        .map(|key| (key.user_id, user::lock_of(key)))
        .collect())
}

/// Why the openers present do not suffice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TooFew {
    /// The round has no key: it was published before there were keys.
    NoKey,
    /// Not an opener of this round, or their share is lost.
    NoShare(UserId),
    /// So many are needed.
    Needs(i64),
    /// A supervisor must be among them.
    NoSupervisor,
}

/// What somebody present opens a share with.
type Opened = (UserId, Key);
/// The shares that were opened, with whose they are, and whether a supervisor's is among them.
type Held = (Vec<(UserId, Share)>, bool);

/// Those of these shares that the people present open.
fn held(c: &mut Conn, shares: &[KeyShare], present: &[Opened]) -> Result<Held> {
    let mut held = Vec::new();
    let mut supervised = false;
    for (user, opened) in present {
        let Some(share) = shares.iter().find(|share| share.user_id == *user) else {
            continue;
        };
        let bytes: Option<Zeroizing<Vec<u8>>> = store::user_key(c, *user)?
            .map(|key| user::unlock(&key, opened))
            .transpose()?
            .and_then(|private| private.unseal(&share.sealed_share));
        if let Some(found) = bytes.and_then(|bytes| Share::from_bytes(&bytes)) {
            supervised |= share.seat == OpenerSeat::Supervisor;
            held.push((*user, found));
        }
    }
    Ok((held, supervised))
}

fn combined(key: &RoundKey, held: Vec<(UserId, Share)>) -> Option<PrivateKey> {
    let shares: Vec<Share> = held.into_iter().map(|(_, share)| share).collect();
    crypto::combine(&shares).filter(|private| private.public().to_bytes() == key.public_key)
}

fn enough(key: &RoundKey, count: usize) -> bool {
    count >= usize::try_from(key.threshold).unwrap_or(usize::MAX)
}

/// Puts the round's key together from what the present openers' passwords opened; and those it had before, of which old
/// openers brought enough shares.
pub fn put_together(
    c: &mut Conn,
    round: RoundId,
    present: &[Opened],
) -> Result<std::result::Result<RoundSecret, TooFew>> {
    let Some(key) = store::current_round_key(c, round)? else {
        return Ok(Err(TooFew::NoKey));
    };
    let mut earlier = Vec::new();
    let mut of_earlier = Vec::new();
    for old in store::retired_round_keys(c, round)? {
        let shares = store::kept_shares(c, old.id)?;
        let (shares, supervised) = held(c, &shares, present)?;
        of_earlier.extend(shares.iter().map(|(user, _)| *user));
        if supervised
            && enough(&old, shares.len())
            && let Some(private) = combined(&old, shares)
        {
            earlier.push((old.id, private));
        }
    }
    let shares: Vec<KeyShare> = store::shares(c, key.id)?
        .into_iter()
        .map(|(share, _, _)| share)
        .collect();
    let (held, supervised) = held(c, &shares, present)?;
    let has = |user: &UserId| held.iter().any(|(one, _)| one == user) || of_earlier.contains(user);
    if let Some((stranger, _)) = present.iter().find(|(user, _)| !has(user)) {
        return Ok(Err(TooFew::NoShare(*stranger)));
    }
    if !enough(&key, held.len()) {
        return Ok(Err(TooFew::Needs(key.threshold)));
    }
    if !supervised {
        return Ok(Err(TooFew::NoSupervisor));
    }
    let private = combined(&key, held)
        .ok_or_else(|| anyhow::anyhow!("the shares of round {round} do not make its key"))?;
    Ok(Ok(RoundSecret {
        key_id: key.id,
        private,
        earlier,
    }))
}

/// Before a round is opened: its key, its shares, and the keys of those who hold them are what was recorded of them.
pub fn assure_round(tx: &mut Tx, round: RoundId) -> Result<()> {
    let Some(key) = store::current_round_key(tx, round)? else {
        return Ok(());
    };
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
