//! What an announcement says: paragraphs, and tables for results.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::seats::Veil;
use crate::text;

/// A table of a published result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct BodyTable {
    pub caption: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// The whole of an announcement's body.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Body {
    /// One paragraph a line.
    pub intro: String,
    pub tables: Vec<BodyTable>,
    /// One paragraph a line.
    pub outro: String,
}

impl Body {
    /// Reads a stored body: JSON if it begins with `{`, else plain text.
    pub fn read(stored: &str) -> Self {
        stored
            .trim_start()
            .starts_with('{')
            .then(|| serde_json::from_str(stored).ok())
            .flatten()
            .unwrap_or_else(|| Self {
                intro: stored.to_owned(),
                ..Self::default()
            })
    }

    /// As it may be read.
    pub fn under(mut self, veil: &Veil) -> Self {
        veil.cover(&mut self.intro);
        veil.cover(&mut self.outro);
        for table in &mut self.tables {
            veil.cover(&mut table.caption);
            table
                .rows
                .iter_mut()
                .flatten()
                .for_each(|cell| veil.cover(cell));
        }
        self
    }

    /// All of it as one text, for search and the feed.
    pub fn text(&self) -> String {
        let mut parts = vec![self.intro.clone()];
        for table in &self.tables {
            parts.push(table.caption.clone());
            parts.extend(table.rows.iter().map(|row| row.join(" ")));
        }
        parts.push(self.outro.clone());
        parts.retain(|part| !part.trim().is_empty());
        parts.join("\n")
    }
}

/// Paragraphs of a text.
pub fn paragraphs(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A passage around the first hit of a folded word: before, the hit itself, after. None if the text does not contain it.
pub fn passage(text: &str, word: &str) -> Option<(String, String, String)> {
    let letters: Vec<char> = text
        .chars()
        .map(|letter| if letter == '\n' { ' ' } else { letter })
        .collect();
    // One letter may fold to several: where each of these comes from.
    let (folded, from): (Vec<char>, Vec<usize>) = letters
        .iter()
        .enumerate()
        .flat_map(|(nth, letter)| {
            let folded = text::folded(letter.encode_utf8(&mut [0; 4]));
            folded.chars().map(|one| (one, nth)).collect::<Vec<_>>()
        })
        .unzip();
    let wanted: Vec<char> = word.chars().collect();
    let found = folded
        .windows(wanted.len().max(1))
        .position(|window| window == wanted)?;
    let at = *from.get(found)?;
    let end = from.get(found + wanted.len() - 1)? + 1;
    let take = |from: usize, to: usize| -> String {
        letters
            .get(from..to)
            .map(|part| part.iter().collect())
            .unwrap_or_default()
    };
    let from = at.saturating_sub(30);
    let to = (end + 60).min(letters.len());
    let lead = if from > 0 { "…" } else { "" };
    let tail = if to < letters.len() { "…" } else { "" };
    Some((
        format!("{lead}{}", take(from, at)),
        take(at, end),
        format!("{}{tail}", take(end, to)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_and_json_are_told_apart() {
        let plain = Body::read("第一段\n第二段");
        assert_eq!(plain.intro, "第一段\n第二段");
        assert!(plain.tables.is_empty());
        let json = Body::read(
            r#"{"intro":"公示如下","tables":[{"caption":"标的一","columns":["名次"],"rows":[["1"]]}]}"#,
        );
        assert_eq!(json.tables[0].rows[0][0], "1");
        assert_eq!(json.text(), "公示如下\n标的一\n1");
        assert_eq!(Body::read("{不是 JSON").intro, "{不是 JSON");
    }

    #[test]
    fn a_passage_shows_the_hit_in_its_surroundings() {
        let (before, hit, after) = passage("推行平安“365”安全管控机制", "安全").unwrap();
        assert_eq!(
            (before.as_str(), hit.as_str(), after.as_str()),
            ("推行平安“365”", "安全", "管控机制")
        );
        assert!(passage("推行", "安全").is_none());
        assert_eq!(passage("ABC岗", "abc").unwrap().1, "ABC");
        assert_eq!(passage("治理Ⅲ类缺陷", "ii类").unwrap().1, "Ⅲ类");
        assert_eq!(passage("推进５Ｇ巡检", "5g巡").unwrap().1, "５Ｇ巡");
    }
}
