//! Drawing lots that anybody can draw again.
//!
//! The office fixes the pool and the number of seats; the service draws a secret and shows its SHA-256 (the
//! commitment). Then the supervisor enters a word of their own, and everything is shown:
//!
//! ```text
//! commitment = SHA-256(secret)
//! seed       = SHA-256("biaogan-draw-1\n" secret "\n" audit head "\n" round "\n" pool ids, ascending, joined by "," "\n" word)
//! key of id  = SHA-256(seed "\n" id)
//! ```
//!
//! all in lower-case hexadecimal. The pool in ascending order of keys is the order of the lots. The office cannot
//! choose the outcome, because the supervisor's word is entered after everything else stands; the supervisor cannot,
//! because the secret is unknown until then and was committed to before.

use crate::crypto::sha256_hex;

/// Everything the seed is made of.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub secret: &'a str,
    /// Head of the committee's audit chain at the draw.
    pub audit_head: &'a str,
    pub round: i64,
    /// Ascending.
    pub pool: &'a [i64],
    /// The supervisor's word.
    pub nonce: &'a str,
}

/// What is shown of the secret before the draw.
pub fn commitment(secret: &str) -> String {
    sha256_hex(secret.as_bytes())
}

pub fn seed(inputs: Inputs) -> String {
    let pool: Vec<String> = inputs.pool.iter().map(i64::to_string).collect();
    let text = format!(
        "biaogan-draw-1\n{}\n{}\n{}\n{}\n{}",
        inputs.secret,
        inputs.audit_head,
        inputs.round,
        pool.join(","),
        inputs.nonce
    );
    sha256_hex(text.as_bytes())
}

/// The lot of one id.
pub fn key(seed: &str, id: i64) -> String {
    sha256_hex(format!("{seed}\n{id}").as_bytes())
}

/// The pool in the order of its lots.
pub fn order(seed: &str, pool: &[i64]) -> Vec<i64> {
    let mut keyed: Vec<(String, i64)> = pool.iter().map(|id| (key(seed, *id), *id)).collect();
    keyed.sort();
    keyed.dedup();
    keyed.into_iter().map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const INPUTS: Inputs = Inputs {
        secret: "s",
        audit_head: "h",
        round: 7,
        pool: &[1, 2, 3],
        nonce: "n",
    };

    #[test]
    fn the_documented_text_gives_the_seed() {
        // printf 'biaogan-draw-1\ns\nh\n7\n1,2,3\nn' | sha256sum
        assert_eq!(
            seed(INPUTS),
            sha256_hex(b"biaogan-draw-1\ns\nh\n7\n1,2,3\nn")
        );
        assert_eq!(commitment("s"), sha256_hex(b"s"));
        assert_eq!(key("x", 5), sha256_hex(b"x\n5"));
    }

    #[test]
    fn every_input_changes_the_seed() {
        let seeds = [
            seed(INPUTS),
            seed(Inputs {
                secret: "t",
                ..INPUTS
            }),
            seed(Inputs {
                audit_head: "i",
                ..INPUTS
            }),
            seed(Inputs { round: 8, ..INPUTS }),
            seed(Inputs {
                pool: &[1, 2],
                ..INPUTS
            }),
            seed(Inputs {
                nonce: "m",
                ..INPUTS
            }),
        ];
        let distinct: BTreeSet<&String> = seeds.iter().collect();
        assert_eq!(distinct.len(), seeds.len());
    }

    #[test]
    fn no_place_in_the_pool_is_favoured() {
        // 20 in the pool, 5 drawn, 2,000 seeds: each is expected 500 times; six standard deviations are about 116.
        let pool: Vec<i64> = (1..=20).collect();
        let mut drawn = vec![0i64; 21];
        for n in 0..2000 {
            for id in order(&sha256_hex(format!("{n}").as_bytes()), &pool)
                .into_iter()
                .take(5)
            {
                drawn[usize::try_from(id).unwrap()] += 1;
            }
        }
        for times in &drawn[1..] {
            assert!((times - 500).abs() < 116, "{drawn:?}");
        }
    }

    proptest! {
        #[test]
        fn the_order_is_a_permutation_that_does_not_depend_on_the_pools_order(
            mut pool in proptest::collection::hash_set(1i64..10_000, 1..40).prop_map(Vec::from_iter),
            word in "[a-z]{1,8}",
        ) {
            let first = order(&word, &pool);
            pool.reverse();
            prop_assert_eq!(&first, &order(&word, &pool));
            let (a, b): (BTreeSet<i64>, BTreeSet<i64>) = (first.into_iter().collect(), pool.into_iter().collect());
            prop_assert_eq!(a, b);
        }
    }
}
