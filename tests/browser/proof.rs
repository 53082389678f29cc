//! The page that verifies a proof, opened from the disk as whoever downloaded it opens it.

use std::fs;

use super::tab::{self, Tab};
use crate::checkpoints::signed;
use crate::support::TestApp;

#[test]
fn a_proof_is_verified_from_the_disk() {
    if !tab::wanted() {
        return;
    }
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let body = signed(&app, &biaogan::audit::checkpoint::fresh_key());
    app.actor("supervisor")
        .does("/checkpoints", serde_json::json!({ "body": body }))
        .done();
    round.submitted_bid("yingxiao", 0);
    let proof = app
        .api("yunwei.sj")
        .get(&format!("/api/v1/bids/{bid}/proof"))
        .expect(200);
    let folder = &app.database().folder;
    let page = folder.join("verify.html");
    fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/static/verify.html"),
        &page,
    )
    .unwrap();
    let sound = folder.join("proof.json");
    fs::write(&sound, &proof.text).unwrap();
    let changed = folder.join("changed.json");
    fs::write(&changed, proof.text.replace("bid.submit", "bid.withdraw")).unwrap();
    let tab = Tab::new(&app);
    tab.open(&page);
    tab.attach(&sound);
    tab.sees("核对一致");
    tab.attach(&changed);
    tab.sees("核对不一致：记录与签署存证点时审计链上的不一致。");
}
