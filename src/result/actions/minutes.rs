//! The files of the minutes, beside the decisions they record.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Conn;
use crate::error::Result;
use crate::files::{self, SubjectKind};
use crate::ids::{AttachmentId, DecisionId};

/// A file of the minute. Its bytes: `GET /api/v1/attachments/{id}`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MinuteFile {
    pub id: AttachmentId,
    #[schema(example = "党委会纪要〔2026〕3号.pdf")]
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
}

/// Files by decision.
pub fn files(
    c: &mut Conn,
    decisions: impl IntoIterator<Item = DecisionId>,
) -> Result<HashMap<DecisionId, Vec<MinuteFile>>> {
    let ids = decisions.into_iter().map(|id| id.0).collect();
    let mut found: HashMap<DecisionId, Vec<MinuteFile>> = HashMap::new();
    for row in files::of_subjects(c, SubjectKind::Decision, ids)? {
        let of = found.entry(DecisionId(row.subject_id)).or_default();
        of.push(MinuteFile {
            id: row.id,
            name: row.name,
            size: row.size,
            sha256: row.sha256,
        });
    }
    Ok(found)
}
