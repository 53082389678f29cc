//! A file as it is shown: what is stored beside it, keys above all, is not.

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::files::Attachment;
use crate::ids::{AttachmentId, UserId};

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
    pub uploaded_by: UserId,
    pub uploaded_at: Instant,
}

impl From<Attachment> for AttachmentShown {
    fn from(row: Attachment) -> Self {
        Self {
            id: row.id,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            sha256: row.sha256,
            uploaded_by: row.uploaded_by,
            uploaded_at: row.uploaded_at,
        }
    }
}
