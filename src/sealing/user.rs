//! Keys of people.

use super::store::{self, UserKey};
use crate::crypto::{Lock, PrivateKey};
use crate::db::{Conn, Db, Tx};
use crate::error::Result;
use crate::ids::UserId;
use crate::who::password::{self, Credentials};

fn locked(
    user: UserId,
    key: &PrivateKey,
    credentials: &Credentials,
    now: crate::clock::Instant,
) -> Result<UserKey> {
    Ok(UserKey {
        user_id: user,
        public_key: key.public().to_bytes(),
        locked_key: credentials
            .key
            .encrypt(&about(user), key.to_bytes().as_slice())?,
        salt: credentials.lock.salt.clone(),
        cost: credentials.lock.cost.clone(),
        made_at: now,
    })
}

fn about(user: UserId) -> String {
    format!("user {user}")
}

/// A new key, behind a password that its person alone knows.
pub fn give_key(tx: &mut Tx, user: UserId, credentials: &Credentials) -> Result<()> {
    let now = tx.now();
    let key = locked(user, &PrivateKey::fresh(), credentials, now)?;
    store::put_user_key(tx, &key)
}

/// Somebody else set the password: the key is gone, and with it what was sealed to it. The person's own password makes
/// another.
pub fn end_key(tx: &mut Tx, user: UserId) -> Result<()> {
    let now = tx.now();
    store::end_grants_of(tx, user, now)?;
    store::remove_user_key(tx, user)
}

/// One's own new password: the same key behind another lock.
pub fn lock_again(
    tx: &mut Tx,
    user: UserId,
    key: &PrivateKey,
    credentials: &Credentials,
) -> Result<()> {
    let now = tx.now();
    let key = locked(user, key, credentials, now)?;
    store::put_user_key(tx, &key)
}

pub fn has_key(c: &mut Conn, user: UserId) -> Result<bool> {
    Ok(store::user_key(c, user)?.is_some())
}

/// Those of these people who have a key of their own.
pub fn with_keys(c: &mut Conn, users: &[UserId]) -> Result<Vec<UserId>> {
    let keys = store::user_keys_of(c, users)?;
    Ok(keys.into_iter().map(|key| key.user_id).collect())
}

/// The lock before somebody's private key.
pub fn lock_of(key: &UserKey) -> Lock {
    Lock {
        salt: key.salt.clone(),
        cost: key.cost.clone(),
    }
}

/// A private key, with what the password gave for its lock.
pub fn unlock(key: &UserKey, opened: &crate::crypto::Key) -> Result<PrivateKey> {
    PrivateKey::from_bytes(&opened.decrypt(&about(key.user_id), &key.locked_key)?)
}

/// The private key of somebody whose password was just checked; an account of old times gets its first one now.
pub async fn own_key(db: &Db, user: UserId, password: String) -> Result<Option<PrivateKey>> {
    let found = db.read(move |c| store::user_key(c, user)).await?;
    if let Some(key) = found {
        let opened = password::open_lock(lock_of(&key), password).await?;
        return unlock(&key, &opened).map(Some);
    }
    let credentials = password::make(password).await?;
    db.write(move |tx| {
        let key = PrivateKey::fresh();
        if store::user_key(tx, user)?.is_some() {
            return Ok(None);
        }
        lock_again(tx, user, &key, &credentials)?;
        Ok(Some(key))
    })
    .await
}
