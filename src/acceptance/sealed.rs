//! What lies in a running ballot box, and in what form, so that nobody who reads the database joins a code with a vote.
//!
//! A box is one row, and each vote rewrites it wholly: which codes are used, the receipts and the votes, each in a set of
//! its own in the order of bytes that mean nothing, all in one ciphertext under the server's secret, with a nonce of its own
//! and a length that only ever doubles. Receipts and votes are sealed to the box's key within it.

use std::collections::BTreeSet;

use super::store::BallotBox;
use crate::crypto::Key;
use crate::error::{Refusal, Result};
use crate::sealing::BoxKey;
use crate::who::ServerKeys;

/// Bytes of the smallest box.
const LEAST: usize = 4096;

/// The digest of a code, see [`super::codes::digest`].
pub type CodeDigest = [u8; 32];

/// What lies in a box. As many codes as receipts as votes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Inside {
    pub used: BTreeSet<Vec<u8>>,
    pub receipts: BTreeSet<Vec<u8>>,
    pub votes: BTreeSet<Vec<u8>>,
}

/// A box that was exchanged, emptied, or taken back to what it once was in part.
pub fn tampered() -> Refusal {
    Refusal::new(
        "box_tampered",
        "票箱里的内容与登记的票数不一致，没有收票，也没有开箱。",
    )
    .remedy(
        "请立即报告纪委督导员，由系统管理员查明；不能恢复的，请党委党建部作废这次验收后重新开始。",
    )
}

impl Inside {
    /// What lies in this box; of old times, votes may have been counted in the clear before.
    pub fn read(row: &BallotBox, keys: &ServerKeys) -> Result<Self> {
        let votes = row.votes - row.counted()?;
        let Some(sealed) = &row.sealed else {
            return match votes {
                0 => Ok(Self::default()),
                _ => Err(tampered().into()),
            };
        };
        let plain = key(keys).decrypt(&about(row, row.votes), sealed);
        let inside = plain.ok().and_then(|plain| Self::parse(&plain));
        let inside = inside.ok_or_else(tampered)?;
        let sets = [&inside.used, &inside.receipts, &inside.votes];
        match sets.iter().all(|set| i64::try_from(set.len()) == Ok(votes)) {
            true => Ok(inside),
            false => Err(tampered().into()),
        }
    }

    pub fn add(
        &mut self,
        code: &CodeDigest,
        receipt: &str,
        vote: &[u8],
        to: &BoxKey,
    ) -> Result<()> {
        self.used.insert(code.to_vec());
        self.receipts.insert(to.seal(receipt.as_bytes())?);
        self.votes.insert(to.seal(vote)?);
        Ok(())
    }

    /// As the row keeps it once it holds so many votes.
    pub fn sealed(&self, row: &BallotBox, votes: i64, keys: &ServerKeys) -> Result<Vec<u8>> {
        let mut plain = Vec::with_capacity(LEAST);
        for set in [&self.used, &self.receipts, &self.votes] {
            plain.extend(length(set.len())?);
            for one in set {
                plain.extend(length(one.len())?);
                plain.extend(one);
            }
        }
        let whole = plain.len().next_power_of_two().max(LEAST);
        plain.resize(whole, 0);
        key(keys).encrypt(&about(row, votes), &plain)
    }

    fn parse(mut plain: &[u8]) -> Option<Self> {
        let mut inside = Self::default();
        for set in [&mut inside.used, &mut inside.receipts, &mut inside.votes] {
            for _ in 0..take_length(&mut plain)? {
                let length = take_length(&mut plain)?;
                let (one, rest) = plain.split_at_checked(length)?;
                plain = rest;
                set.insert(one.to_vec());
            }
        }
        Some(inside)
    }
}

fn key(keys: &ServerKeys) -> Key {
    Key::derive(keys.voting().as_bytes(), b"boxes")
}

/// The number of votes is part of it: a box of before does not fit the number of now.
fn about(row: &BallotBox, votes: i64) -> String {
    format!("ballot box {}: {votes} votes", row.id)
}

fn length(length: usize) -> Result<[u8; 4]> {
    let length = u32::try_from(length).map_err(|error| anyhow::anyhow!("a box: {error}"))?;
    Ok(length.to_be_bytes())
}

fn take_length(plain: &mut &[u8]) -> Option<usize> {
    let (length, rest) = plain.split_first_chunk()?;
    *plain = rest;
    usize::try_from(u32::from_be_bytes(*length)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::CodeKind;
    use crate::ids::{AcceptanceId, BoxId};

    fn row(votes: i64, sealed: Option<Vec<u8>>) -> BallotBox {
        BallotBox {
            id: BoxId(7),
            acceptance_id: AcceptanceId(1),
            kind: CodeKind::Ballot,
            content: "{}".to_owned(),
            receipts: "[]".to_owned(),
            turn: 0,
            votes,
            sealed,
        }
    }

    fn filled(votes: u8) -> Inside {
        let set = |what: u8| (0..votes).map(|nth| vec![what, nth]).collect();
        Inside {
            used: set(1),
            receipts: set(2),
            votes: set(3),
        }
    }

    #[test]
    fn a_box_comes_back_and_looks_new_and_of_one_length_each_time() {
        let keys = ServerKeys::new(b"a secret of the unit tests");
        let mut before: Option<Vec<u8>> = None;
        for votes in 1..40 {
            let inside = filled(votes);
            let count = i64::from(votes);
            let sealed = inside.sealed(&row(0, None), count, &keys).unwrap();
            let read = Inside::read(&row(count, Some(sealed.clone())), &keys).unwrap();
            assert_eq!(read, inside);
            if let Some(before) = before.replace(sealed.clone()) {
                assert_eq!(before.len(), sealed.len());
                let parts: BTreeSet<&[u8]> = before.windows(8).collect();
                assert!(!sealed.windows(8).any(|part| parts.contains(part)));
            }
        }
    }

    #[test]
    fn a_box_of_before_or_of_another_kind_does_not_fit() {
        let keys = ServerKeys::new(b"a secret of the unit tests");
        let sealed = filled(2).sealed(&row(0, None), 2, &keys).unwrap();
        assert!(Inside::read(&row(2, Some(sealed.clone())), &keys).is_ok());
        assert!(Inside::read(&row(3, Some(sealed.clone())), &keys).is_err());
        assert!(Inside::read(&row(2, None), &keys).is_err());
        let mut other = row(2, Some(sealed.clone()));
        other.id = BoxId(8);
        assert!(Inside::read(&other, &keys).is_err());
        let another = ServerKeys::new(b"another secret of the tests");
        assert!(Inside::read(&row(2, Some(sealed)), &another).is_err());
        let mut uneven = filled(2);
        uneven.used.pop_first();
        let sealed = uneven.sealed(&row(0, None), 2, &keys).unwrap();
        assert!(Inside::read(&row(2, Some(sealed)), &keys).is_err());
    }
}
