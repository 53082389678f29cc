//! Pages of the result.

mod fairness;
mod lots;
mod ranking;
mod working;

pub use fairness::fairness;
pub use lots::{lots, of_draw};
pub use ranking::show;
pub use working::working;

use serde_json::{Value, json};

use super::actions::ranking::RoundResult;
use crate::numbers::rules::plain_marks;

/// What is marked, and out of how many: `40`.
fn criteria(shown: &RoundResult) -> Vec<Value> {
    let criteria = shown.criteria.iter();
    criteria
        .map(|one| json!({ "id": one.id, "name": one.name, "full": plain_marks(one.full_marks.0) }))
        .collect()
}
