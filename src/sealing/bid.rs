//! The key of one bid: under the organization's while it is a draft, under a fresh one of the round's and the organization's
//! once it is submitted, under the server's secret after the opening.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::assured::assure;
use super::organization;
use super::round::{RoundSecret, no_round_key};
use super::store::{self, BidKey};
use crate::crypto::{self, Key, PrivateKey, PublicKey};
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{BidId, KeyId, OrganizationId, RoundId, UserId};
use crate::who::Actor;

/// What opens a bid's drafts, payload and files.
#[derive(Debug, Clone)]
pub struct BidSecret {
    bid: BidId,
    key: Key,
}

impl BidSecret {
    /// A draft or a revision.
    pub fn encrypt(&self, plain: &[u8]) -> Result<Vec<u8>> {
        self.key.encrypt_padded(&self.about("content"), plain)
    }

    /// Plain JSON of old times is taken as it is.
    pub fn decrypt(&self, sealed: &[u8]) -> Result<Vec<u8>> {
        if crypto::is_ciphertext(sealed) {
            self.key.decrypt_padded(&self.about("content"), sealed)
        } else {
            Ok(sealed.to_vec())
        }
    }

    /// What was encrypted by this one, encrypted by another of the same bid.
    pub fn hand_over(&self, to: &Self, sealed: &[u8]) -> Result<Vec<u8>> {
        if crypto::is_ciphertext(sealed) {
            self.key.hand_over(&to.key, &self.about("content"), sealed)
        } else {
            to.encrypt(sealed)
        }
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    pub(super) fn about(&self, what: &str) -> String {
        format!("bid {} {what}", self.bid)
    }
}

fn about_key(bid: BidId) -> String {
    format!("bid {bid} key")
}

/// A new draft's key: sealed to the people of the organization. Whoever begins one without having the organization's key, for
/// they wait for consent to it, reads it with their own. Only what nobody has a key to read with (begun by a program of our
/// own, or for an organization whose people have none) is begun under the server's secret, until it is submitted.
pub fn begin_draft(
    tx: &mut Tx,
    actor: &Actor,
    bid: BidId,
    organization: OrganizationId,
    people: &[UserId],
) -> Result<BidSecret> {
    let Some((id, public)) = organization::key_for(tx, organization, people)? else {
        return begin(tx, actor, bid);
    };
    let key = Key::fresh();
    let (mut by_author, mut author_id) = (None, None);
    if organization::private_key(tx, actor, id)?.is_none() {
        let own = actor.keyring().and_then(|keyring| keyring.own.as_ref());
        let Some((own, author)) = own.zip(actor.user_id()) else {
            return begin(tx, actor, bid);
        };
        by_author = Some(own.public().seal(key.as_bytes())?);
        author_id = Some(author);
    }
    let row = BidKey {
        by_organization: Some(public.seal(key.as_bytes())?),
        organization_key_id: Some(id),
        by_author,
        author_id,
        ..BidKey::of(bid)
    };
    store::put_bid_key(tx, &row)?;
    Ok(BidSecret { bid, key })
}

/// A key under the server's secret.
fn begin(tx: &mut Tx, actor: &Actor, bid: BidId) -> Result<BidSecret> {
    let key = Key::fresh();
    let by_server = actor
        .server_keys()?
        .drafts()
        .encrypt(&about_key(bid), key.as_bytes())?;
    let row = BidKey {
        by_server: Some(by_server),
        ..BidKey::of(bid)
    };
    store::put_bid_key(tx, &row)?;
    Ok(BidSecret { bid, key })
}

/// A bid's key, if this actor can open it. Whether they may is decided before.
pub fn secret_of(c: &mut Conn, actor: &Actor, bid: BidId) -> Result<Option<BidSecret>> {
    match store::bid_key(c, bid)? {
        Some(row) => open(c, actor, &row, &mut HashMap::new()),
        // A bid of old times is plain.
        None => Ok(Some(BidSecret {
            bid,
            key: Key::fresh(),
        })),
    }
}

/// The same for writing: a bid of old times gets a key.
pub fn secret_to_write(tx: &mut Tx, actor: &Actor, bid: BidId) -> Result<BidSecret> {
    match store::bid_key(tx, bid)? {
        Some(row) => open(tx, actor, &row, &mut HashMap::new())?.ok_or_else(organization::locked),
        None => begin(tx, actor, bid),
    }
}

/// The keys of several bids, as far as this actor can open them.
pub fn secrets_of(
    c: &mut Conn,
    actor: &Actor,
    bids: &[BidId],
) -> Result<HashMap<BidId, BidSecret>> {
    let mut organizations = HashMap::new();
    let mut found = HashMap::new();
    for row in store::bid_keys_of(c, bids)? {
        if let Some(secret) = open(c, actor, &row, &mut organizations)? {
            found.insert(row.bid_id, secret);
        }
    }
    Ok(found)
}

fn open(
    c: &mut Conn,
    actor: &Actor,
    row: &BidKey,
    organizations: &mut HashMap<KeyId, Option<PrivateKey>>,
) -> Result<Option<BidSecret>> {
    let bid = row.bid_id;
    if let Some(by_server) = &row.by_server {
        let key = actor
            .server_keys()?
            .drafts()
            .decrypt(&about_key(bid), by_server)?;
        return Ok(Some(BidSecret {
            bid,
            key: Key::from_bytes(&key)?,
        }));
    }
    let Some(keyring) = actor.keyring() else {
        return Ok(None);
    };
    let unsealed = |private: Option<&PrivateKey>, sealed: Option<&Vec<u8>>| {
        let key = keyring.unseal(private?, sealed?)?;
        let key = Key::from_bytes(&key).ok()?;
        Some(BidSecret { bid, key })
    };
    if row.author_id.is_some() && row.author_id == actor.user_id() {
        let secret = unsealed(keyring.own.as_ref(), row.by_author.as_ref());
        if secret.is_some() {
            return Ok(secret);
        }
    }
    let Some(organization) = row.organization_key_id else {
        return Ok(None);
    };
    if let std::collections::hash_map::Entry::Vacant(entry) = organizations.entry(organization) {
        entry.insert(organization::private_key(c, actor, organization)?);
    }
    let private = organizations.get(&organization).and_then(Option::as_ref);
    Ok(unsealed(private, row.by_organization.as_ref()))
}

/// A fresh key for a submission, sealed to the round and to the organization's people, and to nobody else.
pub fn seal_for_round(
    tx: &mut Tx,
    bid: BidId,
    round: RoundId,
    organization: OrganizationId,
    people: &[UserId],
) -> Result<BidSecret> {
    let round_key = store::current_round_key(tx, round)?.ok_or_else(no_round_key)?;
    assure(tx, "round_keys", &[round_key.id])?;
    let key = Key::fresh();
    let own = organization::key_for(tx, organization, people)?;
    let by_organization = own
        .as_ref()
        .map(|(_, public)| public.seal(key.as_bytes()))
        .transpose()?;
    store::put_bid_key(
        tx,
        &BidKey {
            by_round: Some(PublicKey::from_bytes(&round_key.public_key)?.seal(key.as_bytes())?),
            round_key_id: Some(round_key.id),
            by_organization,
            organization_key_id: own.map(|(id, _)| id),
            ..BidKey::of(bid)
        },
    )?;
    Ok(BidSecret { bid, key })
}

/// Seals one's own submitted bid to the round's present key. The caller holds the content against its digest.
pub fn seal_again(tx: &mut Tx, secret: &BidSecret, round: RoundId) -> Result<()> {
    let row = store::bid_key(tx, secret.bid)?.ok_or(Error::NotFound)?;
    let round_key = store::current_round_key(tx, round)?.ok_or_else(no_round_key)?;
    assure(tx, "round_keys", &[round_key.id])?;
    let by_round = PublicKey::from_bytes(&round_key.public_key)?.seal(secret.key.as_bytes())?;
    store::put_bid_key(
        tx,
        &BidKey {
            by_round: Some(by_round),
            round_key_id: Some(round_key.id),
            ..row
        },
    )
}

/// Those of these bids that are sealed to another key than the round's present one.
pub fn not_sealed_again(c: &mut Conn, round: RoundId, bids: &[BidId]) -> Result<HashSet<BidId>> {
    if bids.is_empty() {
        return Ok(HashSet::new());
    }
    let Some(current) = store::current_round_key(c, round)? else {
        return Ok(HashSet::new());
    };
    Ok(store::bid_keys_of(c, bids)?
        .iter()
        .filter(|row| row.by_server.is_none() && row.round_key_id != Some(current.id))
        .map(|row| row.bid_id)
        .collect())
}

/// Keys that the round had before its present one, if it has one.
pub fn earlier_keys(c: &mut Conn, round: RoundId) -> Result<Vec<KeyId>> {
    let keys = store::retired_round_keys(c, round)?;
    Ok(keys.into_iter().map(|key| key.id).collect())
}

/// The keys of these bids as the round's keys open them, only read. What it does not open is left out.
pub fn read_by_round(
    c: &mut Conn,
    secret: &RoundSecret,
    bids: &[BidId],
) -> Result<HashMap<BidId, BidSecret>> {
    let rows = store::bid_keys_of(c, bids)?.into_iter();
    Ok(rows
        .filter_map(|row| {
            let key = secret.unseal(row.round_key_id?, row.by_round.as_ref()?)?;
            let bid = row.bid_id;
            Some((bid, BidSecret { bid, key }))
        })
        .collect())
}

/// These keys as they lie under the server's secret from the opening on, for [`keep_rows`].
pub fn rows(actor: &Actor, secrets: &HashMap<BidId, BidSecret>) -> Result<String> {
    let drafts = actor.server_keys()?.drafts();
    let rows = secrets.values().map(|secret| {
        let by_server = drafts.encrypt(&about_key(secret.bid), secret.key.as_bytes())?;
        Ok(json!({ "id": secret.bid, "by_server": crypto::to_hex(&by_server) }))
    });
    Ok(serde_json::to_string(&rows.collect::<Result<Vec<_>>>()?)?)
}

/// At the opening: from now on the server's secret opens these bids.
pub fn keep_rows(tx: &mut Tx, rows: &str) -> Result<()> {
    store::keep_rows(tx, rows)
}
