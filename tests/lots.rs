//! Lots between bids that share a rank: committed to by two, revealed by two, checked by anybody.

mod drawing;
mod standing;

use biaogan::audit::sha256_hex;
use biaogan::numbers::result_file::{self, ResultFile};
use serde_json::{Value, json};

use crate::evaluation::{FAIR, GOOD, Scored, WEAK, scoring};
use crate::support::TestApp;

const CHAIR: &str = "七月流火九月授衣";

const SUPERVISOR: &str = "春日载阳有鸣仓庚";

/// Two of the first topic and both of the third share a rank.
fn tied(app: &TestApp) -> Scored<'_> {
    let scored = scoring(app);
    scored.all([GOOD, GOOD, WEAK, FAIR, FAIR]);
    scored.office("/lock").expect(200);
    scored
}

fn path(scored: &Scored) -> String {
    scored.round.path("/lots")
}

fn commit(scored: &Scored, who: &str, word: &str) -> crate::support::Answer {
    let bids = &scored.bids[..2];
    scored
        .app
        .api(who)
        .post(&path(scored), json!({ "bid_ids": bids, "word": word }))
}

fn reveal(scored: &Scored, who: &str, id: &Value, word: &str) -> crate::support::Answer {
    scored.app.api(who).post(
        &format!("/api/v1/lots/{id}/reveal"),
        json!({ "word": word }),
    )
}

fn exported(scored: &Scored) -> ResultFile {
    let export = scored
        .app
        .api("supervisor")
        .get(&scored.round.path("/result.json"))
        .expect(200);
    let file = ResultFile::from_json(&export.text).unwrap();
    assert_eq!(file.to_json().unwrap(), export.text);
    assert_eq!(result_file::differences(&file), Vec::<String>::new());
    file
}
