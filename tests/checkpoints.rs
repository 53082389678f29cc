//! Whoever signs the heads with a key of their own fixes what came before: receipts and minutes prove it without the
//! service, and replacing database and heads file together is named.

use biaogan::audit::checkpoint::{self, Noted, Shown};
use biaogan::audit::proof::Proof;
use biaogan::clock;
use serde_json::json;

use crate::support::TestApp;
use crate::support::moments::Moment;
use crate::support::rounds::open_round;

/// The heads as the portal shows them, signed.
pub fn signed(app: &TestApp, key: &str) -> String {
    let heads = app.client().get("/api/v1/public/audit/head").expect(200);
    let shown: Shown = serde_json::from_value(heads.json).unwrap();
    sealed(key, shown.items)
}

fn sealed(key: &str, heads: Vec<Noted>) -> String {
    let signed = checkpoint::sign(key, heads, clock::real_now()).unwrap();
    serde_json::to_string(&signed).unwrap()
}

#[test]
fn a_receipt_is_proven_without_the_service_once_somebody_signed() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let branch = app.api("yunwei.sj");
    let path = format!("/api/v1/bids/{bid}/proof");
    branch.get(&path).refused(409, "not_cosigned_yet");
    let waits = || app.browser("supervisor").get("/home").expect(200);
    waits().contains("给审计记录签一个存证点");
    let key = checkpoint::fresh_key();
    let body = signed(&app, &key);
    app.actor("supervisor")
        .does("/checkpoints", json!({ "body": body }))
        .done();
    waits().lacks("给审计记录签一个存证点");
    // What comes later changes no proof.
    round.submitted_bid("yingxiao", 0);
    let proof = branch.get(&path).expect(200);
    let read = Proof::read(&proof.text).unwrap();
    let shown = branch.get(&format!("/api/v1/bids/{bid}")).expect(200);
    let digest = shown.json["digest"].as_str().unwrap();
    let told = read.told();
    assert!(
        told.iter().any(|(_, value)| value.contains(digest)),
        "{told:?}"
    );
    for (from, to) in [(digest, &*"0".repeat(64)), ("bid.submit", "bid.withdraw")] {
        let changed = proof.text.replace(from, to);
        assert_ne!(changed, proof.text);
        assert!(Proof::read(&changed).is_err());
    }
    let cut: serde_json::Value = serde_json::from_str(&proof.text).unwrap();
    for nth in 0..cut["path"].as_array().unwrap().len() {
        let mut cut = cut.clone();
        cut["path"].as_array_mut().unwrap().remove(nth);
        assert!(Proof::read(&cut.to_string()).is_err());
    }
    // By the command line, and by nobody else's account.
    let file = app.database().folder.join("proof.json");
    std::fs::write(&file, &proof.text).unwrap();
    let run = |more: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_biaogan"))
            .arg("verify")
            .arg(&file)
            .args(more)
            .output()
            .unwrap()
    };
    let said = run(&[]);
    assert!(said.status.success(), "{said:?}");
    assert!(String::from_utf8_lossy(&said.stdout).contains(digest));
    assert!(
        run(&["--key", &read.checkpoint.public_key])
            .status
            .success()
    );
    assert!(!run(&["--key", &"0".repeat(64)]).status.success());
    for other in ["yingxiao.sj", "office", "supervisor"] {
        app.api(other).get(&path).expect(404);
    }
    open_round(&app, &round.id.to_string());
    let minute = format!("/api/v1/rounds/{}/opening/proof", round.id);
    branch.get(&minute).refused(409, "not_cosigned_yet");
    let body = signed(&app, &key);
    app.actor("supervisor")
        .does("/checkpoints", json!({ "body": body }))
        .done();
    Proof::read(&branch.get(&minute).expect(200).text).unwrap();
    app.browser("yunwei.sj")
        .get("/checkpoints")
        .expect(200)
        .contains(&read.checkpoint.public_key)
        .lacks("提交存证点");
}

