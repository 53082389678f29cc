//! Signatures of a round's bids: made from the texts, some parts at a time, and kept.

use std::sync::Arc;

use crate::audit;
use crate::bids::{self, BidContent};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, SimilarSigningId};
use crate::similar::rules::{self, Segment, signature};
use crate::similar::store::{self, Part, Signing};

/// Bids whose signatures lie in one row: some 350 KB.
pub const PART: usize = 256;
/// Parts made at a step.
const PARTS: usize = 4;

/// Says which bids were signed.
pub fn digest(ids: &[BidId]) -> String {
    let bytes: Vec<u8> = ids.iter().flat_map(|id| id.0.to_le_bytes()).collect();
    audit::sha256_hex(&bytes)
}

/// What of a bid is compared; nothing of one that cannot be read.
pub fn segments_of(content: Option<&BidContent>) -> Vec<Segment> {
    content.map(rules::segments).unwrap_or_default()
}

/// The trigrams of a bid.
pub fn grams_of(segments: &[Segment]) -> Vec<u64> {
    rules::grams(segments.iter().map(|segment| segment.text.as_str()))
}

/// A round on its way to signatures.
pub struct Signer {
    ids: Vec<BidId>,
    signing: Signing,
}

/// What a step made, to be written before the next.
#[derive(Clone)]
pub struct Signed(Arc<(Vec<Part>, Option<Signing>)>);

impl Signer {
    pub fn new(round: RoundId, committee: OrganizationId, ids: Vec<BidId>, now: Instant) -> Self {
        Self {
            signing: Signing {
                round_id: round,
                signing_id: SimilarSigningId::fresh(now),
                committee_id: committee,
                bids: 0,
                parts: 0,
                digest: digest(&ids),
                made_at: now,
            },
            ids,
        }
    }

    pub fn round(&self) -> RoundId {
        self.signing.round_id
    }

    /// Signs the next bids, and shows the trigrams of each. With these the last, the signing is complete.
    pub fn step(
        &mut self,
        c: &mut Conn,
        mut shown: impl FnMut(&[u64]),
    ) -> Result<(Signed, Option<Signing>)> {
        let mut parts = Vec::new();
        let signed = usize::try_from(self.signing.bids).unwrap_or(usize::MAX);
        let rest = self.ids.get(signed..).unwrap_or_default();
        for ids in rest.chunks(PART).take(PARTS) {
            let (mut signatures, mut fields) = (Vec::new(), Vec::new());
            for (id, _, content) in bids::told(c, ids)? {
                let segments = segments_of(content.as_ref());
                let grams = grams_of(&segments);
                signature::pack_fields(&mut fields, id.0, &rules::field_keys(&segments));
                signature::pack(&mut signatures, id.0, &signature::signature(&grams));
                shown(&grams);
            }
            self.signing.bids += i64::try_from(ids.len()).unwrap_or(0);
            self.signing.parts += 1;
            parts.push(Part {
                signing_id: self.signing.signing_id,
                part: self.signing.parts,
                round_id: self.signing.round_id,
                signatures,
                fields,
            });
        }
        let done = (usize::try_from(self.signing.bids) == Ok(self.ids.len()))
            .then(|| self.signing.clone());
        Ok((Signed(Arc::new((parts, done.clone()))), done))
    }
}

/// Writes signatures. They say nothing that the opened bids do not, and are found by others once a round's are complete.
pub fn keep(tx: &mut Tx, signed: &Signed) -> Result<()> {
    let (parts, done) = signed.0.as_ref();
    for part in parts {
        store::insert_part(tx, part)?;
    }
    match done {
        Some(signing) => store::put_signing(tx, signing),
        None => Ok(()),
    }
}
