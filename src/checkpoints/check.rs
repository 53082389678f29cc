//! What `biaogan check` asks of checkpoints.

use super::store;
use crate::audit::checkpoint;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::CheckpointId;
use crate::web::Check;

pub const CHECKS: &[(&str, &[Check])] = &[("checkpoints", &[borne_out])];

/// The trail bears every checkpoint out.
fn borne_out(c: &mut Conn) -> Result<Vec<String>> {
    let (mut findings, mut last) = (Vec::new(), CheckpointId(0));
    loop {
        let page = store::after(c, last, 50)?;
        let Some((end, _)) = page.last() else {
            return Ok(findings);
        };
        last = *end;
        for (id, body) in page {
            match checkpoint::read(&body) {
                Ok(read) => {
                    let found = checkpoint::against(c, &read)?;
                    findings.extend(
                        found
                            .into_iter()
                            .map(|one| format!("checkpoint {id}: {one}")),
                    );
                }
                Err(fault) => findings.push(format!("checkpoint {id}: {fault:#}")),
            }
        }
    }
}
