//! Pages of scoring.

pub mod paper;
pub mod print;
pub mod score;
pub mod sheets;

use serde_json::{Value, json};

use super::store::Paper;
use crate::clock::show_instant;

/// How a sheet came from paper, for people.
fn entered(paper: &Paper) -> Value {
    json!({
        "by": paper.by, "at": show_instant(paper.row.entered_at),
        "confirmed": paper.row.confirmed_at.map(show_instant),
    })
}
