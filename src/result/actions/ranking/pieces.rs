//! What a ranking shows of the stored result.

use std::collections::HashMap;

use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::EvaluationId;
use crate::numbers::excerpt::{self, Head};
use crate::numbers::result_file::{Row, SheetInfo};
use crate::result::actions::lock::file_of;
use crate::result::store::{self, Line, ResultRow};

/// What a ranking shows of the result, less comments.
pub(super) struct Pieces {
    pub(super) computed_at: Instant,
    pub(super) digest: String,
    pub(super) head: Head,
    /// Rows by topic and place, each with its line in the ranking if it was scored.
    pub(super) rows: Vec<(ResultRow, Option<Row>)>,
    /// Counted sheets by bid, of those whose sheets this reader sees.
    pub(super) sheets: HashMap<i64, Vec<SheetInfo>>,
}

impl Pieces {
    pub(super) fn load(
        c: &mut Conn,
        evaluation: EvaluationId,
        rows: Vec<Line>,
        open: &[i64],
    ) -> Result<Self> {
        let stored = store::head(c, evaluation)?.ok_or(Error::NotFound)?;
        let Some(head) = &stored.head else {
            return Self::from_file(c, evaluation, rows, open);
        };
        let rows = rows
            .into_iter()
            .map(|(row, line)| {
                let line = line.map(|line| serde_json::from_str(&line)).transpose()?;
                Ok((row, line))
            })
            .collect::<Result<_>>()?;
        let mut sheets = HashMap::new();
        for (bid, counted) in store::counted_sheets(c, evaluation, open)? {
            if let Some(counted) = counted {
                sheets.insert(bid, serde_json::from_str(&counted)?);
            }
        }
        Ok(Self {
            head: serde_json::from_str(head)?,
            computed_at: stored.computed_at,
            digest: stored.digest,
            rows,
            sheets,
        })
    }

    /// The same of a result that was stored without its pieces.
    fn from_file(
        c: &mut Conn,
        evaluation: EvaluationId,
        rows: Vec<Line>,
        open: &[i64],
    ) -> Result<Self> {
        let stored = store::result(c, evaluation)?.ok_or(Error::NotFound)?;
        let file = file_of(&stored)?;
        let lines = excerpt::lines(&file);
        let rows = rows
            .into_iter()
            .map(|(row, _)| {
                let line = lines.get(&row.subject_id).map(|line| (*line).clone());
                (row, line)
            })
            .collect();
        let sheets = excerpt::sheets(&file)
            .into_iter()
            .filter(|(bid, _)| open.contains(bid))
            .map(|(bid, sheets)| (bid, sheets.into_iter().cloned().collect()))
            .collect();
        Ok(Self {
            head: Head::of(&file),
            computed_at: stored.computed_at,
            digest: stored.digest,
            rows,
            sheets,
        })
    }
}
