//! Keys of organizations: how the people of a bidder read their own sealed bids.

use super::assured::assure;
use super::store::{self, KeyGrant, LetIn, OrganizationKey};
use crate::clock::Instant;
use crate::crypto::{PrivateKey, PublicKey};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{KeyGrantId, KeyId, OrganizationId, UserId};
use crate::who::Actor;

/// The key to seal a submission to. It stays with those who hold it; if one of them left or lost theirs, those who stay get
/// a new one. Who came later is let in by one who holds it ([`grant`]). With no holder left, all of these people who have
/// keys of their own begin anew. None if nobody has a key yet.
pub(super) fn key_for(
    tx: &mut Tx,
    organization: OrganizationId,
    people: &[UserId],
) -> Result<Option<(KeyId, PublicKey)>> {
    let now = tx.now();
    let mut holders = store::user_keys_of(tx, people)?;
    if let Some(current) = store::current_organization_key(tx, organization)? {
        let held: Vec<UserId> = store::grants_of_key(tx, current.id)?
            .into_iter()
            .map(|grant| grant.user_id)
            .collect();
        let staying = |key: &store::UserKey| held.contains(&key.user_id);
        let stay = holders.iter().filter(|key| staying(key)).count();
        if stay > 0 && stay == held.len() {
            assure(tx, "organization_keys", &[current.id])?;
            return Ok(Some((
                current.id,
                PublicKey::from_bytes(&current.public_key)?,
            )));
        }
        store::retire_organization_key(tx, current.id, now)?;
        if stay > 0 {
            holders.retain(staying);
        }
    }
    if holders.is_empty() {
        return Ok(None);
    }
    let people: Vec<UserId> = holders.iter().map(|holder| holder.user_id).collect();
    assure(tx, "user_keys", &people)?;
    let private = PrivateKey::fresh();
    let key = OrganizationKey {
        id: KeyId::fresh(now),
        organization_id: organization,
        public_key: private.public().to_bytes(),
        made_at: now,
        retired_at: None,
    };
    store::insert_organization_key(tx, &key)?;
    for holder in holders {
        let sealed_key =
            PublicKey::from_bytes(&holder.public_key)?.seal(private.to_bytes().as_slice())?;
        store::insert_grant(
            tx,
            &KeyGrant {
                id: KeyGrantId::fresh(now),
                key_id: key.id,
                user_id: holder.user_id,
                sealed_key,
                granted_by: None,
                granted_at: now,
                ended_at: None,
            },
        )?;
    }
    Ok(Some((key.id, private.public())))
}

/// An organization's private key, if this actor holds it in this session.
pub(super) fn private_key(c: &mut Conn, actor: &Actor, key: KeyId) -> Result<Option<PrivateKey>> {
    let Some((user, keyring)) = actor.user_id().zip(actor.keyring()) else {
        return Ok(None);
    };
    let Some(own) = &keyring.own else {
        return Ok(None);
    };
    let Some(grant) = store::grant(c, key, user)? else {
        return Ok(None);
    };
    keyring
        .unseal(own, &grant.sealed_key)
        .map(|bytes| PrivateKey::from_bytes(&bytes))
        .transpose()
}

/// Before somebody comes to act for an organization: those who already do hold its key, so that the newcomer waits for
/// one of them.
pub fn found(tx: &mut Tx, organization: OrganizationId, people: &[UserId]) -> Result<()> {
    key_for(tx, organization, people).map(drop)
}

/// One of an organization's people, and whether they can read its sealed bids.
#[derive(Debug, Clone)]
pub struct Holder {
    pub user_id: UserId,
    /// Holds the key of every submission the asking colleague can read.
    pub holds: bool,
    /// Has a key of their own to grant to: whoever logged in with their own password once.
    pub ready: bool,
    /// Who let them in to the present key, and when; None for those who held it from its beginning.
    pub let_in: Option<LetIn>,
}

/// Who of these people holds what the actor holds.
pub fn holders(
    c: &mut Conn,
    actor: &Actor,
    organization: OrganizationId,
    people: &[UserId],
) -> Result<Vec<Holder>> {
    let asked: Vec<KeyId> = match actor.user_id() {
        Some(user) => store::grants_of_user(c, organization, user)?
            .into_iter()
            .map(|grant| grant.key_id)
            .collect(),
        None => Vec::new(),
    };
    let ready = store::user_keys_of(c, people)?;
    let let_in = store::let_in(c, &[organization], Instant::from_micros(0))?;
    people
        .iter()
        .map(|user| {
            let held = store::grants_of_user(c, organization, *user)?;
            Ok(Holder {
                user_id: *user,
                holds: asked
                    .iter()
                    .all(|key| held.iter().any(|grant| grant.key_id == *key))
                    && !held.is_empty(),
                ready: ready.iter().any(|key| key.user_id == *user),
                let_in: let_in.iter().find(|one| one.user_id == *user).cloned(),
            })
        })
        .collect()
}

/// Lets a colleague read what the actor can read of an organization's sealed bids; answers how many keys were given.
pub fn grant(
    tx: &mut Tx,
    actor: &Actor,
    organization: OrganizationId,
    to: UserId,
) -> Result<usize> {
    let now = tx.now();
    let user = actor.person()?.user_id;
    let Some(target) = store::user_key(tx, to)? else {
        return Err(Refusal::new("no_key", "这位同志还没有自己的密钥。")
            .remedy("请他先登录，改为自己的口令。")
            .into());
    };
    assure(tx, "user_keys", &[to])?;
    let target_key = PublicKey::from_bytes(&target.public_key)?;
    let mut given = 0;
    for held in store::grants_of_user(tx, organization, user)? {
        if store::grant(tx, held.key_id, to)?.is_some() {
            continue;
        }
        let Some(private) = private_key(tx, actor, held.key_id)? else {
            return Err(locked());
        };
        store::insert_grant(
            tx,
            &KeyGrant {
                id: KeyGrantId::fresh(now),
                key_id: held.key_id,
                user_id: to,
                sealed_key: target_key.seal(private.to_bytes().as_slice())?,
                granted_by: Some(user),
                granted_at: now,
                ended_at: None,
            },
        )?;
        given += 1;
    }
    Ok(given)
}

/// Why one of the bidder's own people cannot read what their colleagues wrote.
pub fn locked() -> Error {
    Error::Forbidden(
        Refusal::new(
            "sealed_without_key",
            "申报书只有本组织的人打得开，您这次登录没有本组织的密钥，看不到内容。",
        )
        .remedy(
            "请重新登录；新任职的、口令被重设过的，请书记或能查看的同事在“本组织密钥”里同意。已提交的，开标后即可查看。",
        ),
    )
}
