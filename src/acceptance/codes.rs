//! Handing out voting codes.

use serde_json::json;

use super::input::CodesInput;
use super::scene::{AcceptanceScene, event};
use super::store::{self, Acceptance};
use super::{AcceptanceAction, CodeKind, rules};
use crate::audit::{self, Verb, sha256_hex};
use crate::db::Tx;
use crate::error::{Refusal, Result};
use crate::ids::{self, AcceptanceId};
use crate::verbs::Scene;
use crate::who::{Actor, policy};

/// Letters of a code: 59 bits, typed in three groups of four.
const LENGTH: usize = 12;
/// Most questionnaires of one acceptance.
const MOST_QUESTIONNAIRES: i64 = 5_000;

/// Fresh codes, to be shown this once: only their digests are kept. The audit event tells how many, and not which.
pub fn issue(
    tx: &mut Tx,
    actor: &Actor,
    id: AcceptanceId,
    input: &CodesInput,
) -> Result<(Acceptance, Vec<String>)> {
    let on = AcceptanceScene::load(tx, actor, &id)?;
    policy::may_run(actor, &on.committee_path)?;
    let acceptance = on.acceptance;
    rules::next(acceptance.state, AcceptanceAction::IssueCodes)?;
    // Orders those who hand out at the same time.
    store::take_turn(tx, id, input.kind)?;
    let counts = store::code_counts(tx, id)?;
    let left = match input.kind {
        CodeKind::Ballot => acceptance.eligible_voters - counts.ballots + counts.ballots_voided,
        CodeKind::Questionnaire => {
            if store::questions(tx, id)?.is_empty() {
                return Err(Refusal::new("no_questionnaire", "这次验收没有问卷。").into());
            }
            MOST_QUESTIONNAIRES - counts.questionnaires + counts.questionnaires_voided
        }
    };
    if input.count > left {
        return Err(Refusal::new(
            "too_many_codes",
            format!("最多还能发 {left} 个，您要发 {} 个。", input.count),
        )
        .remedy("有效的民主测评票不能多于应到人数。有票遗失的，请先作废未用的票再补发；人数填错的，请先更正。")
        .into());
    }
    let codes: Vec<String> = (0..input.count)
        .map(|_| grouped(&ids::random_code(LENGTH)))
        .collect();
    // In the order of their digests, so that the rows do not tell the order of the slips.
    let mut digests: Vec<String> = codes.iter().map(|code| digest(code)).collect();
    digests.sort_unstable();
    for digest in &digests {
        store::insert_code(tx, digest, id, input.kind)?;
    }
    let recorded = event(Verb::AcceptanceCodesIssued, &acceptance)
        .detail(json!({ "kind": input.kind, "count": input.count }));
    audit::record(tx, actor, recorded)?;
    Ok((acceptance, codes))
}

/// What is kept of a code, however it was typed.
pub fn digest(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    sha256_hex(format!("biaogan voting code {plain}").as_bytes())
}

/// `K7QM3WXPABCD` as `K7QM-3WXP-ABCD`.
pub fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}
