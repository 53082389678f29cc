//! The code with which somebody follows what they told without a name: shown once, kept as its digest alone.

use super::sha256_hex;
use crate::ids;

const LENGTH: usize = 12;

/// A new one, as people type it: `K7QM-3WXP-AB2C`.
pub fn fresh() -> String {
    grouped(&ids::random_code(LENGTH))
}

/// `K7QM3WXPAB2C` as people type it: `K7QM-3WXP-AB2C`.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

/// Of a code for this kind of thing, however it is typed.
pub fn digest_of(kind: &str, code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    sha256_hex(format!("{kind} {plain}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        assert_eq!(grouped("K7QM3WXPAB2C"), "K7QM-3WXP-AB2C");
        let digest = |code| digest_of("objection", code);
        assert_eq!(digest("K7QM-3WXP-AB2C"), digest(" k7qm3wxpab2c"));
        assert_ne!(digest("K7QM-3WXP-AB2C"), digest("K7QM-3WXP-AB2D"));
        assert_ne!(
            digest("K7QM3WXPAB2C"),
            digest_of("complaint", "K7QM3WXPAB2C")
        );
    }
}
