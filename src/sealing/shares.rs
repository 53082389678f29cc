//! A key in parts, each sealed to its holder: how they are given, and how some of them make the key again.

use zeroize::Zeroizing;

use super::assured::assure;
use super::store::{self, UserKey};
use super::{OpenerSeat, user};
use crate::crypto::{self, Key, PrivateKey, PublicKey, Share};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::UserId;

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

/// Why the openers present do not suffice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TooFew {
    /// There is no key: it was begun before there were keys.
    NoKey,
    /// Not an opener, or their share is lost.
    NoShare(UserId),
    /// So many are needed.
    Needs(i64),
    /// A supervisor must be among them.
    NoSupervisor,
}

/// A share as its row keeps it.
#[derive(Debug, Clone)]
pub struct Held {
    pub opener: Opener,
    /// The holder's public key at that time: if they have another now, the share opens no more.
    pub holder_key: Vec<u8>,
    pub sealed_share: Vec<u8>,
}

/// A share for each opener.
pub fn parts(
    tx: &mut Tx,
    private: &PrivateKey,
    openers: &[Opener],
    threshold: usize,
) -> Result<Vec<Held>> {
    let people: Vec<UserId> = openers.iter().map(|opener| opener.user_id).collect();
    let keys = store::user_keys_of(tx, &people)?;
    // Who has no key at all is told so below.
    let people: Vec<UserId> = keys.iter().map(|key| key.user_id).collect();
    assure(tx, "user_keys", &people)?;
    let supervisors: Vec<bool> = openers
        .iter()
        .map(|opener| opener.seat == OpenerSeat::Supervisor)
        .collect();
    let shares = crypto::split(private, threshold, &supervisors)?;
    openers
        .iter()
        .zip(shares)
        .map(|(opener, share)| {
            let holder = keys.iter().find(|key| key.user_id == opener.user_id);
            let holder = holder.ok_or_else(without_key)?;
            Ok(Held {
                opener: *opener,
                holder_key: holder.public_key.clone(),
                sealed_share: PublicKey::from_bytes(&holder.public_key)?.seal(&share.to_bytes())?,
            })
        })
        .collect()
}

fn without_key() -> Refusal {
    Refusal::new(
        "opener_without_key",
        "有启封人还没有自己的密钥，不能分发密钥份额。",
    )
    .remedy("请这位启封人先登录一次系统，再办理。")
}

/// Shares that were opened.
#[derive(Default)]
pub struct Opened {
    pub by: Vec<UserId>,
    shares: Vec<Share>,
    /// A supervisor's is among them.
    supervised: bool,
}

/// Those of these shares that the passwords of the people present open.
pub fn opened(c: &mut Conn, shares: &[Held], present: &[(UserId, Key)]) -> Result<Opened> {
    let mut opened = Opened::default();
    for (user, key) in present {
        let Some(share) = shares.iter().find(|share| share.opener.user_id == *user) else {
            continue;
        };
        let bytes: Option<Zeroizing<Vec<u8>>> = store::user_key(c, *user)?
            .map(|own| user::unlock(&own, key))
            .transpose()?
            .and_then(|private| private.unseal(&share.sealed_share));
        if let Some(found) = bytes.and_then(|bytes| Share::from_bytes(&bytes)) {
            opened.supervised |= share.opener.seat == OpenerSeat::Supervisor;
            opened.by.push(*user);
            opened.shares.push(found);
        }
    }
    Ok(opened)
}

impl Opened {
    /// The key with this public key, of which so many shares are needed.
    pub fn whole(
        &self,
        (public_key, threshold): (&[u8], i64),
    ) -> Result<std::result::Result<PrivateKey, TooFew>> {
        if self.shares.len() < usize::try_from(threshold).unwrap_or(usize::MAX) {
            return Ok(Err(TooFew::Needs(threshold)));
        }
        if !self.supervised {
            return Ok(Err(TooFew::NoSupervisor));
        }
        let private = crypto::combine(&self.shares)
            .filter(|private| private.public().to_bytes() == public_key)
            .ok_or_else(|| anyhow::anyhow!("the shares do not make their key"))?;
        Ok(Ok(private))
    }
}

/// The key out of the shares that the present openers' passwords opened; all of them must have one.
pub fn whole(
    c: &mut Conn,
    key: (&[u8], i64),
    shares: &[Held],
    present: &[(UserId, Key)],
) -> Result<std::result::Result<PrivateKey, TooFew>> {
    let opened = opened(c, shares, present)?;
    match present.iter().find(|(user, _)| !opened.by.contains(user)) {
        Some((stranger, _)) => Ok(Err(TooFew::NoShare(*stranger))),
        None => opened.whole(key),
    }
}

/// Who holds these shares, with their names.
pub fn shown(
    c: &mut Conn,
    shares: Vec<(Held, String, Option<String>)>,
) -> Result<Vec<OpenerShown>> {
    let users: Vec<UserId> = shares
        .iter()
        .map(|(share, _, _)| share.opener.user_id)
        .collect();
    let keys = store::user_keys_of(c, &users)?;
    let holds = |key: &UserKey, share: &Held| {
        key.user_id == share.opener.user_id && key.public_key == share.holder_key
    };
    let mut found: Vec<OpenerShown> = shares
        .into_iter()
        .map(|(share, name, username)| OpenerShown {
            user_id: share.opener.user_id,
            name,
            username,
            seat: share.opener.seat,
            lost: !keys.iter().any(|key| holds(key, &share)),
        })
        .collect();
    found.sort_by_key(|opener| (opener.seat, opener.user_id));
    Ok(found)
}
