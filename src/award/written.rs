//! The decision as it is written into the result file.

use crate::crypto::sha256_hex;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::ids::{EvaluationId, RoundId};
use crate::numbers::result_file::{self, ResultFile};
use crate::result::actions::lock::{complete, file_of, small, text_of};
use crate::result::{self, Outcome};

/// Puts the decision as it stands into the result file; answers the file's new digest.
pub fn write_decision(tx: &mut Tx, evaluation: EvaluationId, round: RoundId) -> Result<String> {
    let stored = result::result(tx, evaluation)?.ok_or(Error::NotFound)?;
    let file: ResultFile = file_of(&stored)?;
    let file = complete(ResultFile {
        decision: decision_of(tx, evaluation, round)?,
        ..file
    })?;
    let body = text_of(&file)?;
    let digest = sha256_hex(body.as_bytes());
    result::set_result_body(tx, stored.id, &body, &digest)?;
    Ok(digest)
}

fn decision_of(
    c: &mut Conn,
    evaluation: EvaluationId,
    round: RoundId,
) -> Result<Option<result_file::Decision>> {
    let Some(decision) = result::decision(c, round)? else {
        return Ok(None);
    };
    let items = result::rows(c, evaluation)?
        .into_iter()
        .filter_map(|row| {
            let outcome = match row.outcome? {
                Outcome::Winner => result_file::DecidedOutcome::Winner,
                Outcome::Reserve => result_file::DecidedOutcome::Reserve,
                Outcome::Rejected | Outcome::Void => result_file::DecidedOutcome::NotAwarded,
            };
            Some(result_file::DecisionItem {
                bid_id: row.subject_id,
                outcome,
                reserve: row.reserve_order.map(small),
                reason: row.deviation_reason,
            })
        })
        .collect();
    Ok(Some(result_file::Decision {
        minute_number: decision.minute_number,
        minute_date: decision.minute_date,
        fairness_digest: decision.fairness_digest,
        items,
    }))
}
