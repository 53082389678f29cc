//! A file as it is shown: what is stored beside it, keys above all, is not.

use serde::Serialize;
use utoipa::ToSchema;

use crate::bids::attached::BidFile;
use crate::clock::Instant;
use crate::files::Attachment;
use crate::ids::{AttachmentId, UserId};
use crate::seats::Veiled;

/// A file. Its bytes: `GET /api/v1/attachments/{id}`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttachmentShown {
    pub id: AttachmentId,
    pub name: String,
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
    /// `null` for whoever reads a blind round without names.
    #[schema(value_type = Option<UserId>)]
    pub uploaded_by: Veiled<UserId>,
    pub uploaded_at: Instant,
}

/// A file of a bid, and which versions have it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BidFileShown {
    #[serde(flatten)]
    pub file: AttachmentShown,
    /// Part of the draft: shown to the bid's own people, false to everybody else.
    pub drafted: bool,
    /// Part of what was submitted: under its digest, opened and read by the panel.
    pub submitted: bool,
}

impl From<BidFile> for BidFileShown {
    fn from(one: BidFile) -> Self {
        Self {
            file: AttachmentShown {
                uploaded_by: one.uploaded_by,
                ..one.file.into()
            },
            drafted: one.drafted,
            submitted: one.submitted,
        }
    }
}

impl From<Attachment> for AttachmentShown {
    fn from(row: Attachment) -> Self {
        Self {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            uploaded_by: Veiled::Seen(row.uploaded_by),
            uploaded_at: row.uploaded_at,
        }
    }
}
