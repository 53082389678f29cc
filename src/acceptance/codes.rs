//! Voting codes: how they look, how they are typed, what is kept of them.

use rand::RngExt as _;

use super::sealed::CodeDigest;
use crate::crypto::{mac, to_hex};
use crate::text::folded;
use crate::who::ServerKeys;

/// Five bits each; no letter that looks like a digit, and no U, which is read as V.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code: 60 bits, typed in three groups of four.
const LENGTH: usize = 12;

/// A code nobody has seen yet; receipts look the same.
pub fn fresh() -> String {
    let mut random = rand::rng();
    let letters: Vec<char> = (0..LENGTH)
        .filter_map(|_| LETTERS.get(random.random_range(0..LETTERS.len())))
        .map(|letter| char::from(*letter))
        .collect();
    letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

/// The letters of a code however it was typed: in either case and width, with what looks alike, grouped or not.
fn plain(typed: &str) -> String {
    folded(typed)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            'U' => 'V',
            other => other,
        })
        .collect()
}

/// What is kept of a code: without the server's secret nobody can try out which code it is of.
pub fn digest(keys: &ServerKeys, typed: &str) -> CodeDigest {
    let message = format!("voting code {}", plain(typed));
    mac(keys.voting().as_bytes(), message.as_bytes())
}

/// The same as the row says it.
pub fn said(digest: &CodeDigest) -> String {
    to_hex(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_was_typed_and_only_under_its_secret() {
        let keys = ServerKeys::new(b"a secret of the unit tests");
        let of = |typed: &str| digest(&keys, typed);
        for typed in [
            "k01m-3wxp-abcv",
            "KO1M3WXPABCV",
            "Ｋ０１Ｍ－３ｗｘｐ　ａｂｃｖ",
            " koim 3wxp abcu ",
            "KOLM—3WXP—ABCV",
        ] {
            assert_eq!(of(typed), of("K01M-3WXP-ABCV"), "{typed}");
        }
        assert_ne!(of("K01M-3WXP-ABCW"), of("K01M-3WXP-ABCV"));
        let others = ServerKeys::new(b"another secret of the tests");
        assert_ne!(digest(&others, "K01M-3WXP-ABCV"), of("K01M-3WXP-ABCV"));
    }

    #[test]
    fn a_code_has_sixty_bits_and_no_letter_that_is_read_as_another() {
        assert_eq!(LENGTH * LETTERS.len().ilog2() as usize, 60);
        for _ in 0..100 {
            let code = fresh();
            assert_eq!(code.len(), 14);
            assert_eq!(plain(&code), code.replace('-', ""));
        }
    }
}
