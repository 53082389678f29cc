//! Whoever can write the database exchanges keys, shares and digests for their own: nothing is sealed to them, nothing is
//! opened by them, and they are named.

use serde_json::json;

use super::opening;
use crate::support::TestApp;

/// Exchanges 32 bytes for others, as they stand in a column.
fn exchange(app: &TestApp, table: &str, column: &str, which: &str) {
    let own = match app.database().url.starts_with("sqlite:") {
        true => "x'09".to_owned() + &"00".repeat(31) + "'",
        false => "'\\x09".to_owned() + &"00".repeat(31) + "'::bytea",
    };
    app.database().execute(&format!(
        "UPDATE {table} SET {column} = {own} WHERE {which}"
    ));
}

fn named(app: &TestApp, table: &str) {
    let found = biaogan::check::run(&app.app.db, &app.app.files).unwrap();
    assert!(
        found
            .iter()
            .any(|line| line.starts_with(&format!("audit: {table} "))),
        "{found:?}"
    );
}

#[test]
fn nothing_is_sealed_to_an_exchanged_key_of_the_round() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    exchange(
        &app,
        "round_keys",
        "public_key",
        &format!("round_id = {}", round.id),
    );
    let writer = app.actor("yunwei.sj");
    writer.submits(bid).refused(409, "key_exchanged");
    let shown = app
        .api("yunwei.sj")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200);
    assert_eq!(shown.json["state"], "draft");
    named(&app, "round_keys");
}

#[test]
fn nothing_is_sealed_to_an_exchanged_key_of_an_organization() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    exchange(
        &app,
        "organization_keys",
        "public_key",
        "retired_at IS NULL",
    );
    app.actor("yunwei.sj")
        .submits(bid)
        .refused(409, "key_exchanged");
    named(&app, "organization_keys");
}

#[test]
fn no_share_is_given_to_an_exchanged_key() {
    let app = TestApp::start();
    let round = app.round().with_panel();
    let supervisor = app.user_id("supervisor");
    exchange(
        &app,
        "user_keys",
        "public_key",
        &format!("user_id = {supervisor}"),
    );
    let published = app.api("office").post(&round.path("/publish"), json!({}));
    published.refused(409, "key_exchanged");
    named(&app, "user_keys");
}

/// The trail holds the digest of what was submitted, not the bid's row.
#[test]
fn an_exchanged_submission_is_void_and_named() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let other = round.submitted_bid("yingxiao", 0);
    let sound = round.submitted_bid("renhou", 0);
    app.actor("renhou.sj");
    let database = app.database();
    // Another's payload with its digest, and the keys that open it.
    database.execute(&format!(
        "UPDATE bids SET sealed = (SELECT sealed FROM bids WHERE id = {other}), \
         digest = (SELECT digest FROM bids WHERE id = {other}) WHERE id = {bid}"
    ));
    app.set_clock("2026-03-21T09:00+08:00");
    app.api("office")
        .post(
            &format!("/api/v1/rounds/{}/opening", round.id),
            opening(&["office", "supervisor"]),
        )
        .expect(200);
    let state = |id: i64| {
        let shown = app
            .api("office")
            .get(&format!("/api/v1/bids/{id}"))
            .expect(200);
        shown.json["state"].clone()
    };
    assert_eq!(state(bid), "void");
    assert_eq!(state(other), "opened");
    assert_eq!(state(sound), "opened");
}

#[test]
fn a_round_is_not_opened_with_an_exchanged_key() {
    let app = TestApp::start();
    let round = app.round().published();
    round.submitted_bid("yunwei", 0);
    let holder = app.user_id("office");
    app.database().execute(&format!(
        "UPDATE round_key_shares SET seat = 'chair' WHERE user_id = {holder}"
    ));
    app.set_clock("2026-03-21T09:00+08:00");
    app.api("office")
        .post(
            &format!("/api/v1/rounds/{}/opening", round.id),
            opening(&["office", "supervisor"]),
        )
        .refused(409, "key_exchanged");
    named(&app, "round_key_shares");
}