#[test]
fn a_result_and_a_contract_are_proven_too() {
    let (app, world) = Moment::InForce.start();
    let body = signed(&app, &checkpoint::fresh_key());
    app.actor("supervisor")
        .does("/checkpoints", json!({ "body": body }))
        .done();
    let branch = app.api("yunwei.sj");
    for (path, verb) in [
        (
            format!("/rounds/{}/opening/proof", world.id("round")),
            "round.open",
        ),
        (
            format!("/rounds/{}/result/proof", world.id("round")),
            "round.publicize",
        ),
        (
            format!("/contracts/{}/proof", world.id("contract")),
            "contract.sign",
        ),
    ] {
        let proof = branch.get(&format!("/api/v1{path}")).expect(200);
        let told = Proof::read(&proof.text).unwrap().told();
        assert!(told[0].1.starts_with(verb), "{told:?}");
        app.browser("yunwei.sj").get(&path).expect(200);
    }
}

#[test]
fn nobody_signs_who_may_not_and_nothing_that_is_not_so() {
    let app = TestApp::start();
    let key = checkpoint::fresh_key();
    let hand_in =
        |who: &str, body: &str| app.actor(who).does("/checkpoints", json!({ "body": body }));
    hand_in("office", &signed(&app, &key)).refused(403, "role_required");
    hand_in("supervisor", "{}").invalid("body");
    let torn = signed(&app, &key).replacen("\"count\":", "\"count\":1", 1);
    hand_in("supervisor", &torn).invalid("body");
    let heads = app.client().get("/api/v1/public/audit/head").expect(200);
    let shown: Shown = serde_json::from_value(heads.json).unwrap();
    for change in [
        |head: &mut Noted| head.digest = "0".repeat(64),
        |head: &mut Noted| head.root = "0".repeat(64),
        |head: &mut Noted| head.count += 100,
    ] {
        let mut heads = shown.items.clone();
        heads.iter_mut().for_each(change);
        hand_in("supervisor", &sealed(&key, heads)).refused(409, "checkpoint_contradicts");
    }
    hand_in("supervisor", &signed(&app, &key)).done();
    hand_in("auditadmin", &signed(&app, &key)).refused(409, "key_of_another");
    let page = app.browser("supervisor").get("/checkpoints").expect(200);
    let id = page
        .text
        .split("/checkpoints/signers/")
        .nth(1)
        .and_then(|rest| rest.split('/').next())
        .unwrap();
    let end = format!("/checkpoints/signers/{id}/end");
    app.actor("auditadmin").does(&end, json!({})).expect(404);
    app.actor("supervisor").does(&end, json!({})).done();
    hand_in("supervisor", &signed(&app, &key)).refused(409, "key_ended");
    hand_in("supervisor", &signed(&app, &checkpoint::fresh_key())).done();
    let listed = app.client().get("/api/v1/public/checkpoints").expect(200);
    assert_eq!(listed.items().len(), 2);
}

#[test]
fn a_past_that_was_replaced_with_all_its_digests_is_named() {
    let app = TestApp::start();
    app.unchecked();
    let body = signed(&app, &checkpoint::fresh_key());
    app.actor("supervisor")
        .does("/checkpoints", json!({ "body": body }))
        .done();
    let found = || biaogan::check::run(&app.app.db, &app.app.files).unwrap();
    assert_eq!(found(), Vec::<String>::new());
    app.database()
        .execute("UPDATE audit_events SET digest = REPLACE(digest, 'a', 'b')");
    let found = found();
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("checkpoints: checkpoint ")),
        "{found:?}"
    );
}

/// The nodes that events keep, and the tree of the chain's row, are nothing to rest on: both are computed again.
#[test]
fn kept_nodes_that_are_changed_are_named() {
    let app = TestApp::start();
    app.unchecked();
    let found = || {
        biaogan::audit::verify::verify(&app.app.db)
            .unwrap()
            .findings
    };
    assert_eq!(found(), Vec::<String>::new());
    let database = app.database();
    database.execute("UPDATE audit_chains SET peaks = REPLACE(peaks, 'a', 'b') WHERE id = 0");
    assert!(
        found()[0].contains("the tree is not that of its events"),
        "{:?}",
        found()
    );
    database.execute("UPDATE audit_chains SET peaks = ''");
    database.execute("UPDATE audit_events SET nodes = NULL");
    assert_eq!(found(), Vec::<String>::new());
    // As after an upgrade: the next start computes them.
    biaogan::audit::begin(&app.app.db).unwrap();
    signed(&app, &checkpoint::fresh_key());
    database.execute("UPDATE audit_events SET nodes = REPLACE(nodes, 'a', 'b') WHERE seq = 2");
    assert!(found()[0].contains("keeps other nodes"), "{:?}", found());
}
