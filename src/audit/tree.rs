//! The hash tree over a chain's events (RFC 9162, section 2.1): its root stands for all of them, and a few hashes prove
//! that one event is among them, without showing the others.
//!
//! Leaves are the digests of the events. Each event keeps the inner nodes that it completes, so that neither a root nor a
//! path takes more than a few rows, however long the chain is. Nothing rests on what is kept: whoever verifies computes
//! it again from what was signed.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::crypto::{from_hex, to_hex};

/// A hash of the tree.
pub type Node = [u8; 32];

/// The leaf of an event with this digest.
pub fn leaf(digest: &str) -> Node {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(from_hex(digest));
    hash.finalize().into()
}

fn join(left: &Node, right: &Node) -> Node {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// Nodes one after the other, as a column holds them.
pub fn read(text: &str) -> Vec<Node> {
    text.as_bytes()
        .chunks(64)
        .filter_map(|part| from_hex(std::str::from_utf8(part).ok()?).try_into().ok())
        .collect()
}

pub fn write(nodes: &[Node]) -> String {
    nodes.iter().map(|node| to_hex(node)).collect()
}

/// The whole subtrees that a chain of so many events falls into, the largest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peaks(pub Vec<Node>);

impl Peaks {
    pub fn read(text: &str) -> Self {
        Self(read(text))
    }

    /// The root in hexadecimal, empty of a chain without events.
    pub fn shown(&self) -> String {
        self.root().map(|root| to_hex(&root)).unwrap_or_default()
    }

    /// With the `nth` event. Answers the nodes that it completes, from its leaf's parent upwards.
    pub fn push(&mut self, nth: i64, digest: &str) -> Vec<Node> {
        let mut node = leaf(digest);
        let mut completed = Vec::new();
        for _ in 0..nth.trailing_zeros() {
            let Some(left) = self.0.pop() else { break };
            node = join(&left, &node);
            completed.push(node);
        }
        self.0.push(node);
        completed
    }

    /// The root over all of them; None of a chain without events.
    pub fn root(&self) -> Option<Node> {
        fold(&self.0)
    }
}

fn fold(peaks: &[Node]) -> Option<Node> {
    let (last, before) = peaks.split_last()?;
    Some(
        before
            .iter()
            .rev()
            .fold(*last, |root, left| join(left, &root)),
    )
}

/// A whole subtree: how many levels above the leaves, and the event it ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    pub level: u32,
    pub end: i64,
}

/// The whole subtrees of the events after `from` up to `to`, the largest first. `from` is where a subtree as large as
/// the first of them may begin.
pub fn places(from: i64, to: i64) -> Vec<Place> {
    let (mut at, mut left) = (from, to - from);
    let mut places = Vec::new();
    while left > 0 {
        let level = left.ilog2();
        at += 1 << level;
        left -= 1 << level;
        places.push(Place { level, end: at });
    }
    places
}

/// What the path of an event consists of, among so many: for each of its hashes, from the leaf upwards, the subtrees it
/// is folded from.
pub fn needed(nth: i64, count: i64) -> Vec<Vec<Place>> {
    let mut needed = Vec::new();
    let (mut from, mut to) = (0, count);
    while to - from > 1 {
        // The largest power of two below the number of leaves.
        let split = from + (1 << (to - from - 1).ilog2());
        if nth <= split {
            needed.push(places(split, to));
            to = split;
        } else {
            needed.push(places(from, split));
            from = split;
        }
    }
    needed.reverse();
    needed
}

/// The path, of subtrees that were looked up; None if one is missing.
pub fn path(needed: &[Vec<Place>], known: &HashMap<Place, Node>) -> Option<Vec<Node>> {
    needed
        .iter()
        .map(|places| {
            let nodes: Option<Vec<Node>> = places
                .iter()
                .map(|place| known.get(place).copied())
                .collect();
            fold(&nodes?)
        })
        .collect()
}

/// The root that the `nth` of so many events has with this path; None if the path is too long or too short.
pub fn root_by(digest: &str, nth: i64, count: i64, path: &[Node]) -> Option<Node> {
    if nth < 1 || nth > count {
        return None;
    }
    let (mut place, mut last) = (nth - 1, count - 1);
    let mut node = leaf(digest);
    for beside in path {
        if last == 0 {
            return None;
        }
        if place & 1 == 1 || place == last {
            node = join(beside, &node);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            node = join(&node, beside);
        }
        place >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sha256_hex;

    fn digest(nth: i64) -> String {
        sha256_hex(nth.to_string().as_bytes())
    }

    /// As the standard defines it.
    fn root_of(from: i64, to: i64) -> Node {
        if to - from == 1 {
            return leaf(&digest(to));
        }
        let mut split = 1;
        while split * 2 < to - from {
            split *= 2;
        }
        join(&root_of(from, from + split), &root_of(from + split, to))
    }

    #[test]
    fn roots_and_paths_are_those_of_the_standard() {
        let mut peaks = Peaks::default();
        let mut known: HashMap<Place, Node> = HashMap::new();
        for count in 1..=70 {
            known.insert(
                Place {
                    level: 0,
                    end: count,
                },
                leaf(&digest(count)),
            );
            let completed = peaks.push(count, &digest(count));
            for (level, node) in (1..).zip(completed) {
                known.insert(Place { level, end: count }, node);
            }
            let root = peaks.root().unwrap();
            assert_eq!(root, root_of(0, count), "{count}");
            assert_eq!(Peaks(read(&write(&peaks.0))), peaks);
            for nth in 1..=count {
                let path = path(&needed(nth, count), &known).unwrap();
                assert_eq!(root_by(&digest(nth), nth, count, &path), Some(root));
                assert_ne!(root_by(&digest(nth + 1), nth, count, &path), Some(root));
                for wrong in [nth - 1, nth + 1] {
                    assert_ne!(root_by(&digest(nth), wrong, count, &path), Some(root));
                }
                let mut longer = path.clone();
                longer.push([0; 32]);
                assert_eq!(root_by(&digest(nth), nth, count, &longer), None);
                if let Some((_, shorter)) = path.split_last() {
                    assert_ne!(root_by(&digest(nth), nth, count, shorter), Some(root));
                }
            }
        }
    }
}
