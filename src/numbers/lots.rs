//! Lots between bids that share a rank, drawn by two who need not trust each other.
//!
//! Chair and supervisor each choose a word and a salt and show the SHA-256 of both (the commitment). When both
//! commitments stand, both reveal; neither sees the other's word before the own one is in. All in lower-case
//! hexadecimal:
//!
//! ```text
//! commitment = SHA-256("biaogan-lot-1\n" salt "\n" word)
//! seed       = SHA-256("biaogan-lots-1\n" round "\n" number "\n" bids, ascending, joined by "," "\n"
//!                      chair's salt "\n" chair's word "\n" supervisor's salt "\n" supervisor's word)
//! key of bid = SHA-256(seed "\n" bid)
//! ```
//!
//! The bids in ascending order of keys are in the order of their lots. As long as one of the two chose freely, no order
//! is likelier than another. Whoever does not reveal gains nothing: the outcome is unknown to everybody until the second
//! word is in; the draw is then declared void, which is published, and repeated with new words.

use crate::crypto::sha256_hex;
use crate::numbers::lot;

/// Shortest and longest word, characters.
pub const WORD: std::ops::RangeInclusive<usize> = 8..=100;

/// Shortest and longest salt: 32 hexadecimal digits are 128 bits.
pub const SALT: std::ops::RangeInclusive<usize> = 32..=128;

/// What one of the two reveals.
#[derive(Debug, Clone, Copy)]
pub struct Secret<'a> {
    pub salt: &'a str,
    pub word: &'a str,
}

impl Secret<'_> {
    /// What is shown of it before both are revealed.
    pub fn commitment(self) -> String {
        sha256_hex(format!("biaogan-lot-1\n{}\n{}", self.salt, self.word).as_bytes())
    }
}

/// Everything the seed is made of.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    pub round: i64,
    /// Which draw of the round.
    pub number: i64,
    /// Ascending.
    pub bids: &'a [i64],
    pub chair: Secret<'a>,
    pub supervisor: Secret<'a>,
}

pub fn seed(inputs: Inputs) -> String {
    let bids: Vec<String> = inputs.bids.iter().map(i64::to_string).collect();
    let text = format!(
        "biaogan-lots-1\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
        inputs.round,
        inputs.number,
        bids.join(","),
        inputs.chair.salt,
        inputs.chair.word,
        inputs.supervisor.salt,
        inputs.supervisor.word,
    );
    sha256_hex(text.as_bytes())
}

/// The bids in the order of their lots.
pub fn order(seed: &str, bids: &[i64]) -> Vec<i64> {
    lot::order(seed, bids)
}

/// A word anybody can type again: of fair length, on one line, without spaces around it.
pub fn word_fault(word: &str) -> Option<&'static str> {
    if !WORD.contains(&word.chars().count()) {
        Some("口令词须为 8 至 100 个字。")
    } else if word.chars().any(char::is_control) || word.trim() != word {
        Some("口令词须写在一行里，前后不留空格。")
    } else {
        None
    }
}

/// A salt of at least 128 bits, in letters and digits.
pub fn is_salt(salt: &str) -> bool {
    SALT.contains(&salt.len()) && salt.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// A SHA-256 in lower-case hexadecimal.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || ('a'..='f').contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    const CHAIR: Secret = Secret {
        salt: "a",
        word: "b",
    };
    const INPUTS: Inputs = Inputs {
        round: 7,
        number: 1,
        bids: &[11, 12, 13],
        chair: CHAIR,
        supervisor: Secret {
            salt: "c",
            word: "d",
        },
    };

    #[test]
    fn the_documented_texts_give_commitment_and_seed() {
        assert_eq!(CHAIR.commitment(), sha256_hex(b"biaogan-lot-1\na\nb"));
        assert_eq!(
            seed(INPUTS),
            sha256_hex(b"biaogan-lots-1\n7\n1\n11,12,13\na\nb\nc\nd")
        );
    }

    #[test]
    fn every_input_changes_the_seed() {
        let other = Secret {
            salt: "a",
            word: "x",
        };
        let salted = Secret {
            salt: "x",
            word: "b",
        };
        let swapped = Inputs {
            chair: INPUTS.supervisor,
            supervisor: INPUTS.chair,
            ..INPUTS
        };
        let all = [
            INPUTS,
            Inputs { round: 8, ..INPUTS },
            Inputs {
                number: 2,
                ..INPUTS
            },
            Inputs {
                bids: &[11, 12],
                ..INPUTS
            },
            Inputs {
                chair: other,
                ..INPUTS
            },
            Inputs {
                chair: salted,
                ..INPUTS
            },
            Inputs {
                supervisor: other,
                ..INPUTS
            },
            swapped,
        ];
        let seeds: BTreeSet<String> = all.into_iter().map(seed).collect();
        assert_eq!(seeds.len(), 8);
    }

    #[test]
    fn what_a_word_and_a_salt_may_be() {
        for (word, sound) in [
            ("七月流火九月授衣", true),
            ("七月流火", false),
            ("七月流火\n九月授衣", false),
            (" 七月流火九月授衣", false),
        ] {
            assert_eq!(word_fault(word).is_none(), sound, "{word:?}");
        }
        assert!(is_salt(&"0f".repeat(16)));
        assert!(!is_salt(&"0f".repeat(15)) && !is_salt(&"0-".repeat(16)));
        assert!(is_digest(&sha256_hex(b"")) && !is_digest(&sha256_hex(b"").to_uppercase()));
    }

    /// Whatever the chair fixes, a supervisor's words spread the first lot evenly, and the other way round: of three
    /// bids each is expected first 1,000 times in 3,000 draws; six standard deviations are about 155.
    #[test]
    fn one_free_word_is_enough() {
        for free_chair in [true, false] {
            let mut first: BTreeMap<i64, i64> = BTreeMap::new();
            for n in 0..3_000 {
                let word = format!("第{n}次");
                let free = Secret {
                    salt: "s",
                    word: &word,
                };
                let (chair, supervisor) = if free_chair {
                    (free, CHAIR)
                } else {
                    (CHAIR, free)
                };
                let seed = seed(Inputs {
                    chair,
                    supervisor,
                    ..INPUTS
                });
                *first.entry(order(&seed, INPUTS.bids)[0]).or_default() += 1;
            }
            assert_eq!(first.len(), 3);
            assert!(
                first.values().all(|times| (times - 1_000).abs() < 155),
                "{first:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_order_is_a_permutation(
            bids in proptest::collection::btree_set(1i64..10_000, 2..20).prop_map(Vec::from_iter),
            word in "[a-z]{8,12}",
        ) {
            let seed = seed(Inputs { bids: &bids, chair: Secret { salt: "s", word: &word }, ..INPUTS });
            let mut order = order(&seed, &bids);
            order.sort_unstable();
            prop_assert_eq!(order, bids);
        }
    }
}
