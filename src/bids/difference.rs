//! What changed between two texts, by clauses and, where little changed, by characters: pure.

use std::ops::Range;

use ::similar::{Algorithm, DiffTag, capture_diff_slices};
use serde::Serialize;
use utoipa::ToSchema;

crate::text_enum! {
    /// What became of a stretch of text.
    TextChange { Kept = "kept" "未变", Removed = "removed" "删去", Added = "added" "增加" }
}

/// A stretch of text and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Piece {
    pub change: TextChange,
    pub text: String,
}

/// Up to so many characters a changed stretch is looked into character by character.
const SHORT: usize = 400;

/// Clauses end with a mark of punctuation or a line.
fn clauses(text: &str) -> Vec<&str> {
    text.split_inclusive([
        '，', '。', '；', '、', '：', '！', '？', ',', '.', ';', '\n',
    ])
    .collect()
}

fn characters(text: &str) -> Vec<&str> {
    text.split_inclusive(|_: char| true).collect()
}

fn say(pieces: &mut Vec<Piece>, change: TextChange, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(piece) if piece.change == change => piece.text.push_str(text),
        Some(_) | None => pieces.push(Piece {
            change,
            text: text.to_owned(),
        }),
    }
}

fn joined(parts: &[&str], range: Range<usize>) -> String {
    parts.get(range).unwrap_or_default().concat()
}

fn compare(
    old: &[&str],
    new: &[&str],
    replace: impl Fn(&mut Vec<Piece>, &str, &str),
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        let (before, after) = (joined(old, op.old_range()), joined(new, op.new_range()));
        match op.tag() {
            DiffTag::Equal => say(&mut pieces, TextChange::Kept, &before),
            DiffTag::Delete => say(&mut pieces, TextChange::Removed, &before),
            DiffTag::Insert => say(&mut pieces, TextChange::Added, &after),
            DiffTag::Replace => replace(&mut pieces, &before, &after),
        }
    }
    pieces
}

fn removed_and_added(pieces: &mut Vec<Piece>, before: &str, after: &str) {
    say(pieces, TextChange::Removed, before);
    say(pieces, TextChange::Added, after);
}

/// A stretch that was rewritten: if most of it stayed, only the characters that did not are marked.
fn rewritten(pieces: &mut Vec<Piece>, before: &str, after: &str) {
    let (old, new) = (characters(before), characters(after));
    if old.len() <= SHORT && new.len() <= SHORT {
        let inside = compare(&old, &new, removed_and_added);
        let kept: usize = inside
            .iter()
            .filter(|piece| piece.change == TextChange::Kept)
            .map(|piece| piece.text.chars().count())
            .sum();
        if kept * 10 >= (old.len() + new.len()) * 3 && inside.len() <= 9 {
            for piece in inside {
                say(pieces, piece.change, &piece.text);
            }
            return;
        }
    }
    removed_and_added(pieces, before, after);
}

/// The old text with what was removed and added, in order: removed before added.
pub fn pieces(old: &str, new: &str) -> Vec<Piece> {
    compare(&clauses(old), &clauses(new), rewritten)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn side(pieces: &[Piece], but: TextChange) -> String {
        pieces
            .iter()
            .filter(|piece| piece.change != but)
            .map(|piece| piece.text.as_str())
            .collect()
    }

    #[test]
    fn what_changed_is_marked_and_the_rest_kept() {
        for (old, new, shown) in [
            ("", "", ""),
            ("", "新写", "+新写+"),
            ("不要了。", "", "-不要了。-"),
            // A character of a clause.
            (
                "每周碰头，逐线走访。自查。",
                "每周碰头，逐户走访。自查。",
                "每周碰头，逐-线-+户+走访。自查。",
            ),
            // A clause written anew.
            (
                "发现晚、处置慢。自查。",
                "发现晚、无人看护。自查。",
                "发现晚、-处置慢。-+无人看护。+自查。",
            ),
            ("一。三。", "一。二。三。", "一。+二。+三。"),
        ] {
            let marked: String = pieces(old, new)
                .iter()
                .map(|piece| match piece.change {
                    TextChange::Kept => piece.text.clone(),
                    TextChange::Removed => format!("-{}-", piece.text),
                    TextChange::Added => format!("+{}+", piece.text),
                })
                .collect();
            assert_eq!(marked, shown);
        }
    }

    proptest! {
        #[test]
        fn both_texts_are_read_off_the_pieces(old in "[甲乙丙，。\n]{0,40}", new in "[甲乙丙，。\n]{0,40}") {
            let found = pieces(&old, &new);
            prop_assert_eq!(side(&found, TextChange::Added), old);
            prop_assert_eq!(side(&found, TextChange::Removed), new);
        }
    }
}
