//! A key in parts, of which some make it whole.

use super::{Key, PrivateKey, broken};
use crate::error::Result;
use vsss_rs::Gf256;
use zeroize::Zeroizing;

/// What one opener holds of a round's key.
pub struct Share {
    /// The supervisor's part, without which no number of shares suffices.
    pub always: Option<Zeroizing<Vec<u8>>>,
    pub share: Zeroizing<Vec<u8>>,
}

impl Share {
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(self.share.to_vec());
        if let Some(always) = &self.always {
            bytes.extend_from_slice(always);
        }
        bytes
    }

    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (share, always) = bytes.split_at_checked(SHARE)?;
        Some(Self {
            always: (always.len() == 32).then(|| Zeroizing::new(always.to_vec())),
            share: Zeroizing::new(share.to_vec()),
        })
    }
}

/// Bytes of one share: which one it is, and 32 of its own.
const SHARE: usize = 33;

fn xor(a: &[u8], b: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(a.iter().zip(b).map(|(a, b)| a ^ b).collect())
}

/// Splits a private key among openers; `supervisors` tells which of them are. Any `threshold` of them, a supervisor
/// among them, put it together again; fewer, or none of the supervisors, learn nothing.
pub fn split(key: &PrivateKey, threshold: usize, supervisors: &[bool]) -> Result<Vec<Share>> {
    let always = Key::fresh();
    let rest = xor(key.to_bytes().as_slice(), always.as_bytes());
    let shares = Gf256::split_bytes(threshold, supervisors.len(), &*rest, rand::rng())
        .map_err(|error| broken(&format!("cannot split a key: {error}")))?;
    Ok(shares
        .into_iter()
        .zip(supervisors)
        .map(|(share, supervisor)| Share {
            always: supervisor.then(|| Zeroizing::new(always.as_bytes().to_vec())),
            share: Zeroizing::new(share),
        })
        .collect())
}

/// Puts a private key together; None if there is no supervisor's part or the shares are none of one key.
pub fn combine(shares: &[Share]) -> Option<PrivateKey> {
    let always = shares.iter().find_map(|share| share.always.as_ref())?;
    let raw: Vec<Vec<u8>> = shares.iter().map(|share| share.share.to_vec()).collect();
    let rest = Zeroizing::new(Gf256::combine_bytes(&raw).ok()?);
    PrivateKey::from_bytes(&xor(&rest, always)).ok()
}
