//! What is kept of a text to find candidates by: one trigram in [`KEPT`], chosen by its hash (a scaled MinHash).
//!
//! A signature depends on the text alone, so it is made once. Two signatures share what their texts share, one in four:
//! unlike a MinHash of fixed length this holds for a short text within a long one as well. A text of 1,500 characters
//! has a signature of some 1.4 KB.

/// One trigram in so many is kept.
pub const KEPT: u64 = 4;

/// The kept trigrams of a sorted list, as the upper half of their hashes, in order.
pub fn signature(grams: &[u64]) -> Vec<u32> {
    let mut found: Vec<u32> = grams.iter().copied().filter_map(kept).collect();
    found.dedup();
    found
}

/// What a signature says of this trigram, if anything.
pub fn kept(gram: u64) -> Option<u32> {
    gram.is_multiple_of(KEPT)
        .then(|| u32::try_from(gram >> 32).unwrap_or(u32::MAX))
}

/// Adds a bid to a part: its id, the length of its signature, the signature.
pub fn pack(part: &mut Vec<u8>, bid: i64, signature: &[u32]) {
    part.extend(bid.to_le_bytes());
    part.extend(u32::try_from(signature.len()).unwrap_or(0).to_le_bytes());
    for value in signature {
        part.extend(value.to_le_bytes());
    }
}

/// The bids of a part with their signatures.
pub fn unpack(part: &[u8]) -> impl Iterator<Item = (i64, Vec<u32>)> + '_ {
    let mut rest = part;
    std::iter::from_fn(move || {
        let (bid, after) = rest.split_first_chunk::<8>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let bytes = usize::try_from(u32::from_le_bytes(*length)).ok()? * 4;
        let (values, after) = after.split_at_checked(bytes)?;
        rest = after;
        let signature = values
            .chunks_exact(4)
            .filter_map(|value| value.try_into().ok().map(u32::from_le_bytes))
            .collect();
        Some((i64::from_le_bytes(*bid), signature))
    })
}

/// Adds the keys of a bid's fields to a part.
pub fn pack_fields(part: &mut Vec<u8>, bid: i64, keys: &[u64]) {
    for key in keys {
        part.extend(bid.to_le_bytes());
        part.extend(key.to_le_bytes());
    }
}

/// Bids of a part with a key each.
pub fn unpack_fields(part: &[u8]) -> impl Iterator<Item = (i64, u64)> + '_ {
    part.chunks_exact(16).filter_map(|both| {
        let (bid, key) = both.split_first_chunk::<8>()?;
        let key = key.try_into().ok()?;
        Some((i64::from_le_bytes(*bid), u64::from_le_bytes(key)))
    })
}
