//! The nodes of a chain's hash tree as its events keep them.

use std::collections::HashMap;

use super::store;
use super::tree::{self, Node, Place};
use crate::crypto::to_hex;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::ChainId;

/// The root that a chain had when it had so many events; None if it has not.
pub fn root_at(c: &mut Conn, chain: ChainId, count: i64) -> Result<Option<String>> {
    let needed = [tree::places(0, count)];
    let known = nodes(c, chain, &needed)?;
    let root = tree::path(&needed, &known).and_then(|roots| roots.first().copied());
    Ok(root.filter(|_| count > 0).map(|root| to_hex(&root)))
}

/// The kept nodes at these places.
pub fn nodes(c: &mut Conn, chain: ChainId, needed: &[Vec<Place>]) -> Result<HashMap<Place, Node>> {
    let ends = needed.iter().flatten().map(|place| place.end).collect();
    let mut known = HashMap::new();
    for (end, digest, kept) in store::nodes_at(c, chain, ends)? {
        known.insert(Place { level: 0, end }, tree::leaf(&digest));
        let kept = tree::read(kept.as_deref().unwrap_or_default());
        known.extend(
            (1..)
                .zip(kept)
                .map(|(level, node)| (Place { level, end }, node)),
        );
    }
    Ok(known)
}
